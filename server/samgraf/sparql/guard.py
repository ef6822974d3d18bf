"""Refuse what must not reach a query parser, and make sure that it reads what was read here.

The parser behind may read a text in another way than the tokenizer: it tries ``<`` as an
operator where the grammar's longest match is an IRI, and finds a keyword at the front of a longer
name. The guard closes both gaps, since a SERVICE clause that slips through would open a
connection from this machine (https://www.w3.org/TR/sparql11-federated-query/#security).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from samgraf.errors import UsageError
from samgraf.sparql.outline import UPDATES
from samgraf.sparql.tokens import Kind, Token, tokenize

MAX_DEPTH = 64  # measured: the engine's stack overflows at some 800 levels of EXISTS
_OPENING = frozenset(("{", "(", "[", "<<", "<<(", "{|"))
_CLOSING = frozenset(("}", ")", "]", ">>", ")>>", "|}"))
_GRAPH_NAMES = frozenset(("GRAPH", "FROM", "NAMED"))


class RefusedQueryError(UsageError):
    """The query is not evaluated here: it asks for what this service does not do."""


class TooLongQueryError(RefusedQueryError):
    """The query has more bytes than this service accepts."""


@dataclass(frozen=True)
class Guarded:
    """Hold a query that may be parsed, and its tokens without spaces and comments."""

    text: str
    tokens: tuple[Token, ...]


def guard(query: str, max_bytes: int) -> Guarded:
    """Return ``query`` as it may be handed to an engine.

    Raise TooLongQueryError above ``max_bytes`` of UTF-8, RefusedQueryError where it nests too
    deeply, is an update, or calls another service.
    """
    if len(query) > max_bytes or len(query.encode("utf-8", "surrogatepass")) > max_bytes:
        raise TooLongQueryError(f"The query is longer than {max_bytes} bytes. Ask a shorter one.")
    pieces: list[str] = []
    tokens: list[Token] = []
    brackets: list[str] = []
    for token in tokenize(query):
        text = token.text
        if token.kind is Kind.MARK:
            _track(text, brackets)
        elif token.kind is Kind.IRI and tokens and _is_ambiguous(tokens[-1], brackets):
            # the parser could take < for an operator or half of <<, and then # for a comment or
            # ' for a string that hides what follows: escaped, they are neither
            text = text.replace("#", "\\u0023").replace("'", "\\u0027")
        pieces.append(text)
        if token.kind is not Kind.SPACE and token.kind is not Kind.COMMENT:
            tokens.append(token)
    _refuse_updates(tokens)
    _refuse_service(tokens)
    return Guarded("".join(pieces), tuple(tokens))


def _is_ambiguous(before: Token, brackets: Sequence[str]) -> bool:
    """Return whether ``<`` behind the token ``before`` might also be read as an operator."""
    if before.text == "<":
        return True
    operand = before.kind not in (Kind.MARK, Kind.ERROR) or before.text in _CLOSING
    return operand and bool(brackets) and brackets[-1] != "{"


def _track(mark: str, brackets: list[str]) -> None:
    if mark in _OPENING:
        brackets.append(mark)
        if len(brackets) > MAX_DEPTH:
            raise RefusedQueryError(
                f"The query nests brackets more than {MAX_DEPTH} deep. Write it flatter."
            )
    elif mark in _CLOSING and brackets:
        brackets.pop()


def _refuse_updates(tokens: Sequence[Token]) -> None:
    # none of these words begins a query or may follow its prologue
    for token in tokens:
        word = token.word
        if word in UPDATES:
            raise RefusedQueryError(
                f"{word} belongs to SPARQL Update. This service only answers queries: "
                "SELECT, ASK, CONSTRUCT and DESCRIBE."
            )


def _refuse_service(tokens: Sequence[Token]) -> None:
    for at, token in enumerate(tokens):
        if "SERVICE" not in token.text.upper():
            continue
        glued = token.kind in (Kind.NAME, Kind.BLANK) and _may_open_clause(tokens, at)
        if token.kind is Kind.WORD or glued:
            raise RefusedQueryError(
                "SERVICE asks another endpoint. Federation is off here: ask that endpoint itself "
                "and join the answers on your side."
            )


def _may_open_clause(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a name that holds the keyword stands where a parser might split it."""
    if at and tokens[at - 1].word in _GRAPH_NAMES:
        return False
    following = tokens[at + 1 : at + 3]
    if any(t.word.startswith("SILENT") for t in following[:1]):
        return True
    return any(t.text == "{" for t in following)
