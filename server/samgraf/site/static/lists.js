// @ts-check
// Filter a list while the reader types; only where the page has all of it. The form does the same
// without a script.

const filterField = /** @type {HTMLInputElement | null} */ (document.getElementById("filter"));
const told = document.getElementById("shown");
const rows = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".list tbody tr")]);

if (filterField && told && filterField.dataset.live) {
  const words = filterField.dataset.live;
  const texts = rows.map((row) => (row.textContent ?? "").toLowerCase());
  filterField.addEventListener("input", () => {
    const wanted = filterField.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, index) => {
      row.hidden = !wanted.every((word) => texts[index].includes(word));
      shown += row.hidden ? 0 : 1;
    });
    const numbers = [shown, rows.length];
    told.textContent = words.replace(/%d/g, () => String(numbers.shift()));
  });
}
