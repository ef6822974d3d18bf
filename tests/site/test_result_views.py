"""Each view takes the columns it needs, and leaves the rest to the table."""

import pytest
from flask import g

from samgraf.sentences import parse
from samgraf.site.result_views import ResultTable, shown_as
from samgraf.site.result_views.lead import said
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
    rows = [
        (iri("rose"), text("torn", "nb"), iri("a")),
        (iri("rose"), text("thorns", "en"), iri("a")),
    ]
    _, made = shown("notice", "notice text group", *rows)
    (notice,) = made["notices"]
    assert (notice["text"].text, len(notice["groups"])) == ("thorns", 1)


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


# tables with one row for each thing


def test_rows_of_one_thing_are_one_row(shown):
    rows = [
        (iri("rose"), number(1), iri("mint")),
        (iri("rose"), number(1), iri("rose")),
        (iri("mint"), number(2), None),
    ]
    form, table = shown("grouped", "flower n near", *rows)
    assert form == "grouped"
    assert [row[0].text for row in table["rows"]] == ["rose", 'mint, "true"\nand wild']
    assert [[c.text for c in row[2].more] for row in table["rows"]] == [["rose"], []]
    assert table["rows"][0][1].more == ()
    assert table["rows"][1][2].text == ""


# figures and units


BEE = "https://example.org/bees/ontology#"


@pytest.fixture
def bees_shown(bees_app):
    def show(form, variables, *rows, language="en"):
        given = [dict(zip(variables.split(), row, strict=True)) for row in rows]
        return shown_as(form, ResultTable(variables.split(), given, language))

    with bees_app.test_request_context("/"):
        yield show


def test_figures_have_the_unit_of_their_measure(bees_shown):
    frames = {"type": "uri", "value": BEE + "frames"}
    near = {"type": "uri", "value": BEE + "near"}
    rows = [(frames, number(12), plain("2019")), (near, number("0.5", "decimal"), plain("2020"))]
    form, found = bees_shown("figures", "measure value when", *rows, language="nb")
    assert form == "figures"
    told = [(f["name"].text, f["value"], f["unit"], f["when"].text) for f in found["figures"]]
    assert told == [("Antall rammer", "12", "rammer", "2019"), ("Nær", "0,5", None, "2020")]


def test_there_are_four_figures_at_most_and_each_is_a_number(bees_shown):
    frames = {"type": "uri", "value": BEE + "frames"}
    _, found = bees_shown("figures", "measure value", *[(frames, number(n)) for n in range(9)])
    assert [f["value"] for f in found["figures"]] == ["0", "1", "2", "3"]
    assert bees_shown("figures", "measure value", (frames, plain("many")))[0] == "table"
    assert bees_shown("figures", "measure", (frames,))[0] == "table"


def test_a_column_called_as_a_measure_has_its_unit_and_so_has_a_value_beside_one(bees_shown):
    frames = {"type": "uri", "value": BEE + "frames"}
    _, table = bees_shown("table", "frames", (number(3),), language="nn")
    assert [h.text for h in table["columns"]] == ["Talet på rammer (rammer)"]
    _, table = bees_shown("table", "measure value frames", (frames, number(3), number(4)))
    assert [cell.text for cell in table["rows"][0][1:]] == ["3\u00a0frames", "4"]


# lines


def population(name, *numbers, first=2005, after=None):
    return [
        (iri(name), number(first + i, "gYear"), number(n), after) for i, n in enumerate(numbers)
    ]


def test_lines_stand_on_a_scale_from_nought(shown):
    form, chart = shown("line", "series year n successor", *population("rose", 750, 900, 600))
    assert form == "line"
    assert [told for told, _ in chart["ticks"]] == ["0", "200", "400", "600", "800", "1000"]
    assert chart["years"][0] == (2005, "11.00%")
    assert chart["years"][-1] == (2007, "98.00%")
    (one,) = chart["lines"]
    assert one["path"] == "M0.00 25.00L50.00 10.00L100.00 40.00"
    assert [end["value"] for end in one["ends"]] == ["750", "600"]
    assert one["told"] == "Rose: 750 in 2005, 600 in 2007."
    assert chart["marks"] == []


@pytest.mark.parametrize("highest", [1, 7, 99, 100, 101, 14_946, 87_000_000])
def test_the_scale_holds_the_highest_number_on_few_lines(shown, highest):
    _, chart = shown("line", "series year n", *[r[:3] for r in population("rose", 0, highest)])
    heights = [y for _, y in chart["ticks"]]
    assert 2 <= len(heights) <= 7
    assert min(heights) <= chart["lines"][0]["dot"]["y"] <= max(heights)


def test_a_line_has_a_break_where_years_are_missing(shown):
    rows = [*population("rose", 1, 2), *population("rose", 3, 4, first=2009)]
    _, chart = shown("line", "series year n successor", *rows)
    assert chart["lines"][0]["path"].count("M") == 2


def test_what_others_passed_into_has_a_mark_and_their_lines(shown):
    rows = [
        *population("mint", 9, 8, first=2010),
        *population("rose", 4, 4, first=2008, after=iri("mint")),
    ]
    _, chart = shown("line", "series year n successor", *rows)
    assert [(d["own"], d["name"].text) for d in chart["lines"]][1] == (
        True,
        'Mint, "true"\nand wild',
    )
    (mark,) = chart["marks"]
    assert mark["told"] == "Follows rose"
    _, chart = shown(
        "line", "series year n successor", *population("rose", 4, 4, after=iri("mint"))
    )
    assert chart["marks"][0]["told"].startswith("Passes into mint")


def test_what_are_no_lines_over_years_is_a_table(shown):
    assert (
        shown("line", "series year n", (iri("rose"), number(2005, "gYear"), number(1)))[0]
        == "table"
    )
    assert shown("line", "series n", (iri("rose"), number(1)))[0] == "table"
    below = [r[:3] for r in population("rose", 1, -1)]
    assert shown("line", "series year n", *below)[0] == "table"
    many = [r[:3] for n in range(13) for r in population(f"flower{n}", 1, 2)]
    assert shown("line", "series year n", *many)[0] == "table"


# sentences


def told(app, template, variables, *rows, language="en"):
    with app.test_request_context("/"):
        g.subject = iri("rose")["value"]  # what the page is about
        given = [{k: v for k, v in zip(variables.split(), r, strict=True) if v} for r in rows]
        return said(parse(template), ResultTable(variables.split(), given, language))


def test_a_sentence_lists_things_and_leads_to_them_but_not_to_its_own_page(app):
    pieces = told(
        app, "{a} grows by {b}.", "a b", (iri("rose"), iri("mint")), (iri("rose"), iri("x"))
    )
    assert "".join(p.text for p in pieces) == 'Rose grows by ex:x; mint, "true"\nand wild.'
    assert [p.href for p in pieces if p.href] == ["/ontology/x", "/ontology/mint"]


def test_dates_and_numbers_of_a_sentence_are_written_as_readers_write_them(app):
    row = (number("2019-12-31", "date"), number(14946), number(2026, "gYear"))
    for language, written in [
        ("nb", "Til 31. desember 2019: 14\u00a0946 i 2026"),
        ("en", "Til 31 December 2019: 14,946 i 2026"),
    ]:
        pieces = told(app, "til {day}: {n} i {year}", "day n year", row, language=language)
        assert "".join(p.text for p in pieces) == written


def test_a_sentence_leads_out_only_to_the_web_and_spaces_are_single(app):
    page = {"type": "uri", "value": "https://elsewhere.example/#:~:text=x"}
    script = {"type": "uri", "value": "javascript:alert(1)"}
    pieces = told(app, "[{none}] [x.]  [{page: Read}] {bad}", "none page bad", (None, page, script))
    assert "".join(p.text for p in pieces) == "X. Read javascript:alert(1)"
    assert [(p.text, p.outside) for p in pieces if p.outside] == [("Read", page["value"])]
    assert not any(p.href for p in pieces)


def test_nothing_known_is_no_sentence(app):
    assert told(app, "{a} is here.", "a", (None,)) == []
    assert told(app, "[{a}] [{b}]", "a b", (None, None)) == []
