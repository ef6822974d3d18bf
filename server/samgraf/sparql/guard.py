"""Refuse what must not reach a query parser, and make sure that it reads what was read here.

The parser behind may read a text in another way than the tokenizer: it tries ``<`` as an
operator where the grammar's longest match is an IRI, and finds a keyword at the front of a longer
name. The guard closes both gaps, since a SERVICE clause that slips through would open a
connection from this machine (https://www.w3.org/TR/sparql11-federated-query/#security).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from samgraf.errors import UsageError
from samgraf.sparql.extent import CLOSING, OPENING, Extent, running_extent
from samgraf.sparql.memo import Memo
from samgraf.sparql.outline import UPDATES
from samgraf.sparql.shape import Shape, shape_of
from samgraf.sparql.tokens import KINDS, Kind, Token, matches, significant, texts_of

MAX_DEPTH = 64  # measured: the engine's stack of 8 MiB overflows at some 800 levels of EXISTS
MAX_PATTERNS = 300  # measured: up to some 15 s of planning where all share a variable
MAX_OPERATORS = 2_000  # measured: 0.5 s of planning; the stack overflows at some 6,500
MAX_VALUES = 10_000  # measured: 0.02 s
MAX_TOKENS = 60_000  # some 30 ms of the process that takes requests
PIECE = 2_000  # tokens that are read before they are counted
SHAPED = 4_096  # characters up to which a query is remembered by its shape, else by its text
MEMORY = 16_777_216  # bytes of queries that are remembered as guarded
_TOKEN_BYTES = 150  # measured
_GRAPH_NAMES = frozenset(("GRAPH", "FROM", "NAMED"))


class RefusedQueryError(UsageError):
    """The query is not evaluated here: it asks for what this service does not do."""


class TooLongQueryError(RefusedQueryError):
    """The query has more bytes than this service accepts."""


class Guarded:
    """Hold a query that may be parsed.

    ``text`` is what to parse, ``normal`` the same for all texts that differ in spaces and comments
    alone. Queries of one ``shape``, where there is one, have the same outline but for names.
    ``calls`` is true where a parser may find a SERVICE clause in it.
    """

    __slots__ = ("_query", "_tokens", "calls", "normal", "shape", "text")

    def __init__(
        self,
        query: str,
        text: str,
        normal: str,
        shape: Shape | None = None,
        tokens: tuple[Token, ...] | None = None,
        *,
        calls: bool = False,
    ):
        self._query, self._tokens, self.calls = query, tokens, calls
        self.text, self.normal, self.shape = text, normal, shape

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Return the tokens of the query as it came, without spaces and comments."""
        if self._tokens is None:
            self._tokens = tuple(significant(self._query))
        return self._tokens


class _Passed(NamedTuple):
    """Hold what is known of a shape that passed: whether its tokens are ``whole``, none an error.

    ``ambiguous`` are the places of IRIs among them that may need escaping.
    """

    whole: bool
    ambiguous: tuple[int, ...]


_memo: Memo[str, Guarded] = Memo(MEMORY)
_passed: Memo[Shape, _Passed] = Memo(MEMORY)


def guard(query: str, max_bytes: int, *, may_call: bool = False) -> Guarded:
    """Return ``query`` as it may be handed to an engine; what passed before is remembered.

    Raise TooLongQueryError above ``max_bytes`` of UTF-8, RefusedQueryError where it asks for more
    than the bounds above, is an update, or calls another service though it may not.
    """
    guarded = _remembered(query, max_bytes)
    if guarded.calls and not may_call:
        raise RefusedQueryError(
            "SERVICE asks another endpoint. Federation is off here: ask that endpoint itself "
            "and join the answers on your side."
        )
    return guarded


def _remembered(query: str, max_bytes: int) -> Guarded:
    # no character takes more than four bytes
    if len(query) * 4 > max_bytes and len(query.encode("utf-8", "surrogatepass")) > max_bytes:
        raise TooLongQueryError(f"The query is longer than {max_bytes} bytes. Ask a shorter one.")
    if len(query) <= SHAPED:
        return _guard_by_shape(query)
    known = _memo.get(query)
    if known is None:
        known = _guard(query)
        _memo.put(query, known, 2 * len(query) + _TOKEN_BYTES * len(known.tokens))
    return known


def _guard_by_shape(query: str) -> Guarded:
    upper = query.upper()
    if "SERVICE" in upper:
        return _guard(query)  # whether it calls depends on names too
    texts = texts_of(query)
    shape = shape_of(texts, dataset="FROM" in upper)
    passed = _passed.get(shape)
    if passed is None:
        tokens = _judged(query)
        passed = _Passed(_is_whole(tokens), tuple(_ambiguous(tokens)))
        _passed.put(shape, passed, _TOKEN_BYTES * len(tokens))
    text = query
    if passed.ambiguous:
        tokens = significant(query)
        text = _escaped(query, [tokens[at] for at in passed.ambiguous])
    return Guarded(query, text, " ".join(texts) if passed.whole else query, shape)


def _guard(query: str) -> Guarded:
    tokens = tuple(_judged(query))
    text = _escaped(query, [tokens[at] for at in _ambiguous(tokens)])
    normal = " ".join([t for _, t, _ in tokens]) if _is_whole(tokens) else query
    return Guarded(query, text, normal, None, tokens, calls=_calls(query, tokens))


def _is_whole(tokens: Sequence[Token]) -> bool:
    """Return whether spaces and comments make no difference between ``tokens``."""
    return all(kind is not Kind.ERROR for kind, _, _ in tokens)


def _judged(query: str) -> list[Token]:
    """Return the tokens of ``query``; raise RefusedQueryError where it is not to be evaluated."""
    tokens: list[Token] = []
    for found in running_extent(_read(query, tokens)):
        whole = not tokens or tokens[-1].start + len(tokens[-1].text) == len(query)
        _refuse_more(found, len(tokens), whole)
    _refuse_updates(tokens)
    return tokens


def _read(query: str, tokens: list[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of ``query`` piece by piece, each piece added to ``tokens``."""
    new, kinds, found = tuple.__new__, KINDS, matches(query)
    while piece := [
        new(Token, (kinds[group], match[group], match.start(group)))
        for match in islice(found, PIECE)
        if (group := match.lastindex)
    ]:
        tokens += piece
        yield piece


def _refuse_more(found: Extent, tokens: int, whole: bool) -> None:
    """Raise RefusedQueryError where ``found`` is above a bound; there may be more if not whole."""
    more = "" if whole else "at least "
    for number, limit, what, instead in (
        (found.depth, MAX_DEPTH, "levels of brackets and signs in each other", "Write it flatter."),
        (found.patterns, MAX_PATTERNS, "triple patterns", "Ask for less at a time."),
        (found.operators, MAX_OPERATORS, "operators, functions and arguments", "Use VALUES."),
        (found.values, MAX_VALUES, "terms in VALUES", "Ask in several parts."),
        (tokens, MAX_TOKENS, "words and signs", "Ask for less at a time."),
    ):
        if number > limit:
            raise RefusedQueryError(
                f"The query has {more}{number} {what}; the limit is {limit}. {instead}"
            )


def _ambiguous(tokens: Sequence[Token]) -> Iterator[int]:
    """Yield where an IRI stands that a parser could read as something else."""
    brackets: list[str] = []
    for at, (kind, text, _) in enumerate(tokens):
        if kind is Kind.MARK:
            if text in OPENING:
                brackets.append(text)
            elif text in CLOSING and brackets:
                brackets.pop()
        elif kind is Kind.IRI and at and _is_ambiguous(tokens[at - 1], brackets):
            yield at


def _escaped(query: str, iris: Iterable[Token]) -> str:
    """Return ``query`` with those ``iris`` escaped that could hide what follows.

    The parser could take < for an operator or half of <<, and then # for a comment or ' for a
    string: escaped, they are neither.
    """
    pieces: list[str] = []
    reached = 0
    for _, text, start in iris:
        escaped = text.replace("#", "\\u0023").replace("'", "\\u0027")
        if escaped != text:
            pieces += (query[reached:start], escaped)
            reached = start + len(text)
    return "".join((*pieces, query[reached:])) if pieces else query


def _is_ambiguous(before: Token, brackets: Sequence[str]) -> bool:
    """Return whether ``<`` behind the token ``before`` might also be read as an operator."""
    if before.text == "<":
        return True
    operand = before.kind not in (Kind.MARK, Kind.ERROR) or before.text in CLOSING
    return operand and bool(brackets) and brackets[-1] != "{"


def _refuse_updates(tokens: Sequence[Token]) -> None:
    for kind, text, _ in tokens:
        # none of these words begins a query or may follow its prologue
        if kind is Kind.WORD and text.upper() in UPDATES:
            raise RefusedQueryError(
                f"{text.upper()} belongs to SPARQL Update. This service only answers queries: "
                "SELECT, ASK, CONSTRUCT and DESCRIBE."
            )


def _calls(query: str, tokens: Sequence[Token]) -> bool:
    """Return whether a parser may find a SERVICE clause among ``tokens``."""
    if "SERVICE" not in query.upper():
        return False
    for at, token in enumerate(tokens):
        if "SERVICE" not in token.text.upper():
            continue
        glued = token.kind in (Kind.NAME, Kind.BLANK) and _may_open_clause(tokens, at)
        if token.kind is Kind.WORD or glued:
            return True
    return False


def _may_open_clause(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a name that holds the keyword stands where a parser might split it."""
    if at and tokens[at - 1].word in _GRAPH_NAMES:
        return False
    following = tokens[at + 1 : at + 3]
    if any(t.word.startswith("SILENT") for t in following[:1]):
        return True
    return any(t.text == "{" for t in following)
