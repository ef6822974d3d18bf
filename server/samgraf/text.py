"""Text for people: which of several labels to show, how numbers are written and names sorted.

Labels are chosen by lookup as in https://www.rfc-editor.org/rfc/rfc4647#section-3.4. Numbers and
dates follow the locale data of https://cldr.unicode.org/, through Babel, which has no collation:
``sort_key`` does what https://www.unicode.org/reports/tr10/ and CLDR's tailoring want of names in
the program's languages. The graph may hold labels in any language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NamedTuple

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from babel.units import format_unit

from samgraf.vocab import XSD

#: The languages of the program, the first one for readers who ask for none of them.
LANGUAGES = ("nb", "nn", "en")
#: Where to look next, for a reader of each language: "no" may be either of nb and nn.
_LOOKUP = {
    "nb": ("nb", "no", "nn", "en"),
    "nn": ("nn", "no", "nb", "en"),
    "no": ("no", "nb", "nn", "en"),
    "en": ("en", "nb", "no", "nn"),
}
_LOCALES = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}
_MINUS = "\u2212"
_NO_BREAK_SPACE = "\u00a0"
_UNGROUPED = 10_000  # below it a number may be a year, so its digits stand together
#: Numbers that are written in words within a text, from nought on.
_FROM_THREE = ("tre", "fire", "fem", "seks", "sju", "åtte", "ni", "ti", "elleve", "tolv")
_TO_SIX = ("no", "one", "two", "three", "four", "five", "six")
_NUMBER_WORDS = {
    "nb": ("null", "én", "to", *_FROM_THREE),
    "nn": ("null", "éin", "to", *_FROM_THREE),
    "en": (*_TO_SIX, "seven", "eight", "nine", "ten", "eleven", "twelve"),
}
_INTEGERS = ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger")
#: The datatypes whose values are shown as numbers.
NUMBERS = frozenset(XSD + name for name in (*_INTEGERS, "decimal", "double", "float"))
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:T.*)?(?:Z|[+-]\d\d:\d\d)?\Z")
_BYTES = ("byte", "kilobyte", "megabyte", "gigabyte")
_PERIODS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))
#: Letters that are no base letter with a mark, beside the letters they are sorted with.
_BESIDE = str.maketrans(
    {"æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŋ": "n", "œ": "oe"}
    | {"ŧ": "t", "þ": "th"}
)
#: What stands behind z in nb and nn, in this order: æ, ø, å; "aa" is an older way to write å.
_BEHIND_Z = str.maketrans({"æ": "{", "ä": "{", "ø": "|", "ö": "|", "ő": "|", "å": "}"})
_WITH_LAST_LETTERS = ("nb", "nn", "no")
_SORTED_BY = 200  # characters of a name that decide its place
_RUNS = re.compile(r"(\d+)")
#: Begins with a word that is written as in a query or a program: rdf:type, is_part_of, isPartOf.
_AS_WRITTEN = re.compile(r"\S*(?::\S|_|[^\W\d_A-Z][A-Z])")


class Phrase(NamedTuple):
    """A text and its language tag, which is empty where it has none."""

    text: str
    language: str = ""

    @property
    def is_as_written(self) -> bool:
        """Tell whether its first letter is to stay as it is: of a prefixed name, of isPartOf."""
        return _AS_WRITTEN.match(self.text) is not None

    @property
    def capital(self) -> Phrase:
        """Return it with a capital, to stand by itself."""
        if self.is_as_written:
            return self
        return Phrase(self.text[:1].upper() + self.text[1:], self.language)


def phrase_of(term: Mapping[str, Any]) -> Phrase:
    """Return a literal, as the JSON results format writes it, with its language."""
    return Phrase(term["value"], term.get("xml:lang", ""))


def pick(phrases: Iterable[Phrase], language: str) -> Phrase | None:
    """Return the phrase to show to a reader of ``language``, None where there are none.

    The reader's language goes first, then those nearest to it, then text without a language, then
    the first language by its tag, whatever the texts are. Tags are compared in any case, and
    "en-GB" serves a reader of "en". The order of ``phrases`` does not matter: of several in one
    language the first by alphabet is returned.
    """
    ranges = _ranges(language.lower())

    def key(phrase: Phrase) -> tuple:
        tag = phrase.language.lower()
        return *_distance(tag, ranges), tag, phrase

    return min(phrases, key=key, default=None)


def pick_text(texts: dict[str, str], language: str) -> str | None:
    """Return the one of ``texts``, by language tag, that ``pick`` chooses."""
    found = pick((Phrase(text, tag) for tag, text in texts.items()), language)
    return found.text if found else None


def sort_key(text: str, language: str) -> tuple:
    """Return what to sort ``text`` by among names in a list for a reader of ``language``.

    Case and marks decide only between names that are else alike; numbers go by their value.
    """
    text = unicodedata.normalize("NFC", text[:_SORTED_BY])
    folded = text.casefold()
    if language in _WITH_LAST_LETTERS:
        folded = folded.translate(_BEHIND_Z).replace("aa", "}")
    folded = unicodedata.normalize("NFD", folded.translate(_BESIDE))
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    # the runs of digits stand at the odd places, and go before letters
    runs = ((0, int(r), "") if i % 2 else (1, 0, r) for i, r in enumerate(_RUNS.split(plain)))
    return tuple(run for run in runs if run != (1, 0, "")), text


def number_of(term: Mapping[str, str] | None) -> Decimal | None:
    """Return the number that ``term`` is, None where it is none or not finite."""
    if term is None or term.get("datatype") not in NUMBERS:
        return None
    try:
        value = Decimal(term["value"])
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def date_of(term: Mapping[str, str]) -> date | None:
    """Return the day of an ``xsd:date`` or ``xsd:dateTime``; None for others and year 10000 on."""
    if term.get("datatype") not in (XSD + "date", XSD + "dateTime"):
        return None
    found = _DATE.match(term["value"])
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def literal(term: Mapping[str, Any], language: str) -> str:
    """Return a literal as readers of ``language`` write a number or a day, else as it stands."""
    if (found := number_of(term)) is not None:
        return number(found, language)
    if (found := date_of(term)) is not None:
        return day(found, language)
    return term["value"]


def number(value: float | Decimal, language: str) -> str:
    """Return a finite number with the separators of ``language``; all its digits are kept.

    One of more than 21 digits, or less than a millionth, is written with an exponent.
    """
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if not -7 < exact.adjusted() < 21:
        return str(exact)
    written = format_decimal(
        exact,
        locale=_locale(language),
        decimal_quantization=False,
        group_separator=abs(exact) >= _UNGROUPED,
    )
    return written.replace("-", _MINUS)


def number_word(value: float | Decimal, language: str) -> str:
    """Return a number as it stands in a text: whole ones up to twelve in words, else in digits."""
    words = _NUMBER_WORDS.get(language, _NUMBER_WORDS["en"])
    is_small = 0 <= value < len(words) and value == int(value)
    return words[int(value)] if is_small else number(value, language)


def quantity(written: str, unit: str, language: str) -> str:
    """Return a number, already ``written``, with its unit: apart, but for the per cent of some."""
    close = unit == "%" and not re.search(
        r"\s", _locale_data(language).percent_formats[None].pattern
    )
    return written + ("" if close else _NO_BREAK_SPACE) + unit


def separators(items: Sequence[str], language: str) -> list[str]:
    """Return what stands after each of ``items`` that are listed in a text: "a, b and c".

    Semicolons tell them apart where one of them is a list itself.
    https://www.unicode.org/reports/tr35/tr35-general.html#ListPatterns
    """
    count = len(items)
    if count > 1 and any(", " in item for item in items):
        return [*["; "] * (count - 1), ""]
    patterns = _locale_data(language).list_patterns["standard"]
    names = ["2"] if count == 2 else ["start", *["middle"] * (count - 3), "end"]
    return [*(patterns[n][3:-3] for n in names[: max(count - 1, 0)]), ""] if count else []


def rounded(value: float, language: str) -> str:
    """Return ``value`` (at least 0) with one decimal, and with none from 10 upwards."""
    return number(Decimal(f"{value:.0f}" if value >= 10 else f"{value:.1f}"), language)


def size(value: float, language: str) -> str:
    """Return a number of bytes in the unit that suits it: 1 kB is 1000 bytes."""
    unit = 0
    while value >= 1000 and unit + 1 < len(_BYTES):
        value, unit = value / 1000, unit + 1
    amount = round(value, 0 if unit == 0 or value >= 100 else 1)
    # the short form of a single byte differs between locales and is wrong in the plural
    length = "long" if unit == 0 else "short"
    written = format_unit(amount, f"digital-{_BYTES[unit]}", length, locale=_locale(language))
    return written.replace(" ", _NO_BREAK_SPACE)


def duration(seconds: float, language: str) -> str:
    """Return a length of time in the largest unit that it is a whole number of."""
    for length, unit in _PERIODS:
        if seconds >= length and seconds % length == 0:
            return format_unit(int(seconds // length), f"duration-{unit}", locale=_locale(language))
    amount = round(seconds, 1) if seconds < 10 else round(seconds)
    return format_unit(amount, "duration-second", locale=_locale(language))


def day(value: date, language: str) -> str:
    """Return a date with the month by its name."""
    return format_date(value, "long", locale=_locale(language))


def moment(at: datetime, language: str) -> str:
    """Return an aware time as date and time of day in UTC: reader and server may be far apart."""
    at = at.astimezone(UTC)
    return f"{day(at, language)}, {format_time(at, 'HH:mm', locale=_locale(language))} UTC"


@lru_cache(64)
def _ranges(language: str) -> tuple[str, ...]:
    """Return the tags to look for, from ``language`` itself outwards."""
    tag, found = language, []
    while tag and tag not in _LOOKUP:
        found.append(tag)
        tag = tag.rpartition("-")[0]
    return (*found, *_LOOKUP.get(tag, ("en", "nb", "no", "nn")))


def _distance(tag: str, ranges: tuple[str, ...]) -> tuple[int, int]:
    for place, range in enumerate(ranges):
        if tag == range or tag.startswith(range + "-"):
            return place, len(tag)
    return len(ranges), len(tag) > 0


def _locale_data(language: str) -> Locale:
    return Locale.parse(_locale(language))


def _locale(language: str) -> str:
    return _LOCALES.get(language, _LOCALES["en"])
