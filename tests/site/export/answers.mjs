// Answer queries by the engine of a copy, as its worker does: JSON on standard input and output.

import { readFileSync } from "node:fs";

const { asked, settings, program } = JSON.parse(readFileSync(0, "utf8"));
const site = new URL("../../../server/samgraf/site/static/", import.meta.url);
const { prepared, Refused } = await import(new URL("export/forms.js", site));
const engine = await import(new URL(`vendor/${program}/web.js`, site));
engine.initSync({ module: readFileSync(new URL(`vendor/${program}/web_bg.wasm`, site)) });

const answers = asked.map(({ data, queries }) => {
  const store = new engine.Store();
  store.load(data, { format: "application/n-quads" });
  const holds = (query) => {
    try {
      return store.query(query);
    } catch {
      return null;
    }
  };
  return queries.map((query) => {
    try {
      const { text, form } = prepared(query, settings, holds);
      const type = form === "SELECT" || form === "ASK" ? "application/sparql-results+json" : "application/n-triples";
      return { text, answer: store.query(text, { results_format: type }) };
    } catch (error) {
      return { refused: error instanceof Refused, why: String(error.message ?? error) };
    }
  });
});
console.log(JSON.stringify(answers));
