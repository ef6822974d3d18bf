"""Tell what queries have in common that differ in names and values alone.

Two texts of one shape have tokens of the same kinds in the same order, and the same words, marks
and prologue. What is worked out from these holds for both.
"""

from __future__ import annotations

from collections.abc import Sequence

#: The tokens of a query, each as it is written or, where that does not count, as the mark of a
#: name or value: a space, which no token begins with, and what its kind begins with.
Shape = tuple[str, ...]

_VARIABLE = " ?"
_VALUES = {"?": _VARIABLE, "$": _VARIABLE, '"': ' "', "'": ' "'}
_VALUES |= dict.fromkeys("0123456789.", " 0")
_MARKS = frozenset("{}()[].,;=<>!+-*/|^")


def shape_of(texts: Sequence[str], *, dataset: bool) -> Shape:
    """Return the shape of the tokens ``texts``; with a ``dataset`` clause it names all it holds."""
    # prologue and dataset clause stand before the first brace: only names of variables differ there
    head = texts.index("{") if not dataset and "{" in texts else len(texts)
    shape = [_VARIABLE if text[0] in "?$" and len(text) > 1 else text for text in texts[:head]]
    shape += [
        # what most tokens are is known at a glance
        text if text in _MARKS or text.isalpha() else _marked(text)
        for text in texts[head:]
    ]
    return tuple(shape)


def _marked(text: str) -> str:
    """Return the mark of a name or value, by what distinguishes its terminal; else ``text``."""
    first = text[0]
    if first in _VALUES:
        # alone, a digit is a number, the others are marks or no terminal
        return _VALUES[first] if len(text) > 1 or first.isdigit() else text
    if first == "<":
        return " <" if text[-1] == ">" else text
    if first == "_":
        return " _" if text[1:2] == ":" else text
    return " :" if ":" in text and first not in "\\@" else text
