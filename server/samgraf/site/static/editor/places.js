// @ts-check
// The answer on a map, where a column holds geometries: the server reads them.

import { asking } from "./ask.js";
import { element } from "./dom.js";

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
    await styled(sources.mapStyle);
    const { drawMap } = await import(sources.mapScript);
    await drawMap(map, features, { ...sources, name: words.text("map") });
  } catch {
    map.replaceWith(element("p", { class: "note" }, words.text("map_failed")));
  }
}

/**
 * Link a style sheet once; resolve when it holds.
 * @returns {Promise<unknown>}
 */
function styled(address) {
  if (document.querySelector(`link[href="${address}"]`)) {
    return Promise.resolve();
  }
  return new Promise((resolve, reject) => {
    const link = element("link", { rel: "stylesheet", href: address });
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => reject(new Error(address)));
    document.head.append(link);
  });
}
