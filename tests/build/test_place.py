"""A result is told with the line where the fault stands."""

import pytest
from test_validate import triples

from samgraf.build.content import find_content, load
from samgraf.build.content.layout import DESCRIBED, FileKind
from samgraf.build.validate import validate
from samgraf.build.validate.place import place_of

ELSEWHERE = """@prefix bee: <https://example.org/bees/ontology#> .
@prefix beeid: <https://example.org/bees/id/> .
beeid:hive-north bee:near beeid:meadow-fen .
beeid:hive-north bee:frames 11 .
"""
HIVES = """@prefix bee: <https://example.org/bees/ontology#> .
@prefix beeid: <https://example.org/bees/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
beeid:hive-new bee:near beeid:meadow-fen ,
    [ bee:soil "sand" ] ;
  rdfs:label "ny"@nb ,
    "nyare"@nb ;
  bee:frames
    "ten" ;
  a bee:Hive .
beeid:hive-next a bee:Hive ; bee:foragesOn
  beeid:hive-new .
[ bee:frames 2 ;
  bee:near beeid:meadow-fen ,
    beeid:meadow-lower ] .
"""
A, Z = "data/elsewhere.ttl", "data/zzz.ttl"
#: what is asked: the shape, the end of the focus, (file, line)
CASES = {
    "a value": ("sh:property [ sh:path bee:frames ; sh:datatype xsd:integer ]", "hive-new", Z, 9),
    "a value at the other end": (
        "sh:property [ sh:path [ sh:inversePath bee:foragesOn ] ; sh:maxLength 2 ]",
        "hive-new", Z, 12),
    "a value two steps away": (
        "sh:property [ sh:path ( bee:near bee:soil ) ; sh:nodeKind sh:IRI ]", "hive-new", Z, 5),
    "a missing value, where its thing is described":
        ("sh:property [ sh:path bee:soil ; sh:minCount 1 ]", "hive-north",
         "data/places.ttl", 13),
    "a missing value, where its class is said last":
        ("sh:property [ sh:path bee:soil ; sh:minCount 1 ]", "hive-new", Z, 4),
    "one value of several missing":
        ("sh:property [ sh:path bee:frames ; sh:minCount 2 ]", "hive-next", Z, 11),
    "one value too many, in another file":
        ("sh:property [ sh:path bee:frames ; sh:maxCount 1 ]", "hive-north", A, 4),
    "one text too many in a language":
        ("sh:property [ sh:path rdfs:label ; sh:uniqueLang true ]", "hive-new", Z, 7),
    "a choice of which none is met, at the property that it speaks of":
        ("sh:or ( [ sh:path bee:frames ; sh:maxCount 0 ] [ sh:path bee:soil ; sh:minCount 1 ] )",
         "hive-south", "data/places.ttl", 20),
    "a query, at the property that it speaks of":
        ("sh:sparql [ sh:prefixes <https://example.org/bees/ontology> ; sh:select "
         "'SELECT $this { $this bee:near ?x }' ]", "hive-new", Z, 4),
    "a query with a value":
        ("sh:sparql [ sh:prefixes <https://example.org/bees/ontology> ; sh:select "
         "'SELECT $this ?value { $this bee:foragesOn ?value }' ]", "hive-next", Z, 12),
    "a query that finds another thing, at what that says by the path":
        ("sh:sparql [ sh:prefixes <https://example.org/bees/ontology> ; sh:select "
         "'SELECT $this (bee:frames AS ?path) ?value { $this bee:foragesOn ?value ."
         " ?value bee:frames ?n }' ]", "hive-next", Z, 9),
}  # fmt: skip


@pytest.fixture
def planted(other):
    (other / A).write_text(ELSEWHERE)
    (other / Z).write_text(HIVES)

    def load_with(rule):
        shape = f":s a sh:NodeShape ; sh:targetClass bee:Hive ; {rule} ."
        prefixes = "\n".join(
            f"@prefix {p}: <{iri}> ."
            for p, iri in {
                "": "urn:x:",
                "bee": "https://example.org/bees/ontology#",
                "sh": "http://www.w3.org/ns/shacl#",
                "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
                "xsd": "http://www.w3.org/2001/XMLSchema#",
            }.items()
        )
        declared = """
<https://example.org/bees/ontology> sh:declare [ sh:prefix "bee" ;
  sh:namespace "https://example.org/bees/ontology#"^^xsd:anyURI ] ."""
        (other / "ontology" / "shapes" / "hive.ttl").write_text(f"{prefixes}{declared}\n{shape}\n")
        return load(find_content(other))

    return load_with


@pytest.mark.parametrize("case", CASES)
def test_a_result_is_told_where_the_fault_stands(planted, case):
    rule, focus, file, line = CASES[case]
    loaded = planted(rule)
    found = validate(loaded.triples(DESCRIBED), loaded.triples({FileKind.SHAPES}))
    told = {place_of(f, loaded) for f in found if str(f.focus).endswith(f"/{focus}>")}
    assert told == {(file, line)}


def test_a_thing_without_a_name_is_found_by_what_is_said_of_it(planted):
    loaded = planted("sh:closed true")
    data = loaded.triples(DESCRIBED)
    for path, line in (("bee:frames", 13), ("bee:near", 14), ("bee:soil", 13)):
        shapes = triples(
            f"[] a sh:NodeShape ; sh:targetSubjectsOf bee:frames ; sh:property [ sh:path {path} ;"
            " sh:minCount 3 ] ."
        )
        found = [f for f in validate(data, shapes) if str(f.focus).startswith("_:")]
        assert [place_of(f, loaded) for f in found] == [(Z, line)]


def test_a_value_that_is_checked_itself_is_found(planted):
    loaded = planted("sh:closed true")
    shapes = triples("[] a sh:NodeShape ; sh:targetObjectsOf bee:frames ; sh:maxExclusive 11 .")
    found = validate(loaded.triples(DESCRIBED), shapes)
    told = {f.focus.value: place_of(f, loaded) for f in found}
    assert told == {"14": ("data/places.ttl", 20), "11": (A, 4), "ten": (Z, 9)}


def test_what_stands_in_no_file_has_no_place(planted):
    loaded = planted("sh:closed true")
    shapes = triples("[] a sh:NodeShape ; sh:targetNode <urn:x:none> ; sh:class bee:Hive .")
    (found,) = validate(loaded.triples(DESCRIBED), shapes)
    assert place_of(found, loaded) is None
