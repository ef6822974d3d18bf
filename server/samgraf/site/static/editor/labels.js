// @ts-check
// What things are called, asked of the page's own server; each thing once.

import { asks } from "./ask.js";

const MOST = 1000; // things in one request

export class Labels {
  constructor(address) {
    this.address = address;
    this.known = new Map(); // IRI → [text, language], or null where it has no label
  }

  /** Look up what is not known yet; never fails, since labels are only an aid. */
  async find(iris) {
    const unknown = [...new Set(iris)].filter((iri) => !this.known.has(iri));
    try {
      for (let at = 0; at < unknown.length; at += MOST) {
        const wanted = unknown.slice(at, at + MOST);
        const response = await asks.fetch(this.address, {
          method: "POST",
          headers: { "Content-Type": "application/json", Accept: "application/json" },
          body: JSON.stringify(wanted),
        });
        if (!response.ok) {
          return; // busy: they are asked for again with the next answer
        }
        const found = await response.json();
        for (const iri of wanted) {
          this.known.set(iri, Object.hasOwn(found, iri) ? found[iri] : null);
        }
      }
    } catch {
      // without a connection there are no labels
    }
  }

  get(iri) {
    return this.known.get(iri) ?? null;
  }
}
