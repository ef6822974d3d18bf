"""Answer one call: from its partner, else from what stands in for it.

A partner's last good answer goes before its mirror, and a mirror before nothing; whichever it is,
the outcome says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

from samgraf.federation.calls import Call
from samgraf.federation.here import Here
from samgraf.federation.rewriting import for_partner, known_properties
from samgraf.federation.waiting import Deadline, together
from samgraf.release.partner import Partner
from samgraf.sparql.federated.faults import FailedPartnerError
from samgraf.sparql.federated.inline import Row, skolemised
from samgraf.sparql.federated.outcome import CACHE, FAILED, MIRROR, OK, Outcome
from samgraf.sparql.federated.partner_error import Desk, Fault, PartnerError, Reply
from samgraf.sparql.syntax.nodes import Query

MAX_ROWS = 50_000  # solutions that one SERVICE group may have
RESERVE = 0.1  # part of the time left that is kept for the work after a partner's answer


class Values(NamedTuple):
    """Hold the rows of values of some columns that a call is asked for."""

    columns: tuple[str, ...]
    rows: list[Row]


@dataclass(frozen=True)
class Solutions:
    """Hold the answer to one call from one partner."""

    rows: list[Row]
    outcome: Outcome


class Asker:
    """Answer the calls of ``query``: by partners through ``desk``, by mirrors in the store here.

    Blank nodes get IRIs below ``home``. ``lenient`` lets every partner fail, not only where the
    query says SILENT.
    """

    def __init__(
        self, query: Query, desk: Desk, here: Here, deadline: Deadline, home: str, *, lenient: bool
    ):
        self._query, self._desk, self._here = query, desk, here
        self._deadline, self._home, self._lenient = deadline, home, lenient

    async def ask(self, call: Call, partner: Partner, values: Values | None) -> Solutions:
        """Return the solutions of ``call`` from ``partner``, or from what stands in for it.

        Raise FailedPartnerError where nothing may.
        """
        began = self._deadline.spent
        queries = self._queries(call, partner, values)
        asked = None if values is None or not values.columns else len(values.rows)
        try:
            replies = await together([self._reply(call, partner, q) for q in queries])
            solutions = self._solutions(call, partner, queries, replies)
        except PartnerError as error:
            told = Outcome(
                partner=partner.name,
                state=FAILED,
                reason=str(error),
                fault=error.fault.value,
                requests=len(queries),
                bindings=asked,
                seconds=self._deadline.spent - began,
            )
            return await self._instead(call, partner, queries, told, error.retry_after)
        spent = self._deadline.spent - began
        return replace(solutions, outcome=replace(solutions.outcome, bindings=asked, seconds=spent))

    def _queries(self, call: Call, partner: Partner, values: Values | None) -> list[str]:
        if values is None or not values.columns:
            return [for_partner(self._query, call, (), ())]
        blocks = [
            values.rows[at : at + partner.block] for at in range(0, len(values.rows), partner.block)
        ]
        if len(blocks) > 1 and not call.steady:
            # in parts, a LIMIT or RAND would be answered anew for each part
            return [for_partner(self._query, call, (), ())]
        return [for_partner(self._query, call, values.columns, block) for block in blocks]

    async def _reply(self, call: Call, partner: Partner, query: str) -> Reply:
        left = self._deadline.left
        seconds = min(partner.deadline, left - min(RESERVE * left, 1.0))
        reply = await self._desk.ask(partner.name, query, seconds, MAX_ROWS, last_good=True)
        return _in_order(call, reply)

    def _solutions(
        self, call: Call, partner: Partner, queries: Sequence[str], replies: Sequence[Reply]
    ) -> Solutions:
        rows: list[Row] = []
        renamed = 0
        for query, reply in zip(queries, replies, strict=True):
            named, nodes = skolemised(reply.rows, self._home, f"{partner.name}\0{query}")
            rows += named
            renamed += nodes
        if len(rows) > MAX_ROWS:
            raise PartnerError(Fault.TOO_LARGE, f"its answer has more than {MAX_ROWS} rows.")
        cached = [reply.at for reply in replies if reply.cached]
        outcome = Outcome(
            partner=partner.name,
            state=CACHE if cached else OK,
            at=datetime.fromtimestamp(min(cached), UTC) if cached else None,
            rows=len(rows),
            requests=sum(not reply.cached for reply in replies),
            size=sum(reply.size for reply in replies),
            renamed=renamed,
        )
        return Solutions(rows, outcome)

    async def _instead(
        self,
        call: Call,
        partner: Partner,
        queries: Sequence[str],
        told: Outcome,
        retry_after: float | None,
    ) -> Solutions:
        """Return what stands in for a partner that failed: its mirror, or nothing if allowed."""
        if (mirror := partner.mirror) is not None:
            if await self._may_answer(mirror.graph, call):
                rows = await self._from_mirror(call, mirror.graph, queries)
                at = datetime.fromisoformat(mirror.date).replace(tzinfo=UTC)
                return Solutions(rows, replace(told, state=MIRROR, at=at, rows=len(rows)))
            why = f"{told.reason} Its extract of {mirror.date} does not hold what is asked for."
            told = replace(told, reason=why)
        if call.service.silent or self._lenient:
            # https://www.w3.org/TR/sparql11-federated-query/#defn_service: one empty solution
            return Solutions([(None,) * len(call.variables)], told)
        raise FailedPartnerError(told, retry_after)

    async def _may_answer(self, graph: str, call: Call) -> bool:
        """Say whether an extract holds each property that ``call`` names, and so may answer it.

        That it holds all statements of a property nobody can promise: its date is told.
        """
        if call.asks_graphs:
            return False
        if not call.properties:
            return True
        query = known_properties(call.properties)
        return len(await self._here.rows(query, ("property",), graph)) == len(call.properties)

    async def _from_mirror(self, call: Call, graph: str, queries: Sequence[str]) -> list[Row]:
        rows: list[Row] = []
        for query in queries:
            found = await self._here.rows(query, call.variables, graph)
            rows += skolemised(found, self._home, f"{graph}\0{query}")[0]
        return rows


def _in_order(call: Call, reply: Reply) -> Reply:
    """Return ``reply`` with its columns in the order of the call's variables.

    Raise PartnerError where it answers another question than the one asked.
    """
    if not call.variables:
        return reply._replace(variables=(), rows=[()] * len(reply.rows))
    places = {variable: at for at, variable in enumerate(reply.variables)}
    if not places.keys() <= set(call.variables):
        raise PartnerError(Fault.FORMAT, "its answer has variables that were not asked for.")
    order = [places.get(v) for v in call.variables]
    rows = [tuple(None if at is None else row[at] for at in order) for row in reply.rows]
    sure = [at for at, v in enumerate(call.variables) if v in call.certain]
    if any(row[at] is None for row in rows for at in sure):
        raise PartnerError(Fault.FORMAT, "its answer leaves unbound what the pattern binds.")
    return reply._replace(variables=call.variables, rows=rows)
