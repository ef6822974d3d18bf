"""Answer query operations over one release: guard, choose the format, ask, write.

No web framework here: the same service stands behind every front end.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Coroutine, Mapping
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from samgraf import __version__
from samgraf.errors import SamgrafError
from samgraf.settings import Settings
from samgraf.sparql.counted import counted
from samgraf.sparql.diagnosis import explain
from samgraf.sparql.evaluation import Answer, Engine, QueryKind, QueryRequest, QuerySyntaxError
from samgraf.sparql.federated.last import LastRuns
from samgraf.sparql.formats import HTML
from samgraf.sparql.guard import Guarded, RefusedQueryError, guard
from samgraf.sparql.memo import Memo
from samgraf.sparql.negotiation import Choice, choose, offered
from samgraf.sparql.outline import Outline, iri_named, outline
from samgraf.sparql.problems import ProblemError, problem_of
from samgraf.sparql.protocol import Operation
from samgraf.sparql.shape import Shape

OUTLINES = 4_194_304  # bytes of outlines that are remembered, by the shape of their queries
OUTLINE_BYTES = 4_096


class Federation(Protocol):
    """Answer queries with SERVICE, with what partners know: ``samgraf.federation.bind_join``."""

    client: Any  # what asks partners, and tells of their states

    async def answer(
        self,
        request: QueryRequest,
        media_type: str,
        prefixes: Mapping[str, str],
        seconds: float,
    ) -> Answer:
        """Return the answer within ``seconds``, which tells the outcome of each partner."""


class Prepared(NamedTuple):
    """Hold an operation that is ready to be evaluated, and how its answer will be written.

    ``written`` is the media type that the engine writes: a page is made of JSON or Turtle. ``key``
    is the same for requests whose whole answers have the same bytes, ``etag`` for those that are
    sent as the same representation; nothing where the answer may differ next time.
    """

    request: QueryRequest
    kind: QueryKind | None
    choice: Choice
    written: str
    key: str | None
    etag: str | None
    outline: Outline
    guarded: Guarded


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
        self._outlines: Memo[Shape, Outline] = Memo(OUTLINES)
        # another version may write the same answer with other bytes
        same = (self.release, __version__, self.base, settings.union_default_graph)
        self._stem = repr(same)  # of what all answers of this service are told apart by
        self.functions: list[str] | None = None  # the engine's own, once they have been tried
        self.folder: Path | None = None  # where the release stands, if it is at hand
        self.last_runs = LastRuns(manifest.get("federated", ()))
        self.federation: Federation | None = None  # where partners may be asked

    @cached_property
    def release(self) -> str:
        """Return the hash that names the release."""
        return self.manifest["release"]

    @cached_property
    def base(self) -> str:
        """Return what relative IRIs of queries are resolved against, if there is one."""
        return self.manifest.get("base") or ""

    @property
    def prefixes(self) -> Mapping[str, str]:
        """Return the prefixes that need no declaration."""
        return self.manifest.get("prefixes", {})

    @cached_property
    def default_graph_triples(self) -> int:
        """Return the number of triples in the default graph."""
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
        variant: str = "",
        client: str = "",
    ) -> Prepared:
        """Return ``operation`` ready to be evaluated.

        ``html`` offers a page to read; ``variant`` tells apart answers in the same format;
        ``client`` is whose share of the engine it takes.
        Raise ProblemError where the query is refused, or no format fits (406).
        """
        try:
            request, sketch, guarded = self._read(operation, client)
        except SamgrafError as error:
            raise problem_of(error) from error
        # a text without a form is no query: the engine will say where it stumbles
        kind = sketch.kind or QueryKind.SOLUTIONS
        manner = _manner(kind, accept, operation.format, html, variant)
        if manner is None:
            types = offered(kind)
            raise ProblemError(406, f"This answer can be had as {', '.join(types)}.", offered=types)
        choice, written, mark = manner
        key = etag = None
        if not sketch.volatile and not guarded.calls:
            key = self._key(request, guarded, written)
            etag = key[:32] + mark
        return Prepared(request, sketch.kind, choice, written, key, etag, sketch, guarded)

    async def answer(self, prepared: Prepared) -> Answer:
        """Return the answer; a page (``text/html``) is made of its JSON or Turtle.

        Raise ProblemError where the query is malformed or cannot be evaluated.
        """
        try:
            if prepared.guarded.calls:
                answer = await self._with_partners(prepared)
            else:
                answer = await self.engine.answer(prepared.request, prepared.written)
        except QuerySyntaxError as error:
            told = explain(error, prepared.guarded.tokens, prepared.outline.prefixes)
            raise problem_of(told) from error
        except SamgrafError as error:
            raise problem_of(error) from error
        if prepared.kind is None:
            answer.close()
            raise ProblemError(400, "The query has no form that this service knows.")
        return answer

    async def _with_partners(self, prepared: Prepared) -> Answer:
        if self.federation is None:
            raise RefusedQueryError(self._why_alone())
        seconds = prepared.request.timeout or self.settings.query_timeout
        answering = self.federation.answer(
            prepared.request, prepared.written, self.prefixes, seconds
        )
        return await self.last_runs.noting(prepared.guarded.normal, answering)

    def _why_alone(self) -> str:
        """Return why no partner can be asked."""
        if not self.manifest.get("partners"):
            return "SERVICE asks a partner, and this release names none."
        if not self.settings.contact:
            return (
                "SERVICE asks a partner, but federation is off here: partners want to know whom to "
                "turn to, so whoever runs this server has to set SAMGRAF_CONTACT."
            )
        return "SERVICE asks a partner, but none is asked from here."

    def _read(self, operation: Operation, client: str) -> tuple[QueryRequest, Outline, Guarded]:
        guarded = guard(operation.query or "", self.settings.max_query_bytes, may_call=True)
        sketch = self._outline(guarded)
        default, named = sketch.default_graphs, sketch.named_graphs
        if operation.default_graphs or operation.named_graphs:
            # the dataset of the request goes before that of the query
            default, named = operation.default_graphs, operation.named_graphs
        if not default and not named:
            default = named = None
        base, union, timeout = self.base or None, self.settings.union_default_graph, None
        if operation.timeout is not None:
            timeout = min(operation.timeout, self.settings.query_timeout)
        most = None  # bytes, beyond the engine's own bound
        partial, counts = operation.partial, self._counted(guarded, sketch)
        request = QueryRequest(
            guarded.text, default, named, base, union, timeout, most, partial, counts, client
        )
        return request, sketch, guarded

    def _counted(self, guarded: Guarded, sketch: Outline) -> str | None:
        if not sketch.countable or guarded.calls or guarded.is_altered:
            return None
        return counted(guarded.tokens, lambda token: iri_named(token, sketch.prefixes, ""))

    def _outline(self, guarded: Guarded) -> Outline:
        shape = guarded.shape
        known = None if shape is None else self._outlines.get(shape)
        if known is None:
            known = outline(guarded.tokens, self.prefixes, self.base)
            if shape is not None:
                self._outlines.put(shape, known, OUTLINE_BYTES + 64 * len(known.prefixes))
        return known

    def _key(self, request: QueryRequest, guarded: Guarded, written: str) -> str:
        dataset = (request.default_graphs, request.named_graphs)
        text = f"{self._stem}\0{dataset!r}\0{written}\0{guarded.normal}"
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class _Manner(NamedTuple):
    """Hold how an answer is given; ``mark`` tells apart the representations of one answer."""

    choice: Choice
    written: str
    mark: str


@lru_cache(256)
def _manner(
    kind: QueryKind, accept: str | None, name: str | None, html: bool, variant: str
) -> _Manner | None:
    """Return how an answer of ``kind`` is given, None where no format fits."""
    choice = choose(kind, accept, name, html)
    if choice is None:
        return None
    written = choice.written
    if written == HTML:
        written = "text/turtle" if kind is QueryKind.GRAPH else "application/sparql-results+json"
    mark = hashlib.sha256("\0".join((*choice, variant)).encode()).hexdigest()[:16]
    return _Manner(choice, written, mark)
