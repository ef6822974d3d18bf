"""What can go wrong with a query, in the words that the asker is told.

``unexpected`` words what the parser stumbles over: the text that it does not expect there and the
likely cause, never the list of all that could have stood there.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from samgraf.errors import SamgrafError, UsageError
from samgraf.limits import EXCERPT
from samgraf.sparql.tokens import Kind, Token


class QuerySyntaxError(UsageError):
    """The query is not SPARQL.

    ``message`` says why; ``line`` and ``column`` count characters from 1; ``excerpt`` is that line
    of the query with a caret below the place.
    """

    def __init__(
        self, message: str, line: int | None = None, column: int | None = None, excerpt: str = ""
    ):
        super().__init__(message)
        self.message, self.line, self.column, self.excerpt = message, line, column, excerpt

    def __str__(self) -> str:
        """Return one line: place, message."""
        if self.line is None:
            return f"The query cannot be read: {self.message}"
        return f"The query cannot be read at line {self.line}, column {self.column}: {self.message}"


class RefusedQueryError(UsageError):
    """The query is not evaluated here: it asks for what this service does not do."""


class TooLongQueryError(RefusedQueryError):
    """The query has more than ``max_bytes`` bytes."""

    def __init__(self, max_bytes: int):
        super().__init__(f"The query is longer than {max_bytes} bytes. Ask a shorter one.")


class EngineError(SamgrafError):
    """The store failed while it evaluated the query."""


class QueryTimeoutError(EngineError):
    """The query was ended at its deadline, ``seconds`` after it came."""

    def __init__(self, seconds: float):
        super().__init__(
            f"The query was stopped after {seconds:g} seconds. Ask for less at a time: bind more "
            "terms, drop patterns that share no variable, or add a LIMIT without ORDER BY."
        )
        self.seconds = seconds


class QueryMemoryError(EngineError):
    """The query was ended because it needed more memory than one query may use."""

    def __init__(self) -> None:
        super().__init__(
            "The query needed more memory than one query may use. Ask for less at a time: bind "
            "more terms, or avoid sorting and grouping large results."
        )


class ResultTooLargeError(EngineError):
    """The answer has more than ``limit`` bytes."""

    def __init__(self, limit: int):
        super().__init__(
            f"The answer is larger than {limit} bytes. Add a LIMIT, ask for fewer columns, or "
            "take its beginning with partial=allow; the whole data can be had as a dump."
        )
        self.limit = limit


class EngineBusyError(EngineError):
    """No worker was free for the query; ask again in ``retry_after`` seconds."""

    def __init__(self, retry_after: float = 1.0):
        super().__init__("Too many queries are being answered at the moment. Ask again shortly.")
        self.retry_after = retry_after


def syntax_error(text: str, start: int, message: str) -> QuerySyntaxError:
    """Return the error that ``message`` tells of the place ``start`` (characters from 0)."""
    before = text[:start]
    line, column = before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1
    end = text.find("\n", start)
    whole = text[start - column + 1 : len(text) if end < 0 else end].rstrip("\r")
    cut = max(0, column - 1 - EXCERPT // 2)  # a long line is shown around the place
    shown = "".join(c if c.isprintable() else " " for c in whole[cut : cut + EXCERPT])
    excerpt = f"{shown}\n{' ' * (column - 1 - cut)}^" if shown else ""
    return QuerySyntaxError(message, line, column, excerpt)


def unexpected(tokens: Sequence[Token], at: int, wanted: str, words: Iterable[str]) -> str:
    """Return why the token number ``at`` may not stand there, where ``wanted`` is missing.

    ``words`` are the keywords and functions of the language, among which a misspelt one is sought.
    """
    if at >= len(tokens):
        return _end(tokens, wanted)
    token = tokens[at]
    kind, text, _ = token
    if kind is Kind.ERROR:
        return _no_token(token)
    shown = repr(text if len(text) <= 40 else text[:40] + "…")
    if kind is Kind.MARK and text == "<":
        return (
            "'<' opens no IRI here: an IRI ends with '>' and holds no space, quotation mark, brace "
            f"or backslash; {wanted}"
        )
    if kind is Kind.WORD:
        near = difflib.get_close_matches(text.upper(), sorted(words), n=1, cutoff=0.7)
        if near and near[0] != text.upper():
            return f"{shown} is not expected here; did you mean {near[0]}?"
        if at + 1 < len(tokens) and tokens[at + 1].text == "(" and text.upper() not in words:
            return f"no function of SPARQL is named {text}"
    return f"{shown} is not expected here: {wanted}"


def undeclared(prefix: str) -> str:
    """Return what to say of a prefix that is not declared."""
    return f"the prefix {prefix}: is not declared; begin the query with PREFIX {prefix}: <…>"


_PAIRS = {"{": "}", "(": ")", "[": "]", "<<": ">>", "<<(": ")>>", "{|": "|}"}


def _end(tokens: Sequence[Token], wanted: str) -> str:
    if not tokens:
        return "it is empty"
    unclosed: list[Token] = []
    for token in tokens:
        if token.kind is Kind.MARK and token.text in _PAIRS:
            unclosed.append(token)
        elif token.kind is Kind.MARK and unclosed and token.text in _PAIRS.values():
            unclosed.pop()
    if unclosed:
        return f"the query ends while {len(unclosed)} of its brackets are open: {wanted}"
    return f"the query ends too early: {wanted}"


def _no_token(token: Token) -> str:
    if token.text in ('"', "'"):
        return (
            f"the text that begins with {token.text} is not closed on its line; text of several "
            f"lines stands between {token.text * 3} and {token.text * 3}"
        )
    if token.text in ("&", "|"):
        return f"{token.text!r} has no meaning in SPARQL; did you mean {token.text * 2}?"
    return f"{token.text!r} has no meaning in SPARQL here"
