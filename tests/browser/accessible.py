"""Hold a page in the browser against WCAG 2.2 A and AA by axe-core."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

#: The rules that hold: https://www.w3.org/TR/WCAG22/ and the versions before it.
RULES = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
#: Those of them that depend on colours; all others see the same page in light and in dark.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
#: Those of them that read words, or compare elements by them; to all others, pages of one shape are
#: one page.
WORDS = {
    "type": "rule",
    "values": [
        *("document-title", "duplicate-id-aria", "html-lang-valid", "label-content-name-mismatch"),
        *("landmark-unique", "table-duplicate-name", "valid-lang"),
    ],
}
# the attributes whose values are for programs and style sheets; of others, whether they are empty
_SHAPE = r"""() => {
  const found = new Set(), counts = /^(class|role|type|scope|tabindex|data-|aria-)/;
  const said = ({ name, value }) => name === "class" || counts.test(name)
    && /^[a-z0-9-]{1,20}$/.test(value) ? `${name}=${value}` : name + (value ? "" : "=");
  const hash = (text) => {
    let [a, b] = [7, 11];
    for (let i = 0; i < text.length; i++) {
      a = Math.imul(a ^ text.charCodeAt(i), 2654435761);
      b = Math.imul(b ^ text.charCodeAt(i), 1597334677);
    }
    return 4294967296 * (b & 2097151) + (a >>> 0);
  };
  const walk = (element, place) => {
    const says = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    const own = [element.tagName, says, ...[...element.attributes].map(said).sort()];
    const here = hash(`${place} ${own.join(" ")}`);
    found.add(here);
    for (const child of element.children) walk(child, here);
  };
  walk(document.body, 0);
  return [...found];
}"""
# more than half the time would else go into describing all that is well
_RUN = """
async ([within, only]) => {
  const found = await axe.run(within, {runOnly: only, resultTypes: ["violations"]});
  return found.violations.map(v => `${v.id}: ${v.nodes.slice(0, 3).map(
    n => n.target.join(" ") + " " + (n.any[0] || n.all[0] || n.none[0] || {message: ""}).message
  ).join("; ")} (${v.nodes.length})`);
}
"""


def violations(
    page: Page, axe: Path, *, only: dict[str, object] = RULES, within: str = "html"
) -> list[str]:
    """Return the violations of ``only`` those rules that the program ``axe`` finds."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(axe.read_text("utf-8") + "\n;0")
    return page.evaluate(_RUN, [within, only])


def shape(page: Page) -> set[int]:
    """Return what the page is made of: a number for each way in which an element stands on it.

    That is its tag, its classes and other attributes, whether it holds text, and the same of all
    elements that it stands in.
    """
    return set(page.evaluate(_SHAPE))
