"""What shapes ask of values, in words: https://www.w3.org/TR/shacl/#core-components."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from samgraf.site.ontology.names import SH, SKOS, XSD
from samgraf.site.ontology.paths import path_words
from samgraf.site.ontology.words import Nodes, Said, Several, Thing, Value, Words, key_of, members

Node = Mapping[str, Sequence[Mapping[str, Any]]]
_DATATYPES = {
    XSD + "string": "ontology_type_string",
    XSD + "boolean": "ontology_type_boolean",
    XSD + "integer": "ontology_type_integer",
    XSD + "nonNegativeInteger": "ontology_type_integer",
    XSD + "decimal": "ontology_type_decimal",
    XSD + "date": "ontology_type_date",
    XSD + "dateTime": "ontology_type_datetime",
    XSD + "gYear": "ontology_type_year",
    XSD + "anyURI": "ontology_type_address",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString": "ontology_type_text",
}
_KINDS = {
    SH + "IRI": "ontology_kind_iri",
    SH + "Literal": "ontology_kind_literal",
    SH + "BlankNode": "ontology_kind_blank",
    SH + "BlankNodeOrIRI": "ontology_kind_thing",
    SH + "IRIOrLiteral": "ontology_kind_named",
    SH + "BlankNodeOrLiteral": "ontology_kind_unnamed",
}
_BOUNDS = {
    "minInclusive": "ontology_at_least_value",
    "maxInclusive": "ontology_at_most_value",
    "minExclusive": "ontology_more_than",
    "maxExclusive": "ontology_less_than",
    "minLength": "ontology_min_length",
    "maxLength": "ontology_max_length",
    "pattern": "ontology_pattern",
}
_OTHERS = {
    "lessThan": "ontology_before",
    "lessThanOrEquals": "ontology_not_after",
    "equals": "ontology_equals",
    "disjoint": "ontology_differs",
}
_DEEP = 6


def says(node: Node, name: str, value: str) -> bool:
    """Return whether ``node`` has this value of SHACL's property ``name``."""
    return any(v["value"] == value for v in node.get(SH + name, ()))


def _number(node: Node, name: str) -> int | None:
    values = [v["value"] for v in node.get(SH + name, ())]
    return int(values[0]) if values and values[0].isascii() and values[0].isdigit() else None


def count(node: Node, least_name: str = "minCount", most_name: str = "maxCount") -> Words | None:
    """Return how many values ``node`` asks for, or None where any number will do."""
    least, most = _number(node, least_name), _number(node, most_name)
    if most == 0:
        return Said("ontology_never")
    if least and least == most:
        return _counted("ontology_exactly", least)
    if least and most:
        return Said("ontology_between", {"least": Value(str(least)), "most": Value(str(most))})
    if least:
        return _counted("ontology_at_least", least)
    return _counted("ontology_at_most", most) if most else None


def _counted(key: str, many: int) -> Words:
    if many == 1:
        return Said(key + "_one")
    return Said(key, {"count": Value(str(many))})


def constraints(nodes: Nodes, node: Node, depth: int = 0) -> list[Words]:
    """Return what ``node`` asks of each value."""
    if depth > _DEEP:
        return []
    said: list[Words] = []
    if node.get(SH + "class"):
        classes = [Thing(c["value"]) for c in node[SH + "class"]]
        said.append(Said("ontology_of_the_class", {"it": Several(classes)}))
    said += [_datatype(d["value"]) for d in node.get(SH + "datatype", ())]
    for kind in node.get(SH + "nodeKind", ()):
        if kind["value"] in _KINDS:
            said.append(Said(_KINDS[kind["value"]]))
    for head in node.get(SH + "in", ()):
        choices = [_value(m) for m in members(nodes, head)]
        said.append(Said("ontology_one_of", {"it": Several(choices, "ontology_or")}))
    said += [Said("ontology_has_value", {"it": _value(v)}) for v in node.get(SH + "hasValue", ())]
    for name, key in _BOUNDS.items():
        said += [Said(key, {"it": Value(v["value"])}) for v in node.get(SH + name, ())]
    for name, key in _OTHERS.items():
        if others := [Thing(v["value"]) for v in node.get(SH + name, ()) if v["type"] == "uri"]:
            said.append(Said(key, {"it": Several(others)}))
    for head in node.get(SH + "languageIn", ()):
        tags = [Value(m["value"]) for m in members(nodes, head)]
        said.append(Said("ontology_languages_in", {"it": Several(tags, "ontology_or")}))
    if says(node, "uniqueLang", "true"):
        said.append(Said("ontology_unique_language"))
    said += [_node(nodes, n, depth + 1) for n in node.get(SH + "node", ())]
    said += _logic(nodes, node, depth + 1)
    return said


def _datatype(iri: str) -> Words:
    return Said(_DATATYPES[iri]) if iri in _DATATYPES else Thing(iri)


def _value(term: Mapping[str, Any]) -> Words:
    if term["type"] == "uri":
        return Thing(term["value"])
    return Value(term["value"], term.get("xml:lang", ""))


def _logic(nodes: Nodes, node: Node, depth: int) -> list[Words]:
    said: list[Words] = []
    for name, between in (("or", "ontology_or"), ("xone", "ontology_or"), ("and", "ontology_and")):
        for head in node.get(SH + name, ()):
            parts = [_node(nodes, m, depth) for m in members(nodes, head)]
            choice: Words = Several(parts, between)
            said.append(Said("ontology_just_one", {"it": choice}) if name == "xone" else choice)
    for denied in node.get(SH + "not", ()):
        said.append(Said("ontology_not", {"it": _node(nodes, denied, depth)}))
    for part in node.get(SH + "qualifiedValueShape", ()):
        many = count(node, "qualifiedMinCount", "qualifiedMaxCount") or Said("ontology_some")
        it = _node(nodes, part, depth)
        said.append(Said("ontology_of_which", {"count": many, "it": it}))
    return said


def _node(nodes: Nodes, term: Mapping[str, Any], depth: int) -> Words:
    """Return what another shape asks of a value: in words, else by its name."""
    node = nodes.get(key_of(term), {})
    parts = [nodes.get(key_of(p), {}) for p in node.get(SH + "property", ())]
    if len(parts) == 1 and (scheme := _scheme(parts[0])):
        return Said("ontology_concept_of", {"it": Thing(scheme)})
    if term["type"] == "uri":
        return Said("ontology_fits", {"it": Thing(term["value"])})
    said = constraints(nodes, node, depth)
    if ways := node.get(SH + "path"):
        parts = [node]
    for part in parts:
        if ways := part.get(SH + "path"):
            inner = constraints(nodes, part, depth)
            many = count(part)
            about = ([many] if many else []) + ([] if part is node else inner)
            what: Words = Several(about, "ontology_comma") if about else Said("ontology_anything")
            said.append(Said("ontology_with", {"path": path_words(nodes, ways[0]), "it": what}))
    return Several(said, "ontology_and") if said else Said("ontology_unnamed")


def _scheme(part: Node) -> str | None:
    ways, values = part.get(SH + "path", ()), part.get(SH + "hasValue", ())
    if [w["value"] for w in ways] == [SKOS + "inScheme"] and len(values) == 1:
        return values[0]["value"]
    return None
