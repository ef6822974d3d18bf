"""The shape of partners: what is right conforms, and each planted fault is found and told."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from samgraf.build.rdf import own_triples
from samgraf.build.validate import validate

SHAPE = "https://w3id.org/samgraf/federation/shape/"
RIGHT = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix federation: <https://w3id.org/samgraf/federation#> .
@prefix partner: <https://e.example/id/partner/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

partner:one a federation:Partner , dcat:DataService ;
  dct:identifier "one" ;
  dct:title "En"@nb , "Ein"@nn , "One"@en ;
  dct:description "Den ene."@nb , "Den eine."@nn , "The one."@en ;
  dcat:endpointURL <https://one.example:8443/a/sparql?x=1> ;
  federation:dataLicence <https://creativecommons.org/publicdomain/zero/1.0/> ;
  federation:joinsOn <https://e.example/id/join> ;
  federation:parallel 2 ;
  federation:deadline 7.5 ;
  federation:block 100 ;
  federation:cacheSeconds 0 ;
  federation:method "POST" ;
  federation:format "application/sparql-results+json" ;
  federation:mirrorQuery "CONSTRUCT WHERE { ?s ?p ?o }" .

<https://e.example/id/join> a federation:Join ;
  rdfs:label "noe"@nb , "noko"@nn , "something"@en ;
  federation:byProperty dct:spatial .

partner:two a federation:Partner , dcat:DataService ;
  dct:identifier "two" ;
  dct:title "To"@nb , "To"@nn , "Two"@en ;
  dct:description "Den andre."@nb , "Den andre."@nn , "The other."@en ;
  dcat:endpointURL <http://[2001:db8::1]/sparql> ;
  federation:joinsOn <https://e.example/id/join> .
"""
BOTH = "partner:one a federation:Partner , dcat:DataService"
CC0 = "<https://creativecommons.org/publicdomain/zero/1.0/>"
JOIN = "<https://e.example/id/join>"
ONE = "<https://one.example:8443/a/sparql?x=1>"
#: A fault: what is written in place of what, and the shape that finds it.
FAULTS = {
    "no endpoint": (f"  dcat:endpointURL {ONE} ;\n", "", "Partner-endpoint"),
    "two endpoints": (ONE, f"{ONE} , <https://more.example/>", "Partner-endpoint"),
    "endpoint as text": (ONE, '"https://one.example/"', "Partner-endpoint"),
    "another scheme": (ONE, "<ftp://one.example/>", "Partner-endpoint"),
    "a file": (ONE, "<file:///etc/passwd>", "Partner-endpoint"),
    "user name": (ONE, "<https://me:secret@one.example/>", "Partner-endpoint"),
    "user name behind a name": (ONE, "<https://one.example@two.example/>", "Partner-endpoint"),
    "fragment": (ONE, "<https://one.example/#x>", "Partner-endpoint"),
    "no host": (ONE, "<https:///sparql>", "Partner-endpoint"),
    "same endpoint": (
        "<http://[2001:db8::1]/sparql>",
        "<https://ONE.example:8443/a/sparql?x=1>",
        "Partner",
    ),
    "no name": ('  dct:identifier "one" ;\n', "", "Partner-name"),
    "two names": ('identifier "one"', 'identifier "one" , "uno"', "Partner-name"),
    "capital in the name": ('identifier "one"', 'identifier "One"', "Partner-name"),
    "digit first": ('identifier "one"', 'identifier "1ne"', "Partner-name"),
    "name of another": ('identifier "two"', 'identifier "one"', "Partner"),
    "title in two languages": ('"En"@nb , ', "", "Partner-title"),
    "two titles in one language": ('"En"@nb', '"En"@nb , "Éin"@nb', "Partner-title"),
    "title in another language": ('"One"@en', '"Un"@fr', "Partner-title"),
    "no description": (', "The one."@en', "", "Partner-description"),
    "licence as text": (CC0, '"CC0"', "Partner-licence"),
    "joins on nothing": (f"  federation:joinsOn {JOIN} ;\n", "", "Partner-joinsOn"),
    "join on nothing in particular": (" ;\n  federation:byProperty dct:spatial", "", "Join"),
    "join without words": ('"noe"@nb , "noko"@nn , ', "", "Join-label"),
    "nothing at once": ("parallel 2", "parallel 0", "Partner-parallel"),
    "too much at once": ("parallel 2", "parallel 9", "Partner-parallel"),
    "at once in words": ("parallel 2", 'parallel "two"', "Partner-parallel"),
    "no time": ("deadline 7.5", "deadline 0.5", "Partner-deadline"),
    "too much time": ("deadline 7.5", "deadline 61", "Partner-deadline"),
    "time without end": ("deadline 7.5", "deadline 7.5e300", "Partner-deadline"),
    "empty blocks": ("block 100", "block 0", "Partner-block"),
    "large blocks": ("block 100", "block 1001", "Partner-block"),
    "fresh for ever": ("cacheSeconds 0", "cacheSeconds 604801", "Partner-cacheSeconds"),
    "other method": ('"POST"', '"PUT"', "Partner-method"),
    "small letters": ('"POST"', '"post"', "Partner-method"),
    "other format": ("results+json", "results+thrift", "Partner-format"),
    "two extracts": ('"CONSTRUCT WHERE { ?s ?p ?o }"', '"a" , "b"', "Partner-mirrorQuery"),
    "no service": (BOTH, "partner:one a federation:Partner", "Partner-type"),
    "no partner": (BOTH, "partner:one a dcat:DataService", "Partner-type"),
}


def findings(text: str) -> list:
    parsed = ox.parse(input=text.encode(), format=ox.RdfFormat.TURTLE)
    triples = [ox.Triple(q.subject, q.predicate, q.object) for q in parsed]
    return validate(triples, own_triples("samgraf.build.partners", "shape.ttl"))


def test_what_is_right_conforms():
    assert findings(RIGHT) == []


@pytest.mark.parametrize(("old", "new", "shape"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found_by_the_shape_meant_for_it(old, new, shape):
    assert old in RIGHT
    found = findings(RIGHT.replace(old, new, 1))
    assert SHAPE + shape in {f.named for f in found}
    assert all({"nb", "nn", "en"} == {language for language, _ in f.messages} for f in found)


def test_the_shapes_are_themselves_right():
    from pyshacl.entrypoints import meta_validate
    from rdflib import Graph

    import samgraf.build.partners

    path = Path(samgraf.build.partners.__file__).with_name("shape.ttl")
    conforms, _, text = meta_validate(Graph().parse(path), inference="none")
    assert conforms, text
