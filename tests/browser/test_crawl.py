"""No dead link in the whole site, in any language."""

import re
from collections import defaultdict
from urllib.parse import parse_qs, urlsplit

import pytest
from crawler import Crawl

from live import Live
from samgraf.web.language import LANGUAGES

FIRST, *OTHERS = LANGUAGES
#: How many pages of a kind are read in a language whose links were followed in the first one.
SOME = 8


def in_language(address, lang):
    """Return whether the page is asked for in ``lang``; data, once for all, are in the first."""
    asked = parse_qs(urlsplit(address).query).get("lang")
    return asked == [lang] or (asked is None and lang == FIRST)


def document(address):
    """Return what the address is of, where it names a format of data; else an empty text."""
    stem = re.sub(r"(?<=\w)\.[a-z]+$|[?&]format=\w+", "", address)
    return "" if stem == address or address.startswith("/static/") else stem


def translated(address, lang):
    """Return the address of the page in another language."""
    return re.sub(r"([?&]lang)=\w+", rf"\1={lang}", address)


def kind(address):
    """Return what the page has in common with its like: where it stands, and what it is asked."""
    parts = urlsplit(address)
    folder = parts.path.rpartition("/")[0] or parts.path
    return folder, frozenset(parse_qs(parts.query))


def some_of_each_kind(addresses):
    """Return the kinds of addresses that name a language, each with a few that lie far apart."""
    kinds = defaultdict(list)
    for address in sorted(addresses):
        if "lang" in parse_qs(urlsplit(address).query):
            kinds[kind(address)].append(address)
    return {name: found[:: -(-len(found) // SOME)] for name, found in kinds.items()}


def each_in_a_format(documents):
    """Return of every document one format, of its like each in turn; of rare kinds all formats."""
    kinds = defaultdict(lambda: defaultdict(list))
    for address in sorted(documents):
        kinds[kind(document(address))][document(address)].append(address)
    for alike in kinds.values():
        for n, formats in enumerate(alike.values()):
            yield from formats if len(alike) <= SOME else [formats[n % len(formats)]]


def assert_sound(crawl):
    assert crawl.dead == {}
    assert {urlsplit(address).scheme for address in crawl.elsewhere} <= {"http", "https", "mailto"}


@pytest.fixture(scope="module")
def whole(site):
    """Return the walk over all pages in the first language, which passes by the data."""
    crawl = Crawl(site, lambda a: in_language(a, FIRST) and not document(a))
    crawl.run(f"/?lang={FIRST}")
    return crawl


def test_no_link_is_dead(whole):
    assert_sound(whole)
    assert len(whole.alive) > 1000


def test_no_link_to_data_is_dead(site, whole):
    # in every format all of them are met over the other content
    met = {address for address in whole.passed if document(address)}
    crawl = Crawl(site, lambda _: False)
    crawl.run(*each_in_a_format(met))
    assert_sound(crawl)
    assert {document(address) for address in crawl.alive} == {document(a) for a in met}


@pytest.mark.parametrize("lang", OTHERS)
def test_no_link_is_dead_in_another_language(site, whole, lang):
    # What was followed in the first language is not followed again. All that is of this language
    # alone is, from pages of every kind.
    def wanted(address):
        return in_language(address, lang) and translated(address, FIRST) not in whole.alive

    kinds = some_of_each_kind(whole.alive)
    starts = [translated(address, lang) for some in kinds.values() for address in some]
    leaves = {translated(address, lang) for address in whole.leaves}
    names = {translated(address, lang): names for address, names in whole.names.items()}
    crawl = Crawl(site, wanted, leaves, names)
    crawl.run(*starts)
    assert_sound(crawl)
    assert crawl.alive >= set(starts)
    assert len(kinds) > 30


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_link_is_dead_over_another_content(other_release, lang):
    with Live("--release", other_release) as live:
        crawl = Crawl(f"http://127.0.0.1:{live.port}", lambda address: in_language(address, lang))
        crawl.run(f"/?lang={lang}")
        assert_sound(crawl)
        assert len(crawl.alive) > 30
