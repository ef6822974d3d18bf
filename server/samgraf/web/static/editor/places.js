// The answer on a map, where a column holds geometries.

import { element, load } from "./dom.js";
import { readWkt, WKT } from "./wkt.js";

const MOST = 2000; // shapes

/** Return the column that holds geometries, if there is one. */
export function placeColumn({ variables, rows }) {
  return variables.find((v) => rows.some((row) => row[v]?.datatype === WKT && readWkt(row[v].value)));
}

/** Draw the map into `place`: `sources` says where the libraries stand. */
export async function drawPlaces(place, answer, { terms, words, labels, sources }) {
  const column = placeColumn(answer);
  const rows = answer.rows.filter((row) => row[column]?.datatype === WKT).slice(0, MOST);
  const things = (row) => answer.variables.filter((v) => row[v]?.type === "uri");
  await labels.find(rows.flatMap((row) => things(row).slice(0, 1).map((v) => row[v].value)));
  const features = rows.map((row) => feature(row)).filter(Boolean);
  const map = element("div", { class: "map", role: "region", "aria-label": words.text("map") });
  const note = features.length < answer.rows.length
    ? [element("p", { class: "note" }, words.text("map_most", { shown: features.length, count: answer.rows.length }))]
    : [];
  place.replaceChildren(...note, map);
  try {
    await load(sources.leaflet);
    const { drawMap } = await import(sources.map);
    await drawMap(map, features, {});
  } catch {
    map.replaceWith(element("p", { class: "note" }, words.text("map_failed")));
  }

  function feature(row) {
    const geometry = readWkt(row[column].value);
    if (!geometry) {
      return null;
    }
    const [thing] = things(row);
    const label = thing ? labels.get(row[thing].value) : null;
    const rest = answer.variables.filter((v) => v !== column && v !== thing && row[v]).map((v) => terms.text(row[v]));
    const name = label ? label[0] : thing ? terms.text(row[thing]) : (rest[0] ?? "");
    const href = thing ? terms.address(row[thing].value) : null;
    return { type: "Feature", geometry, properties: { name, href, text: rest.join(" · ") } };
  }
}
