// @ts-check
// What the interface says, in the reader's language: the page brings the words.

export class Words {
  constructor(table, language) {
    this.table = table;
    this.language = language;
    // as the server writes them (samgraf/text.py): four digits may be a year
    this.figures = new Intl.NumberFormat(language, { useGrouping: "min2" });
  }

  /** Return the text `key` with `values` in place, as samgraf/site/language.py has it; numbers as people write them. */
  text(key, values = {}) {
    return filled(this.table[key] ?? key, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, this.written(value)])));
  }

  has(key) {
    return Object.hasOwn(this.table, key);
  }

  written(value) {
    return typeof value === "number" ? this.figures.format(value) : String(value);
  }

  /** Return a time in words: milliseconds below a second, else seconds. */
  time(milliseconds) {
    if (milliseconds < 1000) {
      return this.text("milliseconds", { count: Math.round(milliseconds) });
    }
    const digits = milliseconds < 10000 ? 1 : 0;
    return this.text("seconds", { count: Number((milliseconds / 1000).toFixed(digits)) });
  }
}

/** Return `text` with `values` in place: `{count}` is that value, `{count:row|rows}` the first word where it is 1. */
export function filled(text, values) {
  return text.replace(/\{(\w+)(?::([^{}|]*)\|([^{}]*))?\}/g, (_, name, one, many) =>
    many === undefined ? values[name] : values[name] === "1" ? one : many);
}
