"""A data file describes its own graph, where a shape of the content asks for that."""

import pyoxigraph as ox
import pytest

from samgraf.build.content import ContentErrors, check_graphs, find_content, load

SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix void: <http://rdfs.org/ns/void#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix prov: <http://www.w3.org/ns/prov#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
<urn:x:s> a sh:NodeShape ; sh:targetClass void:Dataset ;
  sh:property [ sh:path dct:title ; sh:minCount 2 ; sh:languageIn ( "nb" "en" ) ] ,
    [ sh:path dct:license ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ,
    [ sh:path dct:modified ; sh:minCount 1 ; sh:datatype xsd:date ] ,
    [ sh:path prov:wasDerivedFrom ; sh:minCount 1 ; sh:class prov:Entity ] ,
    [ sh:path dct:description ; sh:minCount 1 ; sh:uniqueLang true ] ,
    [ sh:path foaf:name ; sh:minCount 1 ] , [ sh:path dct:source ] .
"""
GRAPH = "<https://example.org/bees/graph/new>"


@pytest.fixture
def told(other):
    (other / "ontology" / "shapes" / "graph.ttl").write_text(SHAPE)
    for path in (other / "data").glob("*.ttl"):
        graph = f"<https://example.org/bees/graph/{path.stem}>"
        path.write_text(path.read_text() + f"{graph} a <http://rdfs.org/ns/void#Dataset> .\n")

    def tell(text):
        (other / "data" / "new.ttl").write_text(text)
        try:
            check_graphs(load(find_content(other)))
        except ContentErrors as fault:
            return str(fault)
        return ""

    return tell


def test_a_file_without_description_is_refused_with_the_block_to_add(told):
    message = told("")
    assert (
        message
        == f"""data/new.ttl:1: The file does not describe its own graph. \
Add what follows, with the dots filled in:

@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
{GRAPH} dct:description "…"@en , "…"@nb , "…"@nn ;
    dct:license <https://…> ;
    dct:modified "YYYY-MM-DD"^^xsd:date ;
    dct:title "…"@en , "…"@nb ;
    a void:Dataset ;
    prov:wasDerivedFrom <https://…> ;
    foaf:name "…" .
"""
    )


@pytest.mark.parametrize(
    "start",
    [
        "",
        "@prefix v: <http://rdfs.org/ns/void#> . @prefix dct: <urn:x:other#> .\n",
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n<urn:x:a> dct2:b 1 .",
        f"{GRAPH} <http://purl.org/dc/terms/title> 'Ny'@nb .\n",
    ],
)
def test_the_block_is_turtle_that_is_then_taken(told, start):
    start = start.replace("dct2:b", "<urn:x:b>")
    block = told(start).split(":\n\n", 1)[1]
    assert told(start + block) == ""
    quads = ox.parse(input=start + block, format=ox.RdfFormat.TURTLE)
    own = {q.predicate.value for q in quads if str(q.subject) == GRAPH}
    assert {"http://purl.org/dc/terms/title", "http://xmlns.com/foaf/0.1/name"} <= own


def test_a_description_of_another_graph_is_told_with_its_line(told):
    other = GRAPH.replace("new", "places")
    assert told(f"# copied\n\n{other} a <http://rdfs.org/ns/void#Dataset> .\n") == (
        f"data/new.ttl:3: The file describes {other} and not its own graph. "
        f"Write {GRAPH} there, or describe both."
    )


def test_nothing_is_asked_where_no_shape_does(other):
    (other / "data" / "new.ttl").write_text("")
    check_graphs(load(find_content(other)))
