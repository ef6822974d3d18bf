"""Write GRAPH as SPARQL has it: https://www.w3.org/TR/sparql11-query/#sparqlAlgebraEval."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

from samgraf.limits import CORRECTED_QUERY
from samgraf.sparql.corrections.paths import needed
from samgraf.sparql.corrections.writing import Writing
from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.syntax.nodes import (
    Bind,
    Filter,
    GraphPattern,
    Group,
    GroupOrUnion,
    MinusPattern,
    OptionalPattern,
    TriplesBlock,
    groups_of,
)


class Graphs:
    """The GRAPH patterns of one query, and the named graphs of its dataset."""

    def __init__(self, writing: Writing, named_graphs: Callable[[], Iterable[str]]):
        self._writing, self._named_graphs = writing, named_graphs

    def graph(self, pattern: GraphPattern) -> str:
        """Write GRAPH out for each named graph: https://www.w3.org/TR/sparql11-query/#sparqlAlgebraEval.

        The store looks for triples in all graphs at once, so that a group without any, a sub-select
        or the right side of a MINUS knows no graph.
        """
        names = self._names
        if pattern.iri is not None:
            plain = f"GRAPH {pattern.name} {self._group(pattern)}"
            return plain if pattern.iri in names else f"{{ {plain} FILTER(false) }}"
        if not names:
            return f"{{ GRAPH {pattern.name} {self._group(pattern)} FILTER(false) }}"
        copies, length, outer = [], 0, self._writing.copy
        for number, name in enumerate(names, start=1):
            self._writing.copy = outer * len(names) + number
            graph = f"<{name}>"
            copy = f"{{ GRAPH {graph} {self._group(pattern)} VALUES {pattern.name} {{ {graph} }} }}"
            length += len(copy)
            if length > CORRECTED_QUERY:
                raise RefusedQueryError(
                    "GRAPH with a variable around a sub-select, MINUS, VALUES or the like is "
                    f"evaluated graph by graph (SPARQL 1.1, section 18.6), and the query is too "
                    f"long for {len(names)} graphs. Name the graph."
                )
            copies.append(copy)
        self._writing.copy = outer
        return " UNION ".join(copies)

    def _group(self, pattern: GraphPattern) -> str:
        return self._writing.text(pattern.group.start, pattern.group.end)

    @cached_property
    def _names(self) -> list[str]:
        return sorted(self._named_graphs())


def is_settled(pattern: GraphPattern) -> bool:
    """Return whether the store evaluates ``pattern`` rightly as it is."""
    right, binds = _quads_suffice(pattern.group, pattern.variable)
    if pattern.variable is None:
        # of one graph all is right, but what holds no triple pattern is found in no graph too
        return binds or _has_triples(pattern.group)
    return right and binds


def _has_triples(group: Group) -> bool:
    """Return whether no solution comes without a triple."""
    for element in group.elements:
        if isinstance(element, TriplesBlock) and not any(map(needed, element.triples)):
            return True
        if isinstance(element, GroupOrUnion) and all(map(_has_triples, element.groups)):
            return True
    return False


def _quads_suffice(group: Group, variable: str | None) -> tuple[bool, bool]:
    """Return whether quads with the graph ``variable`` are right for ``group``, and bind it.

    The store puts the variable into each triple pattern. That is right where triple patterns come
    first, so that whatever is optional, or only tested, finds it bound.
    """
    if group.select is not None:
        return False, False
    binds, tests = False, False
    for element in group.elements:
        inner = [_quads_suffice(g, variable) for g in groups_of(element)]
        if isinstance(element, GraphPattern):
            continue
        if isinstance(element, MinusPattern) or not all(right for right, _ in inner):
            return False, False
        if isinstance(element, TriplesBlock):
            if any(map(needed, element.triples)):
                return False, False
            binds = True
        elif isinstance(element, GroupOrUnion):
            binds = binds or all(bound for _, bound in inner)
        elif (isinstance(element, OptionalPattern) and not binds) or (
            isinstance(element, Bind) and (element.variable == variable or (inner and not binds))
        ):
            return False, False
        elif isinstance(element, Filter) and inner:
            tests = True
    return binds or not tests, binds
