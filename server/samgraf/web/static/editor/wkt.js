// Read Well-Known Text literals of GeoSPARQL (https://www.opengis.net/doc/IS/geosparql/1.1, 8.5)
// into the geometries of GeoJSON. Longitude first, as CRS84 has it; other systems are left out.

export const WKT = "http://www.opengis.net/ont/geosparql#wktLiteral";
const CRS84 = /CRS84|EPSG\/0\/4326/;
const KINDS = {
  POINT: ["Point", 0],
  LINESTRING: ["LineString", 1],
  POLYGON: ["Polygon", 2],
  MULTIPOINT: ["MultiPoint", 1],
  MULTILINESTRING: ["MultiLineString", 2],
  MULTIPOLYGON: ["MultiPolygon", 3],
};

/** Return the geometry, or null where the text has none that can be drawn. */
export function readWkt(text) {
  const found = /^\s*(?:<([^>]*)>)?\s*([A-Z]+)(?:\s+[ZM]+)?\s*(\(.*\))\s*$/is.exec(text);
  const kind = KINDS[found?.[2].toUpperCase()];
  if (!kind || (found[1] && !CRS84.test(found[1]))) {
    return null;
  }
  const [type, depth] = kind;
  // positions become lists, and what stands between brackets too: then it is JSON
  const listed = found[3]
    .replace(/-?\d[\d.eE+-]*(?:\s+-?\d[\d.eE+-]*)+/g, (position) => `[${position.trim().split(/\s+/).slice(0, 2).join(",")}]`)
    .replaceAll("(", "[")
    .replaceAll(")", "]");
  try {
    let coordinates = JSON.parse(listed);
    if (depth === 0 || type === "MultiPoint") {
      coordinates = depth === 0 ? coordinates[0] : coordinates.map((p) => (Array.isArray(p[0]) ? p[0] : p));
    }
    const swapped = /4326/.test(found[1] ?? "");
    return sound(coordinates, depth) ? { type, coordinates: swapped ? turned(coordinates) : coordinates } : null;
  } catch {
    return null;
  }
}

function sound(part, depth) {
  if (depth > 0) {
    return Array.isArray(part) && part.length > 0 && part.every((inner) => sound(inner, depth - 1));
  }
  return Array.isArray(part) && part.length === 2 && part.every(Number.isFinite);
}

function turned(part) {
  return Array.isArray(part[0]) ? part.map(turned) : [part[1], part[0]];
}
