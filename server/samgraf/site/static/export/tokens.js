// @ts-check
// The tokens of a query, by the terminals of https://www.w3.org/TR/sparql11-query/#sparqlGrammar:
// the same as samgraf/sparql/tokens.py, for queries that the engine takes.

const TERMINALS = {
  string: /"""(?:"{0,2}(?:[^"\\]|\\.))*"""|'''(?:'{0,2}(?:[^'\\]|\\.))*'''|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'/suy,
  iri: /<[^\x00-\x20<>"{}|^`\\]*>/uy,
  blank: /_:[\p{L}\p{N}_](?:[\p{L}\p{N}\p{M}_.\-\u00b7]*[\p{L}\p{N}\p{M}_\-\u00b7])?/uy,
  variable: /[?$][\p{L}\p{N}_][\p{L}\p{N}\p{M}_\u00b7]*/uy,
  name: /(?:\p{L}(?:[\p{L}\p{N}\p{M}_.\-\u00b7]*[\p{L}\p{N}\p{M}_\-\u00b7])?)?:(?:(?:[\p{L}\p{N}\p{M}_:\-\u00b7]|%[0-9A-Fa-f]{2}|\\.)(?:\.*(?:[\p{L}\p{N}\p{M}_:\-\u00b7]|%[0-9A-Fa-f]{2}|\\.))*)?/uy,
  language: /@[A-Za-z]+(?:-[A-Za-z0-9]+|--[A-Za-z]+)*/uy,
  number: /(?:[0-9]*\.[0-9]+|[0-9]+\.(?=[eE])|[0-9]+)(?:[eE][+-]?[0-9]+)?/uy,
  word: /[A-Za-z_][A-Za-z0-9_]*/uy,
  // an IRI right behind < is compared with
  mark: /<(?=<[^\x00-\x20<>"{}|^`\\]*>)|<<\(|\)>>|<<|>>|\{\||\|\}|\^\^|&&|\|\||[!<>]=|./suy,
};
const SPACING = /(?:[ \t\r\n]+|#[^\r\n]*)+/uy;
const ESCAPE = /\\\\|\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})/g;

/** @typedef {{kind: string, text: string, key: string, start: number, end: number}} Token */

/** Return `text` without a byte order mark, and with code points that are written as escapes decoded. */
export function decoded(text) {
  return text.replace(/^\ufeff/, "").replace(ESCAPE, (whole, short, long) => {
    const code = Number.parseInt(short ?? long ?? "", 16);
    return Number.isNaN(code) || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? whole : String.fromCodePoint(code);
  });
}

/**
 * Return the tokens of `text` without spaces and comments; `key` is a word in capitals, or a mark.
 * @returns {Token[]}
 */
export function tokens(text) {
  const found = [];
  let at = 0;
  while (at < text.length) {
    SPACING.lastIndex = at;
    if (SPACING.test(text)) {
      at = SPACING.lastIndex;
      continue;
    }
    for (const [kind, pattern] of Object.entries(TERMINALS)) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (match) {
        const end = at + match[0].length;
        const key = kind === "word" ? match[0].toUpperCase() : kind === "mark" ? match[0] : kind;
        found.push({ kind, text: match[0], key, start: at, end });
        at = end;
        break;
      }
    }
  }
  return found;
}

const ESCAPES = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };

/** Return the text that a string of a query means. */
export function unquoted(text) {
  const width = text.length >= 6 && (text.startsWith('"""') || text.startsWith("'''")) ? 3 : 1;
  return text.slice(width, -width).replace(/\\(.)/gsu, (_, char) => ESCAPES[char] ?? char);
}

/** Return `text` as a string of a query. */
export function quoted(text) {
  const written = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  return `"${text.replace(/[\\"\n\r\t]/g, (char) => written[char])}"`;
}
