"""Answer query operations over one release: guard, choose the format, ask, write.

No web framework here: the same service stands behind every front end.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Coroutine, Mapping
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from samgraf import __version__
from samgraf.errors import SamgrafError
from samgraf.limits import QUERIES_READ
from samgraf.release.serialise import UnwritableResultError
from samgraf.settings import Settings
from samgraf.sparql.binding import BoundQuery
from samgraf.sparql.corrections import plain_unless_mixed
from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.evaluation import PAGES, Answer, Engine, QueryKind, QueryRequest, QuerySummary
from samgraf.sparql.federated.last import LastRuns
from samgraf.sparql.formats import media_types
from samgraf.sparql.guard import check_federated_length, check_length
from samgraf.sparql.negotiation import Choice, choose, offered
from samgraf.sparql.problems import ProblemError, problem_of
from samgraf.sparql.protocol import Operation
from samgraf.sparql.syntax import parse
from samgraf.sparql.syntax.nodes import Query


class FederatedEngine(Protocol):
    """Answer queries with SERVICE, with what partners know: ``samgraf.federation.bind_join``."""

    client: Any  # what asks partners, and tells of their states

    async def answer(
        self, request: QueryRequest, media_type: str, query: Query, seconds: float
    ) -> Answer:
        """Return the answer to ``query`` within ``seconds``; it tells how each partner did."""


class Prepared(NamedTuple):
    """An operation that is ready to be evaluated, and how its answer will be written.

    ``key`` is the same for requests whose whole answers have the same bytes, ``etag`` for those
    that are sent as the same representation; None where the answer may differ next time.
    """

    request: QueryRequest
    query: Query | QuerySummary
    choice: Choice
    key: str | None
    etag: str | None
    read_seconds: float = 0.0  # of a worker, to read the query

    @property
    def kind(self) -> QueryKind:
        """Return what the query answers with."""
        return self.query.kind


class Service:
    """Answer queries over the release that ``manifest`` describes, by ``engine``.

    ``wait`` runs a coroutine of the engine's to its end for callers that are not on its loop.
    """

    def __init__(
        self,
        engine: Engine,
        manifest: Mapping[str, Any],
        settings: Settings,
        wait: Callable[[Coroutine[Any, Any, Any]], Any] = asyncio.run,
    ):
        self.engine, self.manifest, self.settings, self.wait = engine, manifest, settings, wait
        # another version may write the same answer with other bytes
        same = (self.release, __version__, self.base, settings.union_default_graph)
        self._stem = repr(same)  # of what all answers of this service are told apart by
        self.functions: list[str] | None = None  # the engine's own, once they have been tried
        self.usage: Any = None  # the statistics of ``sparql.hints``, once they have been read
        self.folder: Path | None = None  # where the release stands, if it is at hand
        self._templates: dict[str, QuerySummary] = {}  # what was read of queries of our own
        self.last_runs = LastRuns(manifest.get("federated", ()))
        self.federation: FederatedEngine | None = None  # where partners may be asked

    @cached_property
    def release(self) -> str:
        """Return the hash that names the release."""
        return self.manifest["release"]

    @cached_property
    def base(self) -> str:
        """Return what relative IRIs of queries are resolved against, if there is one."""
        return self.manifest.get("base") or ""

    @cached_property
    def graphs(self) -> frozenset[str]:
        """Return the IRIs of the named graphs."""
        return frozenset(entry["iri"] for entry in self.manifest["graphs"])

    @property
    def prefixes(self) -> Mapping[str, str]:
        """Return the prefixes that need no declaration."""
        return self.manifest.get("prefixes", {})

    @cached_property
    def default_graph_triples(self) -> int:
        """Return the number of triples in the default graph, asserted and inferred.

        It is the one that the manifest tells; without it, they are counted.
        """
        if (told := self.manifest.get("statements")) is not None:
            return told
        count = (files("samgraf.sparql") / "count.rq").read_text("utf-8")
        return int(self.rows(count)[0]["triples"]["value"])

    def rows(self, query: str) -> list[dict[str, dict[str, str]]]:
        """Return the solutions of ``query``, asked as an outsider would ask it.

        Each maps variables to terms of the JSON results format.
        """
        return self.solutions(query)[1]

    def solutions(self, query: str) -> tuple[list[str], list[dict[str, dict[str, str]]]]:
        """Return the variables of ``query``, in order, and its solutions."""
        operation = Operation(query=query, format="json")
        answer = self.wait(self.answer(self.prepare(operation, None, html=False)))
        document = json.loads(answer.read())
        return document["head"]["vars"], document["results"]["bindings"]

    def prepare(
        self,
        operation: Operation,
        accept: str | None,
        *,
        html: bool,
        client: str = PAGES,
    ) -> Prepared:
        """Return ``operation`` ready to be evaluated.

        ``html`` offers a page to read; ``client`` is whose share of the engine it takes.
        Raise ProblemError where the query is refused, no format fits (406), or there is no such
        graph (404).
        """
        if operation.graph is not None and operation.graph not in self.graphs:
            raise ProblemError(404, f"The release has no graph <{operation.graph}>.")
        query = self._read_template(operation.query) or self._read(operation)
        return self._prepared(operation, query, accept, html=html, client=client)

    async def prepare_long(
        self, operation: Operation, accept: str | None, *, html: bool, client: str = ""
    ) -> Prepared:
        """Do the same for a query that takes long to read: where the engine can, in a worker.

        What is read in this process is read in a thread, a query with SERVICE among them.
        """
        text = operation.query or ""
        read = getattr(self.engine, "read", None)
        query: Query | QuerySummary
        seconds = 0.0
        if read is None:
            query = await asyncio.to_thread(self._read, operation)
        else:
            request = QueryRequest(text, base=self.base or None, client=client)
            if operation.timeout is not None:
                request = request._replace(timeout=operation.timeout)
            try:
                check_length(text, self.settings.max_query_bytes)
                query, seconds = await read(request)
                if query.services:
                    check_federated_length(text)
                    query = await asyncio.to_thread(self._read, operation)
            except SamgrafError as error:
                raise problem_of(error) from error
        prepared = self._prepared(operation, query, accept, html=html, client=client)
        return prepared._replace(read_seconds=seconds)

    def _read_template(self, text: str | None) -> QuerySummary | None:
        """Return what is known of ``text`` by the template that it was made of.

        None where it was made of none, or has to be read itself.
        """
        if not isinstance(text, BoundQuery) or "\\u" in text or "\\U" in text:
            return None
        known = self._templates.get(text.template)
        if known is None:
            query = self._read(Operation(query=text))
            # a term may be a property, whose values may be mixed where another's are not
            is_plain = plain_unless_mixed(query) == ()
            known = QuerySummary(
                "",
                "",
                query.form,
                query.kind,
                query.default_graphs,
                query.named_graphs,
                query.volatile,
                bool(query.services),
                () if is_plain else None,
            )
            if len(self._templates) >= QUERIES_READ:
                self._templates.clear()
            self._templates[text.template] = known
        if known.services or known.default_graphs or known.named_graphs:
            return None  # terms may be names of graphs and partners
        return known._replace(source=text, text=text)

    def _read(self, operation: Operation) -> Query:
        text, most = operation.query or "", self.settings.max_query_bytes
        try:
            query = parse(text, self.prefixes, self.base, most)
            if query.services:
                check_federated_length(text)
        except SamgrafError as error:
            raise problem_of(error) from error
        return query

    def _prepared(
        self,
        operation: Operation,
        query: Query | QuerySummary,
        accept: str | None,
        *,
        html: bool,
        client: str = "",
    ) -> Prepared:
        choice = choose(query.kind, accept, operation.format, html)
        if choice is None:
            types = offered(query.kind)
            raise ProblemError(406, f"This answer can be had as {', '.join(types)}.", offered=types)
        request = self._request(operation, query, client)
        key = etag = None
        if not query.volatile and not query.services:
            key = self._key(request, query, choice.evaluated)
            etag = etag_of(key, choice)
        return Prepared(request, query, choice, key, etag)

    async def answer(self, prepared: Prepared) -> Answer:
        """Return the answer, in the media type ``prepared.choice.evaluated``.

        Raise ProblemError where it cannot be evaluated.
        """
        try:
            if isinstance(prepared.query, Query) and prepared.query.services:
                return await self._with_partners(prepared, prepared.query)
            return await self.engine.answer(prepared.request, prepared.choice.evaluated)
        except SamgrafError as error:
            unfit = prepared.choice.evaluated
            others = [t for t in offered(prepared.kind) if t != unfit]
            problem = problem_of(error, others)
            if isinstance(error, UnwritableResultError):
                problem.unfit = media_types(unfit, prepared.kind)
            raise problem from error

    async def _with_partners(self, prepared: Prepared, query: Query) -> Answer:
        if self.federation is None:
            raise RefusedQueryError(self._why_alone())
        seconds = prepared.request.timeout or self.settings.query_timeout
        answering = self.federation.answer(
            prepared.request, prepared.choice.evaluated, query, seconds
        )
        return await self.last_runs.noting(query.text, answering)

    def _why_alone(self) -> str:
        """Return why no partner can be asked."""
        if not self.manifest.get("partners"):
            return "SERVICE asks a partner, and this release names none."
        if not self.settings.contact:
            return "SERVICE asks a partner, but federation is off on this server."
        return "SERVICE asks a partner, but none is asked from here."

    def _request(
        self, operation: Operation, query: Query | QuerySummary, client: str
    ) -> QueryRequest:
        default, named = query.default_graphs, query.named_graphs
        if operation.default_graphs or operation.named_graphs:
            # the dataset of the request goes before that of the query
            default, named = operation.default_graphs, operation.named_graphs
        timeout = operation.timeout
        if timeout is not None:
            timeout = min(timeout, self.settings.query_timeout)
        return QueryRequest(
            query=query.text,
            default_graphs=default if default or named else None,
            named_graphs=named if default or named else None,
            base=self.base or None,
            union=self.settings.union_default_graph,
            timeout=timeout,
            partial=operation.partial,
            client=client,
            plain_unless_mixed=query.plain_unless_mixed
            if isinstance(query, QuerySummary)
            else plain_unless_mixed(query),
        )

    def _key(self, request: QueryRequest, query: Query | QuerySummary, media_type: str) -> str:
        dataset = (request.default_graphs, request.named_graphs)
        text = f"{self._stem}\0{dataset!r}\0{media_type}\0{query.normal()}"
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def etag_of(key: str, choice: Choice, variant: str = "") -> str:
    """Return the tag of the answer with ``key`` as ``choice`` has it, one of several by variant."""
    mark = hashlib.sha256("\0".join((*choice, variant)).encode()).hexdigest()
    return key[:32] + mark[:16]
