// @ts-check
// Search a copy of the site: every word of what is asked stands in the name, in another name or in
// what is said of a thing. The index is a file: names come before texts, whole words before parts.

import { filled } from "../editor/words.js";

const MOST = 100; // hits shown
const place = document.getElementById("found");
const asked = (new URLSearchParams(location.search).get("q") ?? "").trim().slice(0, 200);
/** @type {HTMLInputElement} */ (document.getElementById("q")).value = asked;

/** Return a text as it is compared: small letters, without marks that a keyboard may lack. */
export function folded(text) {
  return text.toLowerCase().replaceAll("ø", "o").replaceAll("æ", "ae").replaceAll("đ", "d")
    .normalize("NFD").replace(/\p{M}/gu, "");
}

/** Return how well an entry fits: the sum over all words, and how many of them it has. */
function fit([, name, , , last, text], words) {
  const label = folded(name);
  const more = folded(text);
  let points = 0;
  let had = 0;
  for (const word of words) {
    const found = points_of(label, word, 8) || points_of(more, word, 2);
    points += found;
    had += found > 0 ? 1 : 0;
  }
  if (label === words.join(" ")) points += 50;
  // of two that fit alike, the one with the shorter name is meant
  return { had, points: points - (last ? 100 : 0) - Math.min(label.length, 200) / 200 };
}

function points_of(text, word, weight) {
  const at = text.indexOf(word);
  if (at < 0) return 0;
  const begins = at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1]);
  const ends = !/[\p{L}\p{N}]/u.test(text[at + word.length] ?? " ");
  return weight * (begins && ends ? 4 : begins ? 3 : 1);
}

function node(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function show(index, words, source) {
  const fits = index.map((entry) => ({ entry, ...fit(entry, words) })).filter(({ had }) => had > 0);
  const whole = fits.filter(({ had }) => had === words.length);
  const found = whole.length ? whole : fits;
  found.sort((a, b) => b.had - a.had || b.points - a.points);
  const count = found.length;
  const { none, many, first, some } = place.dataset;
  const title = filled(count === 0 ? none : many, { query: asked, count: String(count) });
  place.replaceChildren(node("h2", title));
  if (count && !whole.length) place.append(node("p", some, { class: "soft" }));
  if (count > MOST) place.append(node("p", filled(first, { shown: String(MOST) }), { class: "soft" }));
  const list = node("ol", "", { class: "hits" });
  for (const { entry: [address, name, language, kind, , text] } of found.slice(0, MOST)) {
    const hit = document.createElement("li");
    const link = node("a", name, { href: new URL(address, source).href });
    if (language && language !== document.documentElement.lang) link.lang = language;
    const heading = document.createElement("h3");
    heading.append(link);
    hit.append(heading);
    if (kind) hit.append(node("p", kind, { class: "kinds" }));
    if (text) hit.append(node("p", text.length > 200 ? `${text.slice(0, 199)}…` : text, { class: "snippet" }));
    list.append(hit);
  }
  place.append(list);
  place.hidden = false;
}

const words = folded(asked).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
if (words.length > 0) {
  const source = new URL(place.dataset.index, location.href);
  try {
    const answer = await fetch(source);
    show(await answer.json(), words, source);
  } catch {
    place.replaceChildren(node("p", place.dataset.failed));
    place.hidden = false;
  }
}
