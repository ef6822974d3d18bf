"""Rewrite queries that count all there is of something, to be asked of counts made before.

One triple pattern whose variables are all different, counted as a whole, by class, by property or
by graph: each such count is a fact about the release (``samgraf.sparql.counts``). In the rewritten
query the pattern finds that fact and ``COUNT`` becomes the ``SUM`` of the one number found, so that
all else, such as HAVING and ORDER BY, stands as it was written. Every variable of the pattern but
the one that is grouped by may stand in a ``COUNT`` alone. Whatever is not known to be of this kind
is left as it is. Both forms of such a query have the same solutions
(https://www.w3.org/TR/sparql11-query/#aggregateAlgebra).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from samgraf.sparql.counts import (
    ALL,
    ALL_OBJECTS,
    ALL_PROPERTIES,
    ALL_SUBJECTS,
    ALL_TRIPLES,
    INSTANCES,
    OBJECTS,
    STATEMENTS,
    SUBJECTS,
    TRIPLES,
)
from samgraf.sparql.tokens import Kind, Token

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\]*")
LONGEST = 200  # tokens of a query that is looked at
#: Words that a rewritten query does not hold: what they stand for depends on the rows themselves.
_NEVER = frozenset(("VALUES", "EXISTS", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT"))
_BEHIND_GROUPS = ("HAVING", "ORDER", "LIMIT", "OFFSET")


class _Fact(NamedTuple):
    """Hold where the counts of a pattern stand: ``of`` a variable or an IRI.

    ``rows`` counts all solutions, ``distinct`` the different values of a variable.
    """

    of: str
    rows: str
    distinct: dict[str, str]


class _Pattern(NamedTuple):
    """Hold the ``variables`` of a pattern and its facts, by what is grouped by ("": all is one)."""

    variables: frozenset[str]
    facts: dict[str, _Fact]


def may_be_counted(tokens: Sequence[Token]) -> bool:
    """Return whether it is worth to look closer at what follows SELECT.

    That is alike for all queries of a shape.
    """
    words = {token.word for token in tokens}
    braces = sum(token.text == "{" for token in tokens)
    return (
        len(tokens) <= LONGEST
        and not words.isdisjoint(("COUNT", "DISTINCT", "GROUP"))
        and words.isdisjoint(_NEVER | {"FROM", "SERVICE"})
        and braces == 1 + ("GRAPH" in words)
        and all(token.kind is not Kind.ERROR for token in tokens)
    )


def counted(tokens: Sequence[Token], resolve: Callable[[Token], str | None]) -> str | None:
    """Return a query that may be counted as it is asked of the counts, None where it is not.

    ``resolve`` returns the IRI of a token, None where it names none.
    """
    try:
        start = next(n for n, token in enumerate(tokens) if token.word == "SELECT")
        opening = next(n for n, token in enumerate(tokens) if token.text == "{")
        closing = max(n for n, token in enumerate(tokens) if token.text == "}")
    except (StopIteration, ValueError):
        return None
    head, tail = list(tokens[start + 1 : opening]), list(tokens[closing + 1 :])
    if head and head[-1].word == "WHERE":
        head.pop()
    pattern = _pattern(list(tokens[opening + 1 : closing]), resolve)
    if pattern is None or start > opening:
        return None
    group = _group(head, tail, pattern)
    fact = None if group is None else pattern.facts.get(group)
    if fact is None:
        return None
    numbers = _Numbers(fact, tokens)
    written = [numbers.replaced(part) for part in (head, tail)]
    if None in written or not _is_closed((*head, *tail), written, pattern, group):
        return None
    prologue = [token.text for token in tokens[: start + 1]]
    return " ".join([*prologue, *written[0], "WHERE {", numbers.pattern(), "}", *written[1]])


def _name(token: Token) -> str:
    """Return the name of a variable, nothing for another token."""
    return token.text[1:] if token.kind is Kind.VARIABLE else ""


def _pattern(tokens: list[Token], resolve: Callable[[Token], str | None]) -> _Pattern | None:
    graph = ""
    if tokens and tokens[0].word == "GRAPH":
        if len(tokens) < 5 or not (graph := _name(tokens[1])) or tokens[2].text != "{":
            return None
        tokens = _without_dot(tokens)
        if tokens[-1].text != "}":
            return None
        tokens = tokens[3:-1]
    tokens = _without_dot(_with_names(tokens))
    if len(tokens) != 3:
        return None
    s, p, o = map(_name, tokens)
    names = [name for name in (graph, s, p, o) if name]
    if not s or p.startswith("[") or len(set(names)) < len(names):
        return None
    _, verb, object_ = tokens
    if graph:
        facts = {graph: _Fact(f"?{graph}", STATEMENTS, {})} if p and o else {}
    elif p and o:
        facts = {
            "": _Fact(
                f"<{ALL}>", ALL_TRIPLES, {s: ALL_SUBJECTS, p: ALL_PROPERTIES, o: ALL_OBJECTS}
            ),
            p: _Fact(f"?{p}", TRIPLES, {s: SUBJECTS, o: OBJECTS}),
        }
    elif p or (property_ := TYPE if verb.text == "a" else _iri(verb, resolve)) is None:
        return None
    elif o:
        facts = {"": _Fact(f"<{property_}>", TRIPLES, {s: SUBJECTS, o: OBJECTS})}
        if property_ == TYPE:
            facts[o] = _Fact(f"?{o}", INSTANCES, {s: INSTANCES})
    elif property_ == TYPE and (class_ := _iri(object_, resolve)) is not None:
        facts = {"": _Fact(f"<{class_}>", INSTANCES, {s: INSTANCES})}
    else:
        return None
    return _Pattern(frozenset(names), facts)


def _with_names(tokens: Sequence[Token]) -> list[Token]:
    """Return ``tokens`` with a variable of a name that no query has for each ``[]``."""
    named: list[Token] = []
    for token in tokens:
        if token.text == "]" and named and named[-1].text == "[":
            named[-1] = Token(Kind.VARIABLE, f"?[{len(named)}", token.start)
        else:
            named.append(token)
    return named


def _iri(token: Token, resolve: Callable[[Token], str | None]) -> str | None:
    """Return the IRI of ``token`` if it is absolute and may be written as it is."""
    iri = resolve(token)
    # segments of dots may be gone in what the engine reads
    plain = iri is not None and "/." not in iri and _ABSOLUTE.fullmatch(iri)
    return iri if plain else None


def _without_dot(tokens: list[Token]) -> list[Token]:
    return tokens[:-1] if tokens and tokens[-1].text == "." else tokens


def _group(head: Sequence[Token], tail: Sequence[Token], pattern: _Pattern) -> str | None:
    """Return the variable that is grouped by, "" for a count of all, None for something else."""
    words = [token.word for token in tail]
    if "GROUP" in words:
        at = words.index("GROUP")
        following = (*tail[at + 1 : at + 4], None, None)
        if at or following[0] is None or following[0].word != "BY" or following[1] is None:
            return None
        behind = following[2]
        if behind is not None and behind.word not in _BEHIND_GROUPS:
            return None
        return _name(following[1]) or None
    if any(token.word == "COUNT" for token in head):
        return ""
    if len(head) == 2 and head[0].word == "DISTINCT" and "COUNT" not in words:
        # different values are what groups are made of
        return _name(head[1]) or None
    return None


class _Numbers:
    """Hold the variables that stand for the numbers of a fact."""

    def __init__(self, fact: _Fact, tokens: Sequence[Token]):
        self._fact = fact
        taken = {_name(token) for token in tokens}
        self._stem = "count"
        while any(name.startswith(self._stem) for name in taken):
            self._stem += "_"
        self._names: dict[str, str] = {}

    def replaced(self, tokens: Sequence[Token]) -> list[str] | None:
        """Return the texts of ``tokens`` with numbers for counts; None where one is not known."""
        texts: list[str] = []
        at = 0
        while at < len(tokens):
            if tokens[at].word != "COUNT":
                texts.append(tokens[at].text)
                at += 1
                continue
            distinct = at + 2 < len(tokens) and tokens[at + 2].word == "DISTINCT"
            inner = tokens[at + 1 : at + 4 + distinct]
            if len(inner) < 3 + distinct or inner[0].text != "(" or inner[-1].text != ")":
                return None
            number = self._number(inner[1 + distinct], distinct=distinct)
            if number is None:
                return None
            texts.append(f"SUM(?{number})")
            at += 4 + distinct
        return texts

    def _number(self, of: Token, *, distinct: bool) -> str | None:
        name = _name(of)
        if distinct:
            property_ = self._fact.distinct.get(name)
        else:
            property_ = self._fact.rows if name or of.text == "*" else None
        if property_ is None:
            return None
        return self._names.setdefault(property_, f"{self._stem}{len(self._names)}")

    def pattern(self) -> str:
        """Return the pattern that finds the numbers."""
        names = self._names or {self._fact.rows: self._stem}
        return " ".join(f"{self._fact.of} <{p}> ?{name} ." for p, name in names.items())


def _is_closed(
    tokens: Sequence[Token],
    written: Sequence[Sequence[str] | None],
    pattern: _Pattern,
    group: str,
) -> bool:
    """Return whether no variable is left that the rewritten pattern does not bind.

    What is counted must be a variable of the pattern: another one would be counted as nothing.
    """
    hidden = pattern.variables - {group}
    left = {text[1:] for texts in written for text in texts or () if text[:1] in ("?", "$")}
    inside = {
        _name(tokens[n + 2 + (tokens[n + 2].word == "DISTINCT")])
        for n, token in enumerate(tokens)
        if token.word == "COUNT"
    } - {""}
    return left.isdisjoint(hidden) and inside <= pattern.variables
