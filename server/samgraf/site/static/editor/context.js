// @ts-check
// Where in a query a place is: behind which subject and property, of which classes the subject is.
// Read from the text alone, since what is being written is no query yet.

const TOKEN = /#[^\n]*|<[^<>\s]*>|"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[?$][\p{L}\p{N}_]+|@[A-Za-z-]+|\^\^|_:[\p{L}\p{N}_-]+|[\p{L}\p{N}_-]*:(?:[\p{L}\p{N}_%-]|\\.|\.(?=[\p{L}\p{N}_]))*|[\p{L}\p{N}_]+|[<>!]?=|&&|\|\||[^\s]/gu;
const TYPES = new Set(["a", "rdf:type", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"]);
const CALLS = new Set(["FILTER", "BIND", "HAVING", "BY", "ASC", "DESC", "EXISTS", "SELECT", "LIMIT", "OFFSET", "PREFIX", "BASE", "FROM", "NAMED", "GRAPH", "SERVICE", "VALUES", "AS"]);
const WORDS = new Set([...CALLS, "OPTIONAL", "UNION", "MINUS", "WHERE", "GROUP", "ORDER", "SILENT", "NOT", "CONSTRUCT", "ASK", "DESCRIBE", "DISTINCT", "REDUCED"]);
const COMPARISONS = new Set(["=", "<", ">", "<=", ">=", "!="]);

/** Return the position at the end of `before`, and what the whole query says of its variables.
 *
 * `position` is "subject", "verb", "object" or "" (elsewhere); `property` is what leads to an
 * object, as it is written; `classes` are those of the subject.
 */
export function contextAt(before, whole = before) {
  const { classes, properties } = walk(whole);
  const { position, subject, property, compared } = walk(before);
  const asked = compared ? [...(properties.get(compared) ?? [])][0] ?? null : property;
  return {
    position: compared && asked ? "object" : position,
    property: position === "object" || compared ? asked : null,
    classes: [...(classes.get(subject) ?? [])],
  };
}

function walk(text) {
  const classes = new Map();
  const properties = new Map();
  const outer = [];
  let frame = fresh("");
  let anonymous = 0;
  let last = "";
  let before = "";
  for (const [token] of text.matchAll(TOKEN)) {
    if (token.startsWith("#")) {
      continue;
    }
    const word = token.toUpperCase();
    if (token === "{") {
      outer.push(frame);
      frame = fresh(frame.position === "values" ? "values" : "subject");
    } else if (token === "}") {
      frame = outer.pop() ?? fresh("");
      frame.position = outer.length > 0 ? "subject" : "";
    } else if (token === "[" && frame.position !== "") {
      outer.push(frame);
      anonymous += 1;
      frame = { ...fresh("verb"), subject: `[${anonymous}` };
    } else if (token === "]") {
      frame = outer.pop() ?? fresh("");
      take(frame, "[]");
    } else if (token === "(" && frame.position !== "verb") {
      outer.push(frame);
      frame = { ...fresh(""), inside: frame.position };
    } else if (token === ")" && frame.position !== "verb") {
      const { inside } = frame;
      frame = outer.pop() ?? fresh("");
      if (inside === "object" || inside === "subject") {
        take(frame, "()");
      } else if (frame.position === "" && outer.length > 0 && frame.inside === undefined) {
        frame.position = "subject"; // behind a filter
      }
    } else if (WORDS.has(word) && token !== "a") {
      frame.position = word === "VALUES" ? "values" : CALLS.has(word) || outer.length === 0 ? "" : "subject";
    } else if (frame.position === "" || frame.position === "values") {
      // an expression, or data
    } else if (token === ".") {
      frame.position = "subject";
    } else if (token === ";") {
      frame.position = "verb";
    } else if (token === ",") {
      frame.position = "object";
    } else if ("/|".includes(token)) {
      frame.position = "verb";
    } else if (!"^!*+?()".includes(token)) {
      take(frame, token);
    }
    before = last;
    last = token;
  }
  const compared = frame.position === "" && COMPARISONS.has(last) && /^[?$]/.test(before) ? before : null;
  return { ...frame, compared, classes, properties };

  function take(at, token) {
    if (token.startsWith("@") || token === "^^" || last === "^^") {
      return;
    }
    if (at.position === "subject") {
      at.subject = token;
      at.position = "verb";
    } else if (at.position === "verb") {
      at.property = token;
      at.position = "object";
    } else if (at.position === "object") {
      const into = TYPES.has(at.property) ? [classes, at.subject, token] : /^[?$]/.test(token) ? [properties, token, at.property] : null;
      if (into) {
        const [map, key, value] = into;
        map.set(key, (map.get(key) ?? new Set()).add(value));
      }
      at.position = "done";
    }
  }
}

function fresh(position) {
  return { position, subject: "", property: "" };
}
