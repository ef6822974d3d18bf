// @ts-check
// Offer names while one types in the search field of the header. Without this it is a plain field.

const PAUSE = 180; // milliseconds without a key
const SHORTEST = 2; // letters

const field = /** @type {HTMLInputElement} */ (document.querySelector("input[data-suggestions]"));
const list = field?.list;
let timer, asking, last = "";

async function offer() {
  const typed = field.value.trim();
  if (typed.length < SHORTEST || typed === last) return;
  last = typed;
  asking?.abort();
  asking = new AbortController();
  const address = new URL(field.dataset.suggestions, location.href);
  address.searchParams.set("q", typed);
  try {
    const answer = await fetch(address, { signal: asking.signal });
    if (!answer.ok) return;
    const [, names] = await answer.json();
    list.replaceChildren(
      ...names.map((name) => {
        const option = document.createElement("option");
        option.value = name;
        return option;
      }),
    );
  } catch {
    // the next key asks again
  }
}

field?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(offer, PAUSE);
});
