// @ts-check
// The answer as a table: things linked and called by their names, numbers to the right, a click
// on a heading sorts, and long answers come bit by bit.

import { button, element, scrolling } from "./dom.js";
import { isNumber } from "./terms.js";

/** Draw `rows` (maps of variables to terms) into `place`. */
export function drawTable(place, { variables, rows, headings = new Map() }, { terms, words, labels, step }) {
  if (rows.length === 0) {
    place.replaceChildren(element("p", {}, words.text("no_rows")));
    return;
  }
  let order = rows;
  let shown = 0;
  const body = element("tbody", { role: "rowgroup" });
  const told = element("p", { class: "note", role: "status" });
  const more = button("", "secondary", () => extend(true));
  const heads = variables.map((name) => heading(name));
  const table = element("table", { class: "ds-table sortable", role: "table" },
    element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...heads)), body);
  const frame = scrolling(words.text("table"), table);
  frame.classList.add("cards"); // in a narrow window, as macros.html has it
  place.replaceChildren(told, frame, element("div", { class: "more" }, more));
  extend(false);

  function heading(name) {
    const text = headings.get(name) ?? name;
    const sort = element("button", { type: "button", class: "sort", title: words.text("sort", { name: text }) }, text);
    const head = element("th", { scope: "col", role: "columnheader" }, sort);
    const bound = rows.filter((row) => row[name]);
    head.classList.toggle("figure", bound.length > 0 && bound.every((row) => isNumber(row[name])));
    sort.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      order = sorted(rows, name, terms, words.language, down);
      body.replaceChildren();
      const before = shown;
      shown = 0;
      extend(false, before);
    });
    return head;
  }

  function extend(byReader, count = step) {
    const added = order.slice(shown, shown + count);
    const made = added.map((row) => element("tr", { role: "row" }, ...variables.map((name) => cell(row, name))));
    body.append(...made);
    shown += added.length;
    const left = rows.length - shown;
    told.textContent = left > 0 ? words.text("shown", { shown, count: rows.length }) : "";
    told.hidden = left === 0;
    more.hidden = left === 0;
    more.textContent = words.text("more", { count: Math.min(step, left) });
    if (byReader) {
      // the reader goes on where the new rows begin
      made[0].tabIndex = -1;
      made[0].focus({ preventScroll: true });
    }
    name(made, added);
  }

  function cell(row, name) {
    const label = headings.get(name) ?? name;
    const value = element("div", {}, ...terms.nodes(row[name]));
    const made = element("td", { role: "cell", "data-label": label, ...(row[name] ? {} : { "data-empty": "" }) }, value);
    made.classList.toggle("figure", isNumber(row[name]));
    return made;
  }

  async function name(made, added) {
    await labels.find(added.flatMap((row) => variables.filter((v) => row[v]?.type === "uri").map((v) => row[v].value)));
    added.forEach((row, index) => {
      const said = new Set(variables.map((v) => row[v]?.value));
      variables.forEach((variable, column) => {
        const label = row[variable]?.type === "uri" ? labels.get(row[variable].value) : null;
        if (label && !said.has(label[0])) {
          made[index].cells[column].firstChild.append(" ", terms.label(label));
        }
      });
    });
  }
}

function sorted(rows, name, terms, language, down) {
  const collator = new Intl.Collator(language, { numeric: true });
  const key = (row) => (isNumber(row[name]) ? Number(row[name].value) : terms.text(row[name]));
  const compare = (a, b) => {
    const [x, y] = [key(a), key(b)];
    return typeof x === "number" && typeof y === "number" ? x - y : collator.compare(x, y);
  };
  return [...rows].sort(down ? (a, b) => compare(b, a) : compare);
}
