// @ts-check
// The answer on a map, where a column holds geometries: the server reads them.

import { asking } from "./ask.js";
import { element, load } from "./dom.js";

const MOST = 2000; // shapes, as the server gives them
const WKT = "http://www.opengis.net/ont/geosparql#wktLiteral";

/** Return the column that holds geometries, if there is one. */
export function placeColumn({ variables, rows }) {
  return variables.find((v) => rows.some((row) => row[v]?.datatype === WKT));
}

/** Draw the map into `place`: `sources` says where the libraries stand, and the words of the map. */
export async function drawPlaces(place, answer, { words, sources }) {
  const map = element("div", { class: "map" });
  place.replaceChildren(map);
  try {
    const { features, leftOut } = await (await asking(sources.places, answer.asked)).json();
    if (features.length === MOST) {
      const shown = words.text("map_most", { shown: features.length, count: answer.rows.length });
      place.prepend(element("p", { class: "note" }, shown));
    }
    if (leftOut) {
      const count = Object.values(leftOut).reduce((sum, number) => sum + number, 0);
      place.prepend(element("p", { class: "note" }, words.text("map_left_out", { count })));
    }
    await load(sources.mapStyle);
    const { drawMap } = await import(sources.mapScript);
    await drawMap(map, features, { ...sources, name: words.text("map") });
  } catch {
    map.replaceWith(element("p", { class: "note" }, words.text("map_failed")));
  }
}
