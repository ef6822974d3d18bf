// @ts-check
// Answer queries over the release, in a thread of its own that can be ended. It alone runs
// WebAssembly; the pages' policy allows none.

import { prepared, Refused } from "./forms.js";

/** @type {any} */
let oxigraph;
let store;
let settings;

const PLACE = /error at (\d+):(\d+): (.*)/s;
const PARTS = ["subject", "predicate", "object"];
const NAME = String.raw`[\p{L}_][\p{L}\p{N}\p{M}_.\-\u00b7]*`;
// a character that XML does not have, or a tag whose name is none: within texts, < is escaped
const NO_XML = new RegExp(String.raw`[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|<(?!\?xml |/?(?:${NAME}:)?${NAME}[\s/>])`, "u");
const RESULTS = "application/sparql-results+json";

self.addEventListener("message", async ({ data: { id, begin, query, format } }) => {
  try {
    if (begin) {
      await load(begin);
      self.postMessage({ id });
    } else {
      self.postMessage({ id, ...answer(query, format) });
    }
  } catch (error) {
    self.postMessage({ id, problem: problemOf(error) });
  }
});

/** Fetch engine and data, and fill the store: the default graph is the union of the named ones. */
async function load({ program, data, ...told }) {
  settings = told;
  const [module, quads] = await Promise.all([import(program), fetched(data)]);
  oxigraph = module;
  await oxigraph.default();
  store = new oxigraph.Store();
  store.load(quads, { format: "application/n-quads", no_transaction: true, lenient: true });
  if (settings.union) {
    const apart = settings.apart.map((iri) => `<${iri}>`).join(", ");
    store.update(`INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } ${apart && `FILTER(?g NOT IN (${apart}))`} }`);
  }
}

async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) {
    throw new Error(`${address}: ${response.status}`);
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  // some hosts send such files as if they were packed on the way only: the browser unpacks them
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    return bytes;
  }
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}

/** Return the kind of the answer, its media type and its text. */
function answer(query, format) {
  const asked = prepared(query, settings, holds);
  const kind = asked.form === "SELECT" ? "solutions" : asked.form === "ASK" ? "boolean" : "graph";
  const type = typeOf(kind, format);
  try {
    return { kind, type, text: written(asked.text, type, format) };
  } catch (error) {
    throw Object.assign(syntaxError(asked) ?? error, { asked });
  }
}

function written(query, type, format) {
  if (format === "rows") return JSON.stringify(rowsOf(store.query(query, { base_iri: base() })));
  if (type === "text/csv") return csvOf(JSON.parse(store.query(query, { base_iri: base(), results_format: RESULTS })));
  const text = store.query(query, { base_iri: base(), results_format: type });
  return type.endsWith("+xml") ? wellFormed(text, type) : text;
}

/** Return XML with references for its carriage returns, which a reader takes for ends of lines; refuse what is none. */
function wellFormed(xml, type) {
  if (NO_XML.test(xml)) {
    throw new Refused(`The answer holds a character or a name that XML cannot express, so it cannot be written as ${type}. Ask for another format.`);
  }
  return xml.replaceAll("\r", "&#13;");
}

/** Return what the engine cannot read in the query as it was asked: its place is not that in what it is given. */
function syntaxError({ text, plain }) {
  if (text === plain) return null;
  try {
    store.query(plain, { base_iri: base() });
    return null;
  } catch (error) {
    return error instanceof Error && PLACE.test(error.message) ? error : null;
  }
}

function base() {
  return settings.base || undefined;
}

function holds(query) {
  try {
    return store.query(query, { base_iri: base() });
  } catch {
    return null;
  }
}

function typeOf(kind, format) {
  const types = settings.formats[kind];
  return Object.hasOwn(types, format) ? types[format] : kind === "graph" ? "text/turtle" : RESULTS;
}

/** Return triples in the form of https://www.w3.org/TR/sparql11-results-json/, each once. */
function rowsOf(quads) {
  const lines = new Map(quads.map((quad) => [quad.toString(), quad]));
  const bindings = [...lines.values()].map((quad) => Object.fromEntries(PARTS.map((part) => [part, termOf(quad[part])])));
  return { head: { vars: PARTS }, results: { bindings } };
}

/** Return JSON results as CSV, quoted as samgraf/sparql/formats.py does it: the engine leaves IRIs with commas as they are. */
function csvOf({ head: { vars = [] }, results, boolean }) {
  if (!results) return String(boolean);
  const rows = results.bindings.map((row) => vars.map((name) => plainOf(row[name])));
  return [vars, ...rows].map((row) => `${row.length === 1 && row[0] === "" ? '""' : row.map(fieldOf).join(",")}\r\n`).join("");
}

function plainOf(term) {
  if (!term) return "";
  if (term.type === "triple") return PARTS.map((part) => plainOf(term.value[part])).join(" ");
  return term.type === "bnode" ? `_:${term.value}` : term.value;
}

function fieldOf(text) {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function termOf(term) {
  if (term.termType === "NamedNode") return { type: "uri", value: term.value };
  if (term.termType === "BlankNode") return { type: "bnode", value: term.value };
  if (term.termType === "Quad") {
    return { type: "triple", value: Object.fromEntries(PARTS.map((part) => [part, termOf(term[part])])) };
  }
  if (term.language) return { type: "literal", value: term.value, "xml:lang": term.language };
  const datatype = term.datatype.value;
  return datatype.endsWith("#string") ? { type: "literal", value: term.value } : { type: "literal", value: term.value, datatype };
}

/** Return what went wrong as https://www.rfc-editor.org/rfc/rfc9457 has it. */
function problemOf(error) {
  if (error instanceof Refused) {
    return { status: 400, outcome: "refused", detail: error.message };
  }
  const text = String(error?.message ?? error);
  const { asked } = error ?? {};
  const place = PLACE.exec(text);
  if (place) {
    const line = Number(place[1]);
    const column = Number(place[2]) - (line === 1 ? (asked?.head ?? 0) : 0);
    const detail = `The query cannot be read: ${place[3].trim()}`;
    // where escapes were decoded, the place would be wrong
    return { status: 400, outcome: "syntax", detail, ...(asked?.exact && column > 0 && { line, column }) };
  }
  if (/custom function|is not supported/.test(text)) {
    return { status: 400, outcome: "syntax", detail: text };
  }
  return { status: 500, outcome: "failed", detail: text };
}
