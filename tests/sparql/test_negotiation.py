import time

import pytest

from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.formats import FORMATS, HTML, content_type, formats_for
from samgraf.sparql.negotiation import best_match, choose

OFFERS = ("a/json", "a/xml", "text/csv", "text/html")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "a/json"),
        ("", "a/json"),
        ("*/*", "a/json"),
        ("a/xml", "a/xml"),
        ("A/XML", "a/xml"),
        ("a/*", "a/json"),
        ("text/*", "text/csv"),
        ("text/*, text/csv;q=0.1", "text/html"),
        ("a/json;q=0.5, a/xml", "a/xml"),
        ("a/json;q=0.5, a/xml;q=0.50", "a/json"),
        ("*/*, a/json;q=0", "a/xml"),
        ("a/json;q=0", None),
        ("*/*;q=0", None),
        ("*/*;q=0, text/csv", "text/csv"),
        ("*/*;q=0.9, a/*;q=0.1", "text/csv"),
        ("image/png", None),
        ("text/html, */*;q=0.1", "text/html"),
        ("a/xml; charset=utf-8; q=0.3, a/json;q=0.2", "a/xml"),
        ('a/xml;x="a,b;q=0";q=1', "a/xml"),
        ("rubbish", "a/json"),
        ("*/json", "a/json"),
        ("a/xml;q=2, text/csv;q=0.1", "text/csv"),
        ("a/xml;q=-1", "a/json"),
        (",,, a/xml ,", "a/xml"),
    ],
)
def test_best_match(accept, chosen):
    assert best_match(accept, OFFERS) == chosen


def test_specific_range_decides_wherever_it_stands():
    assert best_match("a/xml;q=0.1, */*;q=0.8, a/*;q=0.5", OFFERS) == "text/csv"
    assert best_match("*/*;q=0.8, a/*;q=0.9, a/json;q=0.1", OFFERS) == "a/xml"


@pytest.mark.parametrize("piece", ['"', '"a', ",", ";", "a/b;q=", "\\", "*/*", 'a/b;c="', " "])
def test_long_header_costs_next_to_nothing(piece):
    began = time.process_time()
    assert best_match(piece * 16_000, OFFERS) == "a/json"
    best_match(piece * (4_096 // len(piece)), OFFERS)
    assert time.process_time() - began < 0.2


@pytest.mark.parametrize("format", FORMATS, ids=lambda f: f.name)
def test_each_format_is_had_by_name_and_by_media_type(format):
    for kind in format.kinds:
        for asked in (format.name, format.name.upper(), format.media_type):
            choice = choose(kind, "image/png", asked, html=False)
            assert choice[:2] == (format.media_type, format.media_type)


@pytest.mark.parametrize("kind", QueryKind)
def test_each_alias_is_answered_in_the_type_asked_for(kind):
    for format in formats_for(kind):
        for alias in format.aliases:
            assert choose(kind, alias, None, html=False)[:2] == (format.media_type, alias)


@pytest.mark.parametrize("name", ["turtle", "nonsense", "html", "", "application/trig"])
def test_a_name_that_fits_no_such_answer_leaves_the_choice_to_accept(name):
    kind = QueryKind.BOOLEAN
    for accept in ("*/*", "text/csv", "image/png", None):
        assert choose(kind, accept, name, html=False) == choose(kind, accept, None, html=False)


def test_page_is_offered_only_where_asked():
    assert choose(QueryKind.SOLUTIONS, HTML, None, html=False) is None
    assert choose(QueryKind.SOLUTIONS, HTML, None, html=True).sent == HTML
    assert choose(QueryKind.SOLUTIONS, "*/*", "html", html=True).sent == HTML


def test_text_names_its_encoding():
    assert content_type("text/csv") == "text/csv; charset=utf-8"
    assert content_type("application/ld+json") == "application/ld+json"


@pytest.mark.parametrize("kind", QueryKind)
def test_page_is_made_of_what_the_engine_writes_first(kind):
    assert choose(kind, HTML, None, html=True).evaluated == formats_for(kind)[0].media_type
