"""A quote is found with place, hash and fragment; what is near it is told where it is not."""

import hashlib
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samgraf.build.evidence.quotes import find, near

TEXT = (
    "The meadow by the brook is wet.\r\nBees like\u00a0the wet meadow; the brook\u2011side too.\n"
    "Cafe\u0301 or café: “so” – it goes."
)


def places(text, quote):
    return [(p.start, p.end) for p in find(text, quote)]


def fragment(quote, text=TEXT):
    (place,) = find(text, quote)
    return unquote(place.fragment.removeprefix(":~:text="))


def test_a_quote_is_found_by_code_points_with_its_hash():
    (place,) = find(TEXT, "Bees like")
    assert TEXT[place.start : place.end] == "Bees like"
    assert place.start == 33, "a line break of two characters counts two"
    assert place.sha256 == hashlib.sha256(b"Bees like").hexdigest()


def test_every_place_of_a_quote_is_found_also_where_they_overlap():
    assert len(places(TEXT, "the")) == 3
    assert places("aXaXa", "aXa") == [(0, 3), (2, 5)]
    assert places(TEXT, "no such") == []


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("The meadow by the brook is wet.", "The meadow by"),
        ("meadow; the brook\u2011side too", "meadow; the brook\u2011side"),
        ("Bees like\u00a0the wet meadow; the", "the wet meadow"),
        ("brook is wet.\r\nBees like", "brook is wet"),
        ("is wet.", ""),
        ("“so” – it goes.", "so” – it goes"),
        ("is", ""),
    ],
)
def test_the_fragment_is_the_first_few_words_that_stand_once(quote, words):
    assert fragment(quote) == words


def test_signs_count_where_no_words_do_without_them():
    text = "one two three: and one two three, and"
    assert fragment("one two three:", text) == "one two three:"


def test_a_fragment_has_no_bare_sign_that_a_directive_reads():
    (place,) = find("say a-b, c & d ok", "a-b, c & d ok")
    assert place.fragment == ":~:text=a%2Db%2C%20c%20%26%20d"


@given(st.text(max_size=40), st.text(min_size=1, max_size=8))
def test_whatever_is_asked_a_place_holds_the_quote_and_a_fragment_stands_once(text, quote):
    for place in find(text, quote):
        assert text[place.start : place.end] == quote
        words = unquote(place.fragment.removeprefix(":~:text="))
        assert not words or text.casefold().count(words.casefold()) == 1
    found = near(text, quote)
    assert found is None or text[found.start : found.end] == found.text


@pytest.mark.parametrize(
    ("quote", "text", "differs"),
    [
        ("bees LIKE the", "Bees like\u00a0the", ("no-break spaces", "case")),
        ("wet. Bees", "wet.\r\nBees", ("line breaks",)),
        ("Café or", "Cafe\u0301 or", ("composed and combining characters",)),
        ("or cafe\u0301", "or café", ("composed and combining characters",)),
        ('"so" - it', "“so” – it", ("quotation marks or dashes",)),
        ("the brook-side", "the brook\u2011side", ("quotation marks or dashes",)),
        ("is  wet", "is wet", ("signs or spaces",)),
        ("Cafe or", "Cafe\u0301 or", ("signs or spaces",)),
    ],
)
def test_what_differs_in_form_alone_is_told_with_the_difference(quote, text, differs):
    assert find(TEXT, quote) == []
    found = near(TEXT, quote)
    assert (found.text, found.differs) == (text, differs)


def test_else_the_longest_run_of_words_is_near():
    found = near(TEXT, "we think that the wet meadow is good")
    assert (found.text, found.differs) == ("the wet meadow", ())
    assert near(TEXT, "nothing of this") is None
    assert near("", "x") is None
    assert near(TEXT, "\u200b") is None
