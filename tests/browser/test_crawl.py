"""No dead link in the whole site, in any language.

A few pages of each kind, all where they are few, are asked for in one of their forms: with no word
of the language, in nb, nn or en; whatever other things and terms they link to are in the site map.
Those of them that have between them all that pages of the kind are made of are asked for in each
form. Where there is time, every page is asked for in one form, over another content too. Which one,
its address decides, so that each form gets a fourth of the pages of every kind.
Of data, documents are asked for in one format, those of their like in each in turn: as many of a
kind as show that it has all, since a thing that has a page has its data.
"""

import re
from collections import defaultdict
from functools import cache
from html import unescape
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit
from urllib.request import urlopen
from zlib import crc32

import pytest
from crawler import Crawl

from live import Live
from samgraf.site.language import LANGUAGES

#: The empty one is what a reader gets who says nothing of a language.
FORMS = ("", *LANGUAGES)
_SPOKEN = {("lang", lang) for lang in LANGUAGES}
#: How many pages of a kind are read, and up to how many documents of a kind in all formats.
SOME = 3
#: How many documents of a kind are asked for at most.
MANY = 40
#: The folders all of whose pages the site map names.
MAPPED = re.compile(r"/(doc|federated|ontology|questions|shape|vocabulary)/[^?]+")


@cache
def document(address):
    """Return what the address is of, where it names a format of data; else an empty text."""
    stem = re.sub(
        r"^([^?]*\w)\.[a-z]+$|^(/cite\b[^?]*)\.[a-z]+(?=\?)|[?&]format=\w+", r"\1\2", address
    )
    return "" if stem == address or address.startswith("/static/") else stem


@cache
def page(address):
    """Return the address without a language, its parameters in one order and one spelling."""
    parts = urlsplit(address)
    given = parse_qsl(parts.query, keep_blank_values=True)
    query = sorted((name, value) for name, value in given if (name, value) not in _SPOKEN)
    return f"{parts.path}?{urlencode(query)}" if query else parts.path


def in_form(address, form):
    """Return the address of the page in that form."""
    return f"{address}{'&' if '?' in address else '?'}lang={form}" if form else address


def form_of(address):
    """Return the form that the address is in."""
    return parse_qs(urlsplit(address).query).get("lang", [""])[0]


def in_its_form(address):
    """Return the address of the page in the form that is its lot; of what is no page, the same."""
    if address.startswith("/static/") or document(address):
        return address
    plain = page(address)
    return in_form(plain, FORMS[crc32(plain.encode()) % len(FORMS)])


def kind(address):
    """Return what the page has in common with its like: where it stands, and what it is asked."""
    parts = urlsplit(address)
    folder = parts.path.rpartition("/")[0] or parts.path
    return folder, frozenset(parse_qs(parts.query))


def all_parts_of_each_kind(crawl):
    """Return the pages that were met, but of each kind no more than show all the parts it has."""
    kinds = defaultdict(list)
    for address in sorted(crawl.parts):
        kinds[kind(page(address))].append(address)
    chosen = []
    for found in kinds.values():
        missing = set().union(*(crawl.parts[address] for address in found))
        while missing:
            best = max(found, key=lambda address: len(crawl.parts[address] & missing))
            chosen.append(best)
            missing -= crawl.parts[best]
    return {page(address) for address in chosen}


def each_in_a_format(documents):
    """Return one format of each document, of its like each in turn; of rare kinds all formats.

    Of a kind of which there are many, it is as many as lie far apart.
    """
    kinds = defaultdict(lambda: defaultdict(list))
    for address in sorted(documents):
        kinds[kind(document(address))][document(address)].append(address)
    for alike in kinds.values():
        for n, formats in enumerate(list(alike.values())[:: -(-len(alike) // MANY)]):
            yield from formats if len(alike) <= SOME else [formats[n % len(formats)]]


def assert_sound(crawl):
    assert crawl.dead == {}
    assert {urlsplit(address).scheme for address in crawl.elsewhere} <= {"http", "https", "mailto"}


def walk(site):
    """Return the walk over all pages, each in one form."""
    crawl = Crawl(site, lambda a: None if document(a) else in_its_form(a))
    crawl.run(in_its_form("/"))
    return crawl


def walk_documents(site, before):
    """Return the walk over documents of each kind that the walk ``before`` passed by."""
    starts = set(each_in_a_format(filter(document, before.passed)))
    crawl = Crawl(site, lambda _: None)
    crawl.run(*starts)
    assert crawl.alive | set(crawl.dead) == starts
    return crawl


def walk_in_other_forms(site, before):
    """Return the walk over pages with all parts of each kind, in each form not walked in yet.

    What they lead to is asked for as the walk ``before`` chose.
    """

    def asked(address):
        chosen = None if document(address) else before.asked(address)
        return None if chosen in before.alive else chosen

    starts = {in_form(a, form) for a in all_parts_of_each_kind(before) for form in FORMS}
    starts -= before.alive
    crawl = Crawl(site, asked, dict(before.names))
    crawl.run(*sorted(starts))
    assert crawl.alive | set(crawl.dead) >= starts
    return crawl


class Few:
    """Choose what a walk asks for: of each kind the pages that it meets first."""

    def __init__(self):
        self.pages = defaultdict(set)

    def __call__(self, address):
        if document(address):
            return None
        if not address.startswith("/static/"):
            chosen = self.pages[kind(page(address))]
            if page(address) not in chosen and len(chosen) >= SOME:
                return None
            chosen.add(page(address))
        return in_its_form(address)


def site_map(site):
    """Return the addresses that the site map names, without their host."""
    text = urlopen(f"{site}/sitemap-1.xml").read().decode()
    return {urlsplit(unescape(loc)).path for loc in re.findall("<loc>(.*?)</loc>", text)}


def test_no_link_is_dead_on_some_pages_of_each_kind(site):
    crawl = Crawl(site, Few())
    crawl.run(in_its_form("/"))
    assert_sound(crawl)
    assert len({kind(page(address)) for address in crawl.parts}) > 30
    in_other_forms = walk_in_other_forms(site, crawl)
    assert_sound(in_other_forms)
    passed = crawl.passed | in_other_forms.passed
    others = {page(address) for address in passed if not document(address)}
    assert {path for path in others if MAPPED.fullmatch(path)} - site_map(site) == set()


@pytest.fixture(scope="module")
def whole(site):
    return walk(site)


@pytest.mark.slow
def test_no_link_is_dead(whole):
    assert_sound(whole)
    for form in FORMS:
        assert sum(form_of(address) == form for address in whole.alive) > 500


@pytest.mark.slow
def test_no_link_to_data_is_dead(site, whole):
    assert_sound(walk_documents(site, whole))


@pytest.mark.slow
def test_no_link_is_dead_over_another_content(other_release):
    with Live("--release", other_release, slow_after=5, query_timeout=60) as live:
        site = f"http://127.0.0.1:{live.port}"
        crawl = walk(site)
        assert_sound(crawl)
        assert len(crawl.alive) > 100
        assert_sound(walk_documents(site, crawl))
        assert_sound(walk_in_other_forms(site, crawl))
