// Well-known text as GeoJSON: https://docs.ogc.org/is/22-047r1/22-047r1.html
// What is not understood gives null: a thing in a wrong place is worse than one that is missing.

export const WKT = "http://www.opengis.net/ont/geosparql#wktLiteral";

// reference systems of longitude and latitude, and whether latitude comes first in them
const LATITUDE_FIRST = new Map([
  ["http://www.opengis.net/def/crs/OGC/1.3/CRS84", false],
  ["https://www.opengis.net/def/crs/OGC/1.3/CRS84", false],
  ["http://www.opengis.net/def/crs/EPSG/0/4326", true],
  ["http://www.opengis.net/def/crs/EPSG/0/4258", true],
]);
const DEPTH = { POINT: 0, LINESTRING: 1, MULTIPOINT: 1, POLYGON: 2, MULTILINESTRING: 2, MULTIPOLYGON: 3 };
const NAMES = {
  POINT: "Point", LINESTRING: "LineString", MULTIPOINT: "MultiPoint", POLYGON: "Polygon",
  MULTILINESTRING: "MultiLineString", MULTIPOLYGON: "MultiPolygon",
};

/** Return the GeoJSON geometry of a literal's text, or null. */
export function readWkt(text) {
  const [, crs, rest] = /^\s*(?:<([^<>\s]*)>)?\s*([^]*)$/.exec(text);
  if (crs !== undefined && !LATITUDE_FIRST.has(crs)) return null;
  const found = /^([A-Za-z]+)\s*(?:(?:Z|M|ZM)\s*)?(\([^]*\))\s*$/i.exec(rest);
  const kind = found?.[1].toUpperCase();
  if (!(kind in DEPTH)) return null;
  const turned = LATITUDE_FIRST.get(crs) ?? false;
  try {
    // the text is JSON but for its brackets: numbers apart by spaces become positions
    const bare = kind === "MULTIPOINT" ? found[2].replace(/\(\s*([^(),]+)\)/g, "$1").replace(/^([^(])/, "($1").replace(/([^)])$/, "$1)") : found[2];
    const json = bare
      .replace(/[^(),]*[^(),\s][^(),]*/g, (numbers) => position(numbers, turned))
      .replaceAll("(", "[").replaceAll(")", "]");
    let coordinates = JSON.parse(json);
    if (kind === "POINT") [coordinates] = coordinates;
    return depth(coordinates) === DEPTH[kind] ? { type: NAMES[kind], coordinates } : null;
  } catch {
    return null;
  }
}

function position(numbers, turned) {
  const [x, y] = numbers.trim().split(/\s+/).map(Number);
  const [longitude, latitude] = turned ? [y, x] : [x, y];
  // written so that what is no number fails too
  if (!(Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90)) throw new RangeError();
  return `[${longitude},${latitude}]`;
}

function depth(coordinates) {
  let deep = -1;
  for (let inner = coordinates; Array.isArray(inner); [inner] = inner) deep += 1;
  return deep;
}
