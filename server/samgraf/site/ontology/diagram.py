"""The picture of the ontology as data: nodes for classes, edges for what is between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from samgraf.limits import DIAGRAM_CLASSES, DIAGRAM_FEW
from samgraf.site.context import the_service
from samgraf.site.graph import LabelLookup, Row, address, ask, graphs
from samgraf.site.language import interface_text
from samgraf.site.ontology.terms import (
    ALL,
    BrowserState,
    OntologyTerm,
    namespace,
    read_terms,
)
from samgraf.sparql.hints import usage_of

_NEARLY = 0.8
_LABELLED = 3  # more edges of the one property that a picture is about say its name no more
_MOST_USED = 6  # properties that the overview draws by their use alone
Edges = dict[tuple[str, str], list[str]]


def overview(state: BrowserState, language: str) -> dict[str, Any]:
    """Return the classes at the top and under open branches, and the properties between them.

    A property of a class that is not shown is drawn from the nearest one above that is.
    """
    terms, model = read_terms(), _model()
    shown = _visible(terms, state)
    edges: Edges = {}
    for row in model:
        start = _lifted(terms, shown, row["domain"]["value"])
        end = _lifted(terms, shown, row["range"]["value"])
        if start and end and start != end:
            edges.setdefault((start, end), []).append(row["property"]["value"])
    for start, property_, end in _used(terms, shown, model)[:_MOST_USED]:
        edges.setdefault((start, end), []).insert(0, property_)
    above = [(c, p) for c in shown for p in terms[c].parents if p in shown]
    joined = {iri for edge in (*edges, *above) for iri in edge}
    return _drawn([c for c in shown if c in joined], edges, above, terms, language)


def neighbourhood(iri: str, language: str) -> dict[str, Any]:
    """Return the classes round a class, or those that a property leads between."""
    terms, model = read_terms(), _model()
    edges: Edges = {}
    for row in model:
        ends = (row["domain"]["value"], row["range"]["value"])
        if iri in (*ends, row["property"]["value"]):
            edges.setdefault(ends, []).append(row["property"]["value"])
    classes = [i for i, t in terms.items() if t.kind == "class"]
    for start, property_, end in _used(terms, classes, model, iri):
        if iri in (start, end, property_):
            edges.setdefault((start, end), []).append(property_)
    near = {iri: None} if iri in terms and terms[iri].kind == "class" else {}
    above = [(iri, p) for p in terms[iri].parents] if near else []
    above += [(i, iri) for i, t in terms.items() if near and iri in t.parents]
    shown = [*near, *(i for pair in (*above, *edges) for i in pair)]
    shown = list(dict.fromkeys(shown))[:DIAGRAM_CLASSES]
    return _drawn(shown, edges, above, terms, language, iri)


def _model() -> Sequence[Row]:
    return ask(__package__, "model.rq", namespace=ox.Literal(namespace()), **graphs())


def _used(
    terms: Mapping[str, OntologyTerm],
    shown: Sequence[str],
    model: Sequence[Row],
    preferred: str | None = None,
) -> list[tuple[str, str, str]]:
    """Return the properties of which nothing says whose they are, with the classes by their use.

    Each is drawn once: from the class with the most things that have it, to the one that it leads
    to most often; ``preferred`` is taken where it has nearly as many. The most used come first; the
    way back between the same two is left out.
    """
    usage = usage_of(the_service())
    subjects, ranges = usage.subjects or {}, usage.ranges or {}
    stated = {row["property"]["value"] for row in model}
    found: list[tuple[int, str, str, str]] = []
    for iri, term in terms.items():
        if term.kind not in ("object", "property") or iri in stated or term.deprecated:
            continue
        starts = {c: had[iri] for c, had in subjects.items() if iri in had}
        start = _commonest(starts, shown, preferred)
        end = _commonest(ranges.get(iri, {}), shown, preferred)
        if start and end and start != end:
            found.append((starts[start], start, iri, end))
    found.sort(key=lambda it: (-it[0], it[2]))
    drawn: dict[tuple[str, str], str] = {}
    for _, start, iri, end in found:
        if (end, start) not in drawn:
            drawn.setdefault((start, end), iri)
    return [(start, iri, end) for (start, end), iri in drawn.items()]


def _commonest(
    uses: Mapping[str, int], shown: Sequence[str], preferred: str | None = None
) -> str | None:
    among = [c for c in shown if c in uses]
    most = max((uses[c] for c in among), default=0)
    if preferred in among and uses[preferred] >= most * _NEARLY:
        return preferred
    return max(among, key=lambda c: (uses[c], c)) if among else None


def _visible(terms: Mapping[str, OntologyTerm], state: BrowserState) -> list[str]:
    classes = {i: t for i, t in terms.items() if t.kind == "class"}
    if not state.open and len(classes) <= DIAGRAM_FEW:
        return list(classes)
    shown = [i for i, t in classes.items() if not any(p in classes for p in t.parents)]
    for iri in shown:  # grows while it is read: level by level
        if len(shown) < DIAGRAM_CLASSES and (ALL in state.open or terms[iri].name in state.open):
            shown += [i for i, t in classes.items() if iri in t.parents and i not in shown]
    return shown[:DIAGRAM_CLASSES]


def _lifted(terms: Mapping[str, OntologyTerm], shown: Iterable[str], iri: str) -> str | None:
    level, seen = [iri], {iri}
    while level:
        for each in level:
            if each in shown:
                return each
        level = [p for i in level if i in terms for p in terms[i].parents if p not in seen]
        seen.update(level)
    return None


def _drawn(
    shown: Sequence[str],
    edges: Edges,
    above: Sequence[tuple[str, str]],
    terms: Mapping[str, OntologyTerm],
    language: str,
    chosen: str | None = None,
) -> dict[str, Any]:
    properties = [p for found in edges.values() for p in found]
    labels = LabelLookup((*shown, *properties), language)
    has_more = {p for t in terms.values() for p in t.parents}
    nodes = [
        {
            "id": iri,
            "label": labels[iri].text,
            "href": address(iri),
            "name": terms[iri].name if iri in terms else "",
            "own": iri in terms,
            "chosen": iri == chosen,
            "more": iri in has_more,
        }
        for iri in shown
    ]
    told = [found for found in edges.values() if found != [chosen]]
    is_plain = not told and len(edges) > _LABELLED
    drawn = [
        {
            "source": start,
            "target": end,
            "label": "" if is_plain else _joined(labels, found, 5 if chosen else 2),
            "kind": "property",
        }
        for (start, end), found in edges.items()
        if start in shown and end in shown
    ]
    drawn += [
        {"source": p, "target": c, "label": "", "kind": "above"}
        for c, p in dict.fromkeys(above)
        if c in shown and p in shown
    ]
    name = interface_text(
        language, "ontology_diagram_name", classes=len(nodes), properties=len(set(properties))
    )
    return {"name": str(name), "nodes": nodes, "edges": drawn}


def _joined(labels: LabelLookup, properties: Sequence[str], most: int) -> str:
    names = sorted(dict.fromkeys(labels[p].text for p in properties))
    kept = names if len(names) <= most else [*names[: most - 1], f"+ {len(names) - most + 1}"]
    return "\n".join(kept)
