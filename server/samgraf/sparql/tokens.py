"""Split a query into tokens; every text can be split.

The terminals are those of https://www.w3.org/TR/sparql11-query/#sparqlGrammar (section 19.8),
with the brackets of RDF 1.2 beside them. Text that is no terminal becomes error tokens, so that
the tokens joined are always the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a token is."""

    SPACE = "space"
    COMMENT = "comment"
    STRING = "string"
    IRI = "iri"
    BLANK = "blank"
    NAME = "name"  # a prefixed name, or a prefix with its colon
    VARIABLE = "variable"
    LANGUAGE = "language"
    NUMBER = "number"
    WORD = "word"  # keyword, built-in function, true, false, a
    MARK = "mark"  # punctuation and operators
    ERROR = "error"


class Token(NamedTuple):
    """A piece of the text and where it starts, counted in characters from 0."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """Return where the token ends."""
        return self.start + len(self.text)


_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_U = _BASE + "_"
_CHARS = _U + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_LOCAL_CHARS = rf"[{_CHARS}\-:]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%]"
_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_IRI = rf"<(?:[^\x00-\x20<>\"{{}}|^`\\]++|{_UCHAR})*+>"
_EXPONENT = r"[eE][+-]?[0-9]+"

# What may follow neither a plain word nor a plain name: it would make a longer token of them.
_GOES_ON = r"[A-Za-z0-9_\-:%\\\u0080-\U0010ffff]"
_SPACING = r"(?:[ \t\r\n]+|\#[^\r\n]*)*+"

# Plain words, names and marks come first, since most tokens are such; the grammar's whole terminals
# follow. Prefixes are read up to 102 characters, so that the time stays linear in the text.
_TERMINALS = {
    "variable": rf"[?$][{_U}0-9][{_CHARS}]*+",
    "mark_1": r"[{;,}\]=+*/\-](?!\|) | [.](?![0-9]) | [)](?!>) | [(]",
    "name_1": rf"""[A-Za-z][A-Za-z0-9_\-]{{0,100}}+:(?:[A-Za-z_][A-Za-z0-9_\-]*+)?+
      (?!{_GOES_ON}|\.(?![ \t\r\n]))""",
    "word_1": rf"[A-Za-z][A-Za-z0-9_]*+(?!{_GOES_ON}|\.)",
    "string": r"""\"\"\"(?:\"{0,2}(?:[^\"\\]|\\.))*\"\"\" | '''(?:'{0,2}(?:[^'\\]|\\.))*'''
      | \"(?:[^\"\\\r\n]++|\\.)*+\" | '(?:[^'\\\r\n]++|\\.)*+'""",
    "mark_2": rf"<(?={_IRI})",
    "iri": _IRI,
    "blank": rf"_:[{_U}0-9](?:[{_CHARS}.\-]*[{_CHARS}\-])?",
    "name_2": rf"""(?:[{_BASE}](?:[{_CHARS}.\-]{{0,100}}[{_CHARS}\-])?)?:
      (?:(?:(?!\\|%|[\-.\u00b7\u0300-\u036f\u203f\u2040])(?:{_LOCAL_CHARS})
         |%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?\#@%])
         (?:\.*(?:{_LOCAL_CHARS}))*)?""",
    "language": r"@[A-Za-z]+(?:-[A-Za-z0-9]+|--[A-Za-z]+)*",
    "number": rf"""[0-9]+\.[0-9]*(?:{_EXPONENT}) | \.[0-9]+(?:{_EXPONENT})? | [0-9]+{_EXPONENT}
      | [0-9]+\.[0-9]+ | [0-9]+""",
    "word_2": r"[A-Za-z_][A-Za-z0-9_]*",
    "mark_3": r"""<<\( | \)>> | << | >> | \{\| | \|\} | \^\^ | && | \|\| | [!<>]=
      | [{}()\[\].,;=<>!+\-*/|^?~]""",
    "error": r"\\. | .",
}


def _pattern(terminals: str) -> re.Pattern[str]:
    """Return a pattern of which each match is a token and the spaces and comments before it."""
    return re.compile(rf"{_SPACING}(?:{terminals}|\Z)", re.VERBOSE | re.DOTALL)


_TOKEN = _pattern("|".join(f"(?P<{name}>{source})" for name, source in _TERMINALS.items()))
#: The kind of each group of the pattern, by its number.
_KINDS = (Kind.SPACE, *(Kind(name.partition("_")[0]) for name in _TOKEN.groupindex))
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_SPACES = re.compile(r"(?P<space>[ \t\r\n]+)|(?P<comment>\#[^\r\n]*)")


def tokenize(text: str) -> Iterator[Token]:
    """Yield every token of ``text`` in order, spaces and comments among them."""
    reached = 0
    for match in _TOKEN.finditer(text):
        # an IRI right behind ``<`` is compared with: the bracket ``<<`` never stands before one
        group = match.lastindex or 0
        start, end = match.span(group)
        if not group:
            start = end
        for spacing in _SPACES.finditer(text, reached, start):
            yield Token(Kind(spacing.lastgroup or ""), spacing.group(), spacing.start())
        if start < end:
            yield Token(_KINDS[group], text[start:end], start)
        reached = end


def significant(text: str, start: int = 0) -> Iterator[Token]:
    """Yield the tokens of ``text`` from ``start`` on, without spaces and comments."""
    new, kinds = tuple.__new__, _KINDS  # half the time of Token(...), for every word of every query
    for match in _TOKEN.finditer(text, start):
        group = match.lastindex
        if group:
            yield new(Token, (kinds[group], match[group], match.start(group)))


def unquoted(text: str) -> str:
    """Return the text that a string of SPARQL, with its quotation marks, means."""
    width = 3 if text.startswith(('"""', "'''")) and len(text) >= 6 else 1
    inner = text[width:-width]
    return _ESCAPED.sub(lambda m: _ESCAPES.get(m[1], m[1]), inner) if "\\" in inner else inner
