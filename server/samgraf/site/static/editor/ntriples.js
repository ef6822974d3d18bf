// Read N-Triples: https://www.w3.org/TR/n-triples/, into terms as the JSON results format has them.

const TERM = String.raw`<([^>]*)>|_:(\S+)|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?`;
const LINE = new RegExp(String.raw`^\s*(?:<([^>]*)>|_:(\S+))\s*<([^>]*)>\s*(?:${TERM})\s*\.\s*$`);
const ESCAPES = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f", '"': '"', "'": "'", "\\": "\\" };

/** Return the triples of a document, each with subject, predicate and object. */
export function readTriples(text) {
  const triples = [];
  for (const line of text.split("\n")) {
    const found = LINE.exec(line);
    if (found) {
      const [, subject, subjectNode, predicate, iri, node, value, language, datatype] = found;
      triples.push({
        subject: named(subject, subjectNode),
        predicate: named(predicate),
        object: value === undefined ? named(iri, node) : literal(value, language, datatype),
      });
    }
  }
  return triples;
}

function named(iri, node) {
  return iri === undefined ? { type: "bnode", value: node } : { type: "uri", value: plain(iri) };
}

function literal(value, language, datatype) {
  const term = { type: "literal", value: plain(value) };
  if (language) {
    term["xml:lang"] = language;
  } else if (datatype) {
    term.datatype = plain(datatype);
  }
  return term;
}

function plain(text) {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, short, long, one) =>
    one ? (ESCAPES[one] ?? one) : String.fromCodePoint(Number.parseInt(short ?? long, 16)),
  );
}
