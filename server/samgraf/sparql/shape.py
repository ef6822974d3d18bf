"""Tell what queries have in common that differ in names and values alone.

Two texts of one shape have tokens of the same kinds in the same order, and the same words, marks
and prologue. What is worked out from these holds for both.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import NamedTuple

from samgraf.sparql.tokens import KINDS, Kind

_NAMES = frozenset((Kind.VARIABLE, Kind.STRING, Kind.IRI, Kind.BLANK, Kind.NAME, Kind.NUMBER))


def _exact(left_out: frozenset[Kind]) -> bytes:
    """Return a table that maps the groups of a pattern to whether their text counts."""
    kept = [kind not in left_out for kind in KINDS]
    return bytes(kept + [True] * (256 - len(kept)))


# prologue and dataset clause stand before the first brace: only names of variables differ there
_HEAD, _BODY = _exact(frozenset((Kind.VARIABLE,))), _exact(_NAMES)


class Shape(NamedTuple):
    """Hold the kinds of all tokens (as groups of the tokenizer's pattern) and the texts kept."""

    groups: bytes
    texts: tuple[str, ...]


def shape_of(groups: bytes, texts: Sequence[str], *, dataset: bool) -> Shape:
    """Return the shape of the tokens ``texts``; with a ``dataset`` clause it names all it holds."""
    try:
        head = len(texts) if dataset else texts.index("{")
    except ValueError:
        head = len(texts)
    counts = groups[:head].translate(_HEAD) + groups[head:].translate(_BODY)
    return Shape(groups, tuple(compress(texts, counts)))
