// @ts-check
// Put the text of a query together, parts of which are written anew: what samgraf/sparql/corrections
// does, and the tokens, brackets and names that its readers share.

/** @typedef {import("./tokens.js").Token} Token */

export class Refused extends Error {}

export const PAIRS = { "{": "}", "(": ")", "[": "]", "<<": ">>", "<<(": ")>>", "{|": "|}" };
export const AGGREGATES = ["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"];
export const SECTION = (number) => `(SPARQL 1.1, section ${number})`;
export const XSD = "http://www.w3.org/2001/XMLSchema#";

/** The text of one query: a part that is written anew has in it what stands there, written anew. */
export class Writing {
  /**
   * @param {string} source
   * @param {Token[]} words
   * @param {any} settings as engine_settings in samgraf/site/export/engine.py gives them
   * @param {{some: Function, all: Function, rows: Function, readable: Function}} asks whether a pattern has a
   * solution in what the query is asked of or in all data, null if it cannot be asked; what a SELECT finds in
   * all data; whether the query can be read
   */
  constructor(source, words, settings, asks) {
    this.source = source;
    this.words = words;
    this.settings = settings;
    this.asks = asks;
    this.parts = [];
    this.closings = closings(words);
    this.datasets = words.filter(({ key }) => key === "FROM").length;
    this.known = new Map();
    this.prologue = this.declared();
  }

  key(at) {
    return this.words[at]?.key ?? "";
  }

  /** Return the place of the bracket that closes the one at `at`. */
  closing(at) {
    const found = this.closings.get(at);
    if (found === undefined) throw new Refused("A bracket of the query is not closed.");
    return found;
  }

  /** Return the text from one token to before another, as it stands. */
  slice(first, end) {
    return end > first ? this.source.slice(this.words[first].start, this.words[end - 1].end) : "";
  }

  /** Have the tokens from `first` to before `end` written by `write`, which is given what writes within. */
  part(first, end, write) {
    this.parts.push({ start: this.words[first].start, end: this.words[end - 1].end, write });
  }

  /** Return the text between two places with all parts from number `from` on. */
  text(start = 0, end = this.source.length, from = 0) {
    let made = "";
    let at = start;
    for (let number = from; number < this.parts.length; number += 1) {
      const part = this.parts[number];
      if (part.start >= end) break;
      if (part.start < at || part.end > end) continue;
      made += this.source.slice(at, part.start) + part.write((first, last) => this.within(first, last, number + 1));
      at = part.end;
      if (made.length > this.settings.longest) {
        throw new Refused("The query is too long once it is written as the engine has to be asked. Ask in several parts.");
      }
    }
    return made + this.source.slice(at, end);
  }

  /** Return the text from one token to before another, with all parts from number `from` on. */
  within(first, end, from = 0) {
    return end > first ? this.text(this.words[first].start, this.words[end - 1].end, from) : "";
  }

  /** Put the parts in order: what stands around others before them. */
  sort() {
    this.parts.sort((a, b) => a.start - b.start || b.end - a.end);
  }

  /** Refuse what is to be written several times where it holds the label of a blank node. */
  refuseLabels(first, end) {
    const label = this.words.slice(first, end).find(({ kind }) => kind === "blank");
    if (label) {
      throw new Refused(`The blank node ${label.text} stands in what is evaluated several times here. Put a variable in its place.`);
    }
  }

  /** Return whether a pattern has a solution in all data, whatever graphs the query is asked of. */
  holds(pattern) {
    if (!this.known.has(pattern)) this.known.set(pattern, this.asks.all(pattern) !== false);
    return this.known.get(pattern);
  }

  /** Return the IRI that a token is or means, else an empty text. */
  iri(at) {
    const { kind, text } = this.words[at] ?? { kind: "", text: "" };
    if (kind === "name") {
      const colon = text.indexOf(":");
      return (this.prologue.prefixes.get(text.slice(0, colon)) ?? "") + text.slice(colon + 1).replace(/\\(.)/g, "$1");
    }
    return kind === "iri" ? resolved(text.slice(1, -1), this.prologue.base) : "";
  }

  declared() {
    const prefixes = new Map(Object.entries(this.settings.prefixes));
    let base = this.settings.base;
    this.words.forEach(({ key }, at) => {
      const last = this.words[at + (key === "PREFIX" ? 2 : 1)];
      if ((key !== "PREFIX" && key !== "BASE") || last?.kind !== "iri") return;
      const iri = resolved(last.text.slice(1, -1), base);
      if (key === "BASE") base = iri;
      else prefixes.set(this.words[at + 1].text.slice(0, -1), iri);
    });
    return { prefixes, base };
  }
}

function resolved(iri, base) {
  try {
    return /^[A-Za-z][\w+.-]*:/.test(iri) ? iri : new URL(iri, base).href;
  } catch {
    return iri;
  }
}

/** Return the place of the closing bracket for each opening one that is closed. */
function closings(words) {
  const found = new Map();
  const stack = [];
  words.forEach(({ kind, key }, at) => {
    if (kind !== "mark") return;
    if (Object.hasOwn(PAIRS, key)) stack.push(at);
    else if (stack.length && PAIRS[words[stack.at(-1)].key] === key) found.set(stack.pop(), at);
  });
  return found;
}
