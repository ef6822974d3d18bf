"""Answer a federated query: ask partners for what it needs of them, then the store for the rest.

Each SERVICE group is answered by its partner, for those values alone that can come into the answer
(a bind join), and its solutions are put in its place as VALUES. What is left is a query for the
store here. https://www.w3.org/TR/sparql11-federated-query/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from samgraf.federation.asking import Asker, Values
from samgraf.federation.calls import Call, calls_of
from samgraf.federation.context import Around, Context
from samgraf.federation.here import JSON, Here
from samgraf.federation.rewriting import Rewriting
from samgraf.federation.scope import scope_of
from samgraf.federation.waiting import Deadline, together
from samgraf.release.partner import Partner
from samgraf.sparql.evaluation import Answer, Engine, QueryRequest
from samgraf.sparql.federated.faults import TooManyValuesError
from samgraf.sparql.federated.inline import Row, is_blank
from samgraf.sparql.federated.outcome import FederatedAnswer, Outcome
from samgraf.sparql.federated.partners import Partners
from samgraf.sparql.federated.reply import Desk
from samgraf.sparql.syntax.nodes import Query

MAX_VALUES = 10_000  # rows of values that one SERVICE group is asked for


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
        query: Query,
        seconds: float,
    ) -> Answer:
        """Return the answer within ``seconds``, which tells the outcome of each partner.

        Raise what the engine raises, RefusedQueryError where the query cannot be answered as the
        standard has it, NoPartnerError where it names who is no partner, FailedPartnerError where
        a partner fails whom the query does not allow to.
        """
        deadline = Deadline(seconds)
        run = _Run(self, query, Here(self.engine, request, deadline), deadline, request.partial)
        return await run.answer(media_type)


class _Run:
    def __init__(
        self, federation: Federation, query: Query, here: Here, deadline: Deadline, lenient: bool
    ):
        self._partners, self._here, self._deadline = federation.partners, here, deadline
        self._query = query
        self._calls = calls_of(query)
        for call in self._calls:
            if call.service.iri is not None:
                self._partners.named(call.service)
        self._rewriting = Rewriting(query)
        self._around = Around(self._rewriting)
        self._asker = Asker(
            query, federation.desk, here, deadline, federation.home, lenient=lenient
        )
        self._outcomes: dict[Call, list[Outcome]] = {}

    async def answer(self, media_type: str) -> Answer:
        await self._settle()
        waiting = list(self._calls)
        while waiting:
            chosen = self._next(waiting)
            await together([self._resolve(call, context) for call, context in chosen])
            answered = {call for call, _ in chosen}
            waiting = [call for call in waiting if call not in answered]
        answer = await self._here.answer(self._rewriting.text(), media_type)
        outcomes = [o for call in self._calls for o in self._outcomes[call]]
        spent = self._deadline.spent
        return FederatedAnswer(answer, outcomes, spent, in_json=media_type == JSON)

    async def _settle(self) -> None:
        """Choose once, before partners are asked, where a LIMIT here chooses for them."""
        for call in self._calls:
            for element, graph in self._around.unsettled(call.service):
                variables = scope_of(element)
                question = self._rewriting.solutions_of(element, graph)
                rows = await self._here.rows(question, variables)
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
            raise self._partners.unbound(waiting[0].service)
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
            partner = self._partners.named(service)
            found = await self._asker.ask(call, partner, values)
            self._outcomes[call] = [found.outcome]
            self._rewriting.put(service, call.variables, found.rows)
            return
        shares = self._partners.shares(service, values.columns, values.rows)
        asked = [self._asker.ask(call, s.partner, Values(s.columns, s.rows)) for s in shares]
        answers = await together(asked)
        self._outcomes[call] = [found.outcome for found in answers]
        variables = tuple(dict.fromkeys((service.variable, *call.variables)))
        rows: list[Row] = []
        for share, found in zip(shares, answers, strict=True):
            rows += _named(share.term, service.variable, call.variables, variables, found.rows)
        self._rewriting.put(service, variables, rows)

    async def _values(self, call: Call, context: Context, columns: Sequence[str]) -> Values:
        """Return the values that ``columns`` have in ``context``, those that are always bound."""
        question = self._rewriting.question(context.pieces, columns, MAX_VALUES + 1)
        rows = await self._here.rows(question, columns)
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
