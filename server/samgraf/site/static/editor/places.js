// The answer on a map, where a column holds geometries.

import { element } from "./dom.js";
import { readWkt, WKT } from "../wkt.js";

const MOST = 2000; // shapes

/** Return the column that holds geometries, if there is one. */
export function placeColumn({ variables, rows }) {
  return variables.find((v) => rows.some((row) => row[v]?.datatype === WKT && readWkt(row[v].value)));
}

/** Draw the map into `place`: `sources` says where the libraries stand, and the words of the map. */
export async function drawPlaces(place, answer, { terms, words, labels, sources }) {
  const column = placeColumn(answer);
  const rows = answer.rows.filter((row) => row[column]?.datatype === WKT).slice(0, MOST);
  const things = (row) => answer.variables.filter((v) => row[v]?.type === "uri");
  await labels.find(rows.flatMap((row) => things(row).slice(0, 1).map((v) => row[v].value)));
  const features = rows.map((row) => feature(row)).filter(Boolean);
  const map = element("div", { class: "map" });
  const note = features.length < answer.rows.length
    ? [element("p", { class: "note" }, words.text("map_most", { shown: features.length, count: answer.rows.length }))]
    : [];
  place.replaceChildren(...note, map);
  try {
    await styled(sources.mapStyle);
    const { drawMap } = await import(sources.mapScript);
    await drawMap(map, features, { ...sources, name: words.text("map") });
  } catch {
    map.replaceWith(element("p", { class: "note" }, words.text("map_failed")));
  }

  function feature(row) {
    const geometry = readWkt(row[column].value);
    if (!geometry) {
      return null;
    }
    const [thing] = things(row);
    const beside = answer.variables.filter((v) => v !== column && v !== thing && row[v]);
    const label = thing ? labels.get(row[thing].value) : null;
    const [name, language] = label ?? [terms.text(row[thing ?? beside[0]]), ""];
    const page = thing ? terms.address(row[thing].value) : null;
    const layerName = beside.map((v) => terms.text(row[v])).join(" · ");
    return { type: "Feature", geometry, properties: { name, language, page, layerName } };
  }
}

/** Link a style sheet once; resolve when it holds. */
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
