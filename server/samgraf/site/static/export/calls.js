// @ts-check
// Write calls of functions and aggregates that the engine evaluates otherwise, and what is ordered by,
// or refuse them: what samgraf/sparql/corrections/calls.py and ordering.py do. Where that takes a
// function of the service's own, the data are asked whether it would make a difference.

import { replacement, translated, Unknown } from "./patterns.js";
import { quoted, unquoted } from "./tokens.js";
import { AGGREGATES, Refused, SECTION, XSD } from "./writing.js";

export const ERROR = "(1/0)";
const DOUBLES = [`${XSD}double`, `${XSD}float`];
const NO_TIMES = ["boolean", "decimal", "double", "float", "integer", "string"].map((name) => XSD + name);

export class Calls {
  /**
   * @param {import("./writing.js").Writing} writing
   * @param {import("./expressions.js").Expressions} expressions
   * @param {import("./groups.js").Groups} groups
   */
  constructor(writing, expressions, groups) {
    this.writing = writing;
    this.expressions = expressions;
    this.groups = groups;
    this.guards = []; // what is asked of the data once all parts are known
  }

  key(at) {
    return this.writing.key(at);
  }

  /** Correct the call whose name stands at `at`. */
  call(at) {
    const name = this.key(at);
    const end = this.writing.closing(at + 1);
    const given = this.expressions.pieces(at + 1);
    if (this.writing.words[at].kind !== "word") this.cast(at, given);
    else if (AGGREGATES.includes(name)) this.aggregate(at, name, given, end);
    else if (name === "BNODE" && given.length) {
      throw new Refused(`BNODE with a text has to make another blank node for each solution ${SECTION("17.4.2.9")}, which cannot be done here. Use BNODE(), or IRI(CONCAT(…)).`);
    } else if (name === "REGEX" || name === "REPLACE") this.patternCall(name, given, end);
    else if (name === "ROUND" && given.length) this.round(at, end, given[0]);
    else if (name === "SUBSTR" && given.length > 1) this.substr(given[1], given[2]);
    else if (name === "STRDT" && given.length === 2) this.strdt(given[0], given[1]);
  }

  aggregate(at, name, given, end) {
    const [argument, separator] = given;
    for (let inner = at + 2; inner < end; inner += 1) {
      if (this.key(inner) === "{") inner = this.writing.closing(inner);
      else if (AGGREGATES.includes(this.key(inner)) && this.key(inner + 1) === "(") {
        throw new Refused(`An aggregate cannot stand within another ${SECTION("19.8")}. Compute the inner one in a sub-select.`);
      }
    }
    this.keepGroup(this.around(at));
    if (!argument || this.key(argument[0]) === "*") return;
    const [first, last] = argument;
    const distinct = this.key(at + 2) === "DISTINCT";
    if (name === "COUNT" && !(last === first + 1 && this.key(first) === "variable")) this.count(at, end, argument, distinct);
    else if (name === "GROUP_CONCAT") this.groupConcat(at, end, argument, distinct, separator);
    else if ((name === "MIN" || name === "MAX") && !this.isOfOne(first, last)) this.extreme(at, name, argument);
  }

  /** Return the SELECT whose solutions the aggregate at `at` is of. */
  around(at) {
    const found = this.groups.selects.filter(({ start, end, open, close }) => start <= at && at < end && !(open < at && at < close));
    if (!found.length) throw new Refused(`An aggregate stands in SELECT, HAVING or ORDER BY alone ${SECTION("11")}. Put it into a sub-select.`);
    return found.reduce((least, one) => (one.end - one.start < least.end - least.start ? one : least));
  }

  /** Have the one group of a SELECT without GROUP BY where the engine sees that nothing is in it, too. */
  keepGroup(select) {
    if (select.grouped || select.group[1] > select.group[0]) return;
    select.grouped = true;
    const none = Array(3).fill("<urn:samgraf:none>").join(" ");
    this.writing.part(select.open, select.close + 1, (within) => `{ ${within(select.open, select.close + 1)} UNION { ${none} } }`);
  }

  /** Count only those for which the expression is no error, which spoils the engine's count. */
  count(at, end, [first, last], distinct) {
    this.writing.refuseLabels(first, last);
    this.writing.part(at, end + 1, (within) => {
      const text = within(first, last);
      if (!distinct) return `SUM(COALESCE(IF(isBLANK(${text}), 1, 1), 0))`;
      const errors = `COALESCE(MAX(COALESCE(IF(isBLANK(${text}), 0, 0), 1)), 0)`;
      return `(COUNT(DISTINCT COALESCE(${text}, <urn:samgraf:error>)) - ${errors})`;
    });
  }

  /** Join the texts of terms; of different terms with the same text, the engine would take one. */
  groupConcat(at, end, [first, last], distinct, separator) {
    if (distinct) {
      const text = (within) => within(first, last);
      this.guard(at, (within) => `isLiteral(${text(within)}) || isIRI(${text(within)})`,
        (within) => `COUNT(DISTINCT STR(${text(within)})) != COUNT(DISTINCT ${text(within)})`,
        `GROUP_CONCAT(DISTINCT …) of terms of which several have the same text is not evaluated rightly in the browser ${SECTION("18.5.1.7")}. Write GROUP_CONCAT(DISTINCT STR(…)).`);
    }
    this.writing.part(at, end + 1, (within) => {
      const behind = separator ? `; ${within(...separator)}` : "";
      return `STR(GROUP_CONCAT(${distinct ? "DISTINCT " : ""}STR(${within(first, last)})${behind}))`;
    });
  }

  /** Refuse MIN and MAX where the engine has no order among the values, and would take any. */
  extreme(at, name, [first, last]) {
    const kind = (within) => this.writing.settings.kind.replaceAll("{key}", () => within(first, last));
    this.guard(at, (within) => `isLiteral(${within(first, last)})`,
      (within) => `${manyKinds(kind(within))} || COUNT(DISTINCT IF(isNumeric(${within(first, last)}), 1, DATATYPE(${within(first, last)}))) > 1`,
      `${name} is asked for among values of several types, times with and without a zone, or durations, which the engine in the browser has no order for ${SECTION(name === "MIN" ? "18.5.1.5" : "18.5.1.6")}. Choose those of one type by a FILTER on DATATYPE(…), or ORDER BY and LIMIT 1.`);
  }

  /** Refuse for a `reason` if a group has some property that is told of the solutions that are kept. */
  guard(at, keeps, has, reason) {
    const select = this.around(at);
    this.guards.push(() => {
      const { writing } = this;
      const within = (first, last) => writing.within(first, last);
      const pattern = `{ ${writing.within(select.open, select.close + 1)} FILTER(${keeps(within)}) }`;
      const asked = `{ SELECT (1 AS ?samgraf_one) WHERE ${pattern} ${writing.within(...select.group)} HAVING(${has(within)}) }`;
      const found = writing.asks.some(select.graph === null ? asked : `GRAPH ${select.graph} { ${asked} }`);
      // what cannot be asked of a query that cannot be read, the query itself will tell
      if (found || (found === null && writing.asks.readable())) throw new Refused(reason);
    });
  }

  /** Find out from the data what can only be answered where it makes no difference. */
  askData() {
    for (const ask of this.guards) ask();
  }

  /** Return whether what an expression gives is of one kind: then the engine orders it rightly. */
  isOfOne(first, end) {
    const items = this.expressions.operands(first, end);
    if (items.length !== 1 || items[0].sign) {
      // what is added may be times and durations, unless a number is among it
      const adds = items.some(({ after }) => after === "+" || after === "-");
      return !adds || this.writing.words.slice(first, end).some(({ kind }) => kind === "number");
    }
    const at = items[0].first;
    if (this.key(at) === "(") return this.isOfOne(at + 1, end - 1);
    if (this.key(at) === "variable") {
      const property = this.groups.paths.values.get(this.writing.words[at].text.slice(1)) ?? null;
      return property === "" || (property !== null && !this.mixes(property));
    }
    if (this.key(at + 1) !== "(") return this.key(at) === "number";
    const iri = this.writing.iri(at);
    return iri ? NO_TIMES.includes(iri) : this.key(at) !== "ADJUST" && !this.writing.settings.any.includes(this.key(at));
  }

  /** Return whether the engine may find no order among the literals that a property has in any graph. */
  mixes(property) {
    const pattern = `{ ?s <${property}> ?o } UNION { GRAPH ?g { ?s <${property}> ?o } } FILTER(isLiteral(?o))`;
    const kind = this.writing.settings.kind.replaceAll("{key}", "?o");
    return this.writing.holds(`{ SELECT (1 AS ?samgraf_one) { ${pattern} } HAVING(${manyKinds(kind)}) }`);
  }

  /** Correct what ORDER BY at `at` orders by: by kinds first, so that the order of each is total. */
  order(at) {
    for (let first = at + 2, end = 0; ; first = end) {
      const way = ["ASC", "DESC"].includes(this.key(first)) ? this.key(first) : "";
      const from = way ? first + 1 : first;
      const called = this.key(from + 1) === "(" && ["word", "iri", "name"].includes(this.writing.words[from].kind);
      if (this.key(from) === "variable") end = from + 1;
      else if (this.key(from) === "(") end = this.writing.closing(from) + 1;
      else if (called) end = this.writing.closing(from + 1) + 1;
      else return;
      if (this.isOfOne(from, end)) continue;
      const last = end;
      this.writing.refuseLabels(from, last);
      this.writing.part(first, last, (within) => {
        const text = within(from, last);
        return ` ${this.writing.settings.order.replaceAll("{way}", way || "ASC").replaceAll("{key}", () => text)} `;
      });
    }
  }

  /** Take some value of the group for what HAVING and ORDER BY do not group by: the engine finds none. */
  samples() {
    for (const select of this.groups.selects.filter((one) => this.groups.isGrouped(one))) {
      const known = [...this.groups.keysOf(select), ...select.made];
      let at = select.group[1] > select.group[0] ? select.group[1] : select.close + 1;
      for (; at < select.end && !["LIMIT", "OFFSET", "VALUES"].includes(this.key(at)); at += 1) {
        const { kind, text, key } = this.writing.words[at];
        if (key === "{") at = this.writing.closing(at);
        else if ([...AGGREGATES, "BOUND"].includes(key) && this.key(at + 1) === "(") at = this.writing.closing(at + 1);
        else if (kind === "variable" && !known.includes(text.slice(1))) this.writing.part(at, at + 1, () => `SAMPLE(${text})`);
      }
    }
  }

  /** Round to the nearest whole number: of those below zero the engine rounds -2.51 to -2, and -2.5e0 to -3. */
  round(at, end, argument) {
    const [first, last] = argument;
    this.writing.refuseLabels(first, last);
    this.writing.part(at, end + 1, (within) => {
      const text = within(first, last);
      return `COALESCE(IF((${text}) - FLOOR(${text}) >= 0.5, CEIL(${text}), FLOOR(${text})), ROUND(${text}))`;
    });
  }

  /** Take a part that begins before the text, or has less than no length, of which the engine makes an error. */
  substr(from, length = from) {
    const numbers = [from, length].map(([first, last]) => this.writing.slice(first, last));
    if (numbers.every((number) => /^[1-9]\d*$/.test(number))) return;
    this.writing.refuseLabels(from[0], length[1]);
    this.writing.part(from[0], length[1], (within) => {
      const [first, long] = [`(${within(...from)})`, `(${within(...length)})`];
      const begin = `IF(${first} < 1, (${first} - ${first}) + 1, ${first})`; // no decimal number becomes an integer
      return from === length ? begin : `${begin}, IF(${long} > 0 && ${first} + ${long} > 1, IF(${first} < 1, ${first} + ${long} - 1, ${long}), ${long} - ${long})`;
    });
  }

  patternCall(name, given, end) {
    const [, pattern] = given;
    const texts = given.slice(1).map((argument) => this.constant(argument));
    if (!pattern || texts.includes(null)) {
      throw new Refused(`Write the pattern, the flags and the replacement of ${name} out: in the browser they are not worked out from values.`);
    }
    try {
      const flags = name === "REGEX" ? texts[1] : texts[2];
      const { rust, groups } = translated(texts[0], flags ?? "");
      const written = [quoted(rust)];
      const empty = this.writing.asks.some(`FILTER(REGEX("", ${quoted(rust)}))`);
      if (name === "REPLACE") {
        if (empty) {
          throw new Refused("REPLACE takes no pattern that matches a text of no length (XPath Functions and Operators, section 7.6.3).");
        }
        written.push(quoted(replacement(texts[1] ?? "", groups)));
      }
      this.writing.part(pattern[0], end, () => written.join(", "));
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      throw new Refused(`The regular expression has ${error.message}, which is not translated in the browser (XPath Functions and Operators, section 7.6.1).`);
    }
  }

  /** Return the text that an argument is, null where it is not written out. */
  constant([first, last]) {
    return last === first + 1 && this.key(first) === "string" ? unquoted(this.writing.words[first].text) : null;
  }

  strdt(text, datatype) {
    const [first, last] = text;
    const [at, end] = datatype;
    const type = end === at + 1 ? this.writing.iri(at) : "";
    const name = type.replace(XSD, "");
    const { bounds } = this.writing.settings;
    const bounded = Object.hasOwn(bounds, name) && bounds[name].some((bound) => bound !== null);
    const misread = bounded || ["double", "float", "dateTimeStamp", "duration"].includes(name);
    if (!type || misread || type.includes("rdf-syntax-ns#")) {
      throw new Refused(`STRDT with a type that is worked out, or one of whose values the engine takes others for values too, is not evaluated in the browser ${SECTION("17.4.2.10")}. Use a cast, such as xsd:double(…).`);
    }
    if (!type.startsWith(XSD)) return;
    this.writing.refuseLabels(first, last);
    this.writing.part(first, last, (within) => {
      const given = within(first, last);
      return `IF(DATATYPE(${given}) = <${XSD}string>, ${given}, ${ERROR})`;
    });
  }

  /** Cast what the engine casts otherwise than XML Schema has it: texts with spaces around, and numbers. */
  cast(at, given) {
    const type = this.writing.iri(at);
    if (!type.startsWith(XSD) || type === `${XSD}string` || given.length !== 1) return;
    const [[first, last]] = given;
    if (["decimal", "integer"].includes(type.replace(XSD, "")) && (this.expressions.sizes.of(first, last) ?? [1]).at(-1)) {
      throw new Refused(`A cast of a double to a decimal number or integer is only nearly right in the browser ${SECTION("17.5")}. Where a text is cast, write STR(…) around it.`);
    }
    this.writing.refuseLabels(first, last);
    this.writing.part(first, last, (within) => {
      const text = within(first, last);
      const trimmed = `REPLACE(STR(${text}), "^[ \\t\\r\\n]+|[ \\t\\r\\n]+$", "")`;
      if (!DOUBLES.includes(type)) return `IF(DATATYPE(${text}) = <${XSD}string>, ${trimmed}, ${text})`;
      const none = `REGEX(${trimmed}, "^[+-]*(inf|infinity|nan)$", "i") && !REGEX(${trimmed}, "^([+-]?INF|NaN)$")`;
      const number = `IF(DATATYPE(${text}) = <${XSD}decimal>, STR(${text}), ${text})`;
      return `IF(DATATYPE(${text}) = <${XSD}string>, IF(${none}, ${ERROR}, ${trimmed}), ${number})`;
    });
  }
}

function manyKinds(kind) {
  return `COUNT(DISTINCT ${kind}) > 1 || STR(SAMPLE(${kind})) = "0"`;
}
