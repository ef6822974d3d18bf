"""The rules that shapes lay down, in words.

https://www.w3.org/TR/shacl/#shapes and https://www.w3.org/TR/shacl/#core-components
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from samgraf.site.graph import Term
from samgraf.site.language import Phrase, phrase_of, pick
from samgraf.site.ontology.words import (
    Nodes,
    Said,
    Several,
    Thing,
    Words,
    members,
    path_words,
    predicates,
)
from samgraf.vocab import SH, SKOS, XSD

Node = Mapping[str, Sequence[Term]]
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
        return Said("ontology_between", {"least": Phrase(str(least)), "most": Phrase(str(most))})
    if least:
        return _counted("ontology_at_least", least)
    return _counted("ontology_at_most", most) if most else None


def _counted(key: str, many: int) -> Words:
    if many == 1:
        return Said(key + "_one")
    return Said(key, {"count": Phrase(str(many))})


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
        said += [Said(key, {"it": Phrase(v["value"])}) for v in node.get(SH + name, ())]
    for name, key in _OTHERS.items():
        if others := [Thing(v["value"]) for v in node.get(SH + name, ()) if v["type"] == "uri"]:
            said.append(Said(key, {"it": Several(others)}))
    for head in node.get(SH + "languageIn", ()):
        tags = [Phrase(m["value"]) for m in members(nodes, head)]
        said.append(Said("ontology_languages_in", {"it": Several(tags, "ontology_or")}))
    if says(node, "uniqueLang", "true"):
        said.append(Said("ontology_unique_language"))
    said += [_node(nodes, n, depth + 1) for n in node.get(SH + "node", ())]
    said += _logic(nodes, node, depth + 1)
    return said


def _datatype(iri: str) -> Words:
    return Said(_DATATYPES[iri]) if iri in _DATATYPES else Thing(iri)


def _value(term: Term) -> Words:
    if term["type"] == "uri":
        return Thing(term["value"])
    return phrase_of(term)


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


def _node(nodes: Nodes, term: Term, depth: int) -> Words:
    """Return what another shape asks of a value: in words, else by its name."""
    node = nodes.get(term["value"], {})
    parts = [nodes.get(p["value"], {}) for p in node.get(SH + "property", ())]
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


_PLACE = re.compile(r"\{[?$]\w+\}")
_TARGETS = ("targetNode", "targetSubjectsOf", "targetObjectsOf")


@dataclass(frozen=True)
class Rule:
    """One rule: of whose things it asks it, of which values, how many, which, and why.

    A rule without a path is about the thing itself.
    """

    classes: Sequence[str]
    path: Words | None
    count: Words | None
    values: Sequence[Words]
    message: Phrase | None
    is_warning: bool

    @property
    def words(self) -> list[Words]:
        """Return all that the rule says, less its message."""
        return [words for words in (self.path, self.count, *self.values) if words]


def rules(
    nodes: Nodes, language: str, classes: Sequence[str], property_: str | None = None
) -> list[Rule]:
    """Return the rules for things of ``classes``, the first one's first, or on ``property_``."""
    found = []
    for shape in sorted(nodes, key=lambda shape: (not _targets(nodes[shape], classes[:1]), shape)):
        targets = [t["value"] for t in nodes[shape].get(SH + "targetClass", ())]
        if not targets and shape in classes:
            targets = [shape]  # a class that is its own shape
        asked = targets if property_ else [t for t in targets if t in classes]
        if not asked and not (property_ and any(SH + t in nodes[shape] for t in _TARGETS)):
            continue
        parts = [p["value"] for p in nodes[shape].get(SH + "property", ())]
        for part in parts:
            node = nodes.get(part, {})
            ways = node.get(SH + "path", ())
            if not ways or says(node, "deactivated", "true"):
                continue
            if property_ and property_ not in predicates(nodes, ways[0]):
                continue
            found.append(_rule(nodes, node, path_words(nodes, ways[0]), asked, language))
        own = nodes[shape]
        if not property_ and (constraints(nodes, own) or own.get(SH + "sparql")):
            found.append(_rule(nodes, own, None, asked, language))
    return found


def _targets(node: Node, classes: Collection[str]) -> bool:
    return any(target["value"] in classes for target in node.get(SH + "targetClass", ()))


def _rule(
    nodes: Nodes, node: Node, path: Words | None, classes: Sequence[str], language: str
) -> Rule:
    said = [*node.get(SH + "message", ())]
    for query in node.get(SH + "sparql", ()):
        said += nodes.get(query["value"], {}).get(SH + "message", ())
    # https://www.w3.org/TR/shacl/#sparql-constraints-messages: the values come with a result
    texts = ((_PLACE.sub("…", m["value"]), m.get("xml:lang", "")) for m in said)
    message = pick((Phrase(*text) for text in texts), language)
    is_warning = says(node, "severity", SH + "Warning") or says(node, "severity", SH + "Info")
    return Rule(classes, path, count(node), constraints(nodes, node), message, is_warning)
