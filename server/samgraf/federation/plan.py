"""Find the SERVICE calls of a query, and which solutions of each the rest of it can use.

https://www.w3.org/TR/sparql11-federated-query/#service

A query may hold more than its answer needs of a partner: only the solutions of a SERVICE group that
fit to some solution of what it is joined with. The *context* of the group is a pattern whose
solutions tell which these are. For variables W that every solution of the context binds, and that
every solution of the group binds, a solution of the group whose values for W are no solution's of
the context never comes into the answer, so that it need not be sent:

- Joined elements may stand anywhere in the group, for joins commute.
- OPTIONAL, MINUS and BIND change solutions by what stands before them. They are taken only as the
  whole beginning of the group, in order; where one is left out, the rest of their kind is too.
- FILTER drops whole solutions of its group. It is taken where what is taken binds all that it
  reads, so that it judges the same.
- Into OPTIONAL, MINUS and FILTER EXISTS goes what stands before them alone: what comes after may
  want just those solutions that find no match. The context from further out goes along only where
  it meets what is inside in no variable but those that are certainly bound before.
- What may differ when it is evaluated again (RAND, a LIMIT) is left out, unless it is settled
  first: evaluated once, and its solutions put in its place.
- Through a sub-select go the variables that it projects, and nothing through one that groups or
  cuts, for there each solution counts.

https://www.w3.org/TR/sparql11-query/#sparqlAlgebra
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from samgraf.federation.rewriting import Rewriting
from samgraf.federation.scope import (
    certain,
    certain_in,
    is_joined,
    is_plain,
    is_plain_element,
    is_steady,
    is_steady_group,
    scope_of,
)
from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.syntax.nodes import (
    Bind,
    Element,
    Filter,
    GraphPattern,
    Group,
    GroupOrUnion,
    MinusPattern,
    OptionalPattern,
    Query,
    Select,
    ServicePattern,
    TriplesBlock,
    elements_of,
    groups_of,
    services_of,
)

_VARIABLE = ("?", "$")


class ServiceCall(NamedTuple):
    """A SERVICE group: the variables of its solutions, and those that all of them bind.

    ``steady`` is false where its solutions may differ when it is evaluated in several parts.
    ``asks_graphs`` is true where it asks for named graphs; ``properties`` are those that it names.
    """

    service: ServicePattern
    variables: tuple[str, ...]
    certain: frozenset[str]
    steady: bool
    asks_graphs: bool
    properties: tuple[str, ...]


def calls_of(query: Query) -> list[ServiceCall]:
    """Return the calls of ``query`` in the order of the text.

    Raise RefusedQueryError where one cannot be answered as the standard has it.
    """
    found = sorted(elements_of(query.select), key=lambda pair: pair[0].start)
    return [_call(query, e, in_exists) for e, in_exists in found if isinstance(e, ServicePattern)]


def _call(query: Query, service: ServicePattern, in_exists: bool) -> ServiceCall:
    group = service.group
    line = query.text.count("\n", 0, service.start) + 1
    if any(services_of(group)):
        raise RefusedQueryError(
            f"The SERVICE on line {line} holds another SERVICE. A partner is not asked to ask "
            "others: put the two beside each other."
        )
    if in_exists and not (is_plain(group) and service.iri is not None):
        raise RefusedQueryError(
            f"The SERVICE on line {line} stands within EXISTS, where the values from outside would "
            "have to go into it. There it may hold triple patterns, groups, UNION, VALUES and "
            "filters on its own variables, and must name its partner. Join it outside of EXISTS."
        )
    inner = [element for element, _ in elements_of(group)]
    return ServiceCall(
        service=service,
        variables=group.scope,
        certain=certain(group),
        steady=is_steady_group(group),
        asks_graphs=any(isinstance(e, GraphPattern) for e in inner),
        properties=tuple(
            dict.fromkeys(
                query.prologue.iri(verb)
                for e in inner
                if isinstance(e, TriplesBlock)
                for verb in e.verbs
            )
        ),
    )


class GroupStep(NamedTuple):
    """One step of the way from a query to a SERVICE group: the group, and the element in it.

    ``inner`` is the group inside the element that the way goes on in, nothing at its end.
    """

    group: Group
    element: Element
    inner: Group | None


@dataclass(frozen=True)
class Context:
    """Patterns that are joined, and the variables in their scope."""

    pieces: tuple[str, ...] = ()
    scope: frozenset[str] = frozenset()

    def joined(self, other: Context) -> Context:
        """Return this and ``other`` joined."""
        return Context(self.pieces + other.pieces, self.scope | other.scope)

    def projected(self, variables: Collection[str]) -> Context:
        """Return what is left of this for one who sees ``variables`` alone."""
        kept = [v for v in variables if v in self.scope]
        if not kept:
            return Context()
        names = " ".join(f"?{v}" for v in kept)
        text = f"{{ SELECT DISTINCT {names} WHERE {{ {' '.join(self.pieces)} }} }}"
        return Context((text,), frozenset(kept))


class JoinContexts:
    """The contexts of the SERVICE groups in the query of ``rewriting``, as far as it is answered.

    No context holds a SERVICE group that has no answer yet.
    """

    def __init__(self, rewriting: Rewriting):
        self._select, self._rewriting = rewriting.query.select, rewriting
        self._text = rewriting.text

    def context(self, service: ServicePattern) -> Context:
        """Return the context of ``service``."""
        way = way_to(self._select.where, service)
        if way is None:
            return Context()  # within an expression of a SELECT
        context = self._from_values(self._select)
        graph, in_exists = "", False
        for step in way:
            own = self._beside(step, graph, plain=in_exists)
            element, inner = step.element, step.inner
            if isinstance(element, OptionalPattern | MinusPattern | Filter):
                context = self._entered(context, own, inner)
                in_exists = in_exists or isinstance(element, Filter)
            elif inner is None or isinstance(element, GroupOrUnion | GraphPattern):
                context = context.joined(own.context)
            else:
                # EXISTS within BIND: of what stands before it nothing is known
                context, in_exists = Context(), True
            if isinstance(element, GraphPattern):
                graph = element.name
            if inner is not None and inner.select is not None:
                context = self._through(context, inner.select)
                if graph.startswith(_VARIABLE):
                    graph = "?samgrafGraph"  # inside, its name may mean something else
        return context

    def unsettled(self, service: ServicePattern) -> Iterator[tuple[Element, str]]:
        """Yield what would have to be settled to be in the context, and the graph it stands in."""
        graph = ""
        for step in way_to(self._select.where, service) or ():
            if isinstance(step.element, Filter | Bind):
                return
            for element in step.group.elements:
                if (
                    element is not step.element
                    and _chooses(element)
                    and element not in self._rewriting
                ):
                    yield element, graph
            if isinstance(step.element, GraphPattern):
                graph = step.element.name
                if graph.startswith(_VARIABLE):
                    return

    def _from_values(self, select: Select) -> Context:
        """Return the VALUES at the end of a select, which joins before anything is cut."""
        if select.values is None or select.grouped:
            return Context()
        return Context((self._text(select.values),), frozenset(select.values.variables))

    def _through(self, context: Context, select: Select) -> Context:
        if select.grouped or select.cut:
            return Context()
        if select.variables is not None:
            seen = [v for v in select.variables if v not in select.computed]
            context = context.projected(seen)
        return context.joined(self._from_values(select))

    def _entered(self, outer: Context, own: _Own, inner: Group | None) -> Context:
        """Return the context of what is inside OPTIONAL, MINUS or EXISTS."""
        met = outer.scope & frozenset(() if inner is None else inner.scope)
        return outer.joined(own.context) if met <= own.certain else own.context

    def _beside(self, step: GroupStep, graph: str, *, plain: bool) -> _Own:
        """Return what stands beside the step's element and may be taken."""
        before_only = isinstance(step.element, OptionalPattern | MinusPattern)
        whole = not plain  # everything so far was taken
        changes = False
        beginning: list[Element] = []
        joins: list[Element] = []
        for element in step.group.elements:
            if element is step.element:
                if before_only:
                    break
                # a filter stands for its whole group, wherever it is written
                whole = whole and isinstance(element, Filter)
            elif isinstance(element, Filter):
                continue
            elif not self._is_usable(element):
                whole = False
            elif plain:
                if is_plain_element(element):
                    joins.append(element)
            elif is_joined(element):
                (beginning if whole else joins).append(element)
            elif whole:
                beginning.append(element)
                changes = True
        taken = [*beginning, *joins]
        sure = certain_in(taken)
        pieces = [self._piece(beginning, graph, braces=changes)] if beginning else []
        if joins:
            pieces.append(self._piece(joins, graph, braces=False))
        if not plain:
            pieces += self._filters(step, sure)
        scope = frozenset(v for e in taken for v in scope_of(e))
        if graph.startswith(_VARIABLE) and taken:
            scope |= {graph[1:]}
            sure |= {graph[1:]}
        return _Own(Context(tuple(pieces), scope), sure)

    def _piece(self, elements: list[Element], graph: str, *, braces: bool) -> str:
        text = " ".join(_closed(e, self._text(e)) for e in elements)
        if graph:
            return f"GRAPH {graph} {{ {text} }}"
        return f"{{ {text} }}" if braces else text

    def _filters(self, step: GroupStep, sure: frozenset[str]) -> Iterator[str]:
        for element in step.group.elements:
            if isinstance(element, Filter) and element is not step.element:
                expression = element.expression
                if expression.fixed and not expression.exists and expression.variables <= sure:
                    yield self._text(element)

    def _is_usable(self, element: Element) -> bool:
        """Say whether the solutions of ``element`` are known to be those of the whole query."""
        if element in self._rewriting:
            return True
        if isinstance(element, ServicePattern) or not is_steady(element):
            return False
        inner = (s for g in groups_of(element) for s in services_of(g))
        return all(service in self._rewriting for service in inner)


class _Own(NamedTuple):
    context: Context
    certain: frozenset[str]


def _chooses(element: Element) -> bool:
    """Say whether ``element`` is a sub-select that chooses among its solutions, ours alone."""
    if not isinstance(element, GroupOrUnion) or len(element.groups) > 1:
        return False
    (group,) = element.groups
    cut = group.select is not None and group.select.cut
    return cut and not any(services_of(group))


def _closed(element: Element, text: str) -> str:
    """Return ``text`` so that triple patterns may follow it."""
    return f"{text} ." if isinstance(element, TriplesBlock) and text[-1] != "." else text


def way_to(group: Group, service: ServicePattern) -> list[GroupStep] | None:
    """Return the steps from ``group`` to ``service``; None where no pattern in it leads there."""
    if group.select is not None:
        return way_to(group.select.where, service)
    for element in group.elements:
        if element is service:
            return [GroupStep(group, element, None)]
        for inner in groups_of(element):
            if (rest := way_to(inner, service)) is not None:
                return [GroupStep(group, element, inner), *rest]
    return None
