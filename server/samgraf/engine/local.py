"""Evaluate queries in this process, on a pyoxigraph store that holds the release in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from typing import Any

import pyoxigraph as ox

from samgraf.engine.base import (
    EngineError,
    QueryKind,
    QueryRequest,
    QuerySyntaxError,
    UnwritableResultError,
)
from samgraf.engine.writing import GRAPHS, Output, WellFormedOutput, write_first, write_graph

RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
MERGED_DATASETS = 4  # merged datasets kept for the next query that asks for the same one
_UNKNOWN_FUNCTION = re.compile(r"custom function (\S+) is not supported")
_POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_CLASSES = re.compile(r"(?:, )?\[(?:[^\]\"]|\n)*\]")


class LocalEngine:
    """Answer from ``store``, whose default graph is the union of its named graphs.

    ``prefixes`` need not be declared in queries and shorten what is written. A store whose
    default graph is data of its own is given ``default_is_union=False``.
    """

    def __init__(
        self, store: ox.Store, prefixes: Mapping[str, str], *, default_is_union: bool = True
    ):
        self._store = store
        self._prefixes = dict(prefixes)
        self._marks = [(f"{name}:", name, iri) for name, iri in prefixes.items()]
        self._default_is_union = default_is_union
        self._merged = lru_cache(MERGED_DATASETS)(self._merge)

    def query(self, request: QueryRequest) -> LocalResult:
        """Parse ``request`` and start its evaluation; most of the work follows on writing."""
        store, dataset = self._store, self._dataset(request)
        if request.default_graphs is not None and len(set(request.default_graphs)) > 1:
            named = request.named_graphs or ()
            store = self._merged(frozenset(request.default_graphs), frozenset(named))
            dataset = {"default_graph": [ox.DefaultGraph()], "named_graphs": _nodes(named)}
        query = request.query
        # the store reads every prefix that it is given anew: some 1 µs each
        used = {name: iri for mark, name, iri in self._marks if mark in query}
        try:
            answer = store.query(query, base_iri=request.base, prefixes=used, **dataset)
        except SyntaxError as error:
            raise _syntax_error(str(error)) from error
        except (OSError, RuntimeError, ValueError) as error:
            raise _failure(error, "evaluate the query") from error
        return LocalResult(answer, self._prefixes)

    def _dataset(self, request: QueryRequest) -> dict[str, list[Any]]:
        if request.default_graphs is None and request.named_graphs is None:
            hide = self._default_is_union and not request.union
            return {"default_graph": []} if hide else {}
        return {
            "default_graph": _nodes(request.default_graphs or ()),
            "named_graphs": _nodes(request.named_graphs or ()),
        }

    def _merge(self, default: frozenset[str], named: frozenset[str]) -> ox.Store:
        # at query time the store would count a triple once per graph that it stands in
        merged = ox.Store()
        for graph in sorted(default):
            quads = self._store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
            merged.extend(ox.Quad(q.subject, q.predicate, q.object) for q in quads)
        for graph in sorted(named):
            merged.extend(self._store.quads_for_pattern(None, None, None, ox.NamedNode(graph)))
        return merged


class LocalResult:
    """Hold an answer of pyoxigraph."""

    def __init__(
        self,
        answer: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples,
        prefixes: Mapping[str, str],
    ):
        self._answer = answer
        self._prefixes = prefixes

    @property
    def kind(self) -> QueryKind:
        """Return what the answer is."""
        if isinstance(self._answer, ox.QuerySolutions):
            return QueryKind.SOLUTIONS
        if isinstance(self._answer, ox.QueryBoolean):
            return QueryKind.BOOLEAN
        return QueryKind.GRAPH

    def serialize(self, media_type: str) -> bytes:
        """Return the whole answer; graphs as sorted sets of triples, so that bytes repeat."""
        output = BytesIO()
        self.write(output, media_type)
        return output.getvalue()

    def write(self, output: Output, media_type: str) -> None:
        """Write the whole answer to ``output``; what that raises goes through.

        Raise UnwritableResultError where the format cannot hold it.
        """
        formats = GRAPHS if self.kind is QueryKind.GRAPH else RESULTS
        if media_type not in formats:
            raise UnwritableResultError(f"This answer cannot be written as {media_type}.")
        if self.kind is QueryKind.GRAPH:
            with _told():
                body = write_graph(self._answer, media_type, self._prefixes)
            output.write(body)
            return
        if media_type.endswith("+xml"):
            output = WellFormedOutput(output, media_type)
        with _told():
            self._answer.serialize(output, format=formats[media_type])

    def first(self, media_type: str, limit: int) -> tuple[bytes, bool]:
        """Return as many triples of a graph as fit into ``limit`` bytes, and whether any miss."""
        if self.kind is not QueryKind.GRAPH or media_type not in GRAPHS:
            raise UnwritableResultError(f"This answer cannot be written as {media_type}.")
        with _told():
            return write_first(self._answer, media_type, self._prefixes, limit)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:
        raise _failure(error, "write the answer") from error


def _failure(error: Exception, doing: str) -> EngineError | QuerySyntaxError:
    """Return what ``error`` tells: a function that nobody knows is the query's fault."""
    if match := _UNKNOWN_FUNCTION.search(str(error)):
        return QuerySyntaxError(f"no function is named {match[1]} here")
    return EngineError(f"The store could not {doing}: {error}")


def _nodes(iris: Iterable[str]) -> list[ox.NamedNode]:
    return [ox.NamedNode(iri) for iri in dict.fromkeys(iris)]


def _syntax_error(text: str) -> QuerySyntaxError:
    if not (match := _POSITION.match(text)):
        return QuerySyntaxError(text)
    line, column, message = match.groups()
    # character classes of the grammar tell a reader nothing
    message = " ".join(_CLASSES.sub("", message).split()).removesuffix("one of").strip()
    if message in ("", "expected"):
        message = "unexpected text"
    return QuerySyntaxError(message, int(line), int(column))
