// @ts-check
// Lead from the address of a thing to its page in the reader's language; what stands behind the
// hash goes along. Without this script the page forwards to the first language.

const ways = /** @type {NodeListOf<HTMLLinkElement>} */ (document.querySelectorAll("link[hreflang]"));
const found = new Map([...ways].map((way) => [way.hreflang, way.href]));
const known = new Map([["no", "nb"], ["nob", "nb"], ["nno", "nn"], ["eng", "en"]]);
const spoken = navigator.languages.map((tag) => tag.toLowerCase().split("-")[0]);
const chosen = spoken.map((tag) => known.get(tag) ?? tag).find((tag) => found.has(tag)) ?? ways[0].hreflang;
location.replace(found.get(chosen) + location.hash);
