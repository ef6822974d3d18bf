// @ts-check
// Tell how it went with each partner that an answer rests on, as the server does in pages.

import { element } from "./dom.js";

const HEADER = "Samgraf-Partners"; // a structured list: https://www.rfc-editor.org/rfc/rfc9651
const ITEM = /([a-z][a-z0-9-]*)((?:;[a-z]+=(?:"[^"]*"|[^;,"]*))*)/g;
const PARAMETER = /;([a-z]+)=(?:"([^"]*)"|([^;,"]*))/g;
const COUNTS = ["rows", "requests"];
const PLAIN = ["ok", "cache"]; // a reader need not be stopped by these

/** Return the outcomes that the header of `response` tells, in the form of those in JSON. */
export function partnersOf(response) {
  const items = (response.headers.get(HEADER) ?? "").matchAll(ITEM);
  return [...items].map(([, partner, parameters]) => {
    const told = { partner };
    for (const [, name, quoted, bare] of parameters.matchAll(PARAMETER)) {
      told[name] = COUNTS.includes(name) ? Number(bare) : quoted ?? bare;
    }
    return told;
  });
}

/** Write a notice for each of `outcomes` into `place`; `titles` are the partners by short name. */
export function tellPartners(place, outcomes, words, titles) {
  place.replaceChildren(element("ul", { class: "outcomes" }, ...outcomes.map((outcome) => notice(outcome, words, titles))));
  place.hidden = outcomes.length === 0;
}

function notice(outcome, words, titles) {
  const idle = outcome.outcome === "ok" && !outcome.requests;
  const key = `partners_outcome_${idle ? "idle" : outcome.outcome}`;
  const fault = `partners_fault_${outcome.fault}`;
  const figures = figuresOf(outcome, words);
  const said = [
    words.text(words.has(key) ? key : "partners_outcome_unknown", { at: moment(outcome, words) }),
    words.has(fault) ? words.text("partners_outcome_why", { fault: words.text(fault) }) : "",
    figures && `(${figures})`,
  ];
  return element("li", { class: "ds-alert", "data-color": PLAIN.includes(outcome.outcome) ? "info" : "warning" },
    element("p", {}, element("strong", {}, name(outcome.partner, words, titles)), ` ${said.filter(Boolean).join(" ")}`),
    outcome.reason ? element("p", { class: "small", lang: "en" }, element("bdi", {}, outcome.reason)) : null);
}

function name(partner, words, titles) {
  if (!Object.hasOwn(titles, partner)) {
    return element("bdi", {}, partner);
  }
  const [text, language, href] = titles[partner];
  return element("a", { href, lang: language && language !== words.language ? language : null }, text);
}

/** Return when the answer was given: an extract is of a day, all else of a moment. */
function moment(outcome, words) {
  const at = new Date(outcome.date ?? outcome.at);
  if (Number.isNaN(at.getTime())) {
    return "?";
  }
  /** @type {Intl.DateTimeFormatOptions} */
  const style = outcome.date ? { dateStyle: "long" } : { dateStyle: "long", timeStyle: "short" };
  const locale = words.language === "en" ? "en-GB" : words.language; // as the server writes it
  const written = new Intl.DateTimeFormat(locale, { ...style, timeZone: "UTC" }).format(at);
  return outcome.date ? written : `${written} UTC`;
}

function figuresOf(outcome, words) {
  const counts = ["rows", "requests"].filter((key) => outcome[key]).map((key) => words.text(`partners_figure_${key}`, { count: outcome[key] }));
  if (outcome.seconds) {
    counts.push(words.time(outcome.seconds * 1000));
  }
  return counts.join(" · ");
}
