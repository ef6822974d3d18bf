// @ts-check
// Terms of results as a reader sees them: the same rules as samgraf/site/cells.py and
// samgraf/site/graph.py.

import { element } from "./dom.js";

export const XSD = "http://www.w3.org/2001/XMLSchema#";
const LONG = 400; // characters of a text that is folded
const BEGINNING = 120;
const NUMBERS = new Set(["integer", "decimal", "double", "float"].map((name) => XSD + name));
const LINKED = /^(?:https?:\/\/|mailto:)[^\u0000-\u0020\u007f]+$/i;
const LOCAL = /^(?:(?!\d*$)[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_-])?|\d+)$/u;
const RELATIVE = /^[\p{L}\p{N}_-][\p{L}\p{N}_.~-]*(?:\/[\p{L}\p{N}_~-][\p{L}\p{N}_.~-]*)*\/?(?:#[\p{L}\p{N}_.~-]*)?$/u;

/** Say whether a term is a number, by its datatype. */
export function isNumber(term) {
  return term?.type !== "uri" && NUMBERS.has(term?.datatype) && Number.isFinite(Number(term.value));
}

export class Terms {
  /** `place` says where things of this graph stand; `chosen` is the language in the address. */
  constructor(place, language, chosen) {
    this.place = place;
    this.language = language;
    this.chosen = chosen;
    // the longest namespace first
    this.prefixes = Object.entries(place.prefixes).filter(([, namespace]) => namespace);
    this.prefixes.sort((a, b) => b[1].length - a[1].length);
  }

  /** Return an IRI with its prefix, else relative to the base, else whole. */
  shorten(iri) {
    const { base } = this.place;
    const fitting = this.prefixes.find(([, namespace]) => iri.startsWith(namespace));
    if (fitting && LOCAL.test(iri.slice(fitting[1].length))) {
      return `${fitting[0]}:${iri.slice(fitting[1].length)}`;
    }
    if (base && iri.startsWith(base) && RELATIVE.test(iri.slice(base.length))) {
      return `<${iri.slice(base.length)}>`;
    }
    return iri;
  }

  /** Return where an IRI leads: a page here, the web, or nowhere. */
  address(iri) {
    const path = this.path(iri);
    if (path !== null && this.place.page) {
      return this.place.page(path); // a file
    }
    if (path !== null) {
      const below = `${this.place.root ?? ""}${path}`;
      return this.chosen ? `${below}?lang=${encodeURIComponent(this.chosen)}` : below;
    }
    return LINKED.test(iri) ? iri : null;
  }

  path(iri) {
    const { base, namespace, ontology } = this.place;
    if (ontology && iri === ontology) {
      return "/ontology";
    }
    if (namespace && iri.startsWith(namespace) && iri.length > namespace.length) {
      return `/ontology/${quoted(iri.slice(namespace.length))}`;
    }
    if (base && iri.startsWith(base) && !/[?#]/.test(iri)) {
      const rest = iri.slice(base.length);
      if (rest.startsWith("/")) {
        return null; // two slashes would lead to another host
      }
      return `/${quoted(rest.startsWith("id/") ? `doc/${rest.slice(3)}` : rest)}`;
    }
    return null;
  }

  /** Return a term as a line of text. */
  text(term) {
    if (!term) {
      return "";
    }
    if (term.type === "uri") {
      return this.shorten(term.value);
    }
    if (term.type === "bnode") {
      return `_:${term.value}`;
    }
    if (term.type === "triple") {
      const parts = ["subject", "predicate", "object"].map((part) => this.text(term.value[part]));
      return `<<( ${parts.join(" ")} )>>`;
    }
    return term.value;
  }

  /** Return the nodes that show a term: a link, or text with its language or type. */
  nodes(term) {
    if (!term) {
      return [];
    }
    const whole = this.text(term);
    const text = element("bdi", {}, whole);
    if (term.type === "uri") {
      return [this.link(term.value, text)];
    }
    if (whole.length > LONG) {
      const beginning = element("summary", {}, element("bdi", {}, `${whole.slice(0, BEGINNING)}…`));
      return [element("details", { class: "long", lang: term["xml:lang"] ?? null }, beginning, text)];
    }
    const language = term["xml:lang"];
    if (language) {
      text.lang = language;
      return language === this.language ? [text] : [text, " ", element("span", { class: "note" }, language)];
    }
    if (term.datatype && term.datatype !== `${XSD}string` && !isNumber(term)) {
      return [text, " ", element("span", { class: "note" }, this.shorten(term.datatype))];
    }
    return [text];
  }

  link(iri, text) {
    const address = this.address(iri);
    if (address === null) {
      return text;
    }
    const outside = this.path(iri) === null;
    return element("a", { href: address, rel: outside ? "nofollow noopener" : null }, text);
  }

  /** Return what a thing is called, to stand beside it. */
  label([text, language]) {
    const foreign = language && language !== this.language;
    return element("bdi", { class: "note", lang: foreign ? language : null }, text);
  }
}

function quoted(path) {
  const kept = /%(2F|21|24|26|27|28|29|2A|2B|2C|3B|3D|3A|40)/g;
  return encodeURIComponent(path.toWellFormed?.() ?? path).replace(kept, decodeURIComponent);
}
