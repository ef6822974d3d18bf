"""Labels are chosen, and numbers, dates and sizes written, as the reader's language does it."""

import itertools
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from samgraf import text
from samgraf.text import Phrase, pick

SPACE = "\u00a0"


def phrases(*tags):
    return [Phrase(f"in {tag}", tag) for tag in tags]


@pytest.mark.parametrize(
    ("tags", "language", "chosen"),
    [
        (("nb", "nn", "en"), "nn", "nn"),
        (("no", "sma"), "nb", "no"),
        (("no", "sma"), "nn", "no"),
        (("no", "nn", "en"), "nb", "no"),
        (("nb", "en"), "nn", "nb"),
        (("nn", "en"), "nb", "nn"),
        (("nn", "nb"), "no", "nb"),
        (("de", "en"), "nb", "en"),
        (("de", "no"), "en", "no"),
        (("de", ""), "en", ""),
        (("se", "de"), "nb", "de"),
        (("NB", "en"), "nb", "NB"),
        (("en-GB", "nb"), "en", "en-GB"),
        (("en-GB", "en"), "en", "en"),
        (("nb", "en"), "nn-NO", "nb"),
        (("nb", "sma"), "sma-NO", "sma"),
        (("nb-NO", "en"), "NB", "nb-NO"),
        (("english", "nb"), "en", "nb"),
    ],
)
def test_label_is_in_the_nearest_language(tags, language, chosen):
    assert pick(phrases(*tags), language).language == chosen


def test_choice_does_not_depend_on_the_order_of_the_labels():
    labels = [*phrases("de", "fr", "en", "en-GB", "EN"), Phrase("another", "en")]
    chosen = {pick(order, "nb") for order in itertools.permutations(labels)}
    assert chosen == {Phrase("another", "en")}


@pytest.mark.parametrize(
    ("name", "alone"),
    [
        ("has title", "Has title"),
        ("ørret", "Ørret"),
        ("1990s", "1990s"),
        ("isPartOf", "isPartOf"),
        ("kWh a year", "kWh a year"),
        ("has_obo_namespace", "has_obo_namespace"),
        ("rdf:type", "rdf:type"),
        ("http://a.example/b", "http://a.example/b"),
        ("note: on ratios", "Note: on ratios"),
        ("the class sg:Factor", "The class sg:Factor"),
        ("", ""),
    ],
)
def test_name_by_itself_has_a_capital_unless_it_is_written_as_in_a_query(name, alone):
    assert Phrase(name, "en").capital == Phrase(alone, "en")


def test_there_is_no_label_where_there_is_none():
    assert pick([], "nb") is None
    assert text.pick_text({}, "nb") is None
    assert text.pick_text({"no": "hei", "en": "hello"}, "nn") == "hei"


@pytest.mark.parametrize(
    ("value", "norwegian", "english"),
    [
        (0, "0", "0"),
        (1476, "1476", "1476"),
        (12345, f"12{SPACE}345", "12,345"),
        (Decimal("1234567.5"), f"1{SPACE}234{SPACE}567,5", "1,234,567.5"),
        (-3.25, "\u22123,25", "\u22123.25"),
        (-12345, f"\u221212{SPACE}345", "\u221212,345"),
        (Decimal("1.0E2"), "100", "100"),
        (
            Decimal("0.123456789012345678901"),
            *("0,123456789012345678901", "0.123456789012345678901"),
        ),
        (Decimal("1E+400"), "1E+400", "1E+400"),
    ],
)
def test_number_has_the_marks_of_the_language(value, norwegian, english):
    written = [text.number(value, language) for language in text.LANGUAGES]
    assert written == [norwegian, norwegian, english]


@pytest.mark.parametrize(
    ("value", "written"), [(0.25, "0.2"), (3.0, "3"), (9.96, "10"), (123.4, "123")]
)
def test_measured_number_is_rounded(value, written):
    assert text.rounded(value, "en") == written


@pytest.mark.parametrize(
    ("count", "nb", "en"),
    [
        (0, "0 byte", "0 bytes"),
        (999, "999 byte", "999 bytes"),
        (1000, "1 kB", "1 kB"),
        (12_345, "12,3 kB", "12.3 kB"),
        (123_456, "123 kB", "123 kB"),
        (2_500_000_000, "2,5 GB", "2.5 GB"),
    ],
)
def test_size_has_the_unit_that_suits_it(count, nb, en):
    assert text.size(count, "nb").replace(SPACE, " ") == nb
    assert text.size(count, "en").replace(SPACE, " ") == en


@pytest.mark.parametrize(
    ("seconds", "nb", "nn", "en"),
    [
        (0.5, "0,5 sekunder", "0,5 sekund", "0.5 seconds"),
        (1, "1 sekund", "1 sekund", "1 second"),
        (90, "90 sekunder", "90 sekund", "90 seconds"),
        (120, "2 minutter", "2 minutt", "2 minutes"),
        (3600, "1 time", "1 time", "1 hour"),
        (172_800, "2 døgn", "2 døgn", "2 days"),
    ],
)
def test_duration_is_in_the_largest_whole_unit(seconds, nb, nn, en):
    written = [text.duration(seconds, language) for language in text.LANGUAGES]
    assert written == [nb, nn, en]


def test_date_names_its_month():
    written = [text.day(date(2019, 12, 31), language) for language in text.LANGUAGES]
    assert written == ["31. desember 2019", "31. desember 2019", "31 December 2019"]


def test_moment_is_told_in_utc():
    oslo = timezone(timedelta(hours=1))
    assert text.moment(datetime(2024, 3, 5, 0, 7, tzinfo=oslo), "nb") == "4. mars 2024, 23:07 UTC"
    assert text.moment(datetime(2024, 3, 5, 14, 7, tzinfo=UTC), "en") == "5 March 2024, 14:07 UTC"


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("nb", "Abel Dag Đorđi Emil Émile Namdalseid Namsos Nærøy Zoo Ærlig Østby Ål Åse Aasen"),
        ("nn", "Sortland Storfjord Sørreisa Tana Træna Vega Vågå"),
        ("en", "Aasen Abel Ærlig Ål Dag Đorđi Nærøy Namsos Østby Sørreisa Storfjord"),
        ("en", "2-x 10-x a1 a2 a10 a10b ab"),
    ],
)
def test_names_are_sorted_as_the_reader_sorts_them(language, names):
    ordered = names.split()
    for start in (ordered[::-1], sorted(ordered)):
        assert sorted(start, key=lambda name: text.sort_key(name, language)) == ordered


def test_names_that_differ_by_case_or_marks_alone_have_an_order():
    for language in text.LANGUAGES:
        names = ["ole", "Ole", "olé"]
        orders = {
            tuple(sorted(some, key=lambda name: text.sort_key(name, language)))
            for some in itertools.permutations(names)
        }
        assert len(orders) == 1


def test_any_text_can_be_sorted():
    hostile = ["", "9" * 5000, "²", "٣", "\ud800", "漢字", "e\u0301" * 400, "a\x00"]
    assert len(sorted(hostile, key=lambda name: text.sort_key(name, "nb"))) == len(hostile)


@pytest.mark.parametrize(
    ("count", "language", "told"),
    [
        (0, "en", ""), (1, "en", "a"), (2, "en", "a and a"), (4, "en", "a, a, a and a"),
        (2, "nb", "a og a"), (3, "nn", "a, a og a"),
    ],
)  # fmt: skip
def test_things_are_listed_as_the_language_lists_them(count, language, told):
    between = text.separators(["a"] * count, language)
    assert "".join("a" + after for after in between) == told


def test_lists_in_a_list_are_told_apart_by_semicolons():
    assert text.separators(["a, b", "c"], "en") == ["; ", ""]
    assert text.separators(["1,000", "2,000"], "en") == [" and ", ""]


@pytest.mark.parametrize(
    ("unit", "language", "told"),
    [
        ("km²", "en", "5\u00a0km²"),
        ("%", "nb", "5\u00a0%"),
        ("%", "nn", "5\u00a0%"),
        ("%", "en", "5%"),
    ],
)
def test_a_unit_stands_apart_but_for_per_cent_where_people_write_it_close(unit, language, told):
    assert text.quantity("5", unit, language) == told
