"""Templates of sentences: places, what is left out, alternatives, and what is malformed."""

import pytest

from samgraf.sentences import Slot, parse

TOWN = "[{name} was a town until {to}|{name} is a town][, in {county}[ from {since}]][; {people}]."


def filled(template, **known):
    said = parse(template).filled(lambda name: name in known)
    return "".join(p.words or str(known[p.name]) if isinstance(p, Slot) else p for p in said)


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
    assert filled(TOWN, **known) == told


def test_the_whole_is_a_choice_too():
    assert filled("By {one}.|By {several}.", several="Cc") == "By Cc."
    assert filled("By {one}.|By {several}.") == ""


def test_a_place_may_only_ask_and_may_have_words():
    assert filled("[{new?}New: |Old: ]{page: read it}", new=1, page="x") == "New: read it"
    assert filled("[{new?}New: |Old: ]{page: read it}", page="x") == "Old: read it"


def test_the_names_are_those_of_all_places():
    assert list(parse("{a}[{b?}{c: x}|[{d}]]").names()) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("[{a}", "A '\\[' is not closed"),
        ("[[{a}]", "A '\\[' is not closed"),
        ("{a}]", "A ']' closes nothing"),
        ("a}", "A '}' closes nothing"),
        ("{a", "A '{' is not closed"),
        ("{}", "A '{' is not closed, or holds no name"),
        ("{a b}", "is no place"),
        ("{1}", "is no place"),
        ("{a:}", "is no place"),
        ("{å}", "is no place"),
        ("[" * 9 + "]" * 9, "more than 8 deep"),
    ],
)
def test_what_is_malformed_is_told(template, told):
    with pytest.raises(ValueError, match=told):
        parse(template)


def test_a_long_template_is_read_in_one_pass():
    parse("[{a}|b]" * 20_000)
