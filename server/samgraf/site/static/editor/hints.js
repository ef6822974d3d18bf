// @ts-check
// Why an answer is empty, in the reader's words, with buttons that put in what fits.

import { button, element } from "./dom.js";

/** Write `hints` into `place`; `use(hint, text)` puts `text` into the query and says whether it could. */
export function tellHints(place, hints, words, use) {
  const items = hints.map((hint) => {
    const { term = "", about = "", other = "" } = hint;
    const line = hint.line ? [" ", element("span", { class: "note" }, words.text("hint_line", { line: hint.line }))] : [];
    const item = element("li", {}, words.text(`hint_${hint.code}`, { term, about, other }), ...line);
    const offered = (hint.instead ?? []).map((text) => hint.line
      ? button(text, "secondary", () => use(hint, text), { "data-size": "sm" })
      : element("code", {}, text));
    if (offered.length > 0) {
      item.append(element("div", { class: "instead" }, words.text("hint_instead"), " ", ...offered));
    }
    return item;
  });
  const lead = words.text(hints.length > 0 ? "hints_lead" : "hints_none");
  place.append(element("div", { class: "hints", id: "hints" }, element("p", {}, lead),
    hints.length > 0 ? element("ul", {}, ...items) : null));
}
