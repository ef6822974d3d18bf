// @ts-check
// Elements made without HTML, so that what the graph says is never more than text.

/** Return an element with attributes (left out where null or false) and children. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(key, value === true ? "" : value);
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Return a button of the design system that calls `act`. */
export function button(text, variant, act, attributes = {}) {
  const made = element(
    "button",
    { type: "button", class: "ds-button", "data-variant": variant, ...attributes },
    text,
  );
  made.addEventListener("click", act);
  return made;
}

/** Return a region that scrolls and can be reached by keyboard. */
export function scrolling(label, ...children) {
  return element("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": label }, ...children);
}

/** Load a script or a style sheet once; resolve when it holds. */
const loading = new Map();
export function load(address) {
  if (!loading.has(address)) {
    loading.set(
      address,
      new Promise((resolve, reject) => {
        const made = address.endsWith(".css")
          ? element("link", { rel: "stylesheet", href: address })
          : element("script", { src: address });
        made.addEventListener("load", resolve);
        made.addEventListener("error", () => reject(new Error(address)));
        document.head.append(made);
      }),
    );
  }
  return loading.get(address);
}

/** Return a colour or length of the design system as it is now. */
export function variable(name) {
  return getComputedStyle(document.body).getPropertyValue(name).trim();
}
