// @ts-check
// Read triples, and write paths as SPARQL has them or refuse them, as samgraf/sparql/corrections/paths.py
// does.

import { PAIRS, Refused, SECTION } from "./writing.js";

const CONSTANT = ["iri", "name", "string", "number", "TRUE", "FALSE"];
const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/** @typedef {import("./groups.js").Scope} Scope */

export class Paths {
  /** @param {import("./writing.js").Writing} writing */
  constructor(writing) {
    this.writing = writing;
    this.words = writing.words;
    this.values = new Map(); // the property whose values a variable has, null if unknown; empty for no literals
  }

  key(at) {
    return this.writing.key(at);
  }

  closing(at) {
    return this.writing.closing(at);
  }

  /** Read triples; return whether a path over no step starts or ends at a term among them. */
  triples(start, end, scope) {
    let zero = false;
    for (let at = start; at < end;) {
      if (this.key(at) === ".") {
        at += 1;
        continue;
      }
      const pairs = [];
      const [subject, next] = this.term(at, scope);
      const [found, after] = this.properties(subject, next, end, scope, pairs);
      zero = found || subject.zero || zero;
      if (pairs.some(({ ways }) => ways.length > 1)) this.spread(at, after, subject, pairs);
      at = Math.max(after, at + 1);
    }
    return zero;
  }

  /** Read properties and objects into `pairs`; return whether one is over no step, and the place behind. */
  properties(subject, start, end, scope, pairs) {
    let zero = false;
    let at = start;
    while (at < end && this.key(at) !== ".") {
      if (this.key(at) === ";") {
        at += 1;
        continue;
      }
      const path = this.path(at, end, scope.counted);
      const property = this.writing.slice(at, path.next);
      const verb = path.next === at + 1 ? this.key(at) : "";
      const iri = verb === "A" ? TYPE : this.writing.iri(at);
      at = path.next;
      for (;;) {
        const [object, after] = this.term(at, scope);
        zero = object.zero || zero;
        if (path.zero && (subject.constant || object.constant)) {
          zero = true;
          this.needs(subject, object, scope.graph);
        }
        pairs.push({ property, ways: path.ways, object });
        this.note(subject.text, verb === "variable" ? property : "", object.text, verb && verb !== "variable" ? iri : null);
        at = after;
        while (this.key(at) === "~" || this.key(at) === "{|") {
          at = this.key(at) === "~" ? this.reifier(at) : this.closing(at) + 1;
        }
        if (this.key(at) !== ",") break;
        at += 1;
      }
      if (at === path.next) break; // no term: the engine says what is wrong
    }
    return [zero, at];
  }

  /** Note of which property the values of a variable are, as samgraf/sparql/corrections/ordering.py does. */
  note(subject, verb, object, iri) {
    for (const node of [subject, verb].filter(isVariable)) {
      if (!this.values.has(node.slice(1))) this.values.set(node.slice(1), "");
    }
    if (!isVariable(object)) return;
    const known = this.values.get(object.slice(1)) ?? (this.values.has(object.slice(1)) ? null : iri);
    this.values.set(object.slice(1), known === "" || known === iri ? iri : null);
  }

  reifier(at) {
    return ["iri", "name", "variable", "blank"].includes(this.key(at + 1)) ? at + 2 : at + 1;
  }

  /** Read a term; return it, and the place behind it. */
  term(at, scope) {
    const key = this.key(at);
    const sign = key === "+" || key === "-" ? 1 : 0;
    if (Object.hasOwn(PAIRS, key)) {
      const end = this.closing(at);
      const blank = { constant: false, named: false, text: this.writing.slice(at, end + 1), zero: false };
      if (key === "[") {
        const pairs = [];
        blank.zero = this.properties(blank, at + 1, end, scope, pairs)[0];
        if (pairs.some(({ ways }) => ways.length > 1)) choiceRefused();
      } else if (key === "(") {
        for (let place = at + 1; place < end;) {
          const [item, next] = this.term(place, scope);
          blank.zero = item.zero || blank.zero;
          place = Math.max(next, place + 1);
        }
      }
      return [blank, end + 1];
    }
    let next = at + 1 + sign;
    if (this.words[at]?.kind === "string") {
      if (this.key(next) === "language") next += 1;
      else if (this.key(next) === "^^") next += 2;
    }
    const constant = CONSTANT.includes(this.key(at + sign));
    const text = this.writing.slice(at, Math.min(next, this.words.length));
    return [{ constant, named: constant || key === "variable", text, zero: false }, next];
  }

  /**
   * Read what stands for a property: whether it may go over no step, the place behind it, and the paths
   * that it is a choice of, where these are `counted`.
   */
  path(start, end, counted) {
    if (this.key(start) === "variable") return { zero: false, ways: [""], next: start + 1 };
    const ways = [];
    let zero = false;
    let sequence = [""]; // of the path at hand, the ways so far
    let over = true; // whether it may go over no step
    for (let at = start; ;) {
      const step = this.step(at, end, counted);
      at = step.next;
      over = over && step.zero;
      sequence = sequence.flatMap((before) => step.ways.map((way) => (before ? `${before} / ${way}` : way)));
      if (counted && ways.length + sequence.length > this.writing.settings.ways) {
        throw new Refused(`A path is a choice (|) of too many paths, which are found each for itself ${SECTION("18.4")}. Ask in several parts.`);
      }
      if (at < end && this.key(at) === "/") {
        at += 1;
        continue;
      }
      ways.push(...sequence);
      zero = zero || over;
      if (at >= end || this.key(at) !== "|") return { zero, ways: counted ? ways : [""], next: at };
      sequence = [""];
      over = true;
      at += 1;
    }
  }

  /** Read a part of a path, up to a slash or bar. */
  step(start, end, counted) {
    const inverse = this.key(start) === "^";
    const first = start + (inverse ? 1 : 0);
    let at = first + 1;
    let zero = false;
    let ways = [];
    if (this.key(first) === "!") {
      const close = this.key(at) === "(" ? this.closing(at) : this.key(at) === "^" ? at + 1 : at;
      const names = this.key(at) === "(" ? this.writing.slice(at + 1, close).split("|").map((name) => name.trim()) : [];
      const back = names.filter((name) => name.startsWith("^"));
      const forth = names.filter((name) => !name.startsWith("^"));
      if (back.length && forth.length) ways = [`!(${forth.join("|")})`, `!(${back.join("|")})`];
      at = close + 1;
    } else if (this.key(first) === "(") {
      const close = this.closing(first);
      const inner = this.path(first + 1, close, counted);
      zero = inner.zero;
      if (inner.ways.length > 1) ways = inner.ways.map((way) => `(${way})`);
      at = close + 1;
    }
    while (at < end && ["*", "?", "+"].includes(this.key(at))) {
      zero = zero || this.key(at) !== "+";
      ways = []; // whichever way it goes, it finds each end once
      at += 1;
    }
    if (!ways.length || !counted) ways = [this.writing.slice(first, Math.min(at, this.words.length))];
    return { zero, ways: inverse ? ways.map((way) => `^(${way})`) : ways, next: at };
  }

  /** Give each path of a choice a pattern of its own: what two of them find is found twice. */
  spread(start, end, subject, pairs) {
    const written = this.words.slice(start, end).some(({ key }) => key === "~" || key === "{|");
    const between = pairs.filter(({ ways }) => ways.length > 1);
    const named = subject.named && between.every(({ object }) => object.named);
    if (!named || written || this.words.some(({ kind }) => kind === "blank")) choiceRefused();
    const one = pairs.filter(({ ways }) => ways.length === 1);
    const plain = one.map(({ property, object }) => `${subject.text} ${property} ${object.text}`);
    const groups = between.map(({ ways, object }) => ways.map((way) => `{ ${subject.text} ${way} ${object.text} }`).join(" UNION "));
    this.writing.part(start, end, () => `${plain.join(" . ")} ${groups.join(" ")} `);
  }

  /** Refuse a path over no step where its end stands in no triple: the engine would not find it. */
  needs(subject, object, graph) {
    // of which graph GRAPH with a variable is, or that of FROM, is not asked
    if (graph !== "" && this.writing.datasets === 0) {
      const { text } = subject.constant ? subject : object;
      const stands = `{ ${text} ?p ?o } UNION { ?s ?p ${text} }`;
      if (this.writing.asks.some(graph === null ? stands : `GRAPH ${graph} { ${stands} }`)) return;
    }
    throw new Refused(
      "A path that may go over no step (* or ?) leads here from or to a term that may stand in no triple of the " +
        `graph ${SECTION("18.4")}, which the engine in the browser does not evaluate rightly. Use a term that the graph has, or + in place of *.`,
    );
  }
}

function isVariable(text) {
  return /^[?$]/.test(text);
}

function choiceRefused() {
  throw new Refused(
    `A path that is a choice (|), of which each solution counts, leads here from or to a blank node, or stands beside one ${SECTION("18.4")}, ` +
      "which is not done in the browser. Put variables in the place of blank nodes, or ask for SELECT DISTINCT.",
  );
}
