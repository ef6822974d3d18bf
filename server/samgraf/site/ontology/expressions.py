"""Class expressions in words: https://www.w3.org/TR/owl2-mapping-to-rdf/#Parsing_of_Class_Expressions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from samgraf.site.ontology.names import OWL
from samgraf.site.ontology.words import Nodes, Said, Several, Thing, Value, Words, key_of, members

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
_DEEP = 12  # deeper than any that is meant to be read


def expression(nodes: Nodes, term: Mapping[str, Any], depth: int = 0) -> Words:
    """Return what ``term`` says: a named thing, a literal, or the expression that a node heads."""
    if term["type"] == "uri":
        return Thing(term["value"])
    if term["type"] == "literal":
        return Value(term["value"], term.get("xml:lang", ""))
    node = nodes.get(key_of(term), {})
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


def _restriction(nodes: Nodes, node: Mapping[str, Any], deeper: int) -> Words:
    path = expression(nodes, node[OWL + "onProperty"][0], deeper)
    for property_, key in _VALUES.items():
        if property_ in node:
            return Said(key, {"path": path, "it": expression(nodes, node[property_][0], deeper)})
    for property_, key in _COUNTS.items():
        if property_ in node:
            count: Words = Value(node[property_][0]["value"])
            said = Said(key, {"path": path, "count": count})
            if OWL + "onClass" in node:
                of = expression(nodes, node[OWL + "onClass"][0], deeper)
                return Several([said, of], "ontology_of_class")
            return said
    return Said("ontology_unnamed")
