"""Axioms and shapes in words: texts of the interface with things in their places.

A text is a key of the interface's strings with values; a value is a text again, a thing of the
graph, a literal, or several of them. The macro ``words`` of ``ontology/macros.html`` writes them.
Class expressions: https://www.w3.org/TR/owl2-mapping-to-rdf/#Parsing_of_Class_Expressions.
Property paths: https://www.w3.org/TR/shacl/#property-paths.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from samgraf.site.graph import Said as Nodes
from samgraf.site.graph import Term
from samgraf.site.language import Phrase, phrase_of
from samgraf.vocab import OWL, RDF, SH


@dataclass(frozen=True)
class Thing:
    """Something that has an IRI, to be shown by its label as a link."""

    iri: str


@dataclass(frozen=True)
class Said:
    """A text of the interface by its key, with the values in its places."""

    key: str
    values: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True)
class Several:
    """Several texts and the key of what stands between the last two."""

    parts: Sequence[Words]
    between: str = "ontology_and"


#: A phrase is the text of a literal, or a piece of code.
Words = Thing | Phrase | Said | Several


def members(nodes: Nodes, head: Term) -> list[Term]:
    """Return the members of an RDF list; a broken or circular one ends where it breaks."""
    found, at, seen = [], head["value"], set()
    while at in nodes and at not in seen and at != RDF + "nil":
        seen.add(at)
        first, rest = nodes[at].get(RDF + "first"), nodes[at].get(RDF + "rest")
        if not first or not rest:
            break
        found.append(first[0])
        at = rest[0]["value"]
    return found


def things_in(words: Words) -> Iterable[str]:
    """Yield the IRI of every thing in ``words``."""
    if isinstance(words, Thing):
        yield words.iri
    elif isinstance(words, Several):
        for part in words.parts:
            yield from things_in(part)
    elif isinstance(words, Said):
        for value in words.values.values():
            yield from things_in(value)


_LISTS = {
    OWL + "intersectionOf": "ontology_and",
    OWL + "unionOf": "ontology_or",
    OWL + "oneOf": "ontology_or",
}
_VALUES = {
    OWL + "hasValue": "ontology_where_value",
    OWL + "someValuesFrom": "ontology_where_some",
    OWL + "allValuesFrom": "ontology_where_all",
}
_COUNTS = {
    OWL + "cardinality": "ontology_where_exactly",
    OWL + "qualifiedCardinality": "ontology_where_exactly",
    OWL + "minCardinality": "ontology_where_min",
    OWL + "minQualifiedCardinality": "ontology_where_min",
    OWL + "maxCardinality": "ontology_where_max",
    OWL + "maxQualifiedCardinality": "ontology_where_max",
}
_DEEP = 12  # steps down into an expression or a path, deeper than any that is meant to be read


def expression(nodes: Nodes, term: Term, depth: int = 0) -> Words:
    """Return what ``term`` says: a named thing, a literal, or the expression that a node heads."""
    if term["type"] == "uri":
        return Thing(term["value"])
    if term["type"] == "literal":
        return phrase_of(term)
    node = nodes.get(term["value"], {})
    if depth > _DEEP or not node:
        return Said("ontology_unnamed")
    deeper = depth + 1
    for property_, between in _LISTS.items():
        if property_ in node:
            parts = [expression(nodes, m, deeper) for m in members(nodes, node[property_][0])]
            return Several(parts, between) if parts else Said("ontology_unnamed")
    if OWL + "complementOf" in node:
        denied = expression(nodes, node[OWL + "complementOf"][0], deeper)
        return Said("ontology_not", {"it": denied})
    if OWL + "inverseOf" in node:
        way = expression(nodes, node[OWL + "inverseOf"][0], deeper)
        return Said("ontology_inverse_path", {"path": way})
    if chain := members(nodes, term):
        return Several([expression(nodes, m, deeper) for m in chain], "ontology_then")
    if OWL + "onProperty" in node:
        return _restriction(nodes, node, deeper)
    return Said("ontology_unnamed")


def _restriction(nodes: Nodes, node: Mapping[str, list[Term]], deeper: int) -> Words:
    path = expression(nodes, node[OWL + "onProperty"][0], deeper)
    for property_, key in _VALUES.items():
        if property_ in node:
            return Said(key, {"path": path, "it": expression(nodes, node[property_][0], deeper)})
    for property_, key in _COUNTS.items():
        if property_ in node:
            count: Words = Phrase(node[property_][0]["value"])
            said = Said(key, {"path": path, "count": count})
            if OWL + "onClass" in node:
                of = expression(nodes, node[OWL + "onClass"][0], deeper)
                return Several([said, of], "ontology_of_class")
            return said
    return Said("ontology_unnamed")


_REPEATED = {
    SH + "zeroOrMorePath": "ontology_path_any",
    SH + "oneOrMorePath": "ontology_path_repeated",
    SH + "zeroOrOnePath": "ontology_path_maybe",
}


def path_words(nodes: Nodes, path: Term, depth: int = 0) -> Words:
    """Return ``path`` in words: a property, or the other way, or one after the other."""
    if path["type"] == "uri":
        return Thing(path["value"])
    node = nodes.get(path["value"], {})
    if depth > _DEEP:
        return Said("ontology_unnamed")
    if inverse := node.get(SH + "inversePath"):
        return Said("ontology_inverse_path", {"path": path_words(nodes, inverse[0], depth + 1)})
    if choice := node.get(SH + "alternativePath"):
        ways = [path_words(nodes, m, depth + 1) for m in members(nodes, choice[0])]
        return Several(ways, "ontology_or")
    for property_, key in _REPEATED.items():
        if way := node.get(property_):
            return Said(key, {"path": path_words(nodes, way[0], depth + 1)})
    if steps := members(nodes, path):
        return Several([path_words(nodes, s, depth + 1) for s in steps], "ontology_then")
    return Said("ontology_unnamed")


def predicates(nodes: Nodes, path: Term, depth: int = 0) -> set[str]:
    """Return the properties that ``path`` goes along, either way."""
    if path["type"] == "uri":
        return {path["value"]}
    node = nodes.get(path["value"], {})
    if depth > _DEEP:
        return set()
    ways = [w for p in (SH + "inversePath", *_REPEATED) for w in node.get(p, ())]
    for choice in node.get(SH + "alternativePath", ()):
        ways += members(nodes, choice)
    ways += members(nodes, path)
    return {p for way in ways for p in predicates(nodes, way, depth + 1)}
