"""Make one SERVICE call: ask its partner, else what stands in for it.

A partner's last good answer goes before its mirror, and a mirror before nothing; whichever it is,
the outcome says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from samgraf import limits
from samgraf.federation.partner_client import PartnerClient
from samgraf.federation.partner_http import Take
from samgraf.federation.plan import ServiceCall
from samgraf.federation.results import PartnerReply, fault_in, read_by
from samgraf.federation.results_json import read_json
from samgraf.federation.rewriting import for_partner, known_properties
from samgraf.release.partner import JSON, Partner
from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.evaluation import (
    Answer,
    Engine,
    QueryRequest,
    QueryTimeoutError,
    ResultTooLargeError,
)
from samgraf.sparql.federated.faults import FailedPartnerError, Fault, PartnerError
from samgraf.sparql.federated.inline import Row, skolemised
from samgraf.sparql.federated.outcome import CACHE, FAILED, MIRROR, OK, Outcome
from samgraf.sparql.federated.partners import Values
from samgraf.sparql.syntax.nodes import Query


class Deadline:
    """The seconds that a federated query has from now on."""

    def __init__(self, seconds: float):
        self._loop = asyncio.get_running_loop()
        self._seconds, self._began = seconds, self._loop.time()

    @property
    def spent(self) -> float:
        """Return the seconds that have passed."""
        return self._loop.time() - self._began

    @property
    def left(self) -> float:
        """Return the seconds that are left; raise QueryTimeoutError where there are none."""
        left = self._seconds - self.spent
        if left <= 0:
            raise QueryTimeoutError(self._seconds)
        return left


async def together(work: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Return the results of ``work``, all done at once; where one fails, cancel the others."""
    tasks = [asyncio.ensure_future(part) for part in work]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


class LocalStore:
    """The store of this server, asked as ``request`` asks: its dataset, its bounds, its client."""

    def __init__(self, engine: Engine, request: QueryRequest, deadline: Deadline):
        self._engine, self._request, self._deadline = engine, request, deadline

    async def answer(self, query: str, media_type: str) -> Answer:
        """Return the answer to ``query``, which may be cut where the client allows it."""
        request = self._request._replace(query=query, timeout=self._deadline.left)
        return await self._engine.answer(request, media_type)

    async def rows(self, query: str, most: int, graph: str | None = None) -> PartnerReply:
        """Return all solutions of ``query``, from ``graph`` alone if one is named.

        Raise PartnerError where there are more than ``most``, ResultTooLargeError where they are
        longer than a partner's may be, RefusedQueryError where no partner knows such terms.
        """
        request = self._request._replace(
            query=f"{query} LIMIT {most + 1}",
            partial=False,
            timeout=self._deadline.left,
            max_bytes=limits.PARTNER_ANSWER_BYTES,
        )
        if graph is not None:
            request = request._replace(default_graphs=(graph,), named_graphs=())
        answer = await self._engine.answer(request, JSON)
        try:
            body = answer.read()
        finally:
            answer.close()
        try:
            return await read_by(read_json, body, most)
        except ValueError as error:
            raise RefusedQueryError(
                f"Partners, which know RDF 1.1, cannot have these values: {fault_in(error)}."
            ) from error


class Solutions(NamedTuple):
    """The answer to one call from one partner."""

    rows: list[Row]
    outcome: Outcome


class ServiceCaller:
    """Makes the SERVICE calls of ``query``: to partners by ``client``, to mirrors in ``store``.

    Blank nodes get IRIs below ``home``. ``lenient`` lets every partner fail, not only where the
    query says SILENT. What partners answer is taken by ``take``.
    """

    def __init__(
        self,
        query: Query,
        client: PartnerClient,
        store: LocalStore,
        deadline: Deadline,
        home: str,
        take: Take,
        *,
        lenient: bool,
    ):
        self._query, self._client, self._store = query, client, store
        self._take = take
        self._deadline, self._home, self._lenient = deadline, home, lenient

    async def ask(self, call: ServiceCall, partner: Partner, values: Values | None) -> Solutions:
        """Return the solutions of ``call`` from ``partner``, or from what stands in for it.

        Raise FailedPartnerError where nothing may.
        """
        began = self._deadline.spent
        queries = self._queries(call, partner, values)
        asked = None if values is None or not values.columns else len(values.rows)
        try:
            replies = await together([self._reply(call, partner, q) for q in queries])
            rows, renamed = await self._rows_of(call, partner.name, queries, replies)
        except PartnerError as error:
            outcome = Outcome(
                partner=partner.name,
                state=FAILED,
                reason=str(error),
                fault=error.fault.value,
                requests=len(queries),
                bindings=asked,
                seconds=self._deadline.spent - began,
            )
            return await self._instead(call, partner, queries, outcome, error.retry_after)
        cached = [reply.at for reply in replies if reply.cached]
        outcome = Outcome(
            partner=partner.name,
            state=CACHE if cached else OK,
            at=datetime.fromtimestamp(min(cached), UTC) if cached else None,
            rows=len(rows),
            requests=sum(not reply.cached for reply in replies),
            size=sum(reply.size for reply in replies),
            bindings=asked,
            renamed=renamed,
            seconds=self._deadline.spent - began,
        )
        return Solutions(rows, outcome)

    def _queries(self, call: ServiceCall, partner: Partner, values: Values | None) -> list[str]:
        columns, blocks = (), [[]]
        # in parts, a LIMIT or RAND would be answered anew for each part
        fits = values is not None and (call.steady or len(values.rows) <= partner.block)
        if values is not None and values.columns and fits:
            columns, rows = values
            blocks = [rows[at : at + partner.block] for at in range(0, len(rows), partner.block)]
        return [
            for_partner(self._query, call.service, call.variables, columns, block)
            for block in blocks
        ]

    async def _reply(self, call: ServiceCall, partner: Partner, query: str) -> PartnerReply:
        left = self._deadline.left
        reserve = min(limits.SERVICE_RESERVE * left, limits.SERVICE_RESERVE_SECONDS)
        seconds = min(partner.deadline, left - reserve)
        reply = await self._client.ask(partner, query, seconds, limits.SERVICE_ROWS, last_good=True)
        self._take(reply.memory)
        return reply

    async def _rows_of(
        self,
        call: ServiceCall,
        source: str,
        queries: Sequence[str],
        replies: Sequence[PartnerReply],
    ) -> tuple[list[Row], int]:
        """Return all rows, and how many blank nodes of ``source`` got IRIs in them."""

        def named() -> tuple[list[Row], int]:
            rows: list[Row] = []
            renamed = 0
            for query, reply in zip(queries, replies, strict=True):
                ordered = _in_order(call, reply)
                found, nodes = skolemised(ordered, self._home, f"{source}\0{query}")
                rows += found
                renamed += nodes
            return rows, renamed

        if sum(len(reply.rows) for reply in replies) > limits.SERVICE_ROWS:
            raise PartnerError(
                Fault.TOO_LARGE, f"its answer has more than {limits.SERVICE_ROWS} rows."
            )
        return await asyncio.to_thread(named)  # so many rows would hold the event loop

    async def _instead(
        self,
        call: ServiceCall,
        partner: Partner,
        queries: Sequence[str],
        outcome: Outcome,
        retry_after: float | None,
    ) -> Solutions:
        """Return what stands in for a partner that failed: its mirror, or nothing if allowed."""
        if (mirror := partner.mirror) is not None:
            why = "does not hold what is asked for."
            if await self._may_answer(mirror.graph, call):
                at = datetime.fromisoformat(mirror.date).replace(tzinfo=UTC)
                try:
                    rows = await self._from_mirror(call, mirror.graph, queries)
                    return Solutions(rows, replace(outcome, state=MIRROR, at=at, rows=len(rows)))
                except (PartnerError, ResultTooLargeError) as error:
                    why = f"gave none either: {error}"
            reason = f"{outcome.reason} Its extract of {mirror.date} {why}"
            outcome = replace(outcome, reason=reason)
        if call.service.silent or self._lenient:
            # https://www.w3.org/TR/sparql11-federated-query/#defn_service: one empty solution
            return Solutions([(None,) * len(call.variables)], outcome)
        raise FailedPartnerError(outcome, retry_after)

    async def _may_answer(self, graph: str, call: ServiceCall) -> bool:
        """Say whether an extract holds each property that ``call`` names, and so may answer it.

        That it holds all statements of a property nobody can promise: its date is told.
        """
        if call.asks_graphs:
            return False
        if not call.properties:
            return True
        query, most = known_properties(call.properties), len(call.properties)
        return len((await self._store.rows(query, most, graph)).rows) == most

    async def _from_mirror(
        self, call: ServiceCall, graph: str, queries: Sequence[str]
    ) -> list[Row]:
        """Return the rows of an extract, which are bounded and counted as a partner's are."""
        replies = []
        for query in queries:
            reply = await self._store.rows(query, limits.SERVICE_ROWS, graph)
            self._take(reply.memory)
            replies.append(reply)
        return (await self._rows_of(call, graph, queries, replies))[0]


def _in_order(call: ServiceCall, reply: PartnerReply) -> list[Row]:
    """Return the rows of ``reply`` with their columns in the order of the call's variables.

    Raise PartnerError where it answers another question than the one asked.
    """
    if not call.variables:
        return [()] * len(reply.rows)
    places = {variable: at for at, variable in enumerate(reply.variables)}
    if not places.keys() <= set(call.variables):
        raise PartnerError(Fault.FORMAT, "its answer has variables that were not asked for.")
    order = [places.get(v) for v in call.variables]
    rows: list[Row] = [tuple(None if at is None else row[at] for at in order) for row in reply.rows]
    sure = [at for at, v in enumerate(call.variables) if v in call.certain]
    if any(row[at] is None for row in rows for at in sure):
        raise PartnerError(Fault.FORMAT, "its answer leaves unbound what the pattern binds.")
    return rows
