"""Ask the store here on behalf of one federated query."""

from __future__ import annotations

import json
from collections.abc import Sequence

from samgraf.federation.waiting import Deadline
from samgraf.sparql.evaluation import Answer, Engine, QueryRequest
from samgraf.sparql.federated.inline import Row, term_of

JSON = "application/sparql-results+json"


class Here:
    """Answer queries by ``engine`` as ``request`` asks: its dataset, its bounds, its client."""

    def __init__(self, engine: Engine, request: QueryRequest, deadline: Deadline):
        self._engine, self._request, self._deadline = engine, request, deadline

    async def answer(self, query: str, media_type: str) -> Answer:
        """Return the answer to ``query``, which may be cut where the client allows it."""
        request = self._request._replace(query=query, timeout=self._deadline.left)
        return await self._engine.answer(request, media_type)

    async def rows(
        self, query: str, variables: Sequence[str], graph: str | None = None
    ) -> list[Row]:
        """Return all solutions of ``query``, from ``graph`` alone if one is named."""
        request = self._request._replace(query=query, partial=False, timeout=self._deadline.left)
        if graph is not None:
            request = request._replace(default_graphs=(graph,), named_graphs=())
        answer = await self._engine.answer(request, JSON)
        try:
            document = json.loads(answer.read())
        finally:
            answer.close()
        return [
            tuple(term_of(row.get(v)) for v in variables) for row in document["results"]["bindings"]
        ]
