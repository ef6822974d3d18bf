// @ts-check
// The ways an answer can be shown, and the buttons that change between them.

import { asking } from "./ask.js";
import { chartColumns, drawChart } from "./chart.js";
import { element } from "./dom.js";
import { drawGraph } from "./graph.js";
import { drawPlaces, placeColumn } from "./places.js";
import { problemOf, tellProblem } from "./problem.js";
import { drawTable } from "./table.js";

const MARK = "#as-";
const PARTS = ["subject", "predicate", "object"];

/** Say whether an answer holds nothing. */
export function isEmpty(answer) {
  return { boolean: answer.boolean === false, solutions: answer.rows?.length === 0, graph: !answer.text?.replace(/^@?prefix .*$/gim, "").trim() }[answer.kind];
}

/** Return the ways that fit `answer`, the first one first to be shown. */
export function viewsOf(answer, context) {
  if (answer.kind === "boolean") {
    return [{ name: "table", draw: (place) => place.replaceChildren(
      element("p", { class: "boolean" }, context.words.text(answer.boolean ? "yes" : "no"))) }];
  }
  if (answer.kind === "graph") {
    const triples = once(async () => {
      const response = await asking(context.sources.triples, answer.asked);
      return (await response.json()).results.bindings;
    });
    return [
      { name: "turtle", draw: (place) => place.replaceChildren(element("pre",
        { class: "turtle", role: "region", tabindex: "0", "aria-label": context.words.text("turtle") },
        element("code", {}, answer.text))) },
      { name: "graph", draw: async (place) => drawGraph(place, await triples(), context) },
      { name: "triples", draw: async (place) => {
        const headings = new Map(PARTS.map((part) => [part, context.words.text(part)]));
        drawTable(place, { variables: PARTS, rows: await triples(), headings }, context);
      } },
    ];
  }
  const views = [{ name: "table", draw: (place) => drawTable(place, answer, context) }];
  if (context.sources.places && placeColumn(answer)) {
    views.push({ name: "map", draw: (place) => drawPlaces(place, answer, context) });
  }
  if (chartColumns(answer)) {
    views.push({ name: "chart", draw: (place) => drawChart(place, answer, context) });
  }
  return views;
}

/** Show `views` in `place`, with a button each in `buttons`. */
export function showViews(views, place, buttons, words) {
  const made = new Map(); // each is drawn once, when it is first asked for
  const pressed = new Map();
  const wanted = views.find(({ name }) => location.hash === MARK + name) ?? views[0];
  for (const view of views) {
    const key = element("button", { type: "button", class: "ds-button", "data-size": "sm" }, words.text(`view_${view.name}`));
    key.addEventListener("click", () => {
      show(view);
      const mark = view === views[0] ? "" : MARK + view.name;
      history.replaceState(null, "", location.pathname + location.search + mark);
    });
    pressed.set(view, key);
  }
  buttons.replaceChildren(...pressed.values());
  buttons.hidden = views.length < 2;
  show(wanted);

  function show(view) {
    for (const [other, key] of pressed) {
      key.setAttribute("aria-pressed", String(other === view));
      key.dataset.variant = other === view ? "primary" : "tertiary";
    }
    let shown = made.get(view.name);
    if (!shown) {
      shown = element("div", { class: "shown" });
      made.set(view.name, shown);
      place.replaceChildren(shown);
      draw(view, shown);
    } else if (shown.parentNode !== place) {
      place.replaceChildren(shown);
    }
  }

  async function draw(view, shown) {
    try {
      await view.draw(shown);
    } catch (error) {
      made.delete(view.name); // it is drawn again when it is asked for again
      tellProblem(shown, problemOf(error), words, () => {});
    }
  }
}

/** Return a function that calls `make` once and returns what came of it ever after, unless it failed. */
function once(make) {
  let made;
  return () => (made ??= make().catch((error) => {
    made = undefined;
    throw error;
  }));
}
