// Answer queries by the engine of a copy, as its worker does: JSON on standard input and output.

import { readFileSync } from "node:fs";

const { data, settings, queries, program } = JSON.parse(readFileSync(0, "utf8"));
const site = new URL("../../../server/samgraf/site/static/", import.meta.url);
const { prepared, Refused } = await import(new URL("export/forms.js", site));
const engine = await import(new URL(`vendor/${program}/web.js`, site));
engine.initSync({ module: readFileSync(new URL(`vendor/${program}/web_bg.wasm`, site)) });

const store = new engine.Store();
store.load(data, { format: "application/n-quads" });
store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }");
const holds = (query) => {
  try {
    return store.query(query);
  } catch {
    return false;
  }
};

const answers = queries.map((query) => {
  try {
    const { text, form } = prepared(query, settings, holds);
    const type = form === "SELECT" || form === "ASK" ? "application/sparql-results+json" : "application/n-triples";
    return { text, answer: store.query(text, { results_format: type }) };
  } catch (error) {
    return { refused: error instanceof Refused, why: String(error.message) };
  }
});
console.log(JSON.stringify(answers));
