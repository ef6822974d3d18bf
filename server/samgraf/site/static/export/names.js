// @ts-check
// The file that a page of the site is in a copy: the same names as samgraf/site/export/addresses.py.

const LONGEST = 100;

/** Return the link to the page at `path`, from a page in the folder of the language. */
export function pageOf(path) {
  const parts = path === "/" ? ["index"] : path.slice(1).split("/").map(part);
  // what is an escape in the name stands for itself in a link
  return encodeURI(`${parts.join("/")}.html`);
}

function part(raw) {
  const name = escaped(decodeURIComponent(raw)) || "~";
  return cut(name.startsWith(".") ? `~2E${name.slice(1)}` : name);
}

function escaped(name) {
  const bytes = [...new TextEncoder().encode(name)];
  return bytes.map((byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9_.,=@+-]/.test(char) ? char : `~${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}

function cut(name) {
  const pieces = [];
  for (let at = 0; at < name.length; at += LONGEST) pieces.push(name.slice(at, at + LONGEST));
  return pieces.join("~/");
}
