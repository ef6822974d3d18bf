"""Each rule that concludes ``false`` has a case that it catches and a near one that it leaves."""

from __future__ import annotations

from importlib import resources

import pyoxigraph as ox
import pytest

from samgraf.build.content import find_content, load
from samgraf.build.content.layout import DESCRIBED
from samgraf.build.reason.closure import closure
from samgraf.build.reason.contradictions import clashes, tell

PREFIXES = """
@prefix : <urn:x:> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DENIAL = "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :a ; owl:assertionProperty :p ;"
CASES = [
    ("cax-dw", ":C owl:disjointWith :D .", ":a a :C , :D .", ":a a :C . :b a :D ."),
    (
        "cax-adc",
        "[] a owl:AllDisjointClasses ; owl:members ( :C :D :E ) .",
        ":a a :D , :E .",
        ":a a :D . :b a :E .",
    ),
    ("cls-nothing2", "", ":a a owl:Nothing .", ":a a owl:Thing ."),
    ("cls-com", ":C owl:complementOf :D .", ":a a :C , :D .", ":a a :C . :b a :D ."),
    (
        "cls-maxc1",
        ":C rdfs:subClassOf [ owl:onProperty :p ; owl:maxCardinality 0 ] .",
        ":a a :C ; :p :b .",
        ":a :p :b .",
    ),
    (
        "cls-maxc1",
        ":C rdfs:subClassOf [ owl:onProperty :p ; owl:maxQualifiedCardinality 0 ;"
        " owl:onClass :D ] .",
        ":a a :C ; :p :b . :b a :D .",
        ":a a :C ; :p :b .",
    ),
    (
        "cls-maxc2",
        ":C rdfs:subClassOf [ owl:onProperty :p ; owl:maxCardinality 1 ] .",
        ":a a :C ; :p 1 , 2 .",
        ":a a :C ; :p 1 , 1.0 . :b :p 1 , 2 .",
    ),
    ("prp-fp", ":p a owl:FunctionalProperty .", ":a :p 'x' , 'y' .", ":a :p 'x' . :b :p 'y' ."),
    ("prp-fp", ":p a owl:FunctionalProperty .", ":a :p 'x'@nb , 'x'@nn .", ":a :p 1 , 1.0 ."),
    ("prp-irp", ":p a owl:IrreflexiveProperty .", ":a :p :a .", ":a :p :b . :b :p :a ."),
    ("prp-asyp", ":p a owl:AsymmetricProperty .", ":a :p :b . :b :p :a .", ":a :p :b , :c ."),
    ("prp-pdw", ":p owl:propertyDisjointWith :q .", ":a :p :b ; :q :b .", ":a :p :b ; :q :c ."),
    (
        "prp-adp",
        "[] a owl:AllDisjointProperties ; owl:members ( :o :p :q ) .",
        ":a :p :b ; :q :b .",
        ":a :p :b ; :q :c .",
    ),
    ("prp-npa1", DENIAL + " owl:targetIndividual :b .", ":a :p :b .", ":b :p :a ."),
    ("prp-npa1", DENIAL + " owl:targetValue 1 .", ":a :p 1 .", ":a :p 2 ."),
    ("eq-diff1", ":a owl:differentFrom :b .", ":b owl:sameAs :a .", ":b owl:sameAs :c ."),
    ("eq-diff1", "", ":a owl:differentFrom :a .", ":a owl:differentFrom :b ."),
    (
        "eq-diff2",
        "[] a owl:AllDifferent ; owl:distinctMembers ( :a :b :c ) .",
        ":b owl:sameAs :c .",
        ":b owl:sameAs :d .",
    ),
    ("dt-not-type", "", ":a :p 'tomorrow'^^xsd:date .", ":a :p '2020-01-01'^^xsd:date ."),
    ("dt-not-type", ":p rdfs:range xsd:integer .", ":a :p 'x' .", ":a :p 1 ."),
    ("dt-not-type", ":p rdfs:range xsd:nonNegativeInteger .", ":a :p -1 .", ":a :p 0 ."),
    ("dt-not-type", ":p rdfs:range xsd:decimal .", ":a :p 1e0 .", ":a :p 1 , 1.5 ."),
    ("dt-not-type", ":p rdfs:range rdf:langString .", ":a :p 'x' .", ":a :p 'x'@nb ."),
]


def rules_that_clash(turtle: str) -> set[str]:
    quads = ox.parse(input=PREFIXES + turtle, format=ox.RdfFormat.TURTLE)
    asserted = [ox.Triple(q.subject, q.predicate, q.object) for q in quads]
    return {c.rule for c in clashes(asserted, closure(asserted))}


@pytest.mark.parametrize(("rule", "axioms", "bad", "good"), CASES)
def test_a_rule_catches_its_case_and_leaves_the_near_one(rule, axioms, bad, good):
    assert rules_that_clash(axioms + bad) == {rule}
    assert rules_that_clash(axioms + good) == set()


def test_every_rule_has_a_case():
    folder = resources.files("samgraf.build.reason") / "rules"
    files = {f.name.removesuffix(".rq") for f in folder.iterdir()}
    assert files | {"dt-not-type"} == {rule for rule, *_ in CASES}


@pytest.mark.parametrize(
    ("text", "right"), [("12", True), ("a <b>c</b>", True), ("", True), ("a <b>c", False)]
)
def test_content_of_xml_is_a_value_and_a_half_element_is_none(text, right):
    found = rules_that_clash(f':a :p "{text}"^^rdf:XMLLiteral .')
    assert (not found) is right


def test_a_clash_that_rests_on_an_inference_is_found():
    turtle = ":D owl:disjointWith :E . :C rdfs:subClassOf :D . :p rdfs:range :E . :a :p :x ; a :C ."
    assert rules_that_clash(turtle) == set()
    assert rules_that_clash(turtle + ":b :p :a .") == {"cax-dw"}


def test_a_clash_is_told_with_label_rule_triples_and_place(other):
    with (other / "data" / "places.ttl").open("a") as file:
        file.write("beeid:hive-north a bee:Meadow .\n")
    loaded = load(find_content(other))
    asserted = loaded.triples(DESCRIBED)
    found = clashes(asserted, closure(asserted))
    assert [str(tell(c, loaded, "en")) for c in found] == [
        "data/places.ttl:13: Contradiction (cax-dw): northern hive (beeid:hive-north): "
        "it is in two classes that are declared disjoint: beeid:hive-north a bee:Hive; "
        "beeid:hive-north a bee:Meadow; bee:Hive owl:disjointWith bee:Meadow. "
        "Remove one of these statements, or what it was inferred from."
    ]
