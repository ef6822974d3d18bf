"""Which forms a literal may have, by its datatype."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pyoxigraph as ox
import pytest

from samgraf.build.reason.closure import closure
from samgraf.build.reason.contradictions import clashes
from samgraf.build.validate import validate
from samgraf.datatypes import is_well_formed
from samgraf.vocab import XSD

FORMS = tomllib.loads(Path(__file__).with_name("forms.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", FORMS)
def test_a_datatype_takes_the_forms_of_the_standard_and_no_other(name):
    datatype = ox.NamedNode(XSD + name)
    taken = {
        form: is_well_formed(ox.Literal(form, datatype=datatype))
        for forms in FORMS[name].values()
        for form in forms
    }
    right = dict.fromkeys(FORMS[name]["right"], True)
    assert taken == right | dict.fromkeys(FORMS[name]["wrong"], False)


def test_an_integer_is_well_formed_however_long():
    datatype = ox.NamedNode(XSD + "nonNegativeInteger")
    assert is_well_formed(ox.Literal("9" * 10_000, datatype=datatype))


def test_texts_and_datatypes_of_others_take_any_form():
    assert is_well_formed(ox.Literal("x", language="en"))
    assert is_well_formed(ox.Literal("x", datatype=ox.NamedNode("urn:x:date")))


DATES = """
@prefix : <urn:x:> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:shape a sh:NodeShape ; sh:targetSubjectsOf :died ;
  sh:property [ sh:path :died ; sh:datatype xsd:date ] ,
    [ sh:path :at ; sh:datatype xsd:dateTime ] .
:died a owl:DatatypeProperty ; rdfs:range xsd:date .
:a :died "-0044-03-15"^^xsd:date , "12020-01-01Z"^^xsd:date ;
  :at "2020-01-01T24:00:00"^^xsd:dateTime .
"""


def parsed(turtle):
    return [q.triple for q in ox.parse(input=turtle, format=ox.RdfFormat.TURTLE)]


def test_shapes_and_reasoner_judge_literals_by_the_same_forms():
    triples = parsed(DATES)
    assert validate(triples, triples) == []
    assert clashes(triples, closure(triples)) == []
    wrong = parsed(DATES + ':a :at "2020-01-01"^^xsd:dateTime .')
    assert [f.value.value for f in validate(wrong, wrong)] == ["2020-01-01"]
    assert {c.rule for c in clashes(wrong, closure(wrong))} == {"dt-not-type"}
