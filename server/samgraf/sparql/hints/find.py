"""Compare a query whose answer is empty with what the release holds, and say what does not fit.

A hint is true by itself, yet need not be the only reason; where a statistic is missing, nothing is
said of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import chain, islice, takewhile

import pyoxigraph as ox

from samgraf.limits import HINT_NAMES, HINT_QUERY, HINTS
from samgraf.sparql.evaluation import QueryRequest
from samgraf.sparql.hints.near import Names
from samgraf.sparql.hints.needs import (
    FEW,
    RDF_TYPE,
    Hint,
    Needs,
    Place,
    TriplePattern,
    needs_of,
    nodes,
)
from samgraf.sparql.hints.usage import Usage
from samgraf.sparql.hints.values import data_hints, filter_hints, value_hints
from samgraf.sparql.syntax.nodes import Query
from samgraf.sparql.tokens import Kind


def find_hints(
    query: Query,
    request: QueryRequest,
    usage: Usage,
    graphs: Collection[str],
    apart: Collection[str] = (),
) -> list[Hint]:
    """Return what in ``query``, asked as ``request`` says, does not fit the release.

    ``graphs`` are its named graphs, ``apart`` those that the default graph leaves out. The hints
    are in the order of their places, and few.
    """
    if len(query.text) > HINT_QUERY:
        return []
    needs = needs_of(query, request, apart)
    hints = chain(_graph_hints(needs, request, graphs), _hints(needs, usage))
    # what is found first is told: to find more costs as much again
    found = sorted(islice(hints, HINTS), key=lambda h: (h.code == "points", h.start))
    return list({(h.start, h.end, h.code): h for h in reversed(found)}.values())[::-1]


def _hints(needs: Needs, usage: Usage) -> Iterator[Hint]:
    """Yield the hints on names and values, of which so many are looked up."""
    budget = iter(range(HINT_NAMES))
    if needs.query.form == "DESCRIBE":
        end = needs.query.select.where.start
        described = takewhile(lambda found: found[0].start < end, needs.query.names())
        for (token, iri), _ in zip(described, budget, strict=False):
            yield from _thing_hints(usage, iri, (token.start, token.end))
    for pattern in needs.patterns:
        if next(budget, None) is None:
            return
        yield from _pattern_hints(needs, usage, pattern)
    for data in needs.data:
        yield from data_hints(needs, usage, data, budget)
    for element in needs.filters:
        yield from filter_hints(needs, usage, element, budget)


def _graph_hints(needs: Needs, request: QueryRequest, graphs: Collection[str]) -> Iterator[Hint]:
    default, named = request.default_graphs, request.named_graphs
    unknown = {*(default or ()), *(named or ())} - set(graphs)
    names = needs.query.names() if unknown else ()
    places = {iri: (t.start, t.end) for t, iri in names if iri in unknown}
    for iri in sorted(unknown):
        yield _unknown_graph(graphs, iri, places.get(iri, (0, 0)))
    for element in needs.graphs:
        start = needs.query.text.find(element.name, element.start)
        place = (start, start + len(element.name))
        if not named and (default is not None or named is not None):
            yield Hint("no_named_graphs", *place)
        elif element.iri is not None and element.iri not in graphs:
            yield _unknown_graph(graphs, element.iri, place)
        elif element.iri is not None and named is not None and element.iri not in named:
            yield Hint("graph_left_out", *place)


def _unknown_graph(graphs: Collection[str], iri: str, place: Place) -> Hint:
    return Hint("unknown_graph", *place, nodes(Names(graphs).nearest(iri)))


def _pattern_hints(needs: Needs, usage: Usage, pattern: TriplePattern) -> Iterator[Hint]:
    place, property_ = pattern.predicate_place, pattern.property
    if isinstance(pattern.subject_term, ox.NamedNode):
        yield from _thing_hints(usage, pattern.subject_term.value, pattern.subject_place)
    if property_ is None:
        for token in needs.query.within(*place):
            if token.kind in (Kind.IRI, Kind.NAME):
                iri = needs.query.prologue.iri(token)
                yield from _property_hints(usage, iri, (token.start, token.end))
    elif property_ == RDF_TYPE:
        if isinstance(pattern.object, ox.NamedNode):
            yield from _class_hints(usage, pattern.object.value, pattern.object_place)
    elif found := list(_property_hints(usage, property_, place)):
        yield from found
    else:
        yield from _domain_hints(needs, usage, pattern, property_)
        yield from _range_hints(needs, usage, pattern, property_)
        yield from value_hints(usage, property_, pattern.object, pattern.object_place)


def _thing_hints(usage: Usage, iri: str, place: Place) -> Iterator[Hint]:
    if usage.known is not None and iri not in usage.known:
        yield Hint("unknown_thing", *place, nodes(usage.near(iri, "known")))


def _property_hints(usage: Usage, iri: str, place: Place) -> Iterator[Hint]:
    if usage.kinds is None or iri in usage.kinds or iri == RDF_TYPE:
        return
    if iri in (usage.classes or ()):
        yield Hint("class_as_property", *place)
    else:
        code = "unused_property" if iri in (usage.known or ()) else "unknown_property"
        yield Hint(code, *place, nodes(usage.near(iri, "kinds")))


def _class_hints(usage: Usage, iri: str, place: Place) -> Iterator[Hint]:
    if usage.classes is None or iri in usage.classes:
        return
    if iri in (usage.kinds or ()):
        yield Hint("property_as_class", *place)
    else:
        code = "unused_class" if iri in (usage.known or ()) else "unknown_class"
        yield Hint(code, *place, nodes(usage.near(iri, "classes")))


def _domain_hints(
    needs: Needs, usage: Usage, pattern: TriplePattern, property_: str
) -> Iterator[Hint]:
    """Yield a hint where no thing of the subject's class has the property."""
    subjects, place = usage.subjects or {}, pattern.predicate_place
    for class_ in needs.classes_of(pattern.subject, pattern.branches):
        # that nothing is of a class is told of the class itself
        if class_ not in subjects or property_ in subjects[class_]:
            continue
        if class_ in (usage.ranges or {}).get(property_, ()):
            turned = f"^{needs.query.text[slice(*place)]}"
            yield Hint("backwards", *place, (turned,), class_)
            continue
        having = {c: n[property_] for c, n in subjects.items() if property_ in n}
        usual = next(iter(_closest(usage, having)), "")
        code = "on_other_class" if usual else "never_on_class"
        near = nodes(Names(subjects[class_]).nearest(property_))
        yield Hint(code, *place, near, class_, usual)


def _range_hints(
    needs: Needs, usage: Usage, pattern: TriplePattern, property_: str
) -> Iterator[Hint]:
    """Yield a hint where the property never leads to a thing of the object's class."""
    leads = (usage.ranges or {}).get(property_)
    if leads is None or not isinstance(pattern.object, ox.Variable):
        return
    key = needs.query.text[slice(*pattern.object_place)]
    for class_ in needs.classes_of(key, pattern.branches):
        if class_ not in leads and class_ in (usage.subjects or ()):
            instead = nodes(_closest(usage, leads)[:FEW])
            yield Hint("never_to_class", *pattern.predicate_place, instead, class_)


def _closest(usage: Usage, classes: Mapping[str, int]) -> list[str]:
    """Return classes, those with the most in common first, the narrowest of these first."""
    sizes = usage.classes or {}
    return sorted(classes, key=lambda c: (-classes[c], sizes.get(c, 0), c))
