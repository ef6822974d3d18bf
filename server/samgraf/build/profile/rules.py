"""The rules of the profile check as a table: what each is about, where it is laid down, the mend.

https://www.w3.org/TR/owl2-profiles/#OWL_2_RL and the parts of
https://www.w3.org/TR/owl2-syntax/ that it builds on.
"""

from __future__ import annotations

from typing import NamedTuple

PROFILES = "https://www.w3.org/TR/owl2-profiles/"
SYNTAX = "https://www.w3.org/TR/owl2-syntax/"
MAPPING = "https://www.w3.org/TR/owl2-mapping-to-rdf/"

_CLASS_EXPRESSIONS = PROFILES + "#Class_Expressions_3"
_AXIOMS = PROFILES + "#Axioms_3"
_TYPING = SYNTAX + "#Typing_Constraints_of_OWL_2_DL"
_GLOBAL = SYNTAX + "#Global_Restrictions_on_Axioms_in_OWL_2_DL"
_PARSING = MAPPING + "#Mapping_from_RDF_Graphs_to_the_Structural_Specification"


class Rule(NamedTuple):
    """The section that lays a rule down, and one sentence that says what to change."""

    link: str
    mend: str


RULES: dict[str, Rule] = {
    "undeclared-class": Rule(_TYPING, "Declare it: a owl:Class."),
    "undeclared-datatype": Rule(_TYPING, "Declare it: a rdfs:Datatype."),
    "undeclared-property": Rule(
        _TYPING,
        "Declare it: a owl:ObjectProperty, owl:DatatypeProperty or owl:AnnotationProperty.",
    ),
    "property-punning": Rule(_TYPING, "Keep one of the declarations."),
    "class-datatype-punning": Rule(_TYPING, "Keep one of the declarations."),
    "class-individual-punning": Rule(
        SYNTAX + "#Metamodeling",
        "Give the individual an IRI of its own, or declare the property an annotation property.",
    ),
    "reserved-term": Rule(
        SYNTAX + "#IRIs", "Use a term of OWL 2 or of a vocabulary outside rdf, rdfs, xsd and owl."
    ),
    "value-kind": Rule(
        _TYPING,
        "Give object properties IRIs and data properties literals, or correct the declaration.",
    ),
    "property-kind": Rule(_TYPING, "Use a property of the right kind, or correct the declaration."),
    "annotation-property": Rule(
        _TYPING, "Declare it an object or data property, or take it out of the axiom."
    ),
    "top-property": Rule(_GLOBAL, "Use a property of your own."),
    "datatype": Rule(
        PROFILES + "#Entities_3",
        "Use a datatype of OWL 2 RL, such as xsd:string, xsd:integer, xsd:decimal, xsd:dateTime"
        " or, for text in a language, rdf:PlainLiteral.",
    ),
    "datatype-definition": Rule(
        _GLOBAL, "Define the datatype exactly once by owl:equivalentClass, without a circle."
    ),
    "literal": Rule(
        SYNTAX + "#Literals", "Write the value in the form its datatype asks for, or change that."
    ),
    "data-range": Rule(
        PROFILES + "#Data_Ranges_3",
        "Use a datatype or an intersection of datatypes; leave narrower values to SHACL.",
    ),
    "subclass-position": Rule(
        _CLASS_EXPRESSIONS,
        "Use here a class, owl:intersectionOf, owl:unionOf, owl:oneOf, owl:someValuesFrom or"
        " owl:hasValue.",
    ),
    "superclass-position": Rule(
        _CLASS_EXPRESSIONS,
        "Use here a class, owl:intersectionOf, owl:complementOf, owl:allValuesFrom, owl:hasValue"
        " or a maximal cardinality of 0 or 1.",
    ),
    "equivalent-position": Rule(
        _CLASS_EXPRESSIONS,
        "Use here a class, owl:intersectionOf or owl:hasValue, or say it by rdfs:subClassOf.",
    ),
    "constructor": Rule(
        _CLASS_EXPRESSIONS, "Leave the restriction out and check the condition with SHACL."
    ),
    "cardinality": Rule(_CLASS_EXPRESSIONS, "Use 0 or 1 and check any other number with SHACL."),
    "disjoint-union": Rule(
        _AXIOMS, "Use rdfs:subClassOf for each part and owl:AllDisjointClasses for the parts."
    ),
    "reflexive-property": Rule(_AXIOMS, "Leave the characteristic out."),
    "simple-property": Rule(
        _GLOBAL,
        "Put the condition on a simple subproperty, one with neither transitivity nor chain.",
    ),
    "property-chain": Rule(
        _GLOBAL,
        "Break the circle: a property in a chain must not depend on the property it implies.",
    ),
    "blank-node": Rule(_GLOBAL, "Give it an IRI."),
    "list": Rule(_PARSING, "Write a well-formed, finite list within an axiom."),
    "structure": Rule(_PARSING, "Write the axiom in the form that OWL 2 gives it in RDF."),
}
