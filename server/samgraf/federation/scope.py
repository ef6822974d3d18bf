"""Say which variables an element brings into scope, and which it binds in every solution.

https://www.w3.org/TR/sparql11-query/#variableScope. Those of a group the parser knows. What is
called certain here is bound whatever the data; a pattern may bind more than that.
"""

from __future__ import annotations

from collections.abc import Iterable

from samgraf.sparql.syntax.nodes import (
    Bind,
    Element,
    Filter,
    GraphPattern,
    Group,
    GroupOrUnion,
    InlineData,
    MinusPattern,
    NamedPattern,
    OptionalPattern,
    Select,
    ServicePattern,
    TriplesBlock,
    groups_of,
)


def scope_of(element: Element) -> tuple[str, ...]:
    """Return the variables that ``element`` brings into scope."""
    if isinstance(element, TriplesBlock | InlineData):
        return element.variables
    if isinstance(element, Bind):
        return (element.variable,)
    if isinstance(element, GroupOrUnion):
        return tuple(dict.fromkeys(v for g in element.groups for v in g.scope))
    if isinstance(element, OptionalPattern):
        return element.group.scope
    if isinstance(element, NamedPattern):
        own = (element.variable,) if element.variable else ()
        return tuple(dict.fromkeys((*own, *element.group.scope)))
    return ()  # FILTER and MINUS


def certain(group: Group) -> frozenset[str]:
    """Return the variables that ``group`` binds in every solution."""
    if group.select is not None:
        return _certainly_projected(group.select)
    return certain_in(group.elements)


def certain_in(elements: Iterable[Element]) -> frozenset[str]:
    """Return the variables that ``elements`` of one group bind together in every solution."""
    found: frozenset[str] = frozenset()
    for element in elements:
        found |= _certain_of(element)
    return found


def _certain_of(element: Element) -> frozenset[str]:
    if isinstance(element, TriplesBlock):
        return frozenset(element.variables)
    if isinstance(element, InlineData):
        return frozenset(element.variables) - element.undefined
    if isinstance(element, GroupOrUnion):
        return frozenset.intersection(*(certain(g) for g in element.groups))
    if isinstance(element, ServicePattern) and element.silent:
        return frozenset()  # a failure is a solution that binds nothing
    if isinstance(element, GraphPattern | ServicePattern):
        own = {element.variable} if element.variable else set()
        return certain(element.group) | own
    return frozenset()  # OPTIONAL may bind, BIND may fail, FILTER and MINUS bind nothing


def _certainly_projected(select: Select) -> frozenset[str]:
    found = certain(select.where)
    if select.values is not None:
        found |= frozenset(select.values.variables) - select.values.undefined
    if select.variables is not None:
        found &= frozenset(select.variables) - select.computed
    return found


def is_plain(group: Group) -> bool:
    """Say whether ``group`` has the same solutions wherever it is evaluated.

    Within EXISTS, variables are replaced by their values from outside
    (https://www.w3.org/TR/sparql11-query/#defn_evalExists). That makes no other difference than a
    join where each variable is bound by the pattern it stands in.
    """
    if group.select is not None:
        return False
    bound = certain(group)
    return all(_is_plain(element, bound) for element in group.elements)


def _is_plain(element: Element, bound: frozenset[str]) -> bool:
    if isinstance(element, TriplesBlock):
        return True
    if isinstance(element, InlineData):
        return not element.undefined
    if isinstance(element, GroupOrUnion):
        return all(is_plain(group) for group in element.groups)
    if isinstance(element, GraphPattern):
        return is_plain(element.group)
    if isinstance(element, Filter):
        expression = element.expression
        return expression.fixed and not expression.exists and expression.variables <= bound
    return False


def is_plain_element(element: Element) -> bool:
    """Say the same of one element that is joined with others."""
    return not isinstance(element, Filter) and _is_plain(element, frozenset())


def is_joined(element: Element) -> bool:
    """Say whether ``element`` is joined with what stands beside it, wherever it stands."""
    return not isinstance(element, Filter | Bind | OptionalPattern | MinusPattern)


def is_steady(element: Element) -> bool:
    """Say whether ``element`` has the same solutions whenever it is evaluated.

    A SERVICE group has them once it is answered.
    """
    if isinstance(element, ServicePattern):
        return True
    if isinstance(element, Filter | Bind) and not element.expression.fixed:
        return False
    return all(is_steady_group(group) for group in groups_of(element))


def is_steady_group(group: Group) -> bool:
    """Say the same of a whole group; LIMIT and OFFSET choose, as they like, among solutions."""
    select = group.select
    if select is None:
        return all(is_steady(element) for element in group.elements)
    if select.cut or not is_steady_group(select.where):
        return False
    return all(
        e.fixed and all(is_steady_group(inner) for inner in e.exists) for e in select.expressions
    )
