"""Patterns of XPath are translated to those of the store, or told.

https://www.w3.org/TR/xpath-functions/#regex-syntax, https://www.w3.org/TR/xmlschema-2/#regexs
"""

import pyoxigraph as ox
import pytest

from samgraf.sparql.xpath_regex import (
    BadPatternError,
    UnsupportedPatternError,
    matches_empty,
    regex,
    replace,
    translated,
)


def matches(text, pattern, flags=""):
    return regex(ox.Literal(text), translated(pattern, flags)).value == "true"


def replaced(text, pattern, new, flags=""):
    return replace(ox.Literal(text), translated(pattern, flags), new).value


@pytest.mark.parametrize(
    ("text", "pattern", "flags", "found"),
    [
        ("goose", "^[a-z-[aeiou]]+$", "", False),
        ("sky", "^[a-z-[aeiou]]+$", "", True),
        ("sky-low", "^[a-z-[aeiou]]+$", "", False),
        ("b", "^[^a-[b]]$", "", False),
        ("c", "^[^a-[b]]$", "", True),
        ("a-b", "^[a\\-b]+$", "", True),
        ("a-b", "^[-ab]+$", "", True),
        ("a-b", "^[ab-]+$", "", True),
        ("a&&b~#", "^[a&&b~#]+$", "", True),
        ("a1", "^\\i\\c*$", "", True),
        ("1a", "^\\i\\c*$", "", False),
        ("a:b-c.d", "^\\c+$", "", True),
        ("€", "^\\w$", "", True),
        ("_", "^\\w$", "", False),
        ("\u00a0", "\\s", "", False),
        ("\t", "\\s", "", True),
        ("٣", "^\\d$", "", True),
        ("a\rb", "a.b", "", False),
        ("a\nb", "a.b", "", False),
        ("a\rb", "a.b", "s", True),
        ("a\nb", "^b$", "m", True),
        ("a\nb", "^b$", "", False),
        ("ab", "a b", "x", True),
        ("a b", "a b", "x", False),
        ("a b", "a[ ]b", "x", True),
        ("a#b", "a#b", "x", True),
        ("a.b[", ".B[", "qi", True),
        ("axb", "a.b", "q", False),
        ("ABC", "abc", "i", True),
        ("a", "\\p{Lu}", "i", False),
        ("ø", "^\\p{L}$", "", True),
        ("aaa", "^a{2,3}?$", "", True),
        ("a$b", "a\\$b", "", True),
        ("a{2}", "a\\{2\\}", "", True),
        ("a", "(?:a|b)", "", True),
    ],
)
def test_matches_as_xpath_has_it(text, pattern, flags, found):
    assert matches(text, pattern, flags) is found


@pytest.mark.parametrize(
    "pattern",
    ["(", "a)", "*a", "a**", "a{,3}", "a{", "]", "}", "[", "[]", "[z-a]", "[a[b]]", "\\b",
     "\\u0041", "(?i)a", "(?=a)", "\\p{Letter}", "\\", "[a-z-[aeiou]x]", "\\p"],
)  # fmt: skip
def test_what_is_no_pattern_is_told(pattern):
    with pytest.raises(BadPatternError, match=r"section 7\.6\.1"):
        translated(pattern)


def test_unknown_flags_are_told():
    with pytest.raises(BadPatternError, match="'g' is no flag"):
        translated("a", "ig")


@pytest.mark.parametrize(
    ("pattern", "flags"), [("(a)\\1", ""), ("\\p{IsGreek}", ""), ("[\\p{Lu}]", "i")]
)
def test_what_the_store_has_nothing_for_is_told(pattern, flags):
    with pytest.raises(UnsupportedPatternError, match=r"section 7\.6\.1"):
        translated(pattern, flags)


def test_a_pattern_that_is_too_large_for_the_store_is_told():
    with pytest.raises(UnsupportedPatternError, match="too large"):
        matches_empty(translated("\\w{1,200}"))


@pytest.mark.parametrize(
    ("text", "pattern", "new", "flags", "result"),
    [
        ("abc", "(b)", "[$1x]", "", "a[bx]c"),
        ("abc", "(b)", "$12", "", "ab2c"),
        ("abc", "(a)(b)", "$2$1$3", "", "bac"),
        ("a.b", "\\.", "\\$", "", "a$b"),
        ("abc", "b", "\\\\", "", "a\\c"),
        ("abc", "b", "<$0>", "", "a<b>c"),
        ("abcdefghijkl", "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)", "$11", "", "kl"),
        ("a.b", ".", "$1\\", "q", "a$1\\b"),
        ("AbA", "a", "x", "i", "xbx"),
    ],
)
def test_replaces_as_xpath_has_it(text, pattern, new, flags, result):
    assert replaced(text, pattern, new, flags) == result


@pytest.mark.parametrize(("pattern", "new"), [("b", "$"), ("b", "$x"), ("b", "\\n"), ("x*", "-")])
def test_what_is_no_replacement_is_told(pattern, new):
    with pytest.raises(BadPatternError, match=r"section 7\.6\.3"):
        replaced("abc", pattern, new)
