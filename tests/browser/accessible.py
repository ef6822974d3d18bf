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
