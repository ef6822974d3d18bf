// @ts-check
// Suggest what may stand at a place while a query is written, found by name or by label in the
// reader's language: properties that things of the subject's class have, values of the property,
// classes, prefixes, and the query's own variables.

import { contextAt } from "./context.js";
import { element } from "./dom.js";

const WORD = /(?:[?$][\p{L}\p{N}_]*|<[^<>\s]*|[\p{L}\p{N}_-]*(?::[\p{L}\p{N}_.-]*)?)$/u;
const VARIABLE = /[?$][\p{L}_][\p{L}\p{N}_]*/gu;
const DECLARATION = /\bPREFIX\s+([\p{L}\p{N}_.-]*):\s*<([^<>\s]*)>/giu;
const TYPES = /^(?:a|rdf:type|<http:\/\/www\.w3\.org\/1999\/02\/22-rdf-syntax-ns#type>)$/;
// what may be typed of a datatype, so that a value that is not in use is typed right too
const FORMS = { "xsd:gYear": /^["']?\d{4}$/, "xsd:date": /^["']?\d{4}-\d\d-\d\d$/, "xsd:gYearMonth": /^["']?\d{4}-\d\d$/ };
// a whole text or IRI: what its quotation marks and apostrophes begin, they end as well
const WHOLE = /<[^<>\s]*>|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;
const MOST = 60;

/** The names that can be suggested: they are fetched when the first is wanted. */
export class Names {
  constructor(sources, { prefixes, base }, words, scroll) {
    this.folder = `${base}id/`;
    this.sources = sources;
    this.prefixes = prefixes;
    this.words = words;
    this.scroll = scroll;
    this.fetched = new Map(); // by address; what could not be had is asked for again
  }

  terms() {
    return this.get(this.sources.terms, { classes: [], properties: [], of: {} });
  }

  /** Return the values of a property, as it is written in a query with `declared` prefixes. */
  values(property, declared) {
    const iri = this.expanded(property, declared);
    const none = { values: [], kinds: [] };
    if (iri === null || !this.sources.values) {
      return none; // a copy without a server has no such address
    }
    return this.get(`${this.sources.values}&property=${encodeURIComponent(iri)}`, none);
  }

  /** Return the things that a prefix of this content stands before; none for vocabularies. */
  things(prefix) {
    const none = { values: [], kinds: [] };
    const own = Object.hasOwn(this.prefixes, prefix) && this.prefixes[prefix].startsWith(this.folder);
    return own && this.sources.values ? this.get(`${this.sources.values}&prefix=${encodeURIComponent(prefix)}`, none) : none;
  }

  expanded(name, declared) {
    if (name.startsWith("<")) {
      return /^<[a-z][a-z0-9+.-]*:/i.test(name) ? name.slice(1, -1) : null;
    }
    const colon = name.indexOf(":");
    const prefix = name.slice(0, colon);
    const namespace = declared[prefix] ?? (Object.hasOwn(this.prefixes, prefix) ? this.prefixes[prefix] : null);
    return colon < 0 || namespace === null ? null : namespace + name.slice(colon + 1).replace(/\\(.)/g, "$1");
  }

  get(address, otherwise) {
    let found = this.fetched.get(address);
    if (!found) {
      found = fetch(address, { headers: { Accept: "application/json" } })
        .then((response) => (response.ok ? response.json() : Promise.reject(response)))
        .catch(() => {
          this.fetched.delete(address);
          return otherwise;
        });
      this.fetched.set(address, found);
    }
    return found;
  }
}

/** Suggest what fits at the cursor. */
export function complete(editor, names) {
  const place = placeOf(editor);
  editor.showHint({
    hint: () => suggestions(editor, names, place),
    completeSingle: false,
    updateOnCursorActivity: false, // until the next frame, keys would not be those of the list
    container: editor.getWrapperElement().parentNode, // a part of the page, not beside it
    from: place?.from.ch,
  });
}

/** Suggest anew while the reader writes on in the word that the list is of, and nothing any more elsewhere. */
export function follow(editor, names) {
  const list = editor.state.completionActive;
  const { line, ch } = editor.getCursor();
  if (!list || (line === list.startPos.line && ch === list.startPos.ch)) {
    return;
  }
  const isWritten = line === list.startPos.line && editor.getLine(line).length !== list.startLen;
  if (isWritten && placeOf(editor)?.from.ch === list.options.from) {
    complete(editor, names);
  } else {
    editor.closeHint();
  }
}

/** Suggest while the reader types a variable, a prefixed name or a declaration. */
export function completeWhileTyping(editor, names) {
  const place = placeOf(editor);
  if (place && (/^[?$"']./.test(place.word) || place.word.includes(":") || (place.before === "PREFIX" && place.word))) {
    complete(editor, names);
  }
}

async function suggestions(editor, names, place) {
  return place && { list: (await candidates(editor, names, place)).slice(0, MOST), from: place.from, to: place.to };
}

function placeOf(editor) {
  const to = editor.getCursor();
  const type = editor.getTokenTypeAt(to) ?? "";
  const line = editor.getLine(to.line).slice(0, to.ch);
  const open = /["'][^"']*$/.exec(line.replace(WHOLE, (text) => "_".repeat(text.length)));
  if (editor.somethingSelected() || /comment/.test(type) || (!open && /string(?!-)/.test(type))) {
    return null;
  }
  // a text that is not closed yet is completed from its beginning
  const [word] = open ?? WORD.exec(line);
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
  const part = word.replace(/^[<"']/, "").toLowerCase();
  const found = ranked(await fitting(editor, names, word, expected), part);
  if (/^["']/.test(word)) {
    return found.filter(([name]) => name.startsWith('"')).map(([name, label, language, uses]) =>
      hint(name, name, names, label, language, uses ? names.words.text("uses", { count: uses }) : ""));
  }
  const terms = found.map(([name, label, language, uses]) =>
    hint(name, name, names, label, language, uses ? names.words.text("uses", { count: uses }) : ""));
  return [...terms, ...prefixes(names, word), ...keywords(names, word, expected)];
}

/** Return the terms that may stand at the cursor, those that fit best first. */
async function fitting(editor, names, word, expected) {
  const whole = editor.getValue();
  const cursor = editor.getCursor();
  const before = editor.getRange({ line: 0, ch: 0 }, { line: cursor.line, ch: cursor.ch - word.length });
  const { position, property, classes: known } = contextAt(before, whole);
  const { classes, properties, of } = await names.terms();
  if (position === "object" && property !== null) {
    if (TYPES.test(property)) {
      return classes;
    }
    const declared = Object.fromEntries([...whole.matchAll(DECLARATION)].map(([, name, iri]) => [name, iri]));
    const { values, kinds } = await names.values(property, declared);
    const made = kinds.filter((kind) => FORMS[kind]?.test(word)).map((kind) => [`"${word.replace(/^["']/, "")}"^^${kind}`, "", "", 0]);
    const texts = values.map(([text]) => text);
    if (values.length > 0) {
      return [...values, ...made.filter(([text]) => !texts.includes(text))];
    }
  }
  const colon = word.indexOf(":");
  if (colon > 0 && position !== "verb") {
    const { values } = await names.things(word.slice(0, colon));
    if (values.length > 0) {
      return values;
    }
  }
  if (position === "verb" || expected.includes("a")) {
    const own = known.flatMap((name) => (Object.hasOwn(of, name) ? of[name] : [])).map((number) => properties[number]);
    const first = own.map((term, at) => [...term, own.length - at]);
    return [...first, ...properties.filter((term) => !own.includes(term))];
  }
  return [...classes, ...properties];
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
export function ranked(terms, part) {
  // after a prefix the rest may be the beginning of a name or of what the reader calls it
  const colon = part.startsWith("http") ? -1 : part.indexOf(":");
  const [prefix, rest] = [part.slice(0, colon + 1), part.slice(colon + 1)];
  const rank = ([name, label]) => {
    const [whole, said] = [name.toLowerCase().replace(/^[<"]/, ""), label.toLowerCase()];
    if (!whole.startsWith(prefix)) {
      return -1;
    }
    const local = name.startsWith('"') ? whole : whole.slice(whole.indexOf(":") + 1);
    return [local.startsWith(rest), said.startsWith(rest), whole.startsWith(part), local.includes(rest), said.includes(rest)].indexOf(true);
  };
  // what fits the subject's class goes before all else: its fifth member tells how well it does
  return terms.map((term) => [rank(term), term]).filter(([place]) => place >= 0)
    .sort((a, b) => Number(!a[1][4]) - Number(!b[1][4]) || a[0] - b[0] || (b[1][4] ?? b[1][3]) - (a[1][4] ?? a[1][3])).map(([, term]) => term);
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
