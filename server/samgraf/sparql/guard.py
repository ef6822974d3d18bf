"""What is checked of a text before the parser reads it: its length, and how deep it nests.

Code points written as escapes are decoded first, as https://www.w3.org/TR/sparql11-query/#codepointEscape
has it: what is read here, what the engine reads and what other stores read is the same text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from samgraf.limits import QUERY_DEPTH, QUERY_TOKENS, SERVICE_LONGEST_QUERY
from samgraf.sparql.errors import QuerySyntaxError, RefusedQueryError, TooLongQueryError
from samgraf.sparql.tokens import Kind, Token, significant

# two backslashes are one within a string, so that what follows them is no escape
_ESCAPE = re.compile(r"\\\\|\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_OPENING = frozenset(("{", "(", "[", "<<", "<<(", "{|"))
_CLOSING = frozenset(("}", ")", "]", ">>", ")>>", "|}"))
_SIGNS = frozenset(("!", "-", "+"))  # each acts on what follows, so that they nest as brackets do


def guard(
    text: str, max_bytes: int | None = None, *, bounded: bool = True
) -> tuple[str, list[Token]]:
    """Return ``text`` with its escapes decoded, and its tokens without spaces and comments.

    Raise TooLongQueryError above ``max_bytes`` of UTF-8, RefusedQueryError above QUERY_TOKENS or
    QUERY_DEPTH, QuerySyntaxError where an escape names no character. Without ``bounded`` there
    may be any number of tokens.
    """
    if max_bytes is not None:
        check_length(text, max_bytes)
    text = decoded(text)
    tokens = list(islice(significant(text), QUERY_TOKENS + 1 if bounded else None))
    if bounded and len(tokens) > QUERY_TOKENS:
        raise RefusedQueryError(
            f"The query has more than {QUERY_TOKENS} words and signs. Ask for less at a time."
        )
    # most queries have too few brackets to be deep
    if sum(map(text.count, "{([<!-+")) > QUERY_DEPTH and depth(tokens) > QUERY_DEPTH:
        raise RefusedQueryError(
            f"The query has more than {QUERY_DEPTH} levels of brackets and signs in each other. "
            "Write it flatter."
        )
    return text, tokens


def check_length(text: str, max_bytes: int) -> None:
    """Raise TooLongQueryError where ``text`` has more than ``max_bytes`` of UTF-8."""
    # no character takes more than four bytes
    if len(text) * 4 > max_bytes and len(text.encode("utf-8", "surrogatepass")) > max_bytes:
        raise TooLongQueryError(max_bytes)


def check_federated_length(text: str) -> None:
    """Raise RefusedQueryError where ``text``, a query with SERVICE, is too long to be planned."""
    if len(text) > SERVICE_LONGEST_QUERY:
        raise RefusedQueryError(
            f"A query with SERVICE has at most {SERVICE_LONGEST_QUERY} characters here. Ask in "
            "several parts."
        )


def decoded(text: str) -> str:
    r"""Return ``text`` with ``\uXXXX`` and ``\UXXXXXXXX`` decoded, without a byte order mark."""
    text = text.removeprefix("\ufeff")
    return _ESCAPE.sub(_character, text) if "\\u" in text or "\\U" in text else text


def _character(match: re.Match[str]) -> str:
    digits = match[1] or match[2]
    if digits is None:
        return match[0]
    code = int(digits, 16)
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        before = match.string[: match.start()]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise QuerySyntaxError(f"{match[0]} names no character", line, column)
    return chr(code)


def depth(tokens: Sequence[Token]) -> int:
    """Return how many brackets stand in each other, signs that act on them included."""
    deepest = level = signs = 0
    stack: list[int] = []
    for kind, text, _ in tokens:
        if kind is not Kind.MARK:
            signs = 0
        elif text in _SIGNS:
            signs += 1
            deepest = max(deepest, level + signs)
        elif text in _OPENING:
            stack.append(signs)
            level += 1 + signs
            deepest, signs = max(deepest, level), 0
        else:
            if text in _CLOSING and stack:
                level -= 1 + stack.pop()
            signs = 0
    return deepest
