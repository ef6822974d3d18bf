// @ts-check
// What the interface says, in the reader's language: the page brings the words.

export class Words {
  constructor(table, language) {
    this.table = table;
    this.language = language;
    // as the server writes them (samgraf/text.py): four digits may be a year
    this.figures = new Intl.NumberFormat(language, { useGrouping: "min2" });
  }

  /** Return the text `key` with `values` in its places; numbers are written as people do. */
  text(key, values = {}) {
    return (this.table[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => this.written(values[name]));
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

  rows(count) {
    return count === 1 ? this.text("one_row") : this.text("rows", { count });
  }
}
