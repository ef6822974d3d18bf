"""Count how much a query asks of a parser and a planner, before either sees it.

Counted by the grammar of https://www.w3.org/TR/sparql11-query/#sparqlGrammar on a stack of
brackets, without parsing: any text has an extent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from samgraf.sparql.tokens import Kind, Token

OPENING = frozenset(("{", "(", "[", "<<", "<<(", "{|"))
CLOSING = frozenset(("}", ")", "]", ">>", ")>>", "|}"))
# what the innermost bracket holds
_CLAUSES, _GROUP, _NODE, _LIST, _EXPRESSION, _DATA = range(6)
_HOLDS = {"{": _GROUP, "[": _NODE, "{|": _NODE, "<<": _NODE, "<<(": _EXPRESSION}
_SEPARATORS = frozenset((".", ";", ","))
_SIGNS = frozenset(("!", "-", "+"))  # act on what follows, one on another
_PATHS = frozenset(("/", "|", "^", "!"))
_OPERATORS = _SIGNS | _PATHS | {"*", "?", "=", "!=", "<", ">", "<=", ">=", "&&", "||", ","}
_TERMS = frozenset(("A", "TRUE", "FALSE", "UNDEF"))
# words that ask for nothing by themselves
_PLAIN = frozenset(("BIND", "WHERE", "BY", "ASC", "DESC", "DISTINCT", "NAMED", "SEPARATOR", "NOT",
                    "PREFIX", "BASE", "VERSION"))  # fmt: skip


class Extent(NamedTuple):
    """Hold how much a query asks.

    ``depth`` counts brackets in each other, and signs such as ``!`` that act on each other.
    ``patterns`` are triple patterns, two for each item of a collection; a path in parentheses may
    count for some too many. ``operators`` are operators, functions and their further arguments,
    and the keywords of the algebra; ``values`` are the terms of VALUES.
    """

    depth: int
    patterns: int
    operators: int
    values: int


def extent(tokens: Sequence[Token]) -> Extent:
    """Return the extent of the query that ``tokens`` (spaces and comments left out) spell."""
    return next(running_extent((tokens,)))


def running_extent(pieces: Iterable[Sequence[Token]]) -> Iterator[Extent]:
    """Yield, after each of the ``pieces`` of a query's tokens, its extent up to there."""
    deepest = depth = patterns = operators = values = 0
    signs = 0  # in a row
    pending = False  # a term was read of a triple that has not ended
    values_follow = False
    holds, before = _CLAUSES, ""
    stack: list[tuple[int, bool, int, int]] = []
    mark, word = Kind.MARK, Kind.WORD
    for piece in pieces:
        for kind, text, _ in piece:
            if kind is mark:
                if text in OPENING:
                    if holds == _DATA or (values_follow and text == "{"):
                        inside, values_follow = _DATA, False
                    elif text == "(":
                        inside = _EXPRESSION
                        if _GROUP <= holds <= _LIST and before not in _PATHS:
                            inside = _LIST
                    else:
                        inside = _HOLDS[text]
                    stack.append((holds, pending, signs, patterns))
                    depth += 1 + signs
                    deepest = max(deepest, depth)
                    holds, pending, signs = inside, False, 0
                elif text in CLOSING:
                    patterns += pending and _GROUP <= holds <= _NODE
                    if stack:
                        inside = holds
                        holds, pending, signs, _ = stack.pop()
                        depth -= 1 + signs
                        if holds == _LIST and inside != _EXPRESSION:
                            patterns += 2
                        pending = text != "}" and (pending or inside != _EXPRESSION)
                    signs = 0
                elif text in _SEPARATORS and _GROUP <= holds <= _NODE:
                    patterns += pending
                    pending = False
                else:
                    operators += text in _OPERATORS and holds != _DATA
                    signs = signs + 1 if text in _SIGNS else 0
                    deepest = max(deepest, depth + signs)
                    if holds == _LIST and text in _PATHS:
                        # no collection but a path
                        holds, patterns = _EXPRESSION, stack[-1][3]
                before = text
                continue
            signs = 0
            if kind is word and (upper := text.upper()) not in _TERMS:
                patterns += pending and _GROUP <= holds <= _NODE
                pending = False
                operators += upper not in _PLAIN
                if upper == "VALUES":
                    values_follow = True
                elif upper == "SELECT" and holds == _GROUP:
                    holds = _CLAUSES
                # what stands in parentheses behind a word is no collection
                before = "!"
            elif kind is not Kind.LANGUAGE and before != "^^":
                pending = True
                if holds == _LIST:
                    patterns += 2
                elif holds == _DATA:
                    values += 1
                before = ""
            else:
                before = ""
        yield Extent(deepest, patterns, operators, values)
