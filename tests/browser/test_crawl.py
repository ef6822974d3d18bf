"""No dead link in the whole site, in any language."""

from urllib.parse import parse_qs, urlsplit

import pytest
from crawler import Crawl

from live import Live
from samgraf.web.language import LANGUAGES


def wanted(lang):
    """Return which addresses belong to the walk: those in the language, and data once."""

    def in_language(address):
        parts = urlsplit(address)
        asked = parse_qs(parts.query).get("lang")
        return asked == [lang] or (asked is None and lang == LANGUAGES[0])

    return in_language


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_link_is_dead(site, lang):
    crawl = Crawl(site, wanted(lang))
    crawl.run(f"/?lang={lang}")
    assert crawl.dead == {}
    assert crawl.pages > 1000
    assert {urlsplit(address).scheme for address in crawl.elsewhere} <= {"http", "https", "mailto"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_link_is_dead_over_another_content(other_release, lang):
    with Live("--release", other_release) as live:
        crawl = Crawl(f"http://127.0.0.1:{live.port}", wanted(lang))
        crawl.run(f"/?lang={lang}")
        assert crawl.dead == {}
        assert crawl.pages > 30
