// @ts-check
// Offer to copy what is marked with data-copy: without this script it is text to be selected.
const copied = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-copy]"));
for (const code of copied) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "ds-button";
  button.dataset.variant = "tertiary";
  button.dataset.size = "sm";
  button.textContent = code.dataset.copy;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      // no clipboard outside a secure context: select it, so that the keys do it
      getSelection().selectAllChildren(code);
      return;
    }
    button.textContent = code.dataset.copied;
    setTimeout(() => { button.textContent = code.dataset.copy; }, 2000);
  });
  code.after(button);
}
