"""Answer a federated query: ask partners for what it needs of them, then the store for the rest.

Each SERVICE group is answered by its partner, for those values alone that can come into the answer
(a bind join), and its solutions are put in its place as VALUES. What is left is a query for the
store here. https://www.w3.org/TR/sparql11-federated-query/
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from samgraf.engine.base import Answer, Engine, QueryRequest, QueryTimeoutError
from samgraf.federation.calls import Call, calls_of
from samgraf.federation.context import Around, Context
from samgraf.federation.faults import FailedPartnerError, TooManyValuesError
from samgraf.federation.inline import Row, is_blank, skolemised, term_of
from samgraf.federation.outcome import CACHE, FAILED, MIRROR, OK, FederatedAnswer, Outcome
from samgraf.federation.partner import Partner
from samgraf.federation.partners import Partners
from samgraf.federation.reply import Desk, Fault, PartnerError, Reply
from samgraf.federation.rewriting import Rewriting, for_partner, known_properties
from samgraf.federation.scope import scope_of
from samgraf.federation.syntax import parse
from samgraf.sparql.guard import guard

MAX_ROWS = 50_000  # solutions that one SERVICE group may have
MAX_VALUES = 10_000  # rows of values that one SERVICE group is asked for
RESERVE = 0.1  # part of the time left that is kept for the work after a partner's answer
_JSON = "application/sparql-results+json"


class Values(NamedTuple):
    """Hold the rows of values of some columns that a call is asked for."""

    columns: tuple[str, ...]
    rows: list[Row]


@dataclass(frozen=True)
class Solutions:
    """Hold the answer to one call from one partner."""

    rows: list[Row]
    outcome: Outcome


class Federation:
    """Answer federated queries of a release: by ``engine``, and by partners through ``desk``."""

    def __init__(self, engine: Engine, desk: Desk, partners: Mapping[str, Partner], home: str):
        self.engine, self.desk = engine, desk
        self.partners = Partners(partners)
        self.home = home  # the address below which blank nodes of partners get IRIs

    async def answer(
        self,
        request: QueryRequest,
        media_type: str,
        prefixes: Mapping[str, str],
        seconds: float,
    ) -> Answer:
        """Return the answer within ``seconds``, which tells the outcome of each partner.

        Raise what the engine raises, RefusedQueryError where the query cannot be answered as the
        standard has it, NoPartnerError where it names who is no partner, FailedPartnerError where
        a partner fails whom the query does not allow to.
        """
        run = _Run(self, request, prefixes, seconds)
        return await run.answer(media_type)


class _Run:
    def __init__(
        self,
        federation: Federation,
        request: QueryRequest,
        prefixes: Mapping[str, str],
        seconds: float,
    ):
        self._of, self._request, self._seconds = federation, request, seconds
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._query = parse(request.query, prefixes, request.base or "")
        self._calls = calls_of(self._query)
        for call in self._calls:
            if call.service.iri is not None:
                federation.partners.named(call.service)
        self._rewriting = Rewriting(self._query)
        # no other parser may find a SERVICE where ours has found none
        guard(self._rewriting.emptied(c.service for c in self._calls), len(request.query) * 8)
        self._around = Around(self._rewriting)
        self._outcomes: dict[Call, list[Outcome]] = {}

    def _left(self) -> float:
        left = self._began + self._seconds - self._loop.time()
        if left <= 0:
            raise QueryTimeoutError(self._seconds)
        return left

    async def answer(self, media_type: str) -> Answer:
        await self._settle()
        waiting = list(self._calls)
        while waiting:
            chosen = self._next(waiting)
            await _together([self._resolve(call, context) for call, context in chosen])
            answered = {call for call, _ in chosen}
            waiting = [call for call in waiting if call not in answered]
        final = self._request._replace(query=self._rewriting.text(), timeout=self._left())
        answer = await self._of.engine.answer(final, media_type)
        outcomes = [o for call in self._calls for o in self._outcomes[call]]
        spent = self._loop.time() - self._began
        return FederatedAnswer(answer, outcomes, spent, in_json=media_type == _JSON)

    async def _settle(self) -> None:
        """Choose once, before partners are asked, where a LIMIT here chooses for them."""
        for call in self._calls:
            for element, graph in self._around.unsettled(call.service):
                question = self._rewriting.solutions_of(element, graph)
                request = self._request._replace(
                    query=question, partial=False, timeout=self._left()
                )
                variables = scope_of(element)
                rows = await self._rows(request, variables)
                if len(rows) <= MAX_VALUES and not any(is_blank(t) for row in rows for t in row):
                    self._rewriting.put(element, variables, rows)

    def _next(self, waiting: Sequence[Call]) -> list[tuple[Call, Context]]:
        """Return the calls to make now: all whose values are known, else the first one."""
        known = [(call, self._around.context(call.service)) for call in waiting]
        ready = [(call, context) for call, context in known if self._columns(call, context)]
        if ready:
            return ready
        named = [pair for pair in known if pair[0].service.iri is not None]
        if not named:
            raise self._of.partners.unbound(waiting[0].service)
        return named[:1]

    def _columns(self, call: Call, context: Context) -> tuple[str, ...]:
        """Return the variables whose values a call may be asked for."""
        variable = call.service.variable
        if variable is not None and variable not in context.scope:
            return ()
        found = tuple(v for v in call.variables if v in call.certain and v in context.scope)
        return found if variable is None else tuple(dict.fromkeys((variable, *found)))

    async def _resolve(self, call: Call, context: Context) -> None:
        """Answer one call, and put its solutions in its place."""
        service = call.service
        columns = self._columns(call, context)
        values = await self._values(call, context, columns) if columns else None
        if service.variable is None:
            partner = self._of.partners.named(service)
            found = await self._ask(call, partner, values)
            self._outcomes[call] = [found.outcome]
            self._rewriting.put(service, call.variables, found.rows)
            return
        shares = self._of.partners.shares(service, values.columns, values.rows)
        asked = [self._ask(call, s.partner, Values(s.columns, s.rows)) for s in shares]
        answers = await _together(asked)
        self._outcomes[call] = [found.outcome for found in answers]
        variables = tuple(dict.fromkeys((service.variable, *call.variables)))
        rows: list[Row] = []
        for share, found in zip(shares, answers, strict=True):
            rows += _named(share.term, service.variable, call.variables, variables, found.rows)
        self._rewriting.put(service, variables, rows)

    async def _values(self, call: Call, context: Context, columns: Sequence[str]) -> Values:
        """Return the values that ``columns`` have in ``context``, those that are always bound."""
        question = self._rewriting.question(context.pieces, columns, MAX_VALUES + 1)
        request = self._request._replace(query=question, partial=False, timeout=self._left())
        rows = await self._rows(request, columns)
        if len(rows) > MAX_VALUES:
            line = self._query.text.count("\n", 0, call.service.start) + 1
            raise TooManyValuesError(line, MAX_VALUES)
        # where a value is missing, any value fits: then the column tells nothing
        bound = [i for i in range(len(columns)) if all(row[i] is not None for row in rows)]
        kept = dict.fromkeys(tuple(row[i] for i in bound) for row in rows)
        # a blank node here is none of the partner's
        return Values(
            tuple(columns[i] for i in bound),
            [row for row in kept if not any(map(is_blank, row))],
        )

    async def _rows(self, request: QueryRequest, variables: Sequence[str]) -> list[Row]:
        answer = await self._of.engine.answer(request, _JSON)
        try:
            document = json.loads(answer.read())
        finally:
            answer.close()
        return [
            tuple(term_of(row.get(v)) for v in variables) for row in document["results"]["bindings"]
        ]

    async def _ask(self, call: Call, partner: Partner, values: Values | None) -> Solutions:
        """Return the solutions of ``call`` from ``partner``, or from what stands in for it."""
        began = self._loop.time()
        queries = self._queries(call, partner, values)
        asked = None if values is None or not values.columns else len(values.rows)
        try:
            replies = await _together([self._reply(call, partner, q) for q in queries])
            solutions = self._solutions(call, partner, queries, replies)
        except PartnerError as error:
            solutions = await self._instead(call, partner, queries, error)
        spent = self._loop.time() - began
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
        left = self._left()
        seconds = min(partner.deadline, left - min(RESERVE * left, 1.0))
        reply = await self._of.desk.ask(partner.name, query, seconds, MAX_ROWS, last_good=True)
        return _in_order(call, reply)

    def _solutions(
        self, call: Call, partner: Partner, queries: Sequence[str], replies: Sequence[Reply]
    ) -> Solutions:
        rows: list[Row] = []
        renamed = 0
        for query, reply in zip(queries, replies, strict=True):
            named, nodes = skolemised(reply.rows, self._of.home, f"{partner.name}\0{query}")
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
        self, call: Call, partner: Partner, queries: Sequence[str], error: PartnerError
    ) -> Solutions:
        """Return what stands in for a partner that failed: its mirror, or nothing if allowed."""
        reason = str(error)
        told = Outcome(
            partner=partner.name,
            state=FAILED,
            reason=reason,
            fault=error.fault.value,
            requests=len(queries),
        )
        if (mirror := partner.mirror) is not None:
            if await self._may_answer(mirror.graph, call):
                rows = await self._from_mirror(call, mirror.graph, queries)
                at = datetime.fromisoformat(mirror.date).replace(tzinfo=UTC)
                return Solutions(rows, replace(told, state=MIRROR, at=at, rows=len(rows)))
            reason += f" Its extract of {mirror.date} does not hold what is asked for."
            told = replace(told, reason=reason)
        if call.service.silent or self._request.partial:
            # https://www.w3.org/TR/sparql11-federated-query/#defn_service: one empty solution
            return Solutions([(None,) * len(call.variables)], told)
        raise FailedPartnerError(told, error.retry_after)

    async def _may_answer(self, graph: str, call: Call) -> bool:
        """Say whether an extract holds each property that ``call`` names, and so may answer it.

        That it holds all statements of a property nobody can promise: its date is told.
        """
        if call.asks_graphs:
            return False
        if not call.properties:
            return True
        query = known_properties(call.properties)
        request = QueryRequest(query=query, default_graphs=(graph,), timeout=self._left())
        return len(await self._rows(request, ("property",))) == len(call.properties)

    async def _from_mirror(self, call: Call, graph: str, queries: Sequence[str]) -> list[Row]:
        rows: list[Row] = []
        for query in queries:
            request = self._request._replace(
                query=query,
                default_graphs=(graph,),
                named_graphs=(),
                partial=False,
                timeout=self._left(),
            )
            found = await self._rows(request, call.variables)
            rows += skolemised(found, self._of.home, f"{graph}\0{query}")[0]
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


def _named(
    term: str,
    variable: str,
    columns: Sequence[str],
    wanted: Sequence[str],
    rows: Sequence[Row],
) -> list[Row]:
    """Return ``rows`` as those of the partner that ``term`` names, joined with that name."""
    named = []
    for row in rows:
        bound = dict(zip(columns, row, strict=True))
        if bound.get(variable) in (None, term):
            bound[variable] = term
            named.append(tuple(bound[v] for v in wanted))
    return named


async def _together(work: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Return the results of ``work``, done at once; where a part fails, the rest is given up."""
    tasks = [asyncio.ensure_future(part) for part in work]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
