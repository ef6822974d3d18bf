"""Visit pages in a real browser and note what must not happen there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

from live import PATIENCE

_WATCH = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", e => window.__violations.push(
  `${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
"""


def comes_true(page: Page, true: Callable[[], bool], patience: float = PATIENCE) -> bool:
    """Return whether ``true()`` comes true while the page is at work."""
    until = time.monotonic() + patience
    while not (found := true()) and time.monotonic() < until:
        page.wait_for_timeout(50)
    return found


@dataclass
class Visitor:
    """Hold a window of one width and scheme, and everything amiss since the last visit."""

    browser: Browser
    site: str
    width: int = 1200
    scheme: str = "light"
    scripts: bool = True
    amiss: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context: BrowserContext = self.browser.new_context(
            viewport={"width": self.width, "height": 900},
            color_scheme=self.scheme,
            java_script_enabled=self.scripts,
            reduced_motion="reduce",
        )
        if self.scripts:
            self.context.add_init_script(_WATCH)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.amiss.append(f"error: {error}"))
        self.page.on("request", lambda request: self._requested(request.url))
        self.page.on("dialog", self._dialog)
        self.page.on("response", self._answered)

    def close(self) -> None:
        """Close the window."""
        self.context.close()

    def go(self, address: str) -> Page:
        """Open ``address`` of the site, wait until it is at rest, and return the page."""
        self.amiss.clear()
        self.page.goto(self.site + address, wait_until="load")
        # one script is the field to search in, which every page has
        if self.scripts and self.page.locator("script[src]").count() > 1:
            self.page.wait_for_load_state("networkidle")
        return self.page

    def look(self, width: int, scheme: str) -> None:
        """Make the window as wide as ``width``, and light or dark."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=scheme)
        self.page.wait_for_timeout(60)  # for what is drawn anew

    def faults(self) -> list[str]:
        """Return what went amiss since ``go``: console, requests off the host, CSP reports."""
        reported = self.page.evaluate("window.__violations") if self.scripts else []
        return [*self.amiss, *(f"CSP: {report}" for report in reported)]

    def _console(self, message: object) -> None:
        # a problem page is a problem on purpose; what it needs is watched by _answered
        own = message.location["url"] == self.page.url
        if message.type in ("error", "warning") and not own:
            self.amiss.append(f"console: {message.text}")

    def _requested(self, url: str) -> None:
        if not url.startswith((self.site, "data:", "blob:")):
            self.amiss.append(f"request off the host: {urlsplit(url).netloc or url}")

    def _answered(self, response: object) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.amiss.append(f"{response.status}: {response.url}")

    def _dialog(self, dialog: object) -> None:
        self.amiss.append(f"dialog: {dialog.message}")
        dialog.dismiss()
