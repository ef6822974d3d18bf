// @ts-check
// Make a query ready for the engine: the forms that it is known to err on are written in another
// way, as samgraf/sparql/corrections does it (writing, groups, calls, expressions), or refused where
// that takes more than SPARQL. So a copy answers as the service does, or tells why not; tests ask both.

import { Expressions } from "./expressions.js";
import { Groups } from "./groups.js";
import { decoded, tokens } from "./tokens.js";
import { PAIRS, Refused, Writing } from "./writing.js";

export { Refused } from "./writing.js";

const FORMS = ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"];
const CLOSING = Object.values(PAIRS);
const SIGNS = ["!", "-", "+"];

/**
 * Return the query as the engine is to be asked.
 *
 * `text` is what it evaluates, and `plain` the same with nothing written anew: `head` characters
 * stand before what was written, on the first line, which `exact` tells to be as it came; `form` is
 * SELECT, ASK, CONSTRUCT or DESCRIBE.
 * `settings` are those of the copy; `ask` evaluates an ASK query, and gives null where it cannot.
 * Throws Refused.
 */
export function prepared(query, settings, ask) {
  if (new TextEncoder().encode(query).length > settings.bytes) {
    throw new Refused(`The query is longer than ${settings.bytes} bytes. Ask a shorter one.`);
  }
  const source = decoded(query);
  const words = tokens(source);
  if (words.length > settings.tokens) {
    throw new Refused(`The query has more than ${settings.tokens} words and signs. Ask for less at a time.`);
  }
  if (depth(words) > settings.depth) {
    throw new Refused(`The query has more than ${settings.depth} levels of brackets and signs in each other. Write it flatter.`);
  }
  const head = prologue(source, settings.prefixes);
  const found = words.findIndex(({ key }) => FORMS.includes(key));
  const start = Math.max(found, 0);
  const own = found < 0 ? source : source.slice(0, words[start].start);
  const plain = head + source;
  const dataset = datasetOf(source, words);
  const writing = new Writing(source, words, settings, {
    some: (pattern) => ask(`${head}${own} ASK ${dataset} { ${pattern} }`),
    all: (pattern) => ask(`${head}${own} ASK { ${pattern} }`),
    rows: (select) => ask(`${head}${own} ${select}`),
    readable: () => ask(plain) !== null,
  });
  if (writing.datasets > 1) {
    throw new Refused("Several graphs of FROM and FROM NAMED are not merged here. Name one, or use GRAPH.");
  }
  if (words.some(({ key }) => key === "SERVICE")) {
    throw new Refused("SERVICE asks another endpoint, and no other is asked from a copy without a server.");
  }
  const groups = new Groups(writing);
  groups.read(start);
  const expressions = new Expressions(writing, groups);
  expressions.correct(start);
  writing.sort();
  const text = head + writing.text();
  expressions.calls.askData();
  return { text, plain, head: head.length, exact: source === query, form: found < 0 ? "" : words[start].key };
}

/** Return the clause that names the graphs, if there is one. */
function datasetOf(source, words) {
  const at = words.findIndex(({ key }) => key === "FROM");
  const end = at < 0 ? undefined : words[at + (words[at + 1]?.key === "NAMED" ? 2 : 1)]?.end;
  return end === undefined ? "" : source.slice(words[at].start, end);
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
