// @ts-check
// Make a query ready for the engine: the forms that it is known to err on are written in another
// way, or refused. They are some of those of samgraf/sparql/corrections: GRAPH, paths over no step,
// REGEX, REPLACE, GROUP_CONCAT and BNODE. Where the service corrects such a query by what it is able
// to evaluate itself, it is refused here; a test holds the two together. The page about a copy tells
// of the others.

import { replacement, translated, Unknown } from "./patterns.js";
import { decoded, quoted, tokens, unquoted } from "./tokens.js";

/** @typedef {import("./tokens.js").Token} Token */

export class Refused extends Error {}

const FORMS = ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"];
const ELEMENTS = ["OPTIONAL", "MINUS", "LATERAL", "GRAPH", "SERVICE", "FILTER", "BIND", "VALUES"];
const PAIRS = { "{": "}", "(": ")", "[": "]", "<<": ">>", "<<(": ")>>", "{|": "|}" };
const CLOSING = Object.values(PAIRS);
const SIGNS = ["!", "-", "+"];
const CONSTANT = ["iri", "name", "string", "number", "TRUE", "FALSE"];
const SECTION = (number) => `(SPARQL 1.1, section ${number})`;

/**
 * Return the query as the engine is to be asked.
 *
 * `text` is what it evaluates, `head` how many characters stand before what was written, on the
 * first line; `form` is SELECT, ASK, CONSTRUCT or DESCRIBE; `changed` says whether more differs.
 * `limits` has `bytes`, `depth`, `tokens`, `prefixes`; `ask` evaluates an ASK query. Throws Refused.
 */
export function prepared(query, limits, ask) {
  if (new TextEncoder().encode(query).length > limits.bytes) {
    throw new Refused(`The query is longer than ${limits.bytes} bytes. Ask a shorter one.`);
  }
  const source = decoded(query);
  const words = tokens(source);
  if (words.length > limits.tokens) {
    throw new Refused(`The query has more than ${limits.tokens} words and signs. Ask for less at a time.`);
  }
  if (depth(words) > limits.depth) {
    throw new Refused(`The query has more than ${limits.depth} levels of brackets and signs in each other. Write it flatter.`);
  }
  const head = prologue(source, limits.prefixes);
  const start = words.findIndex(({ key }) => FORMS.includes(key));
  const own = start < 0 ? source : source.slice(0, words[start].start);
  const reader = new Reader(source, words, (pattern) => ask(`${head}${own} ASK { ${pattern} }`));
  reader.read(Math.max(start, 0));
  return {
    text: head + reader.text(),
    head: head.length,
    form: start < 0 ? "" : words[start].key,
    changed: reader.edits.length > 0 || source !== query,
  };
}

/** Return how many brackets stand in each other, signs that act on them included. */
function depth(words) {
  let deepest = 0;
  let level = 0;
  let signs = 0;
  const stack = [];
  for (const { kind, key } of words) {
    if (kind !== "mark") {
      signs = 0;
    } else if (SIGNS.includes(key)) {
      signs += 1;
      deepest = Math.max(deepest, level + signs);
    } else if (Object.hasOwn(PAIRS, key)) {
      stack.push(signs);
      level += 1 + signs;
      deepest = Math.max(deepest, level);
      signs = 0;
    } else {
      if (CLOSING.includes(key) && stack.length) level -= 1 + stack.pop();
      signs = 0;
    }
  }
  return deepest;
}

/** Return the prefixes that need no declaration, as far as the query may use them. */
function prologue(source, prefixes) {
  return Object.entries(prefixes)
    .filter(([name]) => source.includes(`${name}:`))
    .map(([name, iri]) => `PREFIX ${name}: <${iri}> `)
    .join("");
}

class Reader {
  constructor(source, words, holds) {
    this.source = source;
    this.words = words;
    this.holds = holds; // whether the default graph has a solution to a pattern
    this.edits = []; // [start, end, text]
    this.datasets = words.filter(({ key }) => key === "FROM").length;
  }

  /** Return the query with all edits. */
  text() {
    const pieces = [];
    let at = 0;
    for (const [start, end, text] of this.edits.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
      pieces.push(this.source.slice(at, start), text);
      at = end;
    }
    return pieces.join("") + this.source.slice(at);
  }

  key(at) {
    return this.words[at]?.key ?? "";
  }

  read(start) {
    if (this.datasets > 1) {
      throw new Refused("Several graphs of FROM and FROM NAMED are not merged here. Name one, or use GRAPH.");
    }
    for (let at = 0; at < this.words.length; at += 1) {
      const called = this.key(at + 1) === "(";
      const name = this.key(at);
      if (name === "SERVICE") {
        throw new Refused("SERVICE asks another endpoint, and no other is asked from a copy without a server.");
      }
      if (this.words[at].kind !== "word" || !called) continue;
      if (name === "BNODE" && this.key(at + 2) !== ")") bnode();
      else if (name === "GROUP_CONCAT") this.groupConcat(at);
      else if (name === "REGEX" || name === "REPLACE") this.patternCall(at, name);
    }
    // a template holds no pattern
    const where = this.key(start) === "CONSTRUCT" && this.key(start + 1) === "{" ? this.closing(start + 1) : start;
    this.groupsWithin(where, this.words.length, null);
  }

  /** Return the place of the bracket that closes the one at `at`. */
  closing(at) {
    const stack = [];
    for (let place = at; place < this.words.length; place += 1) {
      const key = this.key(place);
      if (Object.hasOwn(PAIRS, key)) stack.push(PAIRS[key]);
      else if (key === stack.at(-1)) {
        stack.pop();
        if (!stack.length) return place;
      }
    }
    throw new Refused("A bracket of the query is not closed.");
  }

  /**
   * Read the groups between two places, whatever else stands there; `graph` is the name of the graph that
   * GRAPH is of, empty for a variable, null outside of any.
   */
  groupsWithin(start, end, graph) {
    const found = [];
    for (let at = start; at < end; at += 1) {
      if (this.key(at) === "VALUES") {
        at = this.data(at);
      } else if (this.key(at) === "{") {
        const group = this.group(at, graph);
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
    return this.closing(place);
  }

  /** Read the group at `at`: its elements, and whether it is a sub-select. */
  group(at, graph) {
    const end = this.closing(at);
    const read = { end, select: false, elements: [] };
    if (this.key(at + 1) === "SELECT") {
      read.select = true;
      this.groupsWithin(at + 1, end, graph);
      return read;
    }
    for (let place = at + 1; place < end;) {
      const [element, next] = this.element(place, end, graph);
      if (element) read.elements.push(element);
      place = next;
    }
    return read;
  }

  /** Read an element; return it, and where the next one stands. */
  element(at, end, graph) {
    const key = this.key(at);
    if (key === ".") {
      return [null, at + 1];
    }
    if (key === "{") {
      const groups = [this.group(at, graph)];
      let next = groups[0].end + 1;
      while (this.key(next) === "UNION") {
        groups.push(this.group(next + 1, graph));
        next = groups.at(-1).end + 1;
      }
      return [{ kind: "UNION", groups }, next];
    }
    if (key === "OPTIONAL" || key === "MINUS" || key === "LATERAL") {
      const group = this.group(at + 1, graph);
      return [{ kind: key, groups: [group] }, group.end + 1];
    }
    if (key === "GRAPH") {
      const name = this.words[at + 1];
      const variable = name.kind === "variable" ? name.text.slice(1) : null;
      const group = this.group(at + 2, variable === null ? name.text : "");
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
      return [{ kind: key, groups: this.groupsWithin(at + 1, last + 1, graph), variable }, last + 1];
    }
    const next = this.endOfTriples(at, end);
    return [{ kind: "TRIPLES", groups: [], zero: this.triples(at, next, graph) }, next];
  }

  /** Return whether the data have a graph of this name: of one, all that it holds is evaluated rightly. */
  hasGraph(name) {
    return this.datasets === 0 && this.holds(`GRAPH ${name} { ?s ?p ?o }`);
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
  triples(start, end, graph) {
    let zero = false;
    for (let at = start; at < end;) {
      if (this.key(at) === ".") {
        at += 1;
        continue;
      }
      const [subject, next] = this.term(at, graph);
      zero = subject.zero || zero;
      const [found, after] = this.properties(subject, next, end, graph);
      zero = found || zero;
      at = Math.max(after, at + 1);
    }
    return zero;
  }

  properties(subject, start, end, graph) {
    let zero = false;
    let at = start;
    while (at < end && this.key(at) !== ".") {
      if (this.key(at) === ";") {
        at += 1;
        continue;
      }
      const [path, next] = this.path(at, end);
      at = next;
      for (;;) {
        const [object, after] = this.term(at, graph);
        zero = object.zero || zero;
        if (path && (subject.constant || object.constant)) {
          zero = true;
          this.needs(subject, object, graph);
        }
        at = after;
        while (this.key(at) === "~" || this.key(at) === "{|") {
          at = this.key(at) === "~" ? this.reifier(at) : this.closing(at) + 1;
        }
        if (this.key(at) !== ",") break;
        at += 1;
      }
      if (at === next) break; // no term: the engine says what is wrong
    }
    return [zero, at];
  }

  reifier(at) {
    return ["iri", "name", "variable", "blank"].includes(this.key(at + 1)) ? at + 2 : at + 1;
  }

  /** Read a term; return it, and the place behind it. */
  term(at, graph) {
    const key = this.key(at);
    const sign = key === "+" || key === "-" ? 1 : 0;
    if (key === "[" || key === "(") {
      const end = this.closing(at);
      const blank = { constant: false, text: "", zero: false };
      if (key === "[") {
        blank.zero = this.properties(blank, at + 1, end, graph)[0];
      } else {
        for (let place = at + 1; place < end;) {
          const [item, next] = this.term(place, graph);
          blank.zero = item.zero || blank.zero;
          place = Math.max(next, place + 1);
        }
      }
      return [blank, end + 1];
    }
    if (Object.hasOwn(PAIRS, key)) {
      return [{ constant: false, text: "", zero: false }, this.closing(at) + 1];
    }
    let next = at + 1 + sign;
    if (this.words[at]?.kind === "string") {
      if (this.key(next) === "language") next += 1;
      else if (this.key(next) === "^^") next += 2;
    }
    const constant = CONSTANT.includes(this.key(at + sign));
    const text = this.source.slice(this.words[at]?.start ?? 0, this.words[next - 1]?.end ?? 0);
    return [{ constant, text, zero: false }, next];
  }

  /** Read what stands for a property; return whether it may go over no step, and the place behind it. */
  path(start, end) {
    if (this.key(start) === "variable") return [false, start + 1];
    let at = start;
    let alternative = false; // of those before a |, whether one may go over no step
    let sequence = true;
    for (;;) {
      const negated = this.key(at) === "!";
      while (this.key(at) === "^" || this.key(at) === "!") at += 1;
      let zero = false;
      if (this.key(at) === "(") {
        const close = this.closing(at);
        zero = !negated && this.path(at + 1, close)[0];
        at = close + 1;
      } else {
        at += 1;
      }
      while (at < end && ["*", "?", "+"].includes(this.key(at))) {
        zero = zero || this.key(at) !== "+";
        at += 1;
      }
      sequence = sequence && zero;
      if (at < end && this.key(at) === "/") {
        at += 1;
      } else if (at < end && this.key(at) === "|") {
        alternative = alternative || sequence;
        sequence = true;
        at += 1;
      } else {
        return [alternative || sequence, at];
      }
    }
  }

  /** Refuse a path over no step where its end stands in no triple: the engine would not find it. */
  needs(subject, object, graph) {
    // of which graph GRAPH with a variable is, or that of FROM, is not asked
    if (graph !== "" && this.datasets === 0) {
      const { text } = subject.constant ? subject : object;
      const stands = `{ ${text} ?p ?o } UNION { ?s ?p ${text} }`;
      if (this.holds(graph === null ? stands : `GRAPH ${graph} { ${stands} }`)) return;
    }
    throw new Refused(
      "A path that may go over no step (* or ?) leads here from or to a term that may stand in no triple of the " +
        `graph ${SECTION("18.4")}, which the engine in the browser does not evaluate rightly. Use a term that the graph has, or + in place of *.`,
    );
  }

  /** Return the arguments of the call at `at`, each from its first token to behind its last, and the end. */
  arguments(at) {
    const end = this.closing(at + 1);
    const found = [];
    let first = at + 2;
    for (let place = first; place <= end; place += 1) {
      if (place === end || this.key(place) === "," || this.key(place) === ";") {
        found.push([first, place]);
        first = place + 1;
      } else if (Object.hasOwn(PAIRS, this.key(place))) {
        place = this.closing(place);
      }
    }
    return { found, end };
  }

  /**
   * Return the text that an argument is, null where it is not written out.
   * @param {number[]} range
   */
  constant([first, last]) {
    return last === first + 1 && this.words[first].kind === "string" ? unquoted(this.words[first].text) : null;
  }

  patternCall(at, name) {
    const { found, end } = this.arguments(at);
    const [, pattern] = found;
    const given = found.slice(1).map((argument) => this.constant(argument));
    if (!pattern || given.includes(null)) {
      throw new Refused(`Write the pattern, the flags and the replacement of ${name} out: in the browser they are not worked out from values.`);
    }
    try {
      const flags = name === "REGEX" ? given[1] : given[2];
      const { rust, groups } = translated(given[0], flags ?? "");
      const written = [quoted(rust)];
      const empty = this.holds(`FILTER(REGEX("", ${quoted(rust)}))`);
      if (name === "REPLACE") {
        if (empty) {
          throw new Refused("REPLACE takes no pattern that matches a text of no length (XPath Functions and Operators, section 7.6.3).");
        }
        written.push(quoted(replacement(given[1] ?? "", groups)));
      }
      this.edits.push([this.words[pattern[0]].start, this.words[end].start, written.join(", ")]);
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      throw new Refused(`The regular expression has ${error.message}, which is not translated in the browser (XPath Functions and Operators, section 7.6.1).`);
    }
  }

  groupConcat(at) {
    const { found: [argument, separator], end } = this.arguments(at);
    const distinct = this.key(argument[0]) === "DISTINCT";
    const first = argument[0] + (distinct ? 1 : 0);
    if (distinct) {
      // terms are told apart before they are texts: only of texts that is the same
      if (this.key(first) !== "STR" || this.key(first + 1) !== "(" || this.closing(first + 1) !== argument[1] - 1) {
        throw new Refused(`GROUP_CONCAT(DISTINCT …) of anything but STR(…) is not evaluated rightly in the browser ${SECTION("18.5.1.7")}. Write GROUP_CONCAT(DISTINCT STR(…)).`);
      }
      return;
    }
    const behind = separator ? this.words[argument[1]].start : this.words[end].start;
    this.insert(this.words[at].start, "STR(");
    this.insert(this.words[first].start, "STR(");
    this.insert(behind, ")");
    this.insert(this.words[end].end, ")");
  }

  insert(at, text) {
    this.edits.push([at, at, text]);
  }
}

function bnode() {
  throw new Refused(`BNODE with a text has to make another blank node for each solution ${SECTION("17.4.2.9")}, which cannot be done here. Use BNODE(), or IRI(CONCAT(…)).`);
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
