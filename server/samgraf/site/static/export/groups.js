// @ts-check
// Read the groups of a query, and write paths as SPARQL has them or refuse them, as samgraf/sparql/
// corrections/paths.py does; refuse GRAPH where the engine errs on it, which graphs.py writes anew.

import { PAIRS, Refused, SECTION } from "./writing.js";

const ELEMENTS = ["OPTIONAL", "MINUS", "LATERAL", "GRAPH", "SERVICE", "FILTER", "BIND", "VALUES"];
const CONSTANT = ["iri", "name", "string", "number", "TRUE", "FALSE"];
const MODIFIERS = ["GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"];

/**
 * Where a group stands: `graph` is the name of the graph that GRAPH is of, empty for a variable, null
 * outside of any; `counted` tells whether a solution that is found twice may count twice.
 * @typedef {{graph: string | null, counted: boolean}} Scope
 */

export class Groups {
  /** @param {import("./writing.js").Writing} writing */
  constructor(writing) {
    this.writing = writing;
    this.words = writing.words;
    this.apart = new Set(); // the places of what holds no expression: triples and data
    this.selects = []; // of query and sub-selects: where they start and end, their pattern and groups
  }

  key(at) {
    return this.writing.key(at);
  }

  closing(at) {
    return this.writing.closing(at);
  }

  /** Read the query, whose form stands at `start`. */
  read(start) {
    const scope = { graph: null, counted: this.counts(start) };
    let where = start;
    if (this.key(start) === "CONSTRUCT" && this.key(start + 1) === "{") {
      where = this.closing(start + 1); // a template holds no pattern
      this.setApart(start + 1, where);
    }
    this.select(where, this.words.length, scope);
  }

  /** Return whether it may matter how often a solution is found. */
  counts(start) {
    const form = this.key(start);
    const has = (...keys) => this.words.some(({ key }, at) => at > start && keys.includes(key));
    const selects = this.words.filter(({ key }) => key === "SELECT").length;
    if (selects > 1 || (form === "SELECT" && !["DISTINCT", "REDUCED"].includes(this.key(start + 1)))) return true;
    if (has("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "GROUP", "HAVING")) return true;
    if (form === "ASK" || form === "SELECT") return false;
    return has("LIMIT", "OFFSET", "BNODE", "RAND", "UUID", "STRUUID", "NOW", "[", "blank");
  }

  setApart(first, end) {
    for (let at = first; at < end; at += 1) this.apart.add(at);
  }

  /** Read a SELECT, or another form, with all that belongs to it. */
  select(start, end, scope) {
    let open = start;
    while (open < end && this.key(open) !== "{") open = this.key(open) === "(" ? this.closing(open) + 1 : open + 1;
    if (open < end) {
      const close = this.closing(open);
      let from = close + 1;
      while (from < end && this.key(from) !== "GROUP") from += 1;
      let to = from + 1;
      while (to < end && !MODIFIERS.includes(this.key(to))) to = this.key(to) === "(" ? this.closing(to) + 1 : to + 1;
      this.selects.push({ start, end, open, close, group: [from, Math.min(to, end)], graph: scope.graph });
    }
    this.groupsWithin(start, end, scope);
  }

  /** Read the groups between two places, whatever else stands there. */
  groupsWithin(start, end, scope) {
    const found = [];
    for (let at = start; at < end; at += 1) {
      if (this.key(at) === "VALUES") {
        at = this.data(at);
      } else if (this.key(at) === "{") {
        const group = this.group(at, scope);
        found.push(group);
        at = group.end;
      }
    }
    return found;
  }

  /** Return the place of the last token of VALUES at `at`. */
  data(at) {
    let place = at + 1;
    while (place < this.words.length && this.key(place) !== "{") place += 1;
    const end = this.closing(place);
    this.setApart(at, end);
    return end;
  }

  /** Read the group at `at`: its elements, and whether it is a sub-select. */
  group(at, scope) {
    const end = this.closing(at);
    const read = { end, select: false, elements: [] };
    if (this.key(at + 1) === "SELECT") {
      read.select = true;
      this.select(at + 1, end, scope);
      return read;
    }
    for (let place = at + 1; place < end;) {
      const [element, next] = this.element(place, end, scope);
      if (element) read.elements.push(element);
      place = next;
    }
    return read;
  }

  /** Read an element; return it, and where the next one stands. */
  element(at, end, scope) {
    const key = this.key(at);
    const tested = { ...scope, counted: false };
    if (key === ".") {
      return [null, at + 1];
    }
    if (key === "{") {
      const groups = [this.group(at, scope)];
      let next = groups[0].end + 1;
      while (this.key(next) === "UNION") {
        groups.push(this.group(next + 1, scope));
        next = groups.at(-1).end + 1;
      }
      return [{ kind: "UNION", groups }, next];
    }
    if (key === "OPTIONAL" || key === "MINUS" || key === "LATERAL") {
      const group = this.group(at + 1, key === "MINUS" ? tested : scope);
      return [{ kind: key, groups: [group] }, group.end + 1];
    }
    if (key === "GRAPH") {
      const name = this.words[at + 1];
      const variable = name.kind === "variable" ? name.text.slice(1) : null;
      const group = this.group(at + 2, { ...scope, graph: variable === null ? name.text : "" });
      if (!isSettled(group, variable) && (variable !== null || !this.hasGraph(name.text))) graphRefused();
      return [{ kind: key, groups: [group] }, group.end + 1];
    }
    if (key === "VALUES") {
      return [{ kind: key, groups: [] }, this.data(at) + 1];
    }
    if (key === "FILTER" || key === "BIND") {
      let last = at + 1;
      while (last < end && this.key(last) !== "(" && this.key(last) !== "{") last += 1;
      last = this.closing(last);
      const variable = key === "BIND" ? this.words[last - 1].text.slice(1) : null;
      return [{ kind: key, groups: this.groupsWithin(at + 1, last + 1, tested), variable }, last + 1];
    }
    const next = this.endOfTriples(at, end);
    this.setApart(at, next);
    return [{ kind: "TRIPLES", groups: [], zero: this.triples(at, next, scope) }, next];
  }

  /** Return whether the data have a graph of this name: of one, all that it holds is evaluated rightly. */
  hasGraph(name) {
    return this.writing.datasets === 0 && this.writing.ask(`GRAPH ${name} { ?s ?p ?o }`) === true;
  }

  endOfTriples(at, end) {
    let place = at;
    while (place < end) {
      const key = this.key(place);
      if (place > at && (key === "{" || ELEMENTS.includes(key))) break;
      place = Object.hasOwn(PAIRS, key) ? this.closing(place) + 1 : place + 1;
    }
    return Math.max(place, at + 1);
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
      at = path.next;
      for (;;) {
        const [object, after] = this.term(at, scope);
        zero = object.zero || zero;
        if (path.zero && (subject.constant || object.constant)) {
          zero = true;
          this.needs(subject, object, scope.graph);
        }
        pairs.push({ property, ways: path.ways, object });
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
      if (this.writing.ask(graph === null ? stands : `GRAPH ${graph} { ${stands} }`)) return;
    }
    throw new Refused(
      "A path that may go over no step (* or ?) leads here from or to a term that may stand in no triple of the " +
        `graph ${SECTION("18.4")}, which the engine in the browser does not evaluate rightly. Use a term that the graph has, or + in place of *.`,
    );
  }
}

function choiceRefused() {
  throw new Refused(
    `A path that is a choice (|), of which each solution counts, leads here from or to a blank node, or stands beside one ${SECTION("18.4")}, ` +
      "which is not done in the browser. Put variables in the place of blank nodes, or ask for SELECT DISTINCT.",
  );
}

function graphRefused() {
  throw new Refused(`GRAPH around a sub-select, MINUS, VALUES or the like is evaluated graph by graph ${SECTION("18.6")}, which is not done in the browser. Put triple patterns first within GRAPH, or leave GRAPH out.`);
}

/** Return whether the engine evaluates GRAPH around `group` rightly as it is. */
function isSettled(group, variable) {
  const [right, binds] = quadsSuffice(group, variable);
  return variable === null ? binds || hasTriples(group) : right && binds;
}

function hasTriples(group) {
  return group.elements.some(
    ({ kind, groups, zero }) => (kind === "TRIPLES" && !zero) || (kind === "UNION" && groups.every(hasTriples)),
  );
}

/** Return whether quads with the graph `variable` are right for `group`, and bind it. */
function quadsSuffice(group, variable) {
  if (group.select) return [false, false];
  let binds = false;
  let tests = false;
  for (const element of group.elements) {
    const inner = element.groups.map((one) => quadsSuffice(one, variable));
    if (element.kind === "GRAPH") continue;
    if (element.kind === "MINUS" || !inner.every(([right]) => right)) return [false, false];
    if (element.kind === "TRIPLES") {
      if (element.zero) return [false, false];
      binds = true;
    } else if (element.kind === "UNION") {
      binds = binds || inner.every(([, bound]) => bound);
    } else if (element.kind === "OPTIONAL") {
      if (!binds) return [false, false];
    } else if (element.kind === "BIND") {
      if (element.variable === variable || (inner.length && !binds)) return [false, false];
    } else if (element.kind === "FILTER" && inner.length) {
      tests = true;
    }
  }
  return [binds || !tests, binds];
}
