// What the editor's scripts work out without a page: node --test tests/site/js

import assert from "node:assert/strict";
import test from "node:test";

const scripts = new URL("../../../server/samgraf/site/static/editor/", import.meta.url);
const { ask, Problem } = await import(new URL("ask.js", scripts));
const { chartColumns } = await import(new URL("chart.js", scripts));
const { ranked } = await import(new URL("completion.js", scripts));
const { contextAt } = await import(new URL("context.js", scripts));
const { partnersOf } = await import(new URL("partners.js", scripts));
const { placeColumn } = await import(new URL("places.js", scripts));
const { Labels } = await import(new URL("labels.js", scripts));
const { isNumber, Terms, XSD } = await import(new URL("terms.js", scripts));
const { Words } = await import(new URL("words.js", scripts));

const place = {
  base: "https://base.example/",
  namespace: "https://base.example/ontology#",
  ontology: "https://base.example/ontology",
  prefixes: { ex: "http://e/", deep: "http://e/deep/", "": "http://empty/" },
};
const terms = new Terms(place, "nb", null);
const number = (value) => ({ type: "literal", value, datatype: `${XSD}integer` });
const text = (value) => ({ type: "literal", value });

// the same cases as tests/site/test_cells.py
for (const [iri, shown] of [
  ["http://e/a", "ex:a"],
  ["http://e/deep/a", "deep:a"],
  ["http://e/deep/a/b", "http://e/deep/a/b"],
  ["http://empty/x", ":x"],
  ["https://base.example/id/x/rose", "<id/x/rose>"],
  ["https://base.example/id/../a", "https://base.example/id/../a"],
  ["https://base.example/a b", "https://base.example/a b"],
]) {
  test(`${iri} is shortened`, () => assert.equal(terms.shorten(iri), shown));
}

for (const [iri, address] of [
  ["https://base.example/id/x/rose", "/doc/x/rose"],
  ["https://base.example/ontology#Rose", "/ontology/Rose"],
  ["https://base.example/ontology", "/ontology"],
  ["https://base.example//evil.example/", "https://base.example//evil.example/"],
  ["http://e/", "http://e/"],
  ["javascript:alert(1)", null],
  ["data:,x", null],
]) {
  test(`${iri} leads where it may`, () => assert.equal(terms.address(iri), address));
}

test("pages stand below the path of the site, what is elsewhere does not", () => {
  const below = new Terms({ ...place, root: "/graf" }, "en", "en");
  assert.equal(below.address("https://base.example/id/a"), "/graf/doc/a?lang=en");
  assert.equal(below.address("https://base.example/ontology"), "/graf/ontology?lang=en");
  assert.equal(below.address("https://elsewhere.example/"), "https://elsewhere.example/");
});

test("a language that was chosen stays chosen", () => {
  const chosen = new Terms(place, "en", "en");
  assert.equal(chosen.address("https://base.example/id/a"), "/doc/a?lang=en");
});

test("only finite numbers of a number's type are numbers", () => {
  assert.ok(isNumber(number("12")));
  assert.ok(!isNumber(number("x")));
  assert.ok(!isNumber(text("12")));
  assert.ok(!isNumber(undefined));
});

test("a triple term is spelled out", () => {
  const part = { type: "uri", value: "http://e/a" };
  const term = { type: "triple", value: { subject: part, predicate: part, object: text("b") } };
  assert.equal(terms.text(term), "<<( ex:a ex:a b )>>");
});

for (const [language, four, five, half] of [
  ["nb", "1234", "12\u00a0345", "1,5"],
  ["nn", "1234", "12\u00a0345", "1,5"],
  ["en", "1234", "12,345", "1.5"],
]) {
  test(`numbers are written as the server writes them in ${language}`, () => {
    const words = new Words({}, language);
    assert.deepEqual([1234, 12345, 1.5].map((n) => words.written(n)), [four, five, half]);
  });
}

test("words have their values in their places", () => {
  const words = new Words({ rows: "{count} {count:rad|rader}", milliseconds: "{count} ms", seconds: "{count} s" }, "nb");
  assert.equal(words.text("rows", { count: 1 }), "1 rad");
  assert.equal(words.text("rows", { count: 12345 }), "12\u00a0345 rader");
  assert.equal(words.time(12.4), "12 ms");
  assert.equal(words.time(1250), "1,3 s");
  assert.equal(words.text("unknown"), "unknown");
  assert.ok(!words.has("toString"));
});

test("outcomes of partners are read from the header", () => {
  const headers = new Headers({ "Samgraf-Partners": 'a;outcome=ok;rows=3, b-c;outcome=failed;reason="no; not, now"' });
  assert.deepEqual(partnersOf({ headers }), [
    { partner: "a", outcome: "ok", rows: 3 },
    { partner: "b-c", outcome: "failed", reason: "no; not, now" },
  ]);
  assert.deepEqual(partnersOf({ headers: new Headers() }), []);
});

test("bars need a number for each label", () => {
  const rows = [{ x: text("a"), n: number("1") }, { x: text("b"), n: number("2") }];
  assert.deepEqual(chartColumns({ variables: ["x", "n"], rows }), { label: "x", measures: ["n"] });
  assert.equal(chartColumns({ variables: ["x"], rows }), null);
  assert.equal(chartColumns({ variables: ["x", "n"], rows: rows.slice(1) }), null);
});

test("a column of geometries makes a map", () => {
  const datatype = "http://www.opengis.net/ont/geosparql#wktLiteral";
  const rows = [{ x: text("a") }, { x: text("b"), w: { ...text("POINT (1 2)"), datatype } }];
  assert.equal(placeColumn({ variables: ["x", "w"], rows }), "w");
  assert.equal(placeColumn({ variables: ["x"], rows }), undefined);
});

function answering(body, { status = 200, type = "application/sparql-results+json", ...headers } = {}) {
  globalThis.fetch = async (address, options) => {
    answering.asked = { address, ...options };
    return new Response(body, { status, headers: { "Content-Type": type, ...headers } });
  };
}

const asked = (query) => ask("/sparql", new URLSearchParams({ query }), new AbortController().signal);

test("an answer is read by its kind", async () => {
  answering('{"head":{},"boolean":true}');
  assert.equal((await asked("ASK {}")).boolean, true);
  answering('{"head":{"vars":["constructor"]},"results":{"bindings":[{}]}}', { "Samgraf-Truncated": "bytes" });
  const cut = await asked("SELECT ?constructor {}");
  assert.deepEqual([cut.kind, cut.truncated, cut.rows[0].constructor], ["solutions", true, undefined]);
  answering("<a> <b> <c> .", { type: "text/turtle" });
  assert.deepEqual([(await asked("DESCRIBE <a>")).kind, answering.asked.method], ["graph", undefined]);
});

test("a long query is posted", async () => {
  answering('{"head":{},"boolean":true}');
  await asked(`ASK {} #${"x".repeat(9000)}`);
  assert.equal(answering.asked.method, "POST");
});

test("a problem says what it says of itself, and when to ask again", async () => {
  answering('{"outcome":"syntax","detail":"no","line":3}', { status: 400, type: "application/problem+json" });
  await assert.rejects(asked("x"), (e) => e instanceof Problem && e.outcome === "syntax" && e.line === 3);
  answering("Bad gateway", { status: 502, type: "text/html", "Retry-After": "7" });
  await assert.rejects(asked("x"), (e) => e.outcome === "failed" && e.wait === "7");
});

for (const [text, position, property, classes] of [
  ["SELECT * { ", "subject", null, []],
  ["SELECT * { ?c ", "verb", null, []],
  ["SELECT * { ?c ex:p ", "object", "ex:p", []],
  ["SELECT * { ?c a ex:C ; ", "verb", null, ["ex:C"]],
  ["SELECT * { ?c a ex:C ; ex:p ?x, ", "object", "ex:p", ["ex:C"]],
  ["SELECT * { ?c a ex:C . ?d ex:p 1.5 . ?c ", "verb", null, ["ex:C"]],
  ["SELECT * { ?c a/rdfs:subClassOf* ", "object", "rdfs:subClassOf", []],
  ["SELECT * { ?c ex:p [ a ex:D ; ", "verb", null, ["ex:D"]],
  ["SELECT * { ?c ex:p [ a ex:D ] ; ", "verb", null, []],
  ["SELECT * { OPTIONAL { ?c ex:p ?d } ?d ", "verb", null, []],
  ["SELECT * { ?c ex:p ?y FILTER(?y > ", "object", "ex:p", []],
  ["SELECT * { ?c ex:p ?y FILTER(CONTAINS(?y, 'a b')) ?c ", "verb", null, []],
  ["SELECT * { ?c ex:p 'x'@en ; ", "verb", null, []],
  ["SELECT * { ?c ex:p '1'^^ex:T ; ", "verb", null, []],
  ["SELECT * { GRAPH ?g { ?c <http://e/p> ", "object", "<http://e/p>", []],
  ["SELECT (COUNT(*) AS ?n) WHERE { ?c ex:p # { a comment\n ", "object", "ex:p", []],
]) {
  test(`${text}| is behind what it is behind`, () => assert.deepEqual(contextAt(text), { position, property, classes }));
}

test("the class of a subject may be said further down", () => {
  assert.deepEqual(contextAt("SELECT * { ?c ", "SELECT * { ?c ?p ?o . ?c a ex:C }").classes, ["ex:C"]);
});

test("names are ranked by where they hold what is typed", () => {
  const terms = [["ex:rose", "Nype", "nb", 3], ["ex:prose", "", "", 9], ['"2017"^^xsd:gYear', "", "", 1]];
  const found = (part) => ranked(terms, part).map(([name]) => name);
  assert.deepEqual(found("ex:ro"), ["ex:rose", "ex:prose"]);
  assert.deepEqual(found("nyp"), ["ex:rose"]);
  assert.deepEqual(found("20"), ['"2017"^^xsd:gYear']);
  assert.deepEqual(ranked([["ex:a", "", "", 9], ["ex:b", "", "", 1, 1]], "ex:").map(([name]) => name), ["ex:b", "ex:a"]);
});

test("a copy asks for its labels again where they could not be had", async () => {
  const { engine } = await import(new URL("../export/engine.js", scripts));
  globalThis.document = { baseURI: "http://copy/" };
  globalThis.fetch = async () => Response.json({ data: "data" });
  const names = ["copy", "engineProgram", "engineWorker", "engineLabels"].map((name) => [name, name]);
  const told = { ...Object.fromEntries(names), engineFormats: "{}" };
  const answered = await engine(told);
  const asked = () => answered(told.labels, { method: "POST", body: '["http://e/"]' });
  globalThis.fetch = () => Promise.reject(new Error("no network"));
  await assert.rejects(asked());
  globalThis.fetch = async () => Response.json({ "http://e/": ["e", "en"] });
  assert.deepEqual(await (await asked()).json(), { "http://e/": ["e", "en"] });
});

test("all labels are asked for, and again where they could not be had", async () => {
  const iris = Array.from({ length: 1500 }, (_, number) => `http://e/${number}`);
  const labels = new Labels("/labels");
  answering("{}", { status: 503 });
  await labels.find(iris);
  const sizes = [];
  globalThis.fetch = async (_, { body }) => {
    sizes.push(JSON.parse(body).length);
    return Response.json(Object.fromEntries(JSON.parse(body).map((iri) => [iri, [iri, "en"]])));
  };
  await labels.find(iris);
  assert.deepEqual([sizes, labels.get("http://e/1499")], [[1000, 500], ["http://e/1499", "en"]]);
});
