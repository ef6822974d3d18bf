// @ts-check
// Regular expressions of XPath (https://www.w3.org/TR/xpath-functions/#regex-syntax) as the engine
// reads them, which are those of Rust: what samgraf/sparql/xpath_regex.py does, for the constructs
// that people write. What is not among them throws Unknown, and is refused.

export class Unknown extends Error {}

const CLASSES = {
  s: "[ \\t\\n\\r]", S: "[^ \\t\\n\\r]", d: "\\p{Nd}", D: "\\P{Nd}",
  w: "[^\\p{P}\\p{Z}\\p{C}]", W: "[\\p{P}\\p{Z}\\p{C}]",
};
const CHARACTERS = { n: "\n", r: "\r", t: "\t" };
const LITERAL = /^[\\|.?*+(){}\-[\]^$]$/;
const PLAIN = /^[A-Za-z0-9_ ,:;@%=<>"'/!`]$/;

/** Return the pattern for the engine, with the flags within it, and how many groups it captures. */
export function translated(pattern, flags) {
  if (/[^smi]/.test(flags)) {
    throw new Unknown(`flags other than s, m and i`);
  }
  const reader = new Reader(pattern, flags);
  const modes = ["m", "i"].filter((mode) => flags.includes(mode)).join("");
  const body = reader.read();
  return { rust: modes ? `(?${modes})${body}` : body, groups: reader.groups };
}

/** Return what is put in, for the engine. */
export function replacement(text, groups) {
  if (text.includes("\\")) {
    throw new Unknown("\\ in what is put in");
  }
  return text.replace(/\$(\d?)(\d?)/g, (_, digit, more) => {
    if (!digit || more) {
      throw new Unknown("$ in what is put in, before anything but one digit");
    }
    return Number(digit) <= groups ? `\${${digit}}` : "";
  });
}

class Reader {
  constructor(pattern, flags) {
    this.characters = [...pattern];
    this.flags = flags;
    this.at = 0;
    this.groups = 0;
  }

  read() {
    const written = [];
    let open = 0;
    let repeatable = false;
    while (this.at < this.characters.length) {
      const char = this.next();
      const before = repeatable;
      repeatable = true;
      if (char === "(") {
        open += 1;
        repeatable = false;
        written.push(this.group());
      } else if (char === ")") {
        open -= 1;
        if (open < 0) throw new Unknown("a ) without its (");
        written.push(")");
      } else if ("*+?{".includes(char)) {
        if (!before) throw new Unknown(`nothing for ${char} to repeat`);
        written.push(this.quantifier(char));
        repeatable = false;
      } else if ("|^$".includes(char)) {
        written.push(char);
        repeatable = false;
      } else if (char === ".") {
        written.push(this.flags.includes("s") ? "(?s:.)" : "[^\\n\\r]");
      } else if (char === "[") {
        written.push(this.class());
      } else if (char === "\\") {
        written.push(this.escape());
      } else if ("]}".includes(char)) {
        throw new Unknown(`a loose ${char}`);
      } else {
        written.push(escaped(char));
      }
    }
    if (open) throw new Unknown("a ( without its )");
    return written.join("");
  }

  next() {
    if (this.at >= this.characters.length) throw new Unknown("an end that comes too early");
    this.at += 1;
    return this.characters[this.at - 1];
  }

  get rest() {
    return this.characters.slice(this.at, this.at + 30).join("");
  }

  group() {
    if (this.characters[this.at] !== "?") {
      this.groups += 1;
      return "(";
    }
    if (this.characters[this.at + 1] !== ":") throw new Unknown("(? before something else than :");
    this.at += 2;
    return "(?:";
  }

  quantifier(char) {
    let written = char;
    if (char === "{") {
      const match = /^\d+(?:,\d*)?\}/.exec(this.rest);
      if (!match) throw new Unknown("a { that counts nothing");
      this.at += match[0].length;
      written += match[0];
    }
    if (this.characters[this.at] === "?") {
      this.at += 1;
      written += "?";
    }
    return written;
  }

  escape() {
    const char = this.next();
    if (Object.hasOwn(CLASSES, char)) return CLASSES[char];
    if (Object.hasOwn(CHARACTERS, char)) return escaped(CHARACTERS[char]);
    if (LITERAL.test(char)) return escaped(char);
    throw new Unknown(`\\${char}`);
  }

  class() {
    const negated = this.characters[this.at] === "^";
    if (negated) this.at += 1;
    const items = [];
    for (let char = this.next(); char !== "]"; char = this.next()) {
      if (char === "[" || (char === "-" && this.characters[this.at] === "[")) {
        throw new Unknown("a class within a class");
      }
      items.push(this.item(char));
    }
    if (!items.length) throw new Unknown("an empty class");
    return `[${negated ? "^" : ""}${items.join("")}]`;
  }

  item(char) {
    if (char === "\\") return this.escape();
    const [sign, end] = this.characters.slice(this.at, this.at + 2);
    if (sign !== "-" || end === undefined || end === "]" || end === "[") return escaped(char);
    if (end === "\\") throw new Unknown("a range that ends in an escape");
    if (char.codePointAt(0) > end.codePointAt(0)) throw new Unknown("a range that ends before it begins");
    this.at += 2;
    return `${escaped(char)}-${escaped(end)}`;
  }
}

function escaped(char) {
  return PLAIN.test(char) ? char : `\\x{${char.codePointAt(0).toString(16).toUpperCase()}}`;
}
