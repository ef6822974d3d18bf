"""The reader's language, by ``?lang=`` or Accept-Language, and the interface's strings in it.

https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4. The strings stand in the folder ``strings``;
labels of the graph are chosen, and numbers and dates written, by ``samgraf.text``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from flask import Flask, has_request_context, request
from markupsafe import Markup, escape

from samgraf import text
from samgraf.text import LANGUAGES, Phrase, phrase_of, pick

__all__ = [
    "LANGUAGES",
    "Phrase",
    "catalogue",
    "in_order",
    "init_app",
    "interface_text",
    "phrase_of",
    "pick",
    "reader_language",
]
_ALSO_KNOWN_AS = {"no": "nb", "nob": "nb", "nno": "nn", "eng": "en"}


def init_app(app: Flask) -> None:
    """Give the templates the interface's strings and the languages."""

    @app.context_processor
    def language_context() -> dict[str, object]:
        language = reader_language()
        return {
            "lang": language,
            "languages": [(code, catalogue()[code]["language"]) for code in LANGUAGES],
            "t": lambda key, **values: interface_text(language, key, **values),
            "number": lambda value: text.number(value, language),
            "size": lambda value: text.size(value, language),
        }


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
    """Return a string of the interface with ``values``, escaped, in its places."""
    if not values:
        return _unfilled(language, key)
    return Markup(catalogue()[language][key]).format(  # noqa: S704 - our own strings
        **{name: escape(value) for name, value in values.items()}
    )


@cache
def _unfilled(language: str, key: str) -> Markup:
    return Markup(catalogue()[language][key]).format()  # noqa: S704 - our own strings


def reader_language() -> str:
    """Return the language to write in: ``?lang=``, else by Accept-Language, else the first."""
    asked = _supported(request.args.get("lang", ""))
    if asked:
        return asked
    for tag, quality in request.accept_languages:
        if quality > 0 and (found := _supported(tag)):
            return found
    return LANGUAGES[0]


def in_order(name: str) -> tuple:
    """Return what to sort ``name`` by in a list of names, as the reader's language sorts them."""
    return text.sort_key(name, reader_language() if has_request_context() else LANGUAGES[0])


def _supported(tag: str) -> str | None:
    primary = tag.lower().replace("_", "-").partition("-")[0]
    primary = _ALSO_KNOWN_AS.get(primary, primary)
    return primary if primary in LANGUAGES else None
