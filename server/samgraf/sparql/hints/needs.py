"""What a query asks for, as far as it has to match, with the terms and places that hints speak of.

What stands in OPTIONAL, MINUS, SERVICE or EXISTS makes no answer empty, and is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import pyoxigraph as ox

from samgraf.sparql.evaluation import QueryRequest
from samgraf.sparql.syntax.nodes import (
    Element,
    Filter,
    GraphPattern,
    Group,
    GroupOrUnion,
    InlineData,
    Query,
    Triples,
    TriplesBlock,
)
from samgraf.sparql.syntax.terms import NESTED
from samgraf.sparql.tokens import Kind, Token, unquoted
from samgraf.vocab import RDF, XSD

RDF_TYPE = RDF + "type"
#: A term that stands in a query or may stand there; text of a query is a string.
Written = ox.NamedNode | ox.Literal | ox.Variable | str
#: Where a part of the query begins and ends, in characters.
Place = tuple[int, int]
#: The branches of UNION that a pattern stands in, from the outside in.
Branches = tuple[int, ...]
#: How many terms are offered instead of one.
FEW = 3


@dataclass(frozen=True)
class Hint:
    """Something in the query that does not fit the release.

    ``code`` says what; ``start`` and ``end`` are its place in the query, both 0 where it stands
    outside. ``instead`` are terms that fit there, or text of a query; ``about`` and ``other`` the
    IRIs of what else is spoken of.
    """

    code: str
    start: int
    end: int
    instead: tuple[Written, ...] = ()
    about: str = ""
    other: str = ""


@dataclass(frozen=True)
class TriplePattern:
    """One triple pattern, and the places of its parts.

    ``subject`` is the same text wherever the subject stands, ``property`` None where the predicate
    is a path or a variable. A term is None where it is a blank node or nested.
    """

    subject: str
    subject_term: Written | None
    subject_place: Place
    property: str | None
    predicate_place: Place
    object: Written | None
    object_place: Place
    branches: Branches


@dataclass(frozen=True)
class Needs:
    """What a query asks for, each kind of it in the order of the text.

    ``patterns`` are those of which the statistics of the default graph tell; ``classes`` are those
    of each subject, as each is stated, ``leading`` the properties that lead to each variable.
    """

    query: Query
    graphs: Sequence[GraphPattern]
    patterns: Sequence[TriplePattern]
    classes: Mapping[tuple[str, Branches], Sequence[str]]
    leading: Mapping[str, Collection[str]]
    data: Sequence[InlineData]
    filters: Sequence[Filter]

    def classes_of(self, key: str, branches: Branches) -> Iterator[str]:
        """Yield the classes of the term that is written as ``key``, where it stands there."""
        for end in range(len(branches) + 1):
            yield from self.classes.get((key, branches[:end]), ())


def needs_of(query: Query, request: QueryRequest, apart: Collection[str]) -> Needs:
    """Return what ``query`` asks for; the default graph of a release leaves out ``apart``."""
    told = set(apart).isdisjoint(request.default_graphs or ())
    names = set(query.select.where.scope)
    required = list(_required(query.select.where, told, request.union, apart, names))
    patterns = [
        pattern
        for block, told, branches in required
        if told and isinstance(block, TriplesBlock)
        for triples in block.triples
        for pattern in _patterns(query, triples, branches)
    ]
    classes: dict[tuple[str, Branches], list[str]] = {}
    leading: dict[str, dict[str, None]] = {}
    for pattern in patterns:
        if pattern.property == RDF_TYPE and isinstance(pattern.object, ox.NamedNode):
            key = (pattern.subject, pattern.branches)
            classes.setdefault(key, []).append(pattern.object.value)
        elif pattern.property is not None and isinstance(pattern.object, ox.Variable):
            leading.setdefault(pattern.object.value, {})[pattern.property] = None
    return Needs(
        query,
        graphs=[e for e, *_ in required if isinstance(e, GraphPattern)],
        patterns=patterns,
        classes=classes,
        leading=leading,
        data=[e for e, *_ in required if isinstance(e, InlineData)],
        filters=[e for e, *_ in required if isinstance(e, Filter)],
    )


def _required(
    group: Group,
    told: bool,
    union: bool,
    apart: Collection[str],
    names: set[str],
    branches: Branches = (),
) -> Iterator[tuple[Element, bool, Branches]]:
    """Yield what has to match, and whether the statistics tell of it, as they do if ``told``.

    ``names`` are the variables met with so far: nothing is said of a sub-select in which one of
    them is another variable.
    """
    if group.select is not None:
        where = group.select.where
        if names.isdisjoint(set(where.scope).difference(group.select.scope)):
            names.update(where.scope)
            yield from _required(where, told, union, apart, names, branches)
    for element in group.elements:
        yield element, told, branches
        if isinstance(element, GroupOrUnion):
            is_union = len(element.groups) > 1
            for inner in element.groups:
                path = (*branches, inner.start) if is_union else branches
                yield from _required(inner, told, union, apart, names, path)
        elif isinstance(element, GraphPattern):
            within = told and union and element.iri is not None and element.iri not in apart
            yield from _required(element.group, within, union, apart, names, branches)


def _patterns(query: Query, triples: Triples, branches: Branches) -> Iterator[TriplePattern]:
    subject, term, place = f" {id(triples)}", None, (triples.start, triples.start)
    if triples.subject is not None and triples.subject.key not in NESTED:
        place = (triples.subject.start, triples.subject.end)
        subject, term = query.text[slice(*place)], read_term(query, *place)
    for predicate in triples.predicates:
        path = (predicate.start, predicate.end)
        named = read_term(query, *path)
        property_ = named.value if isinstance(named, ox.NamedNode) else None
        for value in predicate.objects:
            end = (value.start, value.end)
            object_ = read_term(query, *end)
            yield TriplePattern(subject, term, place, property_, path, object_, end, branches)


def read_term(query: Query, start: int, end: int) -> Written | None:
    """Return the term that stands there; None for paths, blank nodes and all that is nested."""
    tokens = query.within(start, end)
    if len(tokens) == 1 and tokens[0].kind is Kind.VARIABLE:
        return ox.Variable(tokens[0].text[1:])
    found = constants(query, tokens)
    return found[0][0] if len(found) == 1 and found[0][1] == (start, end) else None


def constants(query: Query, tokens: Sequence[Token]) -> list[tuple[Written, Place]]:
    """Return the IRIs and literals among ``tokens``, each with its place.

    UNDEF stands for its column as text.
    """
    found: list[tuple[Written, Place]] = []
    at = 0
    while at < len(tokens):
        token, width = tokens[at], 1
        value: Written | None = None
        if token.kind in (Kind.IRI, Kind.NAME) or token.text == "a":
            with suppress(KeyError, ValueError):
                value = ox.NamedNode(query.prologue.iri(token))
        elif token.kind is Kind.STRING:
            value, width = _string(query, tokens[at : at + 3])
        elif token.kind is Kind.NUMBER:
            value = ox.Literal(token.text, datatype=ox.NamedNode(_type_of(token.text)))
        elif token.text.lower() in ("true", "false"):
            value = ox.Literal(token.text.lower() == "true")
        elif token.text.upper() == "UNDEF":
            value = token.text
        if value is not None:
            found.append((value, (token.start, tokens[at + width - 1].end)))
        at += width
    return found


def _string(query: Query, tokens: Sequence[Token]) -> tuple[ox.Literal, int]:
    """Return the literal that ``tokens`` begin with, and how many of them it is."""
    text, *behind = tokens
    value = unquoted(text.text)
    with suppress(KeyError, ValueError):
        if behind and behind[0].kind is Kind.LANGUAGE:
            return ox.Literal(value, language=behind[0].text[1:].partition("--")[0]), 2
        if len(behind) > 1 and behind[0].text == "^^":
            return ox.Literal(value, datatype=ox.NamedNode(query.prologue.iri(behind[1]))), 3
    return ox.Literal(value), 1


def _type_of(number: str) -> str:
    kind = "double" if "e" in number.lower() else "decimal" if "." in number else "integer"
    return XSD + kind


def nodes(iris: Iterable[str]) -> tuple[Written, ...]:
    """Return the terms of IRIs."""
    return tuple(map(ox.NamedNode, iris))
