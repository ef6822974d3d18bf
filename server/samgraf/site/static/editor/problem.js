// @ts-check
// Tell what went wrong, in the reader's words where there are any: the service's own are English.

import { Problem } from "./ask.js";
import { element } from "./dom.js";

/** Return what went wrong as a problem, whatever was thrown. */
export function problemOf(error) {
  return error instanceof Problem ? error : new Problem({ outcome: "failed", detail: String(error) });
}

/** Write `problem` into the alert `place`; `tellPlace(line, column)` shows where it is. */
export function tellProblem(place, problem, words, tellPlace) {
  const known = `outcome_${problem.outcome}`;
  const said = problem.outcome === "huge" ? words.text("huge") : words.text(words.has(known) ? known : "outcome_failed");
  place.className = "told";
  place.replaceChildren(element("p", {}, element("strong", {}, said)));
  if (problem.detail) {
    place.append(element("p", { lang: "en" }, problem.detail));
    if (problem.excerpt) {
      place.append(element("pre", { lang: "en" }, problem.excerpt));
    }
  }
  if (problem.wait) {
    place.append(element("p", {}, words.text("wait", { seconds: Number(problem.wait) })));
  }
  if (problem.line) {
    tellPlace(problem.line, problem.column);
  }
}
