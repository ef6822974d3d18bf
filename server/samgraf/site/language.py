"""The reader's language, by ``?lang=`` or Accept-Language, and the interface's strings in it.

https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4. The strings stand in the folder ``strings``;
labels of the graph are chosen, and numbers and dates written, by ``samgraf.text``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files

from flask import Flask, has_request_context, request
from markupsafe import Markup, escape

from samgraf import text
from samgraf.text import LANGUAGES, Phrase, phrase_of, pick
from samgraf.vocab import XSD

__all__ = [
    "LANGUAGES",
    "Phrase",
    "catalogue",
    "day_in",
    "in_order",
    "init_app",
    "interface_text",
    "period",
    "phrase_of",
    "pick",
    "reader_language",
    "said",
]
_READER = "samgraf.reader_language"
_PLACE = re.compile(r"\{(?P<name>\w+)(?::(?P<one>[^{}|]*)\|(?P<many>[^{}]*))?\}")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_YEAR = re.compile(r"(\d{4})(?:Z|[+-]\d\d:\d\d)?")
_ALSO_KNOWN_AS = {"no": "nb", "nob": "nb", "nno": "nn", "eng": "en"}


def init_app(app: Flask) -> None:
    """Give the templates the interface's strings and the languages."""
    for function in (reader_language, said, foreign):
        app.add_template_global(function)

    @app.template_global("t")
    def _text(key: str, **values: object) -> Markup:
        return interface_text(reader_language(), key, **values)

    @app.template_global("number")
    def _number(value: float) -> str:
        return text.number(value, reader_language())

    @app.template_global("size")
    def _size(value: float) -> str:
        return text.size(value, reader_language())

    @app.template_filter("day")
    def _day(written: str) -> str:
        return text.literal({"value": written, "datatype": XSD + "date"}, reader_language())

    @app.context_processor
    def language_context() -> dict[str, object]:
        names = [(code, catalogue()[code]["language"]) for code in LANGUAGES]
        return {"lang": reader_language(), "languages": names}


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Return the interface's strings by language and key, out of all files of ``strings``."""
    whole: dict[str, dict[str, str]] = {code: {} for code in LANGUAGES}
    for file in sorted((files("samgraf.site") / "strings").iterdir(), key=lambda f: f.name):
        for code, strings in tomllib.loads(file.read_text("utf-8")).items():
            if twice := whole[code].keys() & strings.keys():
                raise ValueError(f"{file.name}: {min(twice)} stands in another file too")
            whole[code] |= strings
    return whole


def interface_text(language: str, key: str, **values: object) -> Markup:
    """Return a string of the interface, which is mark-up, with ``values``, escaped, in place."""
    if not values:
        return _unfilled(language, key)
    told = {name: str(escape(value)) for name, value in values.items()}
    return Markup(plain_text(language, key, **told))  # noqa: S704 - our own strings


@cache
def _unfilled(language: str, key: str) -> Markup:
    return Markup(plain_text(language, key))  # noqa: S704 - our own strings


def plain_text(language: str, key: str, **values: str) -> str:
    """Return a string of the interface with ``values`` in place, as it is for a terminal.

    ``{count}`` is the value of that name, ``{count:row|rows}`` the first word where it is 1. Raise
    KeyError where a value is missing.
    """

    def fill(place: re.Match[str]) -> str:
        value = values[place["name"]]
        return value if place["many"] is None else place["one" if value == "1" else "many"]

    return _PLACE.sub(fill, catalogue()[language][key])


def said(phrase: Phrase) -> Markup:
    """Return a text of the graph as mark-up that tells its language, where it is not the page's."""
    told = foreign(phrase.language)
    return Markup("<span%s>%s</span>") % (told, phrase.text) if told else escape(phrase.text)


def foreign(tag: str | None) -> Markup:
    """Return the attribute of an element whose text is in the language ``tag``, if it needs one."""
    is_foreign = bool(tag) and tag != reader_language()
    return Markup(' lang="%s"') % tag if is_foreign else Markup("")


def reader_language() -> str:
    """Return the language to write in: ``?lang=``, else by Accept-Language, else the first."""
    asked = request.environ.get(_READER)  # each page asks this hundreds of times
    if asked is None:
        accepted = (tag for tag, quality in request.accept_languages if quality > 0)
        tags = (request.args.get("lang", ""), *accepted)
        asked = next(filter(None, map(_supported, tags)), LANGUAGES[0])
        request.environ[_READER] = asked
    return asked


def in_order(name: str) -> tuple:
    """Return what to sort ``name`` by in a list of names, as the reader's language sorts them."""
    return text.sort_key(name, reader_language() if has_request_context() else LANGUAGES[0])


def day_in(written: str, *, first: bool) -> date | None:
    """Return the day ``written``, or the first or last of a year; None where it is neither."""
    try:
        if found := _DAY.match(written):
            return date(*map(int, found.groups()))
        if found := _YEAR.fullmatch(written):
            return date(int(found[1]), 1, 1) if first else date(int(found[1]), 12, 31)
    except ValueError:
        return None
    return None


def period(begin: date | None, end: date | None, language: str) -> str:
    """Return since when and until when in words: the year alone where it begins or ends then."""
    start = begin and (
        str(begin.year) if (begin.month, begin.day) == (1, 1) else text.day(begin, language)
    )
    stop = end and (str(end.year) if (end.month, end.day) == (12, 31) else text.day(end, language))
    if start and stop:
        key = "timeline_in" if start == stop else "timeline_between"
    else:
        key = "timeline_since" if start else "timeline_until" if stop else "timeline_always"
    return str(interface_text(language, key, start=start or "", end=stop or ""))


def _supported(tag: str) -> str | None:
    primary = tag.lower().replace("_", "-").partition("-")[0]
    primary = _ALSO_KNOWN_AS.get(primary, primary)
    return primary if primary in LANGUAGES else None
