// @ts-check
// How large the numbers of a query may be: the engine makes an error of products and quotients that it
// has no room for, which samgraf/sparql/literals.py computes.

import { unquoted } from "./tokens.js";
import { Refused, SECTION, XSD } from "./writing.js";

const DECIMALS = 18; // that the engine keeps
const DIGITS = 20; // of the largest decimal number that it has
const EXACT = 15; // digits of a decimal number that it casts rightly to a double
const LONG = 19; // digits of an integer that it may not have
// A size is: digits before the point, digits behind it, 1 where it may be a decimal number, and 1 where it
// may be a double as well; null of what is a double.
const NONE = [0, 0, 0, 0];
const ANY = [99, 99, 1, 1];
const SAME = ["ABS", "AVG", "CEIL", "COALESCE", "FLOOR", "IF", "MAX", "MIN", "ROUND", "SAMPLE", "STR", "SUM"];
const OPEN = ["OBJECT", "STRDT"]; // what gives a number of any size

export class Sizes {
  /** @param {import("./expressions.js").Expressions} expressions */
  constructor(expressions) {
    this.expressions = expressions;
    this.writing = expressions.writing;
    this.cast = this.writing.words.some((_, at) => this.writing.iri(at) === `${XSD}decimal` && this.writing.key(at + 1) === "(");
    this.known = new Map(); // of each variable
  }

  /** Return the size of an expression. */
  of(from, to) {
    const terms = [];
    const items = this.expressions.operands(from, to);
    items.forEach((item, number) => {
      const own = this.ofOperand(item.first);
      const joins = item.before === "*" || item.before === "/";
      terms.push(joins ? joined(terms.pop(), own, item.before, this.expressions.grows(items[number - 1], item)) : own);
    });
    return terms.includes(null) ? null : largest(terms, terms.length - 1);
  }

  ofOperand(at) {
    const { kind, text, key } = this.writing.words[at];
    if (key === "(") return this.of(at + 1, this.writing.closing(at));
    if (kind === "variable") return this.ofVariable(text.slice(1));
    if (kind === "number" || kind === "string") return this.ofLiteral(at);
    const type = this.writing.iri(at).replace(XSD, "");
    if (key === "RAND" || type === "double" || type === "float") return null;
    if (type === "integer") return [LONG, 0, 0, 0];
    if (key === "SECONDS") return [2, DECIMALS, 1, 0];
    if (OPEN.includes(key) || type.includes(":")) return ANY;
    if (!SAME.includes(key) && type !== "decimal") return this.cast ? [99, 99, 1, 0] : [9, 0, 0, 0];
    const given = this.expressions.pieces(at + 1).slice(key === "IF" ? 1 : 0).map((piece) => this.of(...piece));
    const [digits, decimals, decimal, double] = largest(given, key === "SUM" ? 8 : 1) ?? [0, 0, 0, 1];
    if (type || key === "STR") return [digits, decimals, 1, 0];
    if (key === "AVG") return [digits, DECIMALS, 1, double];
    return given.every((size) => size === null) ? null : [digits, ["CEIL", "FLOOR", "ROUND"].includes(key) ? 0 : decimals, decimal, double];
  }

  /** Return the size of what a variable may be, as far as query and data tell. */
  ofVariable(name) {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    this.known.set(name, ANY); // of what is made of itself
    const { words, closings } = this.writing;
    const { apart, paths } = this.expressions.groups;
    const made = [...closings].filter(([, close]) => words[close - 2].key === "AS" && words[close - 1].text.slice(1) === name);
    const found = made.map(([open, close]) => this.of(open + 1, close - 2));
    const property = paths.values.get(name);
    const isBound = words.some(({ text }, at) => apart.has(at) && text.slice(1) === name);
    if (isBound) found.push(property === "" ? NONE : this.measured(property));
    if (isBound) words.forEach((_, at) => apart.has(at) && found.push(this.ofLiteral(at)));
    this.known.set(name, found.length ? largest(found, 0) : NONE);
    return this.known.get(name);
  }

  /** Return the size of the values of a property, or of all. */
  measured(property) {
    const asked = this.writing.settings.sizes.replaceAll("{property}", property ? `<${property}>` : "?p");
    const [row] = this.writing.asks.rows(asked.replaceAll("{text}", this.cast ? "string" : "decimal")) ?? [];
    const size = ["digits", "decimals", "decimal", "double"].map((name) => Number(row?.get(name)?.value ?? 0));
    return size[0] < LONG ? size : ANY;
  }

  /** Return the size of a number that is written out. */
  ofLiteral(at) {
    const { kind, text } = this.writing.words[at];
    const isDouble = /\/XMLSchema#(double|float)$/.test(this.writing.key(at + 1) === "^^" ? this.writing.iri(at + 2) : "");
    if (isDouble || (kind === "number" && /e/i.test(text))) return null;
    const match = /^ *[+-]?0*(\d*)(?:\.(\d*?)0*)? *$/.exec(kind === "string" ? unquoted(text) : kind === "number" ? text : "");
    if (!match) return NONE;
    return match[1].length < LONG ? [match[1].length, match[2]?.length ?? 0, kind === "string" || text.includes(".") ? 1 : 0, 0] : ANY;
  }
}

/**
 * Return the size of a product or quotient. If it `grows`, refuse one that may have too many digits or
 * decimals, and a quotient whose dividend may have too many digits once it is multiplied by what makes the
 * divisor whole: every other the engine finds, and cuts it as the service does, but for that of zero.
 */
function joined(left, right, sign, grows) {
  const divides = sign === "/";
  const both = left && right && [
    left[0] + right[divides ? 1 : 0], divides ? DECIMALS : left[1] + right[1], divides ? 1 : left[2] || right[2], left[3] || right[3],
  ];
  const [digits, decimals, decimal] = both ?? left ?? right ?? NONE;
  const isInexact = (!both || both[3]) && [left, right].some((size) => size?.[2] && size[0] + size[1] > EXACT);
  if (grows && decimal && (digits > DIGITS || decimals > DECIMALS || isInexact)) {
    throw new Refused(`A product or quotient of numbers that may have more than ${DECIMALS} decimals or ${DIGITS} digits is not evaluated in the browser ${SECTION("17.4")}. Multiply before you divide, or cast to xsd:double.`);
  }
  return both;
}

/** Return the size of the largest of several numbers, with so many digits `more`. */
function largest(sizes, more) {
  const found = sizes.filter((size) => size !== null);
  if (!found.length) return sizes.length ? null : NONE;
  const most = found.reduce((one, other) => one.map((count, at) => Math.max(count, other[at])));
  return [most[0] + more, most[1], most[2], found.length < sizes.length ? 1 : most[3]];
}
