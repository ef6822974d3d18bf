"""The statistics of a release: which names, values and combinations of them it holds.

Six queries, asked once for a release. A statistic that would pass the bounds, or whose query cannot
be answered, is missing as a whole (None): nothing is said of what it would have told.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nsmallest
from importlib.resources import files
from typing import cast

import pyoxigraph as ox

from samgraf.limits import HINT_STATISTICS, HINT_TEXT
from samgraf.sparql.binding import bind
from samgraf.sparql.hints.near import Names
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import Operation
from samgraf.sparql.service import Service
from samgraf.vocab import RDF

Counts = Mapping[str, Mapping[str, int]]
Rows = list[ox.QuerySolution]
_FEW = 3  # examples of the literals of a property
_reading = threading.Lock()


@dataclass(frozen=True)
class Usage:
    """How the default graph uses its names.

    ``kinds`` has the kinds of values of each property (a datatype, ``@`` and a language, or nothing
    for things) and how many of each; ``objects`` the things among its values; ``subjects`` the
    properties of the things of each class, and how many have them; ``ranges`` the classes of the
    things that each property leads to; ``things`` the subjects; ``texts`` the short literals of
    each property, by kind, and ``examples`` some of these. ``units`` are those that each function
    knows.
    """

    kinds: Counts | None = None
    objects: Counts | None = None
    subjects: Counts | None = None
    ranges: Counts | None = None
    things: frozenset[str] | None = None
    texts: Mapping[str, Mapping[str, frozenset[str]]] | None = None
    examples: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    units: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _names: dict[tuple[str, str], Names] = field(default_factory=dict)

    @cached_property
    def classes(self) -> Mapping[str, int] | None:
        """Return the classes that have things, and how many."""
        return None if self.objects is None else self.objects.get(RDF + "type", {})

    @cached_property
    def known(self) -> frozenset[str] | None:
        """Return every IRI that stands anywhere in a triple."""
        if self.things is None or self.objects is None or self.kinds is None:
            return None
        return self.things.union(self.kinds, *self.objects.values())

    def near(self, name: str, among: str, property_: str = "") -> list[str]:
        """Return the names spelled most as ``name``, in the order of their likeness.

        ``among`` are ``known`` IRIs, ``kinds`` (properties), ``classes``, or the ``objects`` or
        ``texts`` of one property.
        """
        names = self._names.get((among, property_))
        if names is None:
            found = getattr(self, among) or {}
            if among == "texts":
                found = {text for texts in found.get(property_, {}).values() for text in texts}
            elif property_:
                found = found.get(property_, ())
            names = self._names[among, property_] = Names(found)
        return names.nearest(name)


def usage_of(service: Service) -> Usage:
    """Return the statistics of the release of ``service``, read once.

    Raise ProblemError if the engine is too busy to be asked.
    """
    with _reading:
        if service.usage is None:
            service.usage = _read(service)
        return service.usage


def _read(service: Service) -> Usage:
    # The largest last. Each reads the whole store, of which a worker gets copies, and a worker ends
    # with a large answer: else one that holds such copies would stay.
    units: dict[str, list[str]] = {}
    for row in _rows(service, "units") or ():
        units.setdefault(_text(row, "function"), []).append(_text(row, "unit"))
    kinds = _counts(_rows(service, "kinds"), "property", "kind", "uses")
    subjects = _counts(_rows(service, "subjects"), "class", "property", "things")
    ranges = _counts(_rows(service, "ranges"), "property", "class", "uses")
    things = _rows(service, "things")
    texts = _texts(_rows(service, "texts"))
    return Usage(
        kinds=kinds,
        objects=_counts(_rows(service, "objects"), "property", "value", "uses"),
        subjects=subjects,
        ranges=ranges,
        things=None if things is None else frozenset(_text(row, "thing") for row in things),
        texts=texts,
        examples={
            property_: nsmallest(_FEW, ((text, k) for k, found in kinds.items() for text in found))
            for property_, kinds in (texts or {}).items()
        },
        units={function: tuple(found) for function, found in units.items()},
    )


def _texts(rows: Rows | None) -> dict[str, dict[str, frozenset[str]]] | None:
    if rows is None:
        return None
    found: dict[str, dict[str, set[str]]] = {}
    for row in rows:
        by_kind = found.setdefault(_text(row, "property"), {})
        text = cast("ox.Literal", row["value"])
        by_kind.setdefault(sys.intern(kind_of(text)), set()).add(text.value)
    return {p: {k: frozenset(v) for k, v in kinds.items()} for p, kinds in found.items()}


def kind_of(literal: ox.Literal) -> str:
    """Return the kind of a literal: ``@`` and its language, or its datatype."""
    return "@" + literal.language.lower() if literal.language else literal.datatype.value


def _rows(service: Service, name: str) -> Rows | None:
    """Return the rows of a statistic, None where there are too many or they cannot be had.

    The answers are large and asked for once: they are not kept.
    """
    text = (files("samgraf.sparql.hints") / f"{name}.rq").read_text("utf-8")
    query = bind(text, most=HINT_STATISTICS, longest=HINT_TEXT)
    prepared = service.prepare(Operation(query=query, format="json"), None, html=False)
    try:
        answer = service.wait(service.answer(prepared._replace(key=None, etag=None)))
    except ProblemError as problem:
        if problem.outcome == "busy":
            raise
        return None
    try:
        solutions = ox.parse_query_results(answer.read(), format=ox.QueryResultsFormat.JSON)
    finally:
        answer.close()
    rows = list(cast("ox.QuerySolutions", solutions))
    return rows if len(rows) < HINT_STATISTICS else None


def _counts(rows: Rows | None, outer: str, inner: str, number: str) -> Counts | None:
    if rows is None:
        return None
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        of = found.setdefault(_text(row, outer), {})
        of[_text(row, inner)] = int(_text(row, number))
    return found


def _text(row: ox.QuerySolution, name: str) -> str:
    """Return what a term says; one object for equal texts, as most stand in several statistics."""
    return sys.intern(cast("ox.Literal", row[name]).value)
