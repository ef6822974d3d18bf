"""Take the README's pictures of the pages, from the content as it is.

python tests/browser/pictures.py
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import quote

import chromium

sys.path.insert(0, str(Path(__file__).parents[1]))
from live import Live

TARGET = Path(__file__).parents[2] / "server" / "pictures"
SIZE = {"width": 1200, "height": 800}
QUERY = """SELECT ?factor ?theme
WHERE {
  ?factor a sg:PromotingFactor ;
    sg:theme ?theme .
}"""
PAGES = {
    "home": "/?lang=en",
    "claim": "/doc/claim/S19?lang=en",
    "ontology-term": "/ontology/Claim?lang=en",
    "editor": "/sparql?lang=en&query=" + quote(QUERY),
    "map": "/map?lang=en",
}


def main() -> None:
    """Serve the checkout and take a picture of the first screen of each page."""
    TARGET.mkdir(exist_ok=True)
    with Live() as live, chromium.browser() as browser:
        page = browser.new_page(viewport=SIZE, device_scale_factor=1)
        for name, address in PAGES.items():
            page.goto(f"http://127.0.0.1:{live.port}{address}", wait_until="networkidle")
            page.screenshot(path=TARGET / f"{name}.png")
            print(f"{name}.png")


if __name__ == "__main__":
    main()
