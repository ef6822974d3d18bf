"""The parts of a query that matter for federation, named as in the grammar.

``start`` and ``end`` are places in the text, so that each part can be sent on as it was written.
https://www.w3.org/TR/sparql11-query/#rGroupGraphPattern
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Node:
    """Stand somewhere in the text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Expression(Node):
    """Hold an expression: its variables outside EXISTS, and the groups of its EXISTS.

    ``fixed`` is false where it may have another value when evaluated again.
    """

    variables: frozenset[str]
    exists: tuple[Group, ...] = ()
    fixed: bool = True
    aggregates: bool = False


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TriplesBlock(Node):
    """Hold triple patterns in a row: their variables in order of appearance, their properties."""

    variables: tuple[str, ...]
    properties: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GroupOrUnion(Node):
    """Hold a nested group, or several joined by UNION."""

    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OptionalPattern(Node):
    """Hold an OPTIONAL."""

    group: Group


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MinusPattern(Node):
    """Hold a MINUS."""

    group: Group


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class NamedPattern(Node):
    """Hold what GRAPH and SERVICE share: a variable, or a name as written and the IRI it means."""

    name: str
    iri: str | None
    group: Group

    @property
    def variable(self) -> str | None:
        """Return the variable that stands for the name, without its mark."""
        return self.name[1:] if self.iri is None else None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GraphPattern(NamedPattern):
    """Hold a GRAPH."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ServicePattern(NamedPattern):
    """Hold a SERVICE."""

    silent: bool


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Filter(Node):
    """Hold a FILTER."""

    expression: Expression


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Bind(Node):
    """Hold a BIND."""

    expression: Expression
    variable: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class InlineData(Node):
    """Hold a VALUES; ``undefined`` are its variables that some row leaves unbound."""

    variables: tuple[str, ...]
    undefined: frozenset[str]


Element: TypeAlias = (
    TriplesBlock
    | GroupOrUnion
    | OptionalPattern
    | MinusPattern
    | GraphPattern
    | ServicePattern
    | Filter
    | Bind
    | InlineData
)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Select:
    """Hold a SELECT, of a query or in a group.

    ``variables`` are those that it projects, in order, or ``None`` for ``*``; ``computed`` are
    those among them that stand behind AS. ``grouped`` says whether it groups, ``cut`` whether LIMIT
    or OFFSET choose among its solutions.
    """

    variables: tuple[str, ...] | None
    computed: frozenset[str]
    where: Group
    grouped: bool = False
    cut: bool = False
    values: InlineData | None = None
    expressions: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Group(Node):
    """Hold what stands between two braces: elements in order, or a sub-select."""

    elements: tuple[Element, ...] = ()
    select: Select | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Query:
    """Hold a query: ``select`` stands for the modifiers and the pattern of every form.

    ``prefixes`` are its own and those that need no declaration; ``base`` resolves relative IRIs.
    The prologue goes up to ``start`` of the form.
    """

    text: str
    form: str
    start: int = 0
    prefixes: Mapping[str, str] = field(default_factory=dict)
    base: str = ""
    select: Select | None = None


def groups_of(element: Element) -> tuple[Group, ...]:
    """Return the groups right inside ``element``, those of its EXISTS among them."""
    if isinstance(element, GroupOrUnion):
        return element.groups
    if isinstance(element, OptionalPattern | MinusPattern | NamedPattern):
        return (element.group,)
    if isinstance(element, Filter | Bind):
        return element.expression.exists
    return ()


def services_in(group: Group) -> Iterator[ServicePattern]:
    """Yield the SERVICE patterns in ``group``, not those within another one."""
    if group.select is not None:
        yield from services_of(group.select)
    for element in group.elements:
        if isinstance(element, ServicePattern):
            yield element
        else:
            for inner in groups_of(element):
                yield from services_in(inner)


def services_of(select: Select) -> Iterator[ServicePattern]:
    """Yield the SERVICE patterns in ``select``, in the order of the text within its pattern."""
    yield from services_in(select.where)
    for expression in select.expressions:
        for group in expression.exists:
            yield from services_in(group)
