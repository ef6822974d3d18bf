"""The global restrictions on object properties: simple ones where asked for, chains in order.

https://www.w3.org/TR/owl2-syntax/#Global_Restrictions_on_Axioms_in_OWL_2_DL

Inverses may be left out of the bookkeeping: a property is composite if its inverse is, one
implies another if the inverses do, and a property comes before another if its inverse does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from rdflib import OWL, URIRef

from samgraf.build.profile.model import Model

Arcs = dict[URIRef, set[URIRef]]


def check_order(model: Model) -> None:
    """Report properties that must be simple and are not, and chains that run in a circle."""
    implied = _reach(model.implied)
    for iri, reason in model.must_be_simple:
        composite = {OWL.topObjectProperty, OWL.bottomObjectProperty} | model.composite
        causes = sorted(c for c in composite if c == iri or iri in implied[c])
        if causes:
            cause = (
                "is transitive or the result of a chain"
                if iri in causes
                else f"follows from {model.spot((causes[0],))}, which is transitive or a chain"
            )
            model.report("simple-property", iri, f"{reason}, yet {cause}")
    before: set[tuple[URIRef, URIRef]] = set()
    for head, links in model.chains:
        before |= {(link, head[0]) for link in _must_precede(head, links)}
    for lower, uppers in _reach(before).items():
        for upper in uppers:
            if lower == upper or lower in implied[upper]:
                message = f"depends by a property chain on {model.spot((lower,))}, which it implies"
                model.report("property-chain", upper, message)


def _must_precede(head: tuple[URIRef, bool], links: list[tuple[URIRef, bool]]) -> Iterable[URIRef]:
    """Return the properties of a chain that must come before the one it implies."""
    if head[0] == OWL.topObjectProperty or links == [head, head]:
        return []
    if links and links[0] == head:
        links = links[1:]
    elif links and links[-1] == head:
        links = links[:-1]
    return [iri for iri, _ in links]


def _reach(pairs: Iterable[tuple[URIRef, URIRef]]) -> Arcs:
    """Return for each node the nodes that lie one or more arcs away."""
    arcs: Arcs = defaultdict(set)
    for start, end in pairs:
        arcs[start].add(end)
    reach: Arcs = defaultdict(set)
    for start in list(arcs):
        todo = set(arcs[start])
        while todo:
            reach[start] |= todo
            todo = set().union(*(arcs.get(node, set()) for node in todo)) - reach[start]
    return reach
