// @ts-check
// Write what the engine computes of values otherwise, or refuse it: what samgraf/sparql/corrections/
// values.py does. All operators of a query stand between brackets, so that these are read one by one.

import { Calls, ERROR } from "./calls.js";
import { Sizes } from "./sizes.js";
import { unquoted } from "./tokens.js";
import { PAIRS, Refused, XSD } from "./writing.js";

const SIGNS = ["!", "-", "+"];
const LOGIC = ["", "&&", "||"];
const ORDERS = ["<", ">", "<=", ">="];
const SUMS = ["+", "-", "*", "/"];
const LONGEST_SUM = 400; // characters
const NOTHING = [`"PT0S"^^<${XSD}dayTimeDuration>`, `"P0M"^^<${XSD}yearMonthDuration>`];
const TRUTH = `<${XSD}boolean>`;

/**
 * An operand: signs from `start`, itself from `first` to before `end`, and the operators around.
 * @typedef {{start: number, sign: string, first: number, end: number, before: string, after: string}} Operand
 */

export class Expressions {
  /**
   * @param {import("./writing.js").Writing} writing
   * @param {import("./groups.js").Groups} groups
   */
  constructor(writing, groups) {
    this.writing = writing;
    this.groups = groups;
    this.calls = new Calls(writing, this, groups);
    this.sizes = new Sizes(this);
  }

  key(at) {
    return this.writing.key(at);
  }

  /** Correct all expressions from the token `start` on, and the literals of the whole query. */
  correct(start) {
    const { words } = this.writing;
    for (let at = start; at < words.length; at += 1) {
      const { kind, key, text } = words[at];
      if (kind === "string") this.refuseMisread(at);
      if (kind === "word" && /^(?:TRUE|FALSE)$/.test(key) && text !== text.toLowerCase()) {
        this.writing.part(at, at + 1, () => text.toLowerCase());
      }
      if (this.groups.apart.has(at)) continue;
      if (key === "(") this.bracket(at);
      else if (key === "FILTER") this.piece(at + 1, this.operandEnd(at + 1), true);
      else if (key === "HAVING") this.having(at + 1);
      else if (key === "ORDER" && this.key(at + 1) === "BY") this.calls.order(at);
      else if (["word", "iri", "name"].includes(kind) && this.key(at + 1) === "(") this.calls.call(at);
    }
    this.calls.samples();
  }

  having(at) {
    while (this.key(at) === "(" || this.key(at + 1) === "(") {
      const end = this.operandEnd(at);
      this.piece(at, end, true);
      at = end;
    }
  }

  bracket(at) {
    const tests = this.key(at - 1) === "IF";
    const groups = this.groups.selects.some(({ group: [from, to] }) => from < at && at < to);
    this.pieces(at).forEach(([first, end], number) => {
      const isName = groups && this.key(end) === "AS" && this.writing.words.slice(first, end).every(({ key }) => ["variable", "(", ")"].includes(key));
      // what GROUP BY gives another name only, the engine finds nowhere
      if (isName) this.writing.part(first, end, (within) => `COALESCE(${within(first, end)})`);
      this.piece(first, end, tests && number === 0);
    });
  }

  /**
   * Return the expressions in the brackets that open at `at`, from the first token to behind the last.
   * @returns {number[][]}
   */
  pieces(at) {
    const close = this.writing.closing(at);
    const found = [];
    let first = at + (this.key(at + 1) === "DISTINCT" ? 2 : 1);
    for (let place = first; place <= close; place += 1) {
      if (place === close || [",", ";", "AS"].includes(this.key(place))) {
        if (place > first) found.push([first, place]);
        if (this.key(place) === "AS") break;
        first = place + 1;
      } else if (Object.hasOwn(PAIRS, this.key(place))) {
        place = this.writing.closing(place);
      }
    }
    return found;
  }

  /** Correct one expression; what it holds in brackets of its own is not looked at. */
  piece(first, end, tests) {
    const items = this.operands(first, end);
    this.sums(items);
    if (items.some((item, number) => number && this.grows(items[number - 1], item))) this.sizes.of(first, end);
    items.forEach((item, number) => {
      const alone = LOGIC.includes(item.before) && LOGIC.includes(item.after);
      const judged = item.sign === "!" || (!item.sign && alone && (tests || item.before || item.after));
      if (judged && this.mayBeAny(item)) this.condition(item);
      const next = items[number + 1];
      if (!next) return;
      const ordered = ORDERS.includes(item.after) && LOGIC.includes(item.before) && LOGIC.includes(next.after);
      if (ordered && this.mayBeTruth(item) && this.mayBeTruth(next)) this.comparison(item, next);
    });
  }

  /**
   * Return what operators stand between, from `first` to before `end`.
   * @returns {Operand[]}
   */
  operands(first, end) {
    const found = [];
    for (let at = first; at < end;) {
      const item = { start: at, sign: "", first: at, end: at, before: found.at(-1)?.after ?? "", after: "" };
      while (SIGNS.includes(this.key(item.first)) && item.first < end - 1) {
        item.sign = this.key(item.first);
        item.first += 1;
      }
      item.end = this.operandEnd(item.first);
      at = item.end;
      if (at < end && this.key(at) === "iri") {
        throw new Refused("An IRI is not expected behind a value. If < compares there, write a space behind it.");
      }
      if (at < end) {
        item.after = this.key(at) === "NOT" ? "IN" : this.key(at);
        at += this.key(at) === "NOT" ? 2 : 1;
      }
      found.push(item);
    }
    return found;
  }

  operandEnd(at) {
    if (Object.hasOwn(PAIRS, this.key(at))) return this.writing.closing(at) + 1;
    if (this.key(at) === "NOT") return this.operandEnd(at + 1);
    const kind = this.writing.words[at]?.kind ?? "";
    const called = this.key(at + 1) === "(" || (this.key(at) === "EXISTS" && this.key(at + 1) === "{");
    if (["word", "iri", "name"].includes(kind) && called) return this.writing.closing(at + 1) + 1;
    if (kind === "string" && this.key(at + 1) === "language") return at + 2;
    return kind === "string" && this.key(at + 1) === "^^" ? at + 3 : at + 1;
  }

  /** Return whether an operand may be a text with a language, or ill-formed. */
  mayBeAny({ first, end }) {
    if (this.key(first) === "(") {
      const [item, ...more] = this.operands(first + 1, end - 1);
      return item !== undefined && !more.length && !item.sign && this.mayBeAny(item);
    }
    if (this.key(first) === "string") return end > first + 1;
    return this.key(first) === "variable" || this.writing.settings.any.includes(this.key(first));
  }

  mayBeTruth({ start, sign, first, end }) {
    if (sign) return this.key(start) === "!";
    const key = this.key(first);
    if (key === "(") {
      const items = this.operands(first + 1, end - 1);
      if (items.length > 1) return items.some(({ after }) => after && !SUMS.includes(after));
      return items.length === 1 && this.mayBeTruth(items[0]);
    }
    if (key === "string") return this.key(first + 1) === "^^";
    if (key === "iri" || key === "name") return end > first + 1;
    return ["variable", "TRUE", "FALSE"].includes(key) || this.writing.settings.truths.includes(key);
  }

  /** Compare truth values, which the engine has no order for. */
  comparison(left, right) {
    this.writing.refuseLabels(left.start, right.end);
    this.writing.part(left.start, right.end, (within) => {
      const [one, other] = [within(left.start, left.end), within(right.start, right.end)];
      const truths = `DATATYPE(${one}) = ${TRUTH} && DATATYPE(${other}) = ${TRUTH}`;
      const numbers = `<${XSD}integer>(${one}) ${left.after} <${XSD}integer>(${other})`;
      return `COALESCE(${one} ${left.after} ${other}, IF(${truths}, ${numbers}, ${ERROR}))`;
    });
  }

  /** Judge what is ill-formed or has a language, of which the engine makes an error. */
  condition({ first, end }) {
    this.writing.refuseLabels(first, end);
    this.writing.part(first, end, (within) => {
      const text = within(first, end);
      const whole = Object.keys(this.writing.settings.bounds).join("|");
      const type = `STR(DATATYPE(${text}))`;
      const number = `REGEX(${type}, "^${XSD}(${whole}|decimal|double|float|boolean)$")`;
      // of what is well formed, the engine takes only numbers of many digits for ill-formed
      const worth = `#(${whole}) [+-]?[0-9]*[1-9][0-9]*$|#decimal [+-]?([0-9]*[1-9][0-9]*([.][0-9]*)?|[0-9]*[.][0-9]*[1-9][0-9]*)$`;
      const judged = `IF(${number}, REGEX(CONCAT(${type}, " ", STR(${text})), "${worth}"), ${ERROR})`;
      return `(COALESCE(IF(${text}, true, false), IF(LANG(${text}) != "", STR(${text}) != "", ${judged})))`;
    });
  }

  /** Write sums and products so that the engine computes them from left to right, and those of zero. */
  sums(items) {
    for (let number = 0; number < items.length; number += 1) {
      const from = number;
      while (SUMS.includes(items[number].after) && items[number + 1]) number += 1;
      const run = items.slice(from, number + 1);
      if (run.length < 2) continue;
      const mayAddDurations = run.slice(0, -1).some(({ after }) => after === "+") && this.hasDurations(run);
      if (run.length === 2 && !mayAddDurations && run[0].after !== "*" && !this.grows(run[0], run[1])) continue;
      this.writing.refuseLabels(run[0].start, run.at(-1).end);
      this.writing.part(run[0].start, run.at(-1).end, (within) => {
        const sum = [];
        run.forEach((item, place) => {
          const { start, sign, end, before } = item;
          const text = sign ? `(${within(start, end)})` : within(start, end);
          if (place && before === "*") sum.push(times(sum.pop(), text));
          else if (place && before === "/") sum.push(this.grows(run[place - 1], item) ? divided(sum.pop(), text) : `(${sum.pop()} / ${text})`);
          else sum.push(...(place ? [before, text] : [text]));
        });
        return sum.reduce((made, sign, place) => {
          if (place % 2 === 0) return made;
          const next = sum[place + 1];
          return sign === "+" && mayAddDurations ? added(made, next) : `(${made} ${sign} ${next})`;
        });
      });
    }
  }

  /** Return whether durations may be among what is added. */
  hasDurations(run) {
    const durations = `{ ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } FILTER(isLiteral(?o) && STRENDS(STR(DATATYPE(?o)), "Duration"))`;
    const isNumber = this.writing.words.slice(run[0].start, run.at(-1).end).some(({ kind }) => kind === "number");
    return !isNumber && (this.writing.source.includes("Duration") || this.writing.holds(durations));
  }

  /** Return whether the service computes what two operands make; else the engine does, as it does of a whole number. */
  grows(left, right) {
    const whole = ({ first, end }) => end === first + 1 && /^\d+$/.test(this.writing.words[first].text);
    const begins = left.before !== "*" && left.before !== "/";
    return ["*", "/"].includes(left.after) && !whole(right) && !(left.after === "*" && begins && whole(left));
  }

  /** Refuse a literal that is ill-formed, and a value of its type to the engine. */
  refuseMisread(at) {
    if (this.key(at + 1) !== "^^") return;
    const iri = this.writing.iri(at + 2);
    const text = unquoted(this.writing.words[at].text);
    if (isMisread(text, iri.startsWith(XSD) ? iri.slice(XSD.length) : "", this.writing.settings.bounds)) {
      throw new Refused(`"${text}"^^<${iri}> is no value of its type (XML Schema 1.1 part 2, section 3), but would be taken for one here. Write it as the type has it, or with another type.`);
    }
  }
}

/** Add a duration to a time as it is subtracted: the engine takes the two of a sum in any order, and errs on one. */
function added(one, other) {
  // what is long holds such sums itself, and would be as long again for each
  if (one.length + other.length > LONGEST_SUM) return `(${one} + ${other})`;
  const less = NOTHING.flatMap((none) => [`${one} - (${none} - ${other})`, `${other} - (${none} - ${one})`]);
  return `COALESCE(${[`${one} + ${other}`, ...less].join(", ")})`;
}

function times(left, right) {
  return `COALESCE(${left} * ${right}, IF((${left} = 0 || ${right} = 0) && isNumeric(${left}) && isNumeric(${right}), 0.0, ${ERROR}))`;
}

/** Divide: the engine finds no quotient of zero by a number with decimals. */
function divided(left, right) {
  return `COALESCE(${left} / ${right}, IF(${left} = 0 && isNumeric(1 / ${right}), 0.0, ${ERROR}))`;
}

function isMisread(text, name, bounds) {
  if (Object.hasOwn(bounds, name)) {
    if (!/^[+-]?\d+$/.test(text)) return false;
    const [low, high] = bounds[name];
    const value = BigInt(text.replace("+", ""));
    return (low !== null && value < BigInt(low)) || (high !== null && value > BigInt(high));
  }
  if (name === "double" || name === "float") return /^[+-]*(?:inf|infinity|nan)$/i.test(text) && !/^(?:[+-]?INF|NaN)$/.test(text);
  if (name === "dateTimeStamp") return !/(?:Z|[+-]\d\d:\d\d)$/.test(text);
  return name === "duration" && text.endsWith("T");
}
