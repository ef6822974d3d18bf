// @ts-check
// Bars for answers that have a number per label: a table whose numbers are drawn, so that it is
// read, printed and spoken like any other.

import { element, scrolling } from "./dom.js";
import { isNumber } from "./terms.js";

const MOST = 100; // bars
const NAMES = ["Name", "Label"];

/** Return the columns to draw, or null where there is no number per label. */
export function chartColumns({ variables, rows }) {
  if (rows.length < 2) {
    return null;
  }
  const measures = variables.filter((v) => {
    const bound = rows.filter((row) => row[v]);
    return bound.length > 0 && bound.every((row) => isNumber(row[v]));
  });
  const others = variables.filter((v) => !measures.includes(v) && rows.every((row) => row[v]?.type !== "triple"));
  const label = others.find((v) => NAMES.some((name) => others.includes(v + name)) || distinct(rows, v)) ?? others[0];
  return measures.length > 0 && label ? { label, measures } : null;
}

function distinct(rows, variable) {
  const values = rows.map((row) => row[variable]?.value).filter((value) => value !== undefined);
  return values.length > 0 && new Set(values).size === values.length;
}

/** Draw the bars into `place`. */
export async function drawChart(place, answer, { terms, words, labels }) {
  const { label, measures } = chartColumns(answer);
  const rows = answer.rows.slice(0, MOST);
  await labels.find(rows.map((row) => row[label]).filter((term) => term?.type === "uri").map((term) => term.value));
  let measure = measures[0];
  const drawn = element("div");
  const choice = element("select", { class: "ds-input", id: "measure" },
    ...measures.map((name) => element("option", { value: name }, name)));
  choice.addEventListener("change", () => {
    measure = choice.value;
    draw();
  });
  const field = element("p", { class: "choice" }, element("label", { for: "measure" }, words.text("chart_measure")), choice);
  const most = words.text("chart_most", { shown: rows.length, count: answer.rows.length });
  place.replaceChildren(
    ...(measures.length > 1 ? [field] : []),
    ...(answer.rows.length > rows.length ? [element("p", { class: "note" }, most)] : []),
    drawn,
  );
  draw();

  function draw() {
    const values = rows.map((row) => (row[measure] ? Number(row[measure].value) : null));
    const low = Math.min(0, ...values);
    const range = Math.max(0, ...values) - low || 1;
    const lines = rows.map((row, index) => {
      const bar = element("span", { class: "bar" });
      const value = values[index] ?? 0;
      bar.style.marginInlineStart = `${((Math.min(0, value) - low) / range) * 100}%`;
      bar.style.inlineSize = `${(Math.abs(value) / range) * 100}%`;
      return element("tr", {},
        element("th", { scope: "row" }, ...title(row)),
        element("td", { class: "figure" }, row[measure] ? words.written(value) : ""),
        element("td", { class: "drawn", "aria-hidden": "true" }, bar));
    });
    const head = element("tr", {}, element("th", { scope: "col" }, label),
      element("th", { scope: "col", class: "figure" }, measure), element("td", { "aria-hidden": "true" }));
    const table = element("table", { class: "bars" },
      element("caption", {}, words.text("chart_told", { name: measure })),
      element("thead", {}, head), element("tbody", {}, ...lines));
    drawn.replaceChildren(scrolling(words.text("table"), table));
  }

  function title(row) {
    const term = row[label];
    const beside = NAMES.map((name) => row[label + name]).find(Boolean);
    const said = term?.type === "uri" ? labels.get(term.value) : null;
    if (!said && !beside) {
      return terms.nodes(term);
    }
    const [text, language] = said ?? [beside.value, beside["xml:lang"]];
    const foreign = language && language !== words.language;
    const shown = element("bdi", { lang: foreign ? language : null }, text);
    return [term.type === "uri" ? terms.link(term.value, shown) : shown];
  }
}
