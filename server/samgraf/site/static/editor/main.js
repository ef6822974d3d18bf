// @ts-check
// The page of the query editor: what the form does without scripts, made quicker to work with.

import { ask, asks, LONGEST_ADDRESS } from "./ask.js";
import { Names } from "./completion.js";
import { element } from "./dom.js";
import { makeEditor } from "./editor.js";
import { tellHints } from "./hints.js";
import { Labels } from "./labels.js";
import { tellPartners } from "./partners.js";
import { problemOf, tellProblem } from "./problem.js";
import { Terms } from "./terms.js";
import { isEmpty, showViews, viewsOf } from "./views.js";
import { Words } from "./words.js";

const at = (id) => document.getElementById(id);
const bench = at("workbench");
const form = /** @type {HTMLFormElement} */ (at("ask"));
const place = JSON.parse(bench.dataset.place);
let saves = null; // what saves an answer as a file, where no service sends one
if (bench.dataset.engine) {
  const copy = await import(new URL(bench.dataset.engine, document.baseURI).href);
  asks.fetch = await copy.engine(bench.dataset);
  saves = copy.saves;
  place.page = copy.pageOf;
  // what stands behind the question mark nobody else has read
  const asked = new URLSearchParams(location.search).get("query");
  if (asked) {
    /** @type {HTMLTextAreaElement} */ (at("query")).value = asked;
  }
}
const language = document.documentElement.lang;
const words = new Words(JSON.parse(bench.dataset.words), language);
const terms = new Terms(place, language, new URLSearchParams(location.search).get("lang"));
const labels = new Labels(bench.dataset.labels);
const context = { terms, words, labels, sources: bench.dataset, step: place.rows };
const names = new Names(bench.dataset, place, words, bench.dataset.scroll);
const partners = JSON.parse(bench.dataset.partners);
const textarea = /** @type {HTMLTextAreaElement} */ (at("query"));
const editor = makeEditor(textarea, at("field"), { words, names, run });
let running = null; // what cancels the query under way

if (editor) {
  begin();
  if (saves && new URLSearchParams(location.search).has("query")) {
    run();
  }
}

function begin() {
  at("query-help").textContent = at("query-help").dataset.keys;
  at("declare").hidden = at("share").hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  at("cancel").addEventListener("click", () => running?.abort());
  at("declare").addEventListener("click", declare);
  at("share").addEventListener("click", share);
  at("examples").addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest("a[data-example]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      editor.text = queryOf(link);
      run();
    }
  });
  /** @type {HTMLDetailsElement} */ (at("examples")).open = !matchMedia("(max-width: 60rem)").matches;
  const { line, column } = at("problem").dataset;
  if (line) {
    tellPlace(Number(line), Number(column));
  }
  const answer = at("answer");
  if (answer.dataset.kind && "repeatable" in answer.dataset) {
    run({ again: true }); // the service has it ready
  }
}

/** @returns {HTMLAnchorElement[]} */
function examples() {
  return Array.from(document.querySelectorAll("a[data-example]"));
}

function queryOf(link) {
  return link.dataset.query ?? new URL(link.href).searchParams.get("query");
}

/** Return what is asked of the service: the query and what the address says beside it. */
function parameters(more = {}) {
  const asked = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  asked.delete("lang");
  asked.set("query", editor.text);
  for (const [name, value] of Object.entries(more)) {
    asked.set(name, value);
  }
  return asked;
}

/** Return the address of the page with a query, else with what is in the field now. */
function address(query = editor.text) {
  const asked = parameters({ query });
  if (terms.chosen) {
    asked.set("lang", terms.chosen);
  }
  return `${form.getAttribute("action")}?${asked}`;
}

async function run({ again = false } = {}) {
  running?.abort();
  const control = new AbortController();
  running = control;
  const began = performance.now();
  const asked = editor.text;
  const answered = parameters({ partial: "allow" });
  if (!again) {
    told(words.text("running"));
  }
  const late = setTimeout(() => {
    at("cancel").hidden = false;
    at("run").setAttribute("aria-busy", "true");
  }, 300);
  try {
    const answer = await ask(form.action, answered, control.signal);
    show(asked, answer, again);
  } catch (error) {
    if (control.signal.aborted) {
      if (running === control) {
        told(words.text("cancelled", { seconds: words.time(performance.now() - began) }));
      }
    } else if (!again) {
      fail(asked, error);
    }
  } finally {
    clearTimeout(late);
    if (running === control) {
      running = null;
      if (document.activeElement === at("cancel")) {
        at("run").focus();
      }
      at("cancel").hidden = true;
      at("run").removeAttribute("aria-busy");
    }
  }
}

function show(asked, answer, again) {
  at("problem").replaceChildren();
  at("problem").className = "";
  editor.unmark();
  if (!again) {
    const shared = address(asked);
    if (shared.length <= LONGEST_ADDRESS) {
      history.replaceState(null, "", shared + location.hash);
    }
    head(asked, answer);
  }
  at("answer").hidden = false;
  tellPartners(at("partners-told"), answer.partners, words, partners);
  told(measure(answer, again));
  showViews(viewsOf(answer, context), at("view"), at("views"), words);
  at("hints")?.remove();
  if (isEmpty(answer) && !answer.truncated) {
    tellHints(at("view"), answer.hints, words, use);
  }
  if (answer.truncated) {
    at("view").prepend(element("p", { class: "told" }, words.text("cut_told")));
  }
}

/** Put in what a hint offers, and leave it to the reader to ask again. */
function use({ term, line, column }, text) {
  if (editor.replace(term, line, column, text)) {
    told(words.text("hint_used", { text }));
  }
  editor.focus();
}

/** Name the answer as the example it answers, and link its data. */
function head(asked, answer) {
  const example = examples().find((link) => queryOf(link) === asked.trim());
  for (const link of examples()) {
    if (link === example) {
      link.setAttribute("aria-current", "true");
    } else {
      link.removeAttribute("aria-current");
    }
  }
  const title = at("answer-title");
  title.textContent = example ? example.textContent : words.text("answer");
  title.lang = example?.lang || language;
  document.title = `${title.textContent} – ${bench.dataset.title}`;
  const links = place.formats[answer.kind].map(([format, name]) =>
    element("a", { href: `${form.getAttribute("action")}?${parameters({ query: asked, format, ...(answer.truncated && { partial: "allow" }) })}` }, name));
  const tell = (problem) => tellProblem(at("problem"), problem, words, tellPlace);
  links.forEach((link, n) => saves?.(link, asks.fetch, place.formats[answer.kind][n][0], tell));
  const [lead] = at("downloads").childNodes;
  at("downloads").replaceChildren(lead, ...links.flatMap((link) => [link, " "]));
}

/** Return how much, how whole and how quickly, in words; what the page brought took its time. */
function measure(answer, again) {
  const amount = answer.kind === "solutions" ? [words.text("rows", { count: answer.rows.length })] : [];
  const [page] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  const took = again ? page.responseStart - page.requestStart : answer.milliseconds;
  const whole = words.text(answer.truncated ? "cut" : "whole");
  return [...amount, whole, words.time(took), words.text("release", { release: answer.release.slice(0, 12) })].join(" · ");
}

function fail(asked, error) {
  const problem = problemOf(error);
  told("");
  at("answer").hidden = true;
  // where the reader has written on, the place is none, and the cursor theirs
  tellProblem(at("problem"), problem, words, (line, column) => editor.text === asked && tellPlace(line, column));
  if (problem.partners) {
    const list = element("div");
    at("problem").append(element("p", {}, words.text("partners_outcome_all")), list);
    tellPartners(list, problem.partners, words, partners);
  }
}

/** Mark the place of a fault, and offer the way there. */
function tellPlace(line, column) {
  editor.mark(line, column);
  const go = element("button", { type: "button", class: "ds-button", "data-variant": "secondary", "data-size": "sm" },
    words.text("go_to_place", { line, column }));
  go.addEventListener("click", () => {
    editor.mark(line, column);
    editor.focus();
  });
  at("problem").querySelector(".place")?.remove();
  at("problem").append(element("p", { class: "place" }, go));
}

function declare() {
  const count = editor.declare(place.prefixes);
  told(count ? words.text("declared", { count }) : words.text("nothing_to_declare"));
}

async function share() {
  const shared = new URL(address(), location.href);
  if (shared.href.length > LONGEST_ADDRESS) {
    told(words.text("too_long"));
    return;
  }
  history.replaceState(null, "", shared.pathname + shared.search + location.hash);
  try {
    await navigator.clipboard.writeText(location.href);
    told(words.text("copied"));
  } catch {
    told(words.text("in_address"));
  }
}

function told(text) {
  at("told").textContent = text;
}
