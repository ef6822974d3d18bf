// @ts-check
// Suggest names while a query is written: the classes and properties that the graph uses, found by
// name or by label in the reader's language, its prefixes, and the query's own variables.

import { element } from "./dom.js";

const WORD = /(?:[?$][\p{L}\p{N}_]*|<[^<>\s]*|[\p{L}\p{N}_-]*(?::[\p{L}\p{N}_.-]*)?)$/u;
const VARIABLE = /[?$][\p{L}_][\p{L}\p{N}_]*/gu;
const MOST = 60;

/** The names that can be suggested: they are fetched when the first is wanted. */
export class Names {
  constructor(address, prefixes, words, scroll) {
    this.address = address;
    this.prefixes = prefixes;
    this.words = words;
    this.scroll = scroll;
    this.fetched = null;
  }

  terms() {
    this.fetched ??= fetch(this.address, { headers: { Accept: "application/json" } })
      .then((response) => (response.ok ? response.json() : Promise.reject(response)))
      .catch(() => ({ classes: [], properties: [] }));
    return this.fetched;
  }
}

/** Suggest what fits at the cursor. */
export function complete(editor, names) {
  editor.showHint({
    hint: (cm) => suggestions(cm, names),
    completeSingle: false,
    container: editor.getWrapperElement().parentNode, // a part of the page, not beside it
  });
}

/** Suggest while the reader types a variable, a prefixed name or a declaration. */
export function completeWhileTyping(editor, names) {
  const place = placeOf(editor);
  if (place && (/^[?$]./.test(place.word) || place.word.includes(":") || (place.before === "PREFIX" && place.word))) {
    complete(editor, names);
  }
}

async function suggestions(editor, names) {
  const place = placeOf(editor);
  if (!place) {
    return null;
  }
  const list = (await candidates(editor, names, place)).slice(0, MOST);
  return { list, from: place.from, to: place.to };
}

function placeOf(editor) {
  const to = editor.getCursor();
  const type = editor.getTokenTypeAt(to) ?? "";
  if (editor.somethingSelected() || /comment|string(?!-)/.test(type)) {
    return null;
  }
  const line = editor.getLine(to.line).slice(0, to.ch);
  if (/["']/.test(line.replace(/"[^"]*"|'[^']*'/g, ""))) {
    return null; // in a text that is not closed yet
  }
  const [word] = WORD.exec(line);
  const from = { line: to.line, ch: to.ch - word.length };
  const earlier = editor.getRange({ line: Math.max(0, to.line - 20), ch: 0 }, from).trimEnd();
  const before = /\S+$/.exec(earlier)?.[0] ?? "";
  const state = editor.getTokenAt(from, true).state;
  return { word, from, to, before: before.toUpperCase() === "PREFIX" ? "PREFIX" : before, expected: state.possibleCurrent ?? [] };
}

async function candidates(editor, names, { word, before, expected }) {
  if (/^[?$]/.test(word)) {
    return variables(editor, names, word);
  }
  if (before === "PREFIX") {
    const start = word.toLowerCase();
    return Object.keys(names.prefixes).sort().filter((name) => `${name}:`.startsWith(start))
      .map((name) => hint(`${name}: <${names.prefixes[name]}>`, `${name}:`, names, names.prefixes[name]));
  }
  const { classes, properties } = await names.terms();
  const kind = before === "a" || /(^|:)type$/.test(before) ? classes
    : expected.includes("a") ? properties : [...classes, ...properties];
  const found = ranked(kind, word.replace(/^</, "").toLowerCase());
  const terms = found.map(([name, label, language, uses]) =>
    hint(name, name, names, label, language, names.words.text("uses", { count: uses })));
  return [...terms, ...prefixes(names, word), ...keywords(names, word, expected)];
}

function variables(editor, names, word) {
  const found = new Set(editor.getValue().match(VARIABLE) ?? []);
  const cursor = editor.getCursor();
  const whole = editor.getLine(cursor.line).slice(cursor.ch - word.length).match(VARIABLE)?.[0];
  return [...found].sort().filter((name) => name.startsWith(word) && name !== whole).map((name) => hint(name, name, names));
}

function prefixes(names, word) {
  if (!/^[\p{L}\p{N}_-]+$/u.test(word)) {
    return [];
  }
  return Object.keys(names.prefixes).sort().filter((name) => name.startsWith(word))
    .map((name) => hint(`${name}:`, `${name}:`, names, names.prefixes[name]));
}

function keywords(names, word, expected) {
  if (!/^[A-Za-z]+$/.test(word)) {
    return [];
  }
  const start = word.toUpperCase();
  return expected.filter((name) => /^[A-Z]{2,}$/.test(name) && name.startsWith(start) && name !== start)
    .map((name) => hint(name, name, names));
}

/** Return the terms that hold `part` in name or label, those that begin with it first. */
function ranked(terms, part) {
  // after a prefix the rest may be the beginning of a name or of what the reader calls it
  const colon = part.startsWith("http") ? -1 : part.indexOf(":");
  const [prefix, rest] = [part.slice(0, colon + 1), part.slice(colon + 1)];
  const rank = ([name, label]) => {
    const [whole, said] = [name.toLowerCase().replace(/^</, ""), label.toLowerCase()];
    if (!whole.startsWith(prefix)) {
      return -1;
    }
    const local = whole.slice(whole.indexOf(":") + 1);
    return [local.startsWith(rest), said.startsWith(rest), whole.startsWith(part), local.includes(rest), said.includes(rest)].indexOf(true);
  };
  return terms.map((term) => [rank(term), term]).filter(([place]) => place >= 0)
    .sort((a, b) => a[0] - b[0] || b[1][3] - a[1][3]).map(([, term]) => term);
}

function hint(text, name, names, label = "", language = "", uses = "") {
  return {
    text,
    render(line) {
      // the list itself: named, and to be scrolled by keyboard
      line.parentNode.setAttribute("aria-label", names.words.text("suggestions"));
      line.parentNode.tabIndex = 0;
      line.append(
        element("code", {}, name),
        element("bdi", { class: "hint-label", lang: language || null }, label),
        element("span", { class: "hint-uses" }, uses),
      );
    },
  };
}
