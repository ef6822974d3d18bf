"""Each view takes the columns it needs, and leaves the rest to the table."""

import pytest

from samgraf.site.result_views import ResultTable, shown_as
from samgraf.vocab import XSD
from small_release import EX


def iri(name):
    return {"type": "uri", "value": EX + name}


def number(value, datatype="integer"):
    return {"type": "literal", "value": str(value), "datatype": XSD + datatype}


def text(value, language):
    return {"type": "literal", "value": value, "xml:lang": language}


def plain(value):
    return {"type": "literal", "value": value}


@pytest.fixture
def shown(app):
    def show(form, variables, *rows, language="en"):
        names = variables.split()
        given = [{k: v for k, v in zip(names, row, strict=True) if v} for row in rows]
        return shown_as(form, ResultTable(names, given, language))

    with app.test_request_context("/"):
        yield show


# the table


def test_name_beside_a_thing_is_no_column_and_the_label_is_the_readers(shown):
    form, table = shown("table", "flower flowerName", (iri("rose"), text("nype", "nb")))
    assert form == "table"
    assert [h.text for h in table["columns"]] == ["Flower"]
    assert table["rows"][0][0].text == "rose"


def test_column_is_called_what_a_term_of_its_name_is(shown):
    _, table = shown("table", "rose lastDay", (iri("mint"), number("2020-01-01", "date")))
    assert [h.text for h in table["columns"]] == ["Rose", "Last day"]
    assert table["rows"][0][1].text == "1 January 2020"


def test_unknown_view_is_the_table(shown):
    assert shown("nothing", "x", (number(1),))[0] == "table"


# bars


def test_bars_stand_in_proportion_from_nought(shown):
    form, bars = shown("bar", "flower n", (iri("rose"), number(50)), (iri("mint"), number(200)))
    assert form == "bar"
    assert [b["width"] for _, group in bars["groups"] for b in group] == ["25.00%", "100.00%"]
    assert not bars["has_negative"]


def test_negative_bars_lead_the_other_way(shown):
    _, bars = shown("bar", "flower n", (iri("rose"), number(-5)), (iri("mint"), number(15)))
    (below,), (above,) = (group for _, group in bars["groups"])
    assert (below["x"], below["width"], bars["zero"]) == ("0.00%", "25.00%", "25.00%")
    assert (above["x"], below["negative"], above["negative"]) == ("25.00%", True, False)


def test_series_stand_below_what_they_are_of(shown):
    years = [number(y, "gYear") for y in (2005, 2019)]
    rows = [(iri(f), y, number(7)) for f in ("rose", "mint") for y in years]
    _, bars = shown("bar", "flower year n", *rows)
    assert [[b["series"].text for b in g] for _, g in bars["groups"]] == [["2005", "2019"]] * 2


@pytest.mark.parametrize(
    ("variables", "rows"),
    [
        ("flower n", []),
        ("flower n", [(iri("rose"), text("many", "en"))]),
        ("flower n", [(iri("rose"), None)]),
        ("n", [(number(1),)]),
        ("a b c n", [(iri("rose"), iri("mint"), iri("evil"), number(1))]),
        ("a b n", [(iri("rose"), iri("mint"), number(1))] * 2),
    ],
)
def test_answer_that_bars_cannot_show_is_a_table(shown, variables, rows):
    assert shown("bar", variables, *rows)[0] == "table"


def test_all_noughts_are_bars_without_length(shown):
    _, bars = shown("bar", "flower n", (iri("rose"), number(0)))
    assert bars["groups"][0][1][0]["width"] == "0.00%"


# columns, notices, the opening


def test_items_stand_once_with_all_their_groups(shown):
    rows = [
        (iri("good"), plain("good"), iri("rose"), text("rød", "nb"), iri("a")),
        (iri("good"), None, iri("rose"), text("red", "en"), iri("b")),
        (iri("odd"), plain("evil"), iri("mint"), None, None),
    ]
    form, made = shown("columns", "column columnTone item text group", *rows)
    assert form == "columns"
    first, second = made["columns"]
    assert (first["tone"], second["tone"]) == ("good", "plain")
    (item,) = first["items"]
    assert (item["name"].text, item["text"].text, len(item["groups"])) == ("Rose", "red", 2)


def test_notice_comes_once_in_the_readers_language(shown):
    rows = [(iri("rose"), text("torn", "nb")), (iri("rose"), text("thorns", "en"))]
    _, made = shown("notice", "notice text", *rows)
    assert [n["text"].text for n in made["notices"]] == ["thorns"]


def test_opening_takes_the_text_of_the_first_answer(shown):
    rows = [
        (iri("odd"), iri("rose"), text("z first", "en"), iri("mint")),
        (iri("odd"), iri("mint"), text("a second", "en"), iri("mint")),
    ]
    form, made = shown("opening", "title answer answerText author", *rows)
    assert form == "opening"
    assert (made["answer"].text, made["answer_text"].text) == ("Rose", "z first")
    assert [heading.text for heading, _ in made["facts"]] == ["Author"]


def test_opening_with_two_titles_is_no_opening(shown):
    assert shown("opening", "title", (iri("rose"),), (iri("mint"),))[0] == "table"


# causes


def test_link_stated_in_two_manners_is_drawn_twice(shown):
    sure, unsure = iri("sure"), iri("unsure")
    rows = [
        (iri("rose"), iri("mint"), sure, plain("solid"), iri("e1")),
        (iri("rose"), iri("mint"), unsure, plain("dotted"), iri("e2")),
    ]
    form, made = shown("causal", "cause effect linkKind linkLine evidence", *rows)
    assert form == "causal"
    assert (made["nodes"], made["links"]) == (2, 1)
    assert [d["link"].line for d in made["picture"]["links"]] == ["solid", "dotted"]
    assert [e["number"] for e in made["evidence"]] == [1, 2]
    assert [line for line, _ in made["key"]] == ["solid", "dotted"]


def test_what_links_rest_on_is_numbered_from_the_first_cause(shown):
    rows = [(iri("b"), iri("c"), iri("late")), (iri("a"), iri("b"), iri("early"))]
    _, made = shown("causal", "cause effect evidence", *rows)
    assert [e["name"].phrase.text for e in made["evidence"]] == ["ex:early", "ex:late"]


def test_weakest_link_is_told_once_and_is_nothing_that_a_link_rests_on(shown):
    rows = [(iri("a"), iri("b"), iri("weak")), (iri("b"), iri("c"), iri("weak"))]
    _, made = shown("causal", "cause effect weakest", *rows)
    assert [(h.text, w.phrase.text) for h, w in made["weakest"]] == [("Weakest", "ex:weak")]
    assert made["evidence"] == []


def test_circle_of_causes_is_drawn(shown):
    rows = [(iri(a), iri(b)) for a, b in ("ab", "bc", "ca", "aa")]
    form, made = shown("causal", "cause effect", *rows)
    assert form == "causal"
    assert len(made["picture"]["boxes"]) == 3


@pytest.mark.parametrize("names", ["cause", "effect", "kind effect"])
def test_answer_without_both_ends_is_a_table(shown, names):
    assert shown("causal", names, tuple(iri(n) for n in names.split()))[0] == "table"


def test_too_many_things_for_a_picture_are_a_table(shown):
    rows = [(iri(f"n{i}"), iri(f"n{i + 1}")) for i in range(60)]
    assert shown("causal", "cause effect", *rows)[0] == "table"
