"""The tree of a query, its nodes named as in the grammar.

``start`` and ``end`` are places in the text, so that each part can be sent on as it was written.
https://www.w3.org/TR/sparql11-query/#rGroupGraphPattern
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.syntax.iris import Prologue
from samgraf.sparql.tokens import Kind, Token

FORMS = {
    "SELECT": QueryKind.SOLUTIONS,
    "ASK": QueryKind.BOOLEAN,
    "CONSTRUCT": QueryKind.GRAPH,
    "DESCRIBE": QueryKind.GRAPH,
}


@dataclass(slots=True, eq=False)
class Node:
    """A part of the text, from ``start`` to ``end``, counted in characters."""

    start: int
    end: int


@dataclass(slots=True, eq=False)
class Expression(Node):
    """An expression: its variables outside EXISTS, and the groups of its EXISTS.

    ``bare`` are the variables outside of aggregates as well. ``fixed`` is false where it may have
    another value when evaluated again.
    """

    variables: frozenset[str]
    bare: frozenset[str]
    exists: tuple[Group, ...] = ()
    fixed: bool = True
    aggregates: bool = False


@dataclass(slots=True, eq=False)
class Call(Node):
    """A call of REGEX, REPLACE, BNODE, STRDT or an aggregate, a cast, a comparison or a condition.

    Of aggregates, GROUP_CONCAT is noted, COUNT of what is no variable, and MIN and MAX of what may
    be any term or a time: the argument is the expression; ``distinct`` and ``separator``, a string
    as it is written, are their own. A cast is named ``CAST``; a comparison by its operator, and
    only those are noted that order two operands, each of which may be a truth value. A condition,
    of FILTER, HAVING, IF or an operator of logic, is named ``CONDITION``, and noted where it may be
    a text with a language or ill-formed. A product is named ``PRODUCT``: its arguments are what
    is multiplied or divided by, and ``separator`` their signs. What ORDER BY orders by is named
    ``ORDER`` where it may be any term or a time; ``separator`` is ASC or DESC. What is
    added, and may be a time and a duration, is named ``SUM``, as a product is. A variable that
    GROUP BY gives another name is named ``KEY``, one that is chosen once more ``AGAIN``, one of
    HAVING or ORDER BY that is not grouped by ``SAMPLE``. A MINUS that shares no variable with what
    stands before it, and so takes nothing away, is named ``IDLE``. Pattern and modifiers of what is
    no SELECT are named ``SOLUTIONS`` where they are to be a sub-select: ``separator`` are its
    variables, and it is ``distinct`` where IRIs are described, with or without a solution.
    """

    name: str
    arguments: tuple[Node, ...]
    distinct: bool = False
    separator: str = ""


@dataclass(slots=True, eq=False)
class Term(Node):
    """A subject or an object; ``key`` is what the parser knows the first token of it by."""

    key: str


@dataclass(slots=True, eq=False)
class Step(Node):
    """A part of a path between slashes: behind ``^`` where ``is_inverse``.

    It is a choice itself, or excludes the properties ``excluded``, or is as it is written.
    """

    is_inverse: bool = False
    choices: Choices = ()
    excluded: tuple[Node, ...] = ()


#: Paths of which each may be gone, as sequences of steps.
Choices: TypeAlias = "tuple[tuple[Step, ...], ...]"


@dataclass(slots=True, eq=False)
class Predicate(Node):
    """A property or path with its objects.

    ``zero`` tells how often the path matches a term with that very term over no step at all;
    ``closed`` how often it does so where that term is written at both ends. ``choices`` are the
    paths that it is a choice of, each a sequence of steps; nothing where there is no choice.
    """

    objects: tuple[Term, ...]
    zero: int
    closed: int
    choices: Choices = ()


@dataclass(slots=True, eq=False)
class Triples(Node):
    """The triple patterns of one subject; ``subject`` is None in an annotation.

    Of what stands within brackets, it is all of the brackets.
    """

    subject: Term | None
    predicates: tuple[Predicate, ...]


@dataclass(slots=True, eq=False)
class TriplesBlock(Node):
    """Triple patterns in a row: their variables in order of appearance, the names of properties.

    ``triples`` are the patterns of each subject, those within brackets before what stands around.
    """

    variables: tuple[str, ...]
    verbs: tuple[Token, ...]
    triples: tuple[Triples, ...] = ()


@dataclass(slots=True, eq=False)
class GroupOrUnion(Node):
    """A nested group, or several joined by UNION."""

    groups: tuple[Group, ...]


@dataclass(slots=True, eq=False)
class OptionalPattern(Node):
    """An OPTIONAL."""

    group: Group


@dataclass(slots=True, eq=False)
class LateralPattern(OptionalPattern):
    """A LATERAL, Oxigraph's addition: its group is evaluated for each solution before it."""


@dataclass(slots=True, eq=False)
class MinusPattern(Node):
    """A MINUS."""

    group: Group


@dataclass(slots=True, eq=False)
class NamedPattern(Node):
    """What GRAPH and SERVICE share: a variable, or a name as written and the IRI it means."""

    name: str
    iri: str | None
    group: Group

    @property
    def variable(self) -> str | None:
        """Return the variable that stands for the name, without its mark."""
        return self.name[1:] if self.iri is None else None


@dataclass(slots=True, eq=False)
class GraphPattern(NamedPattern):
    """A GRAPH."""


@dataclass(slots=True, eq=False)
class ServicePattern(NamedPattern):
    """A SERVICE."""

    silent: bool


@dataclass(slots=True, eq=False)
class Filter(Node):
    """A FILTER."""

    expression: Expression


@dataclass(slots=True, eq=False)
class Bind(Node):
    """A BIND."""

    expression: Expression
    variable: str


@dataclass(slots=True, eq=False)
class InlineData(Node):
    """A VALUES; ``undefined`` are its variables that some row leaves unbound."""

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


@dataclass(slots=True, eq=False)
class Select:
    """A SELECT, of a query or in a group.

    ``variables`` are those that it projects, in order, or ``None`` for ``*``; ``computed`` are
    those among them that stand behind AS. ``grouped`` says whether it groups, ``cut`` whether LIMIT
    or OFFSET choose among its solutions, ``distinct`` whether equal ones need not be kept.
    """

    variables: tuple[str, ...] | None
    computed: frozenset[str]
    where: Group
    grouped: bool = False
    cut: bool = False
    values: InlineData | None = None
    expressions: tuple[Expression, ...] = ()
    scope: tuple[str, ...] = ()
    distinct: bool = False


@dataclass(slots=True, eq=False)
class Group(Node):
    """What stands between two braces: elements in order, or a sub-select.

    ``scope`` are the variables that it brings into scope, in order of appearance.
    """

    elements: tuple[Element, ...] = ()
    select: Select | None = None
    scope: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Query:
    """A query: ``select`` stands for the modifiers and the pattern of every form.

    ``text`` is the text as it was read: escapes decoded, comments blanked, so that no other reader
    finds more in it than there is. ``tokens`` are its tokens without spaces. The prologue goes up
    to ``start`` of the form, ``dataset`` is where FROM clauses stand or may stand.
    ``default_graphs`` and ``named_graphs`` are the absolute IRIs of FROM and FROM NAMED.
    ``volatile`` is true where the query may answer differently when asked again. ``calls`` are
    those of functions that other readers understand in other ways.
    """

    text: str
    tokens: list[Token]
    form: str
    start: int
    dataset: tuple[int, int]
    prologue: Prologue
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    select: Select
    services: tuple[ServicePattern, ...]
    volatile: bool
    calls: tuple[Call, ...] = ()

    @property
    def prefixes(self) -> Mapping[str, str]:
        """Return the prefixes of the query, and those that need no declaration."""
        return self.prologue.prefixes

    @property
    def base(self) -> str:
        """Return what relative IRIs are resolved by; empty if there is nothing."""
        return self.prologue.base

    @property
    def kind(self) -> QueryKind:
        """Return what the query answers with."""
        return FORMS[self.form]

    def normal(self) -> str:
        """Return the same text for all queries that differ in spaces and comments alone."""
        return " ".join([text for _, text, _ in self.tokens])

    def within(self, start: int, end: int) -> list[Token]:
        """Return the tokens between two places of the text."""
        first = bisect_left(self.tokens, start, key=lambda token: token.start)
        return self.tokens[first : bisect_right(self.tokens, end, key=lambda token: token.end)]

    def names(self) -> Iterator[tuple[Token, str]]:
        """Yield the IRIs and prefixed names behind the prologue, each with its absolute IRI."""
        for token in self.within(self.start, len(self.text)):
            if token.kind in (Kind.IRI, Kind.NAME):
                yield token, self.prologue.iri(token)


def groups_of(element: Element) -> tuple[Group, ...]:
    """Return the groups right inside ``element``, those of its EXISTS among them."""
    if isinstance(element, GroupOrUnion):
        return element.groups
    if isinstance(element, OptionalPattern | MinusPattern | NamedPattern):
        return (element.group,)
    if isinstance(element, Filter | Bind):
        return element.expression.exists
    return ()


def elements_of(part: Group | Select, in_exists: bool = False) -> Iterator[tuple[Element, bool]]:
    """Yield the elements in ``part``, and whether each stands within EXISTS.

    Each comes before what stands within it. What a SERVICE holds is left out: it is its partner's.
    """
    select = part if isinstance(part, Select) else part.select
    if select is not None:
        yield from elements_of(select.where, in_exists)
        for expression in select.expressions:
            for group in expression.exists:
                yield from elements_of(group, True)
    for element in part.elements if isinstance(part, Group) else ():
        yield element, in_exists
        if not isinstance(element, ServicePattern):
            tested = in_exists or isinstance(element, Filter | Bind)
            for group in groups_of(element):
                yield from elements_of(group, tested)


def services_of(part: Group | Select) -> Iterator[ServicePattern]:
    """Yield the SERVICE patterns in ``part``, not those within another one."""
    return (element for element, _ in elements_of(part) if isinstance(element, ServicePattern))
