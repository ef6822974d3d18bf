"""A content need say nothing of itself; what it says decides base, namespace, title and rules."""

import pytest

from samgraf.build.content import ContentErrors, check_terms, find_content, load
from samgraf.build.pipeline import Run, run
from samgraf.errors import ContentError
from samgraf.progress import Silent

PREFIXES = """@prefix content: <https://w3id.org/samgraf/content#> .
@prefix dc: <http://purl.org/dc/elements/1.1/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix o: <https://my.example/onto#> .
"""
HEADER = "<https://my.example/onto> a owl:Ontology . o:A a owl:Class . "


def content(folder, ontology, data=""):
    for name, text in (("ontology", ontology), ("data", data)):
        (folder / name).mkdir()
        (folder / name / "x.ttl").write_text(PREFIXES + text)
    return folder


def header(folder, ontology, data=""):
    return load(find_content(content(folder, ontology, data))).header


@pytest.mark.parametrize(
    ("data", "base"),
    [
        ("<https://my.example/thing/1> a o:A .", "https://my.example/"),
        ("<https://other.example/thing/1> a o:A .", "https://samgraf.invalid/"),
        ("", "https://samgraf.invalid/"),
    ],
)
def test_the_base_is_the_folder_of_the_ontology_where_the_data_stand_there(tmp_path, data, base):
    assert header(tmp_path, HEADER, data).base == base


def test_the_base_is_the_one_stated_and_before_that_the_callers(tmp_path):
    stated = HEADER + "<https://my.example/onto> content:base <https://site.example/a/> ."
    root = content(tmp_path, stated)
    assert load(find_content(root)).header.base == "https://site.example/a/"
    assert load(find_content(root, "https://b.example")).header.base == "https://b.example/"


def test_a_base_that_can_be_none_is_refused(tmp_path):
    with pytest.raises(ContentError, match="give an http address"):
        header(tmp_path, HEADER + "<https://my.example/onto> content:base <urn:x> .")


def test_without_an_ontology_the_namespace_is_the_one_with_most_terms(tmp_path):
    found = header(tmp_path, "o:A a owl:Class . o:B a rdfs:Class . <urn:x:C> a owl:Class .")
    assert found.namespace == "https://my.example/onto#"
    assert found.namespaces == ("https://my.example/onto#", "urn:x:")
    assert (found.iri, found.prefix) == ("https://samgraf.invalid/ontology", "o")


def test_of_several_ontologies_the_one_with_most_terms_names_the_content(tmp_path):
    more = '<https://other.example/> a owl:Ontology ; rdfs:label "Other" . '
    found = header(tmp_path, HEADER + more + '<https://my.example/onto> dc:title "Mine"@en .')
    assert found.title == {"en": "Mine"}
    assert found.ontologies == ("https://my.example/onto", "https://other.example/")


def test_a_rule_that_is_none_is_refused(tmp_path):
    with pytest.raises(ContentError, match=r"no rule .*content#cleverness"):
        header(tmp_path, HEADER + "<https://my.example/onto> content:keeps content:cleverness .")


@pytest.mark.parametrize(
    ("rule", "data", "fault"),
    [
        ("definedTerms", "<urn:x> a o:Bee .", "does not define o:Bee"),
        ("declaredTerms", "<urn:x> a <urn:Foreign> .", "<urn:Foreign> is used as a class"),
        ("namedNodes", "[] a o:A .", "individual without IRI"),
        ("owl2rl", "o:A rdfs:subClassOf [ a owl:Class ; owl:unionOf ( o:A ) ] .", "superclass"),
        ("literalForms", "<urn:x> rdfs:label 9.50 .", '"9.5"'),
    ],
)
def test_what_breaks_a_rule_is_refused_where_it_is_kept_and_noted_elsewhere(
    tmp_path, rule, data, fault
):
    root = content(tmp_path, HEADER, data)
    outcome = run(find_content(root), Run(Silent(), "en", lambda line: None))
    assert any(fault in note.tell("en") for note in outcome.notes)
    with (root / "ontology" / "x.ttl").open("a") as file:
        file.write(f"<https://my.example/onto> content:keeps content:{rule} .")
    with pytest.raises(ContentErrors, match=fault):
        run(find_content(root), Run(Silent(), "en", lambda line: None))


def test_a_text_that_lacks_a_language_of_the_content_is_refused(tmp_path):
    said = (
        HEADER + '<https://my.example/onto> content:language "nb" , "en" . o:A rdfs:label "a"@en .'
    )
    with pytest.raises(ContentErrors, match="o:A has no rdfs:label in nb"):
        check_terms(load(find_content(content(tmp_path, said))))


def test_a_folder_of_one_file_is_a_content(tmp_path):
    (tmp_path / "all.ttl").write_text(PREFIXES + HEADER + "<https://my.example/1> a o:A .")
    loaded = load(find_content(tmp_path))
    assert loaded.header.base == "https://my.example/"
    assert [f.graph.value for f in loaded.files] == ["https://my.example/graph/all"]


def test_imports_and_several_ontologies_are_noted(tmp_path):
    more = "<https://other.example/> a owl:Ontology ; owl:imports <https://my.example/onto> ."
    more += "<https://my.example/onto> owl:imports <urn:y> ."
    notes = {
        n.kind: n.examples for n in load(find_content(content(tmp_path, HEADER + more))).notes()
    }
    assert notes["imports"] == ("urn:y",)
    assert "several-ontologies" in notes


def test_each_kind_of_thing_has_a_prefix_that_needs_no_slash(tmp_path):
    data = """<https://my.example/id/hive/1> a o:A . <https://my.example/id/bee-race/x> a o:A .
        <https://my.example/id/owl/x> a o:A . <https://my.example/id/a/b/c> a o:A .
        <https://my.example/id/1/x> a o:A . <https://my.example/id/bare> a o:A ."""
    found = header(tmp_path, HEADER, data)
    things = {p: n for p, n in found.prefixes.items() if n.startswith("https://my.example/id/")}
    # owl: is taken; a prefix begins with a letter; what stands deeper, or in no folder, has none
    assert things == {
        "bee-race": "https://my.example/id/bee-race/",
        "hive": "https://my.example/id/hive/",
        "partner": "https://my.example/id/partner/",
    }
    assert found.shorten("https://my.example/id/hive/1") == "hive:1"


def test_prefix_that_the_content_declares_goes_before_that_of_a_kind(tmp_path):
    declared = """<https://my.example/onto> <http://www.w3.org/ns/shacl#declare> [
        <http://www.w3.org/ns/shacl#prefix> "h" ;
        <http://www.w3.org/ns/shacl#namespace> "https://my.example/id/hive/" ] . """
    found = header(tmp_path, HEADER + declared, "<https://my.example/id/hive/1> a o:A .")
    assert found.prefixes["h"] == "https://my.example/id/hive/"
    assert "hive" not in found.prefixes


def test_a_content_without_an_ontology_is_called_as_its_file_or_data(tmp_path):
    (tmp_path / "places.ttl").write_text(PREFIXES + "<urn:x:a> a o:A .")
    assert load(find_content(tmp_path)).header.title == {"": "places"}
    (tmp_path / "people.ttl").write_text(PREFIXES + "<urn:x:b> a o:A .")
    assert load(find_content(tmp_path)).header.title == {"": "Data"}


def test_a_note_names_file_and_line_of_what_would_else_be_a_fault(tmp_path):
    data = """<urn:x:a>
  <urn:x:p> "01"^^<http://www.w3.org/2001/XMLSchema#integer> ,
    "x"@EN ;
  a o:B .
[ <urn:x:p> [ <urn:x:p> 1 ] ] .
"""
    root, say = content(tmp_path, HEADER, data), []
    run(find_content(root), Run(Silent(), "en", say.append))
    told = [line.strip() for note in say for line in note.splitlines() if "data/x.ttl:" in line]
    begins = [line.partition(" ")[0] for line in told]
    at = [f"data/x.ttl:{line}:" for line in (7, 8, 9)]
    assert set(at) <= set(begins)
    (unnamed,) = (line for line in told if line.startswith("data/x.ttl:10: [ <urn:x:p> [ "))
    assert "individual without IRI" in unnamed
