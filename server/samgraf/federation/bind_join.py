"""Answer a federated query: ask partners for what it needs of them, then the store for the rest.

Each SERVICE group is answered by its partner, for those values alone that can come into the answer
(a bind join), and its solutions are put in its place as VALUES. What is left is a query for the
store here. https://www.w3.org/TR/sparql11-federated-query/
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from samgraf import limits
from samgraf.federation.partner_client import PartnerClient
from samgraf.federation.partner_http import MemoryBudget
from samgraf.federation.plan import Context, JoinContexts, ServiceCall, calls_of
from samgraf.federation.rewriting import Rewriting
from samgraf.federation.scope import scope_of
from samgraf.federation.service_calls import (
    Deadline,
    LocalStore,
    ServiceCaller,
    together,
)
from samgraf.release.partner import JSON, Partner
from samgraf.sparql.evaluation import Answer, Engine, QueryRequest, ResultTooLargeError
from samgraf.sparql.federated.faults import PartnerError, TooManyValuesError
from samgraf.sparql.federated.inline import Row, is_blank, values
from samgraf.sparql.federated.outcome import FederatedAnswer, Outcome
from samgraf.sparql.federated.partners import Partners, Values
from samgraf.sparql.syntax.nodes import Query


class Federation:
    """Answers the federated queries of a release.

    ``engine`` answers what is asked of the store here, ``client``, which outlives the release, asks
    partners. Blank nodes of partners get IRIs below ``base``.
    """

    def __init__(
        self, engine: Engine, client: PartnerClient, partners: Mapping[str, Partner], base: str
    ):
        self.engine, self.client, self.base = engine, client, base
        self.partners = Partners(partners)
        self._memory = MemoryBudget(limits.PARTNER_ROWS_BYTES, "Answers of partners to queries")
        client.use(partners.values())

    async def answer(
        self, request: QueryRequest, media_type: str, query: Query, seconds: float
    ) -> Answer:
        """Return the answer within ``seconds``, which tells the outcome of each partner.

        Raise what the engine raises, RefusedQueryError where the query cannot be answered as the
        standard has it, NoPartnerError where it names who is no partner, FailedPartnerError where
        a partner fails whom the query does not allow to.
        """
        deadline = Deadline(seconds)
        store = LocalStore(self.engine, request, deadline)
        with self._memory.share() as take:
            caller = ServiceCaller(
                query, self.client, store, deadline, self.base, take, lenient=request.partial
            )
            return await _BindJoin(query, self.partners, store, caller, deadline).answer(media_type)


class _BindJoin:
    """One federated query under way."""

    def __init__(
        self,
        query: Query,
        partners: Partners,
        store: LocalStore,
        caller: ServiceCaller,
        deadline: Deadline,
    ):
        self._query, self._partners = query, partners
        self._store, self._caller, self._deadline = store, caller, deadline
        self._calls = calls_of(query)
        for call in self._calls:
            if call.service.iri is not None:
                self._partners.named(call.service)
        self._rewriting = Rewriting(query)
        self._contexts = JoinContexts(self._rewriting)
        self._outcomes: dict[ServiceCall, list[Outcome]] = {}

    async def answer(self, media_type: str) -> Answer:
        await self._settle()
        waiting = list(self._calls)
        while waiting:
            chosen = self._next(waiting)
            await together([self._resolve(call, context) for call, context in chosen])
            answered = {call for call, _ in chosen}
            waiting = [call for call in waiting if call not in answered]
        answer = await self._store.answer(self._rewriting.text(), media_type)
        outcomes = [o for call in self._calls for o in self._outcomes[call]]
        spent = self._deadline.spent
        return FederatedAnswer(answer, outcomes, spent, in_json=media_type == JSON)

    async def _settle(self) -> None:
        """Choose once, before partners are asked, where a LIMIT here chooses for them."""
        for call in self._calls:
            for element, graph in self._contexts.unsettled(call.service):
                question = self._rewriting.solutions_of(element, graph)
                try:
                    found = await self._store.rows(question, limits.SERVICE_VALUES)
                except (PartnerError, ResultTooLargeError):
                    continue  # too many to be told
                if not any(is_blank(t) for row in found.rows for t in row):
                    self._rewriting.put(element, values(scope_of(element), found.rows))

    def _next(self, waiting: Sequence[ServiceCall]) -> list[tuple[ServiceCall, Context]]:
        """Return the calls to make now: all whose values are known, else the first one."""
        known = [(call, self._contexts.context(call.service)) for call in waiting]
        ready = [(call, context) for call, context in known if self._columns(call, context)]
        if ready:
            return ready
        named = [pair for pair in known if pair[0].service.iri is not None]
        if not named:
            raise self._partners.unbound(waiting[0].service)
        return named[:1]

    def _columns(self, call: ServiceCall, context: Context) -> tuple[str, ...]:
        """Return the variables whose values a call may be asked for."""
        variable = call.service.variable
        if variable is not None and variable not in context.scope:
            return ()
        found = tuple(v for v in call.variables if v in call.certain and v in context.scope)
        return found if variable is None else tuple(dict.fromkeys((variable, *found)))

    async def _resolve(self, call: ServiceCall, context: Context) -> None:
        """Answer one call, and put its solutions in its place."""
        service, variables = call.service, call.variables
        columns = self._columns(call, context)
        asked = await self._values(call, context, columns) if columns else None
        batches = self._partners.batches(service, asked)
        answers = await together([self._caller.ask(call, b.partner, b.values) for b in batches])
        self._outcomes[call] = [found.outcome for found in answers]
        if service.variable is not None:
            variables = tuple(dict.fromkeys((service.variable, *variables)))

        def clause() -> str:
            rows: list[Row] = []
            for batch, found in zip(batches, answers, strict=True):
                if batch.term is None or service.variable is None:
                    rows += found.rows
                else:
                    named = batch.term, service.variable
                    rows += _named(*named, call.variables, variables, found.rows)
            return values(variables, rows)

        # so many rows would hold the event loop
        self._rewriting.put(service, await asyncio.to_thread(clause))

    async def _values(self, call: ServiceCall, context: Context, columns: Sequence[str]) -> Values:
        """Return the values that ``columns`` have in ``context``, those that are always bound."""
        question = self._rewriting.question(context.pieces, columns)
        try:
            rows = (await self._store.rows(question, limits.SERVICE_VALUES)).rows
        except PartnerError as error:
            line = self._query.text.count("\n", 0, call.service.start) + 1
            raise TooManyValuesError(line, limits.SERVICE_VALUES) from error
        # where a value is missing, any value fits: then the column tells nothing
        bound = [i for i in range(len(columns)) if all(row[i] is not None for row in rows)]
        kept = dict.fromkeys(tuple(row[i] for i in bound) for row in rows)
        # a blank node here is none of the partner's
        return Values(
            tuple(columns[i] for i in bound),
            [row for row in kept if not any(map(is_blank, row))],
        )


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
