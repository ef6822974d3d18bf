"""What makes no difference when words are compared, and what does."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samgraf.site.search.words import alternatives, fold, stem, words


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_composed_and_decomposed_letters_are_the_same(text):
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert fold(composed) == fold(decomposed)


@given(st.text())
def test_a_word_can_stand_between_quotes(text):
    for word in words(text):
        assert 0 < len(word) <= 64
        assert not set(' "') & set(word)


@pytest.mark.parametrize(
    ("one", "other"),
    [("å", "a"), ("ø", "o"), ("æ", "ae"), ("æ", "a"), ("bår", "bar"), ("før", "for"), ("ås", "as")],
)
def test_nordic_letters_are_letters_of_their_own(one, other):
    assert fold(one) != fold(other)
    assert fold(one.upper()) == fold(one)
    assert fold(unicodedata.normalize("NFD", one)) == fold(one)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Čáhci", "cahci"),
        ("Šibuš", "sibus"),
        ("Deatnu", "deatnu"),
        ("Guovdageaidnu", "GUOVDAGEAIDNU"),
        ("Bođđu", "boddu"),
        ("Ráŋŋá", "ranna"),
        ("Ŧorŧi", "torti"),
        ("Áže", "aze"),
        ("Etelä", "etelæ"),
        ("Göta", "gøta"),
        ("Ångström", "ÅNGSTRØM"),
        ("allé", "alle"),
        ("ﬁnne", "finne"),
        ("Ｎａｍｅ", "name"),
        ("Straße", "strasse"),
    ],
)
def test_letters_with_marks_are_found_typed_plainly(written, typed):
    assert fold(written) == fold(typed)


def test_characters_that_are_not_seen_do_not_part_a_word():
    assert [*words("sam\u00adarbeid og sam\u200barbeid")] == [
        "samarbeid",
        "og",
        "samarbeid",
    ]


def test_signs_and_control_characters_part_words():
    assert [*words('a"b*c(d)e\0f^g-h_i:j')] == list("abcdefghij")
    assert list(words(' \u202e\0"*()^-:')) == []


def test_plain_typing_is_an_alternative_of_nordic_letters_alone():
    assert alternatives("tranøy") == {"tranoy", "tranoey"}
    assert alternatives("lærdal") == {"laerdal"}
    assert alternatives("ås") == {"as", "aas"}
    assert alternatives("aas") == set()


@pytest.mark.parametrize("form", ["enga", "engene", "enger", "engen"])
def test_norwegian_forms_have_one_stem(form):
    assert stem(form, "nb") == stem("enger", "nn")


def test_each_language_has_its_own_endings():
    assert stem("meadows", "en") == stem("meadow", "en-GB")
    assert stem("enger", "en") == "enger"
    assert stem("enger", "se") == "enger"
