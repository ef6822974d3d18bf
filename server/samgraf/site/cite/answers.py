"""Cite the answer to a query by its hash, and hold the answer of today against a cited one.

The hash is over the answer in its one form (``samgraf.release.canonical``), so that neither the
order of rows nor the names of blank nodes count. The address of a citation holds all there is to
know: no server need remember it.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

import pyoxigraph as ox

from samgraf.limits import CITED_ANSWER_BYTES, CITED_ROWS
from samgraf.release.canonical import (
    CanonicalAnswer,
    canonical_boolean,
    canonical_graph,
    canonical_solutions,
    term_of,
)
from samgraf.site.releases.read import FoundRelease, find
from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.problems import ProblemError, RequestOutcome
from samgraf.sparql.protocol import Operation

_ACCEPT = "application/sparql-results+json, application/n-triples"


@dataclass(frozen=True)
class Difference:
    """The rows that are in one answer and not in the other: the first of them, and how many."""

    rows: list[list[str]]
    count: int


@dataclass(frozen=True)
class Comparison:
    """The answer of today, held against the cited one.

    ``verdict`` is ``same``; ``changed`` where the cited one is at hand, to tell what was ``added``
    to it and ``removed`` from it; ``other`` where only its hash is known; ``wrong`` where the cited
    release never answered so.
    """

    verdict: str
    before: FoundRelease | None = None
    columns: list[str] | None = None
    added: Difference | None = None
    removed: Difference | None = None


def canonical_answer(found: FoundRelease, operation: Operation) -> CanonicalAnswer:
    """Return the answer of ``found`` in its one form.

    Raise ProblemError where it cannot be cited: it is another one each time, partners have a part
    in it, or it is too long.
    """
    prepared = found.prepare(operation._replace(format=None, partial=False), _ACCEPT)
    if prepared.query.services:
        raise ProblemError(400, "Partners have a part in this answer, so no hash can stand for it.")
    if prepared.key is None:
        raise ProblemError(
            400,
            "This query gives another answer each time (by RAND, NOW, UUID, STRUUID or BNODE), so "
            "no hash can stand for it.",
        )
    request = prepared.request._replace(max_bytes=CITED_ANSWER_BYTES)
    try:
        answer = found.answer(prepared._replace(request=request))
    except ProblemError as problem:
        if problem.outcome is RequestOutcome.TOO_LARGE:
            raise ProblemError(400, _too_long(), outcome="too-large") from None
        raise
    try:
        if answer.length > CITED_ANSWER_BYTES:  # one that was kept whole for others
            raise ProblemError(400, _too_long(), outcome="too-large")
        return _canonical(prepared.kind, answer.read())
    finally:
        answer.close()


def compare(
    now: CanonicalAnswer, operation: Operation, release: str | None, sha256: str
) -> Comparison:
    """Hold ``now``, the answer of today to ``operation``, against the one that is cited.

    ``release`` and ``sha256`` are of the citation. Raise ProblemError where they are no hashes.
    """
    if now.sha256 == sha256:
        return Comparison("same")
    before = None
    if release is not None:
        try:
            before = find(release)
        except ProblemError as problem:
            if problem.status != 410:
                raise
    if before is None:
        return Comparison("other")
    if before.is_present:
        return Comparison("wrong", before)
    then = canonical_answer(before, operation)
    if then.sha256 != sha256:
        return Comparison("wrong", before)
    rows_now, rows_then = Counter(now.lines), Counter(then.lines)
    if now.head != then.head:  # a yes or no, or other columns
        rows_now, rows_then = Counter([now.head]), Counter([then.head])
    return Comparison(
        "changed",
        before,
        [] if now.head != then.head else now.head.split("\t"),
        _difference(rows_now - rows_then),
        _difference(rows_then - rows_now),
    )


def _difference(rows: Counter[str]) -> Difference:
    first = sorted(rows.elements())[:CITED_ROWS]
    return Difference([line.split("\t") for line in first], rows.total())


def _canonical(kind: QueryKind, body: bytes) -> CanonicalAnswer:
    if kind is QueryKind.GRAPH:
        quads = ox.parse(body, ox.RdfFormat.N_TRIPLES)
        return canonical_graph(q.triple for q in quads)
    document = json.loads(body)
    if "boolean" in document:
        return canonical_boolean(document["boolean"])
    variables = document["head"]["vars"]
    rows = document["results"]["bindings"]
    return canonical_solutions(
        variables, (tuple(term_of(row.get(name)) for name in variables) for row in rows)
    )


def _too_long() -> str:
    return (
        f"An answer that can be cited has at most {CITED_ANSWER_BYTES} bytes. Ask for less, or "
        "cite the release and the query."
    )
