"""Find the calls of a query: its SERVICE groups, and which of them cannot be answered.

https://www.w3.org/TR/sparql11-federated-query/#service
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from samgraf.federation.scope import certain, in_scope, is_plain, is_steady_group
from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.syntax.nodes import (
    Bind,
    Element,
    Filter,
    GraphPattern,
    Group,
    Query,
    Select,
    ServicePattern,
    TriplesBlock,
    groups_of,
    services_in,
)


class Call(NamedTuple):
    """Hold a SERVICE group: the variables of its solutions, and those that all of them bind.

    ``steady`` is false where its solutions may differ when it is evaluated in several parts.
    ``asks_graphs`` is true where it asks for named graphs; ``properties`` are those that it names.
    """

    service: ServicePattern
    variables: tuple[str, ...]
    certain: frozenset[str]
    steady: bool
    asks_graphs: bool
    properties: tuple[str, ...]


def calls_of(query: Query) -> list[Call]:
    """Return the calls of ``query`` in the order of the text.

    Raise RefusedQueryError where one cannot be answered as the standard has it.
    """
    found = sorted(_in_select(query.select, False), key=lambda pair: pair[0].start)
    return [_call(query, service, in_exists) for service, in_exists in found]


def _call(query: Query, service: ServicePattern, in_exists: bool) -> Call:
    group = service.group
    line = query.text.count("\n", 0, service.start) + 1
    if next(services_in(group), None) is not None:
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
    inner = list(_all_elements(group))
    return Call(
        service=service,
        variables=in_scope(group),
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


def _all_elements(group: Group) -> Iterator[Element]:
    if group.select is not None:
        yield from _all_elements(group.select.where)
    for element in group.elements:
        yield element
        for inner in groups_of(element):
            yield from _all_elements(inner)


def _in_select(select: Select, in_exists: bool) -> Iterator[tuple[ServicePattern, bool]]:
    yield from _in_group(select.where, in_exists)
    for expression in select.expressions:
        for group in expression.exists:
            yield from _in_group(group, True)


def _in_group(group: Group, in_exists: bool) -> Iterator[tuple[ServicePattern, bool]]:
    if group.select is not None:
        yield from _in_select(group.select, in_exists)
    for element in group.elements:
        if isinstance(element, ServicePattern):
            yield element, in_exists
            continue
        hidden = in_exists or isinstance(element, Filter | Bind)
        for inner in groups_of(element):
            yield from _in_group(inner, hidden)
