"""Sentences: what fills their places, what is left out, alternatives, and what is amiss."""

import pytest

from samgraf.sentences import SentencePart, parse

XSD = "http://www.w3.org/2001/XMLSchema#"
P = "https://example.org/"
NAMES = {"a": "Ask", "b": "Bjørk", "o": "Østre", "x": "Alm, ung"}


def thing(name):
    return {"type": "uri", "value": P + name}


def value(text, kind=None):
    return {"type": "literal", "value": str(text)} | ({"datatype": XSD + kind} if kind else {})


def row(name, place, height=None, day=None, note=None):
    found = {
        "thing": thing(name),
        "place": value(place),
        "height": value(height, "decimal") if height else None,
        "day": value(day, "date") if day else None,
        "note": value(note) if note else None,
    }
    return {column: term for column, term in found.items() if term}


ROWS = [
    row("o", "south", "2.5", "2020-01-01", "old"),
    row("b", "north", "12", "2020-01-01"),
    row("a", "north", "3", "2020-01-01"),
]


def tell(row, column):
    """Tell a thing by its name, with its page, and all else as it is written."""
    term = row[column]
    if term["type"] == "uri":
        return SentencePart(NAMES[term["value"].removeprefix(P)], href=term["value"])
    return SentencePart("1 January 2020" if term["value"] == "2020-01-01" else term["value"])


def say(source, rows=ROWS, language="en"):
    return "".join(part.text for part in parse(source).say(rows, language, tell, {"p": P}))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{count} trees", "Three trees"),
        ("{count place|one place|# places}", "Two places"),
        ("{count day|one day|# days}", "One day"),
        ("{count place||# }trees", "Two trees"),
        ("Trees. {count place|One place|# places}", "Trees. Two places"),
        ("{thing}", "Ask, Bjørk and Østre"),
        ("{height}", "2.5, 3 and 12"),
        ("{sum height} m", "17.5 m"),
        ("{sum height|one metre|# metres}", "17.5 metres"),
        ("on {day}", "On 1 January 2020"),
        ("{each place: {thing} {place}}", "Østre south and Ask and Bjørk north"),
        ("{least height: {thing}} to {most height: {thing} ({height})}", "Østre to Bjørk (12)"),
        ("{least day: {count}}", "Three"),
        ("{only place=north: {thing}}", "Ask and Bjørk"),
        ("{only thing!=p:a: {thing}}", "Bjørk and Østre"),
        ("{only thing=p:a: {height|one metre|# metres}}", "Three metres"),
        ("{several place: they differ}", "They differ"),
        ("{thing?}{note: read}", "Read"),
        ("trees[ ({only place=west: {thing}})]", "Trees"),
        ("trees[ ({note})]", "Trees (old)"),
        ("{each thing: {thing}[ ({note})]}", "Østre (old), Bjørk and Ask"),
        ("{each thing: {note}: {thing}|{thing}}", "Old: Østre, Bjørk and Ask"),
        ("{each note: {thing}}", "Østre"),
        ("trees[ from {least height: {height} m}]", "Trees from 2.5 m"),
        ("no[, {several day: on several days}]", "No"),
        (" [{west}]  a  [b] ", "A b"),
    ],
)  # fmt: skip
def test_a_place_is_filled_from_the_rows(source, said):
    assert say(source) == said


TOWN = "[{name} was a town until {to}|{name} is a town][, in {county}[ from {since}]][; {people}]."


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"name": "Aa", "to": 2019}, "Aa was a town until 2019."),
        ({"name": "Aa"}, "Aa is a town."),
        ({"name": "Aa", "county": "Bb"}, "Aa is a town, in Bb."),
        ({"name": "Aa", "county": "Bb", "since": 2018}, "Aa is a town, in Bb from 2018."),
        # a bracket inside does not hold without the outer one
        ({"name": "Aa", "since": 2018, "people": 7}, "Aa is a town; 7."),
        ({}, "."),
    ],
)
def test_what_is_not_known_is_left_out(known, told):
    assert say(TOWN, [{name: value(text) for name, text in known.items()}]) == told


def test_the_whole_is_a_choice_and_nothing_is_said_where_none_is_known():
    assert say("By {one}.|By {several}.", [{"several": value("Cc")}]) == "By Cc."
    assert say("By {one}.|By {several}.") == ""


def test_nought_is_nothing_to_tell():
    assert say("[{n|one bee|# bees}|no bees]", [{"n": value(0, "integer")}]) == "No bees"
    assert say("[{count}|no bees]", []) == "No bees"


def test_things_lead_to_their_pages_also_by_other_words():
    parts = parse("{thing}, {thing: see}").say(ROWS[:1], "en", tell, {})
    assert [(p.text, p.href) for p in parts] == [("Østre", P + "o"), (", ", None), ("see", P + "o")]


@pytest.mark.parametrize(
    ("language", "said"), [("nb", "Tre trær: 17,5"), ("en", "Three trær: 17.5")]
)
def test_numbers_are_those_of_the_language(language, said):
    assert say("{count} trær: {sum height}", language=language) == said


def test_a_list_of_lists_is_told_apart_by_semicolons():
    assert say("{thing}", [*ROWS, row("x", "east")]) == "Alm, ung; Ask; Bjørk; Østre"


@pytest.mark.parametrize(
    ("source", "amiss"),
    [
        ("{sum place}", "The column place holds what is no number."),
        ("{place|one|many}", "The column place holds what is no number."),
        ("{height|one|many}", "The column height holds several numbers."),
        ("{least place: x}", "The column place holds what is neither number nor day."),
        ("{only thing=q:a: x}", "q:a is no thing by a declared prefix."),
        ("{only thing=Ask: x}", "Ask is no thing by a declared prefix."),
    ],
)
def test_what_a_column_cannot_tell_is_refused(source, amiss):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is compared
        say(source)
    assert str(caught.value) == amiss


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("{each a: [{only b=p:x: {count}|{c: x}}]}", "{c} is no column. The columns are {a}, {b}."),
        ("[{only a!=q:x: {b}}]", "q:x is no thing by a declared prefix."),
        ("{count}{a?}{only b=x: {a}}", None),
    ],
)
def test_a_place_of_no_column_or_thing_is_told(source, told):
    assert parse(source).misnamed(["a", "b"], {"p": P}) == told


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("[{a}", "A '\\[' is not closed"),
        ("[[{a}]", "A '\\[' is not closed"),
        ("{a}]", "A ']' closes nothing"),
        ("a}", "A '}' closes nothing"),
        ("[{a]", "A ']' closes nothing"),
        ("{a", "A '{' is not closed"),
        ("{}", "is no place"),
        ("{a b}", "is no place"),
        ("{some a: x}", "is no place"),
        ("{a|b}", "is no place"),
        ("{a?|b|c}", "is no place"),
        ("{a|{b}|c}", "is no place"),
        ("{1}", "is no place"),
        ("{a:}", "is no place"),
        ("{å}", "is no place"),
        ("[" * 17 + "]" * 17, "more than 16 deep"),
    ],
)  # fmt: skip
def test_what_is_malformed_is_told(template, told):
    with pytest.raises(ValueError, match=told):
        parse(template)


def test_a_long_sentence_is_read_in_one_pass():
    parse("[{a}|b]" * 20_000)
