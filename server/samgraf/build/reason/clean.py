"""Take out of a closure what is true but says nothing to anyone.

Left out: reflexive axioms, membership of ``owl:Thing``, statements about the
terms of RDF, RDFS, OWL and XSD, datatypes of literals, and membership of unnamed class
expressions (the named class that an expression defines is inferred beside it).
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL = "http://www.w3.org/2002/07/owl#"
_LANGUAGE = (_RDF, _RDFS, _OWL, "http://www.w3.org/2001/XMLSchema#")
_ERROR = "http://www.daml.org/2002/03/agents/agent-ont#"
_TYPE = _RDF + "type"
_REFLEXIVE = {
    _OWL + "sameAs",
    _OWL + "equivalentClass",
    _OWL + "equivalentProperty",
    _RDFS + "subClassOf",
    _RDFS + "subPropertyOf",
}
_EVERYTHING = {_OWL + "Thing", _RDFS + "Resource", _RDFS + "Literal"}
#: A blank node that is the subject of one of these is a class expression, a list or an axiom.
_STRUCTURE = {
    _OWL + name
    for name in (
        "onProperty", "intersectionOf", "unionOf", "complementOf", "oneOf", "members",
        "distinctMembers", "sourceIndividual", "inverseOf", "onDatatype", "datatypeComplementOf",
    )
} | {_RDF + "first"}  # fmt: skip


def clean(asserted: Iterable[ox.Triple], new: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return the useful ones of the ``new`` triples, sorted.

    ``asserted`` tells which blank nodes are parts of axioms.
    """
    structure = {
        t.subject
        for t in asserted
        if isinstance(t.subject, ox.BlankNode) and t.predicate.value in _STRUCTURE
    }
    kept = [
        t
        for t in new
        if t.subject not in structure
        and t.object not in structure
        and _says_something(t.subject, t.predicate.value, t.object)
    ]
    return sorted(kept, key=str)


def _says_something(s: ox.NamedNode | ox.BlankNode, p: str, o: object) -> bool:
    if p in _REFLEXIVE and s == o:
        return False
    if s.value.startswith((*_LANGUAGE, _ERROR)) or p.startswith(_ERROR):
        return False
    if not isinstance(o, ox.NamedNode):
        return True
    if o.value.startswith(_ERROR):
        return False
    if p == _TYPE and o.value.startswith((_RDF, _RDFS, "http://www.w3.org/2001/XMLSchema#")):
        return o.value == _RDF + "Property"
    return o.value not in _EVERYTHING
