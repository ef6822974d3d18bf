"""Terms of results are shown as the reader's language writes them, and lead where they may."""

import re

import pytest
from markupsafe import Markup

from samgraf.site.cells import cell, labelled, literal_text, shorten
from samgraf.sparql.syntax.iris import resolve
from samgraf.text import number_of
from samgraf.vocab import XSD

PREFIXES = {"ex": "http://e/", "deep": "http://e/deep/", "": "http://empty/"}
BASE = "https://base.example/"


@pytest.mark.parametrize(
    ("iri", "shown"),
    [
        ("http://e/a", "ex:a"),
        ("http://e/deep/a", "deep:a"),
        ("http://e/deep/a/b", "http://e/deep/a/b"),
        ("http://e/a.b-c", "ex:a.b-c"),
        ("http://e/", "http://e/"),
        ("http://e/a#b", "http://e/a#b"),
        ("http://empty/x", ":x"),
        ("http://other/x", "http://other/x"),
    ],
)
def test_iri_is_shortened_by_the_longest_prefix(iri, shown):
    assert shorten(iri, PREFIXES) == shown


@pytest.mark.parametrize(
    ("rest", "shown"),
    [
        ("id/x/rose", "<id/x/rose>"),
        ("ontology#A", "<ontology#A>"),
        ("id/å", "<id/å>"),
        ("", BASE),
        ("a b", BASE + "a b"),
        ("/a", BASE + "/a"),
        ("../a", BASE + "../a"),
        ("id/../a", BASE + "id/../a"),
        ("a:b", BASE + "a:b"),
        ("?a", BASE + "?a"),
    ],
)
def test_iri_under_the_base_is_shown_as_a_query_may_write_it(rest, shown):
    assert shorten(BASE + rest, PREFIXES, BASE) == shown
    if shown.startswith("<"):
        assert resolve(BASE, shown[1:-1]) == BASE + rest


@pytest.mark.parametrize(
    ("iri", "linked"),
    [
        ("http://e/", True),
        ("HTTPS://e/", True),
        ("mailto:a@b.example", True),
        ("javascript:alert(1)", False),
        (" http://e/", False),
        ("http://e/\nx", False),
        ("data:,x", False),
        ("ftp://e/", False),
        ("//e/", False),
    ],
)
def test_only_web_and_mail_iris_lead_on(iri, linked):
    assert (cell({"type": "uri", "value": iri}, {}).href is not None) is linked


def test_unbound_is_empty():
    assert cell(None, {}).text == ""


def test_blank_node_has_no_link():
    assert cell({"type": "bnode", "value": "b0"}, {})[:2] == ("_:b0", None)


def test_literal_tells_datatype_or_language():
    assert cell({"type": "literal", "value": "1", "datatype": XSD + "integer"}, {}).is_number
    assert cell({"type": "literal", "value": "a", "xml:lang": "nb"}, {}).language == "nb"
    assert (
        cell({"type": "literal", "value": "a", "datatype": "http://e/T"}, PREFIXES).note == "ex:T"
    )


def test_triple_term_is_spelled_out():
    part = {"type": "uri", "value": "http://e/a"}
    term = {"type": "triple", "value": {"subject": part, "predicate": part, "object": part}}
    assert cell(term, PREFIXES).text == "<<( ex:a ex:a ex:a )>>"


@pytest.mark.parametrize(
    ("value", "datatype", "nb", "en"),
    [
        ("1476", "integer", "1476", "1476"),
        ("36690", "integer", "36\u00a0690", "36,690"),
        ("-3.25", "decimal", "\u22123,25", "\u22123.25"),
        ("1.0E2", "double", "100", "100"),
        ("1e400", "decimal", "1E+400", "1E+400"),
        ("NaN", "double", "NaN", "NaN"),
        ("2017", "gYear", "2017", "2017"),
        ("2019-12-31", "date", "31. desember 2019", "31 December 2019"),
        ("2019-12-31T23:00:00Z", "dateTime", "31. desember 2019", "31 December 2019"),
        ("2019-99-31", "date", "2019-99-31", "2019-99-31"),
        ("-0044-03-15", "date", "-0044-03-15", "-0044-03-15"),
        ("true", "boolean", "Ja", "Yes"),
        ("0", "boolean", "Nei", "No"),
        ("odd", "boolean", "odd", "odd"),
        ("0301", "string", "0301", "0301"),
    ],
)
def test_literal_is_written_for_the_reader(value, datatype, nb, en):
    term = {"type": "literal", "value": value, "datatype": XSD + datatype}
    assert (literal_text(term, "nb"), literal_text(term, "en")) == (nb, en)


@pytest.mark.parametrize("value", ["INF", "NaN", "x", ""])
def test_what_is_no_finite_number_is_none(value):
    assert number_of({"type": "literal", "value": value, "datatype": XSD + "double"}) is None
    assert number_of(None) is None


def test_each_cell_of_a_table_names_its_column_and_keeps_its_role():
    rows = (
        '<tr class="a">\n<th scope="row"><a href="/">x</a></th>\n'
        '<td>1</td><td class="b">  </td></tr>'
    )
    heading = Markup("<bdi>Number</bdi> of\n<b>them</b>")
    assert labelled(rows, ["Name", heading, 'a "note" & <more>']) == (
        '<tr role="row" class="a"><th role="rowheader" scope="row"><a href="/">x</a></th>\n'
        '<td role="cell" data-label="Number of them"><div>1</div></td>'
        '<td role="cell" data-label="a &#34;note&#34; &amp; &lt;more&gt;" data-empty class="b">'
        "<div></div></td></tr>"
    )


def test_rows_with_more_cells_than_headings_have_cells_without_a_name():
    marked = labelled("<tr><td>1</td><td>2</td></tr><tr><td>3</td></tr>", ["a"])
    assert re.findall('data-label="(.*?)"', marked) == ["a", "", "a"]
