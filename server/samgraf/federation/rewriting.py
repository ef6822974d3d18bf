"""Write the queries that a federated query comes to: for the store here, and for partners."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from samgraf.federation.scope import scope_of
from samgraf.sparql.federated.inline import Row, values
from samgraf.sparql.outgoing import written_anew
from samgraf.sparql.syntax.nodes import Element, Node, Query, ServicePattern


class Rewriting:
    """A query in which elements are replaced, one after another, by their solutions."""

    def __init__(self, query: Query):
        self.query = query
        self._answers: dict[Element, str] = {}

    def __contains__(self, element: Element) -> bool:
        """Say whether ``element`` has an answer."""
        return element in self._answers

    def put(self, element: Element, clause: str) -> None:
        """Put ``clause``, a VALUES clause with its solutions, in place of ``element``."""
        # as many lines as before, so that the places in errors stay those of the asker's text
        lines = self.query.text.count("\n", element.start, element.end)
        self._answers[element] = clause + "\n" * lines

    def text(self, node: Node | None = None) -> str:
        """Return the text of ``node``, or of the whole query, with the answers so far."""
        start, end = (0, len(self.query.text)) if node is None else (node.start, node.end)
        pieces = []
        for element in sorted(self._answers, key=lambda e: e.start):
            if start <= element.start and element.end <= end:
                pieces += (self.query.text[start : element.start], self._answers[element])
                start = element.end
        return "".join((*pieces, self.query.text[start:end]))

    def solutions_of(self, element: Element, graph: str) -> str:
        """Return the query for the solutions of ``element`` alone, in ``graph`` if one is named."""
        pattern = f"{{ {self.text(element)} }}"
        if graph:
            pattern = f"{{ GRAPH {graph} {pattern} }}"
        names = " ".join(f"?{v}" for v in scope_of(element))
        return f"{self.query.text[: self.query.start]}SELECT {names} WHERE {pattern}"

    def question(self, pieces: Iterable[str], variables: Sequence[str]) -> str:
        """Return the query for the values of ``variables`` where all the patterns hold."""
        names = " ".join(f"?{v}" for v in variables)
        prologue = self.query.text[: self.query.start]
        pattern = "\n".join(pieces)
        return f"{prologue}SELECT DISTINCT {names} WHERE {{\n{pattern}\n}}"


def for_partner(
    query: Query,
    service: ServicePattern,
    variables: Sequence[str],
    columns: Sequence[str],
    block: Sequence[Row],
) -> str:
    """Return the query that asks a partner for the solutions of ``service``.

    ``block`` are the values of ``columns`` that solutions must fit to; without columns all of the
    solutions are asked for. The values are joined with the whole group, never put into it.
    """
    group = written_anew(query, service.group.start, service.group.end)
    names = " ".join(f"?{v}" for v in variables) or "(1 AS ?solution)"
    pattern = f"{{ {values(columns, block)} {group} }}" if columns else group
    return f"SELECT {names} WHERE {pattern}"


def known_properties(properties: Iterable[str]) -> str:
    """Return the query for those of ``properties`` that a graph has statements of."""
    terms = values(("property",), [(str(ox.NamedNode(p)),) for p in properties])
    return f"SELECT ?property WHERE {{ {terms} FILTER EXISTS {{ ?thing ?property ?value }} }}"
