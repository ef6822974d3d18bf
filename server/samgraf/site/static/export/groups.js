// @ts-check
// Read the groups of a query, and refuse GRAPH where the engine errs on it, which samgraf/sparql/
// corrections/graphs.py writes anew.

import { Paths } from "./paths.js";
import { AGGREGATES, PAIRS, Refused, SECTION } from "./writing.js";

const ELEMENTS = ["OPTIONAL", "MINUS", "LATERAL", "GRAPH", "SERVICE", "FILTER", "BIND", "VALUES"];
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
    this.paths = new Paths(writing);
    this.apart = new Set(); // the places of what holds no expression: triples and data
    this.selects = []; // of query and sub-selects: where they start and end, their pattern and groups, names behind AS
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
    if (this.selects.length && this.key(start) !== "SELECT") this.nest(start, this.selects[0]);
  }

  /** Put pattern and modifiers into a SELECT where there are groups, or IRIs to be described without a solution. */
  nest(start, query) {
    const head = this.key(start) === "DESCRIBE" ? this.words.slice(start + 1, query.open) : [];
    const from = head.findIndex(({ key }) => key === "FROM");
    const named = from < 0 ? head : head.slice(0, from);
    const variables = named.filter(({ kind }) => kind === "variable").map(({ text }) => text.slice(1));
    const isNamed = named.some(({ kind }) => kind === "iri" || kind === "name");
    if (!isNamed && !this.isGrouped(query)) return;
    const chosen = [...new Set(variables.length ? variables : this.keysOf(query))].map((name) => `?${name} `).join("");
    this.writing.part(query.open, query.end, (within) => {
      const select = `{ SELECT ${chosen || "(1 AS ?samgraf_one) "}${within(query.open, query.end)} }`;
      return isNamed ? `{ ${select} UNION {} }` : select;
    });
  }

  /** Return whether the solutions of a SELECT are grouped, into one group at least. */
  isGrouped({ start, open, close, end, group: [from, to] }) {
    const holds = (first, last) => {
      for (let at = first; at < last; at += 1) {
        if (this.key(at) === "{") at = this.closing(at);
        else if (this.key(at) === "HAVING" || (AGGREGATES.includes(this.key(at)) && this.key(at + 1) === "(")) return true;
      }
      return false;
    };
    return to > from || holds(start, open) || holds(close + 1, end);
  }

  /** Return the variables that GROUP BY groups by. */
  keysOf({ group: [from, to] }) {
    const found = [];
    for (let at = from + 2; at < to; at += 1) {
      if (this.words[at].kind === "variable") found.push(this.words[at].text.slice(1));
      else if (this.key(at) === "(") {
        at = this.closing(at);
        if (this.key(at - 2) === "AS") found.push(this.words[at - 1].text.slice(1));
      }
    }
    return found;
  }

  /** Return whether it may matter how often the query itself finds a solution. */
  counts(start) {
    const form = this.key(start);
    const has = (...keys) => this.words.some(({ key }, at) => at > start && keys.includes(key));
    if (form === "SELECT" && !["DISTINCT", "REDUCED"].includes(this.key(start + 1))) return true;
    if (has("COUNT", "SUM", "AVG", "GROUP_CONCAT", "GROUP", "HAVING")) return true;
    if (form === "ASK" || form === "SELECT") return false;
    const template = this.key(start + 1) === "{" ? this.words.slice(start, this.closing(start + 1)) : [];
    const makes = template.some(({ key }) => ["blank", "[", "(", "<<", "{|"].includes(key)); // nodes for each solution
    return makes || has("LIMIT", "OFFSET", "BNODE", "RAND", "UUID", "STRUUID", "NOW");
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
      const made = [];
      this.selects.push({ start, end, open, close, group: [from, Math.min(to, end)], graph: scope.graph, made });
      const chosen = new Set();
      for (let at = start; at < open; at += 1) {
        if (this.key(at) === "(") at = this.closing(at);
        const isMade = this.key(at - 2) === "AS";
        const name = this.words[isMade ? at - 1 : at].text;
        if (isMade) {
          made.push(name.slice(1));
          this.refuseTaken(name, this.writing.slice(open, close + 1));
        }
        else if (chosen.has(name.slice(1)) && this.key(at) === "variable") this.writing.part(at, at + 1, () => ""); // one column
        if (isMade || this.key(at) === "variable") chosen.add(name.slice(1));
      }
    }
    this.groupsWithin(start, end, scope);
  }

  /** Refuse a name that has a value in the pattern, which the engine takes where there are groups. */
  refuseTaken(name, pattern) {
    const [taken, free] = [name, "?samgraf_one"].map((one) => this.writing.asks.some(`{ SELECT (1 AS ${one}) ${pattern} LIMIT 0 }`));
    if (taken === null && free !== null) throw new Refused(`${name} has a value in the pattern; AS needs a new name ${SECTION("19.8")}.`);
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
      this.select(at + 1, end, { ...scope, counted: true });
      return read;
    }
    for (let place = at + 1; place < end;) {
      const [element, next] = this.element(place, end, scope);
      if (element) read.elements.push(element);
      // what shares no variable takes nothing away, but within EXISTS the engine has it do so
      if (element?.kind === "MINUS" && !this.shares(at, place, next)) this.writing.part(place, next, () => "{}");
      place = next;
    }
    return read;
  }

  /** Return whether a variable stands before a place and behind it. */
  shares(start, place, end) {
    const names = (from, to) => this.words.slice(from, to).filter(({ kind }) => kind === "variable").map(({ text }) => text.slice(1));
    const before = new Set(names(start, place));
    return names(place, end).some((name) => before.has(name));
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
    return [{ kind: "TRIPLES", groups: [], zero: this.paths.triples(at, next, scope) }, next];
  }

  /** Return whether the data have a graph of this name: of one, all that it holds is evaluated rightly. */
  hasGraph(name) {
    return this.writing.datasets === 0 && this.writing.asks.some(`GRAPH ${name} { ?s ?p ?o }`) === true;
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
