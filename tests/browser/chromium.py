"""A real browser for the tests: the machine's Chromium or Chrome, driven by Playwright.

    python tests/browser/chromium.py                      finds it, installs it, or says what to do
    python tests/browser/chromium.py ADDRESS FILE.png [WIDTH] [light|dark]         takes a picture

``SAMGRAF_CHROMIUM`` names another program. It is the system's package that is installed, and only
by root: nothing is downloaded otherwise.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

#: Debian's packages of it; the first has no windows, and loads a page in 3/4 of the time.
PACKAGES = ("chromium-headless-shell", "chromium")
NAMES = (*PACKAGES, "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
# it asks nobody for anything of its own
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def program() -> str | None:
    """Return the browser's program, or None where the machine has none."""
    named = os.environ.get("SAMGRAF_CHROMIUM")
    found = (shutil.which(name) for name in (*NAMES, MAC))
    return named or next((path for path in found if path), None)


def ensure() -> None:
    """Install Debian's package where there is no browser; exit with what to do if that fails."""
    if program() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests ...", flush=True)
        environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        for command in (["apt-get", "update", "-qq"], *([*install, name] for name in PACKAGES)):
            if program() is None:
                subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, check=False)
    if program() is None:
        sys.exit(
            "The browser tests need Chromium or Chrome. On Debian and Ubuntu: apt-get install "
            "chromium. Elsewhere name the program in SAMGRAF_CHROMIUM."
        )


@contextmanager
def browser() -> Iterator[Browser]:
    """Yield a running browser."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program(), args=list(ARGUMENTS))
        try:
            yield started
        finally:
            started.close()


def main() -> None:
    """Find the browser, or take a picture of a whole page."""
    if len(sys.argv) == 1:
        return ensure()
    address, file, *rest = sys.argv[1:]
    width, scheme = int(rest[0]) if rest else 1200, rest[1] if len(rest) > 1 else "light"
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page.on("console", lambda message: print(message.type, message.text, file=sys.stderr))
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=file, full_page=True)


if __name__ == "__main__":
    main()
