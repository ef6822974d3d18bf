"""Put the text of a query together, parts of which are written anew."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.syntax.nodes import Node, Query
from samgraf.sparql.tokens import Kind


@dataclass
class Corrected:
    """A query that the store understands, and the functions that it calls.

    ``refusal`` is set once the query is evaluated, where that showed that it cannot be answered.
    """

    text: str
    functions: dict[ox.NamedNode, Callable[..., Any]] = field(default_factory=dict)
    aggregates: dict[ox.NamedNode, Callable[[], Any]] = field(default_factory=dict)
    refusal: RefusedQueryError | None = None


class Collected:
    """An aggregate of the terms of one group, each once; ``finished`` makes it of them."""

    def __init__(self, finished: Callable[[Collection[Any]], Any]):
        self._finished = finished
        self._terms: dict[Any, None] = {}

    def accumulate(self, term: Any) -> None:
        """Take another term."""
        self._terms[term] = None

    def finish(self) -> Any:
        """Return what they come to, None for an error."""
        return self._finished(self._terms.keys())


class Writing:
    """The text of one query, and its parts that are written anew.

    A part is written with ``text``, which corrects what stands within it.
    """

    def __init__(self, query: Query):
        self.query, self.source = query, query.text
        self.result = Corrected(query.text)
        self.parts: list[tuple[Node, Callable[[Any], str]]] = []
        self.starts: list[int] = []
        pattern = query.select.where.start  # a template before it has labels of its own
        self.labels = [t for t in query.tokens if t.kind is Kind.BLANK and t.start >= pattern]
        self.variables: dict[str, str] = {}  # in whose place labels stand
        self.copy = 0

    def finish(self) -> Corrected:
        """Return the query, with every part written."""
        if self.parts:
            self.parts.sort(key=lambda part: (part[0].start, -part[0].end))
            self.starts = [node.start for node, _ in self.parts]
            self.result.text = self.text(0, len(self.source))
        return self.result

    def text(self, start: int, end: int, within: Node | None = None) -> str:
        """Return the text between two places, corrected: of a part, what is ``within`` it."""
        pieces, at = [], start
        for node, write in self.parts[bisect_left(self.starts, start) :]:
            if node.start >= end:
                break
            if at <= node.start and node.end <= end and node is not within:
                pieces += (self.plain(at, node.start), write(node))
                at = node.end
        pieces.append(self.plain(at, end))
        return "".join(pieces)

    def repeated(self, node: Node, within: Node | None = None) -> str:
        """Return the text of what is written several times, corrected as ``text`` does it.

        Raise RefusedQueryError where it holds the label of a blank node, which may not stand in
        several patterns: https://www.w3.org/TR/sparql11-query/#QSynBlankNodes.
        """
        for label in self.labels:
            if node.start <= label.start and label.end <= node.end:
                raise RefusedQueryError(
                    f"The blank node {label.text} stands in EXISTS within an expression that is "
                    "evaluated several times here. Put a variable in its place."
                )
        return self.text(node.start, node.end, within)

    def plain(self, start: int, end: int) -> str:
        """Return text as it is, but that labels of blank nodes are those of the copy at hand."""
        if not self.copy and not self.variables:
            return self.source[start:end]
        pieces, at = [], start
        for label in self.labels:
            if start <= label.start and label.end <= end:
                suffix = f"_{self.copy}" if self.copy else ""
                written = self.variables.get(label.text, label.text + suffix)
                pieces.append(self.source[at : label.start] + written)
                at = label.end
        return "".join((*pieces, self.source[at:end]))

    @cached_property
    def free(self) -> str:
        """Return how no name in the query begins."""
        name = "any"
        while name in self.source:
            name += "_"
        return name
