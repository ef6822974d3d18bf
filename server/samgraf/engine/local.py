"""Evaluate queries in this process, on a pyoxigraph store that holds the release in memory."""

from __future__ import annotations

import json
import re
import traceback
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from io import BytesIO
from typing import Any

import pyoxigraph as ox

from samgraf import limits
from samgraf.release.serialise import (
    Output,
    UnwritableResultError,
    WellFormedOutput,
    write_first,
    write_graph,
)
from samgraf.sparql.corrections import KIND, Corrected, corrected, plain_unless_mixed
from samgraf.sparql.evaluation import EngineError, QueryKind, QueryRequest, QuerySyntaxError
from samgraf.sparql.formats import RESULT_WRITERS, write_results
from samgraf.sparql.syntax import parse

_KINDS = {
    ox.QuerySolutions: QueryKind.SOLUTIONS,
    ox.QueryBoolean: QueryKind.BOOLEAN,
    ox.QueryTriples: QueryKind.GRAPH,
}
_FAULTS = (OSError, RuntimeError, ValueError)  # as the store and the system raise them
_NAMELESS = frozenset(("",))  # the end of the name of a prefix that has none
_UNKNOWN_FUNCTION = re.compile(r"custom function (\S+) is not supported")
_USED_TOO_EARLY = (
    "in a query with groups, no expression of SELECT can use here what another computes; repeat "
    "that expression, or put the groups into a sub-select"
)
_POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_CLASSES = re.compile(r"(?:, )?\[(?:[^\]\"]|\n)*\]")


class LocalEngine:
    """Answer from ``store``, whose default graph is the union of its named graphs.

    ``prefixes`` need not be declared in queries and shorten what is written. A store whose
    default graph is data of its own is given ``default_is_union=False``.
    """

    def __init__(
        self,
        store: ox.Store,
        prefixes: Mapping[str, str],
        *,
        default_is_union: bool = True,
    ):
        self._store = store
        self._prefixes = dict(prefixes)
        # by the last letter of the name, which stands before a colon
        self._marks: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for name, iri in prefixes.items():
            self._marks[name[-1:]].append((f"{name}:", name, iri))
        self._default_is_union = default_is_union
        self._mixes = lru_cache(limits.PROPERTIES_KNOWN)(self._find_mixed)
        self._merged = lru_cache(limits.MERGED_DATASETS)(self._merge)

    def query(self, request: QueryRequest) -> LocalResult:
        """Parse ``request`` and start its evaluation; most of the work follows on writing."""
        store, dataset = self._store, self._dataset(request)
        query = self._corrected(request)
        if request.default_graphs is not None and len(set(request.default_graphs)) > 1:
            named = request.named_graphs or ()
            store = self._merged(frozenset(request.default_graphs), frozenset(named))
            dataset = {"default_graph": [ox.DefaultGraph()], "named_graphs": _nodes(named)}
        answer = self._ask(store, query, request.base, dataset)
        return LocalResult(answer, self._prefixes, query)

    def _corrected(self, request: QueryRequest) -> Corrected:
        """Return the query as the store understands it; most are as they came."""
        ordered = request.plain_unless_mixed
        if ordered is not None and not any(map(self._mixes, ordered)):
            return Corrected(request.query)
        query = parse(request.query, self._prefixes, request.base or "", bounded=False)

        def named_graphs() -> Iterable[str]:
            if request.default_graphs is not None or request.named_graphs is not None:
                return frozenset(request.named_graphs or ())
            if query.default_graphs or query.named_graphs:
                return frozenset(query.named_graphs)
            return [g.value for g in self._store.named_graphs() if isinstance(g, ox.NamedNode)]

        return corrected(query, named_graphs, self._mixes)

    def _find_mixed(self, property_: str) -> bool:
        """Return whether the store may find no order among the literals that a property has."""
        pattern = f"?s <{property_}> ?o FILTER(isLiteral(?o))"
        rows: Any = self._store.query(
            f"SELECT DISTINCT ({KIND} AS ?kind) {{ {pattern} }} LIMIT 2",
            use_default_graph_as_union=True,
        )
        found = [row["kind"] for row in rows]
        return len(found) > 1 or found == [ox.Literal(0)]

    def read(self, request: QueryRequest) -> bytes:
        """Return the ``QuerySummary`` of a query as JSON, without its ``source``.

        Raise QuerySyntaxError or RefusedQueryError.
        """
        query = parse(request.query, self._prefixes, request.base or "")
        facts = (
            query.text,
            query.form,
            query.kind.value,
            query.default_graphs,
            query.named_graphs,
            query.volatile,
            bool(query.services),
            plain_unless_mixed(query),
        )
        return json.dumps(facts, ensure_ascii=False).encode("utf-8", "surrogatepass")

    def _ask(
        self, store: ox.Store, query: Corrected, base: str | None, dataset: Mapping[str, Any]
    ) -> Any:
        try:
            return store.query(
                query.text,
                base_iri=base,
                prefixes=self._used_prefixes(query.text),
                custom_functions=query.functions or None,
                custom_aggregate_functions=query.aggregates or None,
                **dataset,
            )
        except SyntaxError as error:
            raise _syntax_error(str(error)) from error
        except _FAULTS as error:
            raise _failure(error, "evaluate the query") from error

    def _used_prefixes(self, query: str) -> dict[str, str]:
        """Return those that ``query`` may use: the store reads anew every one that it is given."""
        used = {}
        for end in {piece[-1:] for piece in query.split(":")} | _NAMELESS:
            for mark, name, iri in self._marks.get(end, ()):
                if mark in query:
                    used[name] = iri
        return used

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
    """An answer of pyoxigraph; ``kind`` says of which kind it is."""

    def __init__(
        self,
        answer: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples,
        prefixes: Mapping[str, str],
        query: Corrected,
    ):
        self.kind = _KINDS[type(answer)]
        self._answer, self._query = answer, query
        self._prefixes = prefixes

    def serialize(self, media_type: str) -> bytes:
        """Return the whole answer; graphs as sorted sets of triples, so that bytes repeat."""
        output = BytesIO()
        self.write(output, media_type)
        return output.getvalue()

    def write(self, output: Output, media_type: str) -> None:
        """Write the whole answer to ``output``, once.

        Raise UnwritableResultError where the format cannot hold it, RefusedQueryError where its
        evaluation shows that the store cannot answer rightly, EngineError where the store or the
        system fails; what else ``output`` raises goes through.
        """
        try:
            self._write(output, media_type)
        except Exception as error:
            # the store's answer has to end in this thread, and the frames of an error would keep it
            traceback.clear_frames(error.__traceback__)
            raise
        finally:
            del self._answer
        self._require_right()

    def _require_right(self) -> None:
        if self._query.refusal is not None:
            raise self._query.refusal

    def _write(self, output: Output, media_type: str) -> None:
        try:
            if isinstance(self._answer, ox.QueryTriples):
                output.write(write_graph(self._answer, media_type, self._prefixes))
                return
            if media_type not in RESULT_WRITERS:
                raise UnwritableResultError(f"This answer cannot be written as {media_type}.")
            if media_type.endswith("+xml"):
                output = WellFormedOutput(output, media_type)
            write_results(self._answer, media_type, output)
        except _FAULTS as error:
            raise _failure(error, "write the answer") from error

    def first(self, media_type: str, limit: int) -> tuple[bytes, bool]:
        """Return as many triples of a graph as fit into ``limit`` bytes, and whether any miss."""
        if not isinstance(self._answer, ox.QueryTriples):
            raise UnwritableResultError(f"This answer cannot be written as {media_type}.")
        try:
            first = write_first(self._answer, media_type, self._prefixes, limit)
        except _FAULTS as error:
            raise _failure(error, "write the answer") from error
        self._require_right()
        return first


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
    if "variable that is unbound" in message:
        # the place is that of the end
        return QuerySyntaxError(_USED_TOO_EARLY)
    # character classes of the grammar tell a reader nothing
    message = " ".join(_CLASSES.sub("", message).split()).removesuffix("one of").strip()
    if message in ("", "expected"):
        message = "unexpected text"
    return QuerySyntaxError(message, int(line), int(column))
