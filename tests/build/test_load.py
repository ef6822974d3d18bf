import pyoxigraph as ox
import pytest

from samgraf.build.content import FileKind, find_content, load
from samgraf.build.content.layout import extra_files
from samgraf.errors import ContentError, UsageError


def test_each_file_fills_the_graph_named_by_its_path(other):
    (other / "data" / "deep").mkdir()
    (other / "data" / "deep" / "more.ttl").write_text("")
    graphs = {f.file.name: f.graph.value for f in load(find_content(other)).files}
    assert graphs == {
        "data/deep/more.ttl": "https://example.org/bees/graph/deep/more",
        "data/mirrors/herbarium.ttl": "https://example.org/bees/graph/mirrors/herbarium",
        "data/observations.ttl": "https://example.org/bees/graph/observations",
        "data/partners.ttl": "https://example.org/bees/graph/partners",
        "data/places.ttl": "https://example.org/bees/graph/places",
        "data/shapes.ttl": "https://example.org/bees/graph/shapes",
        "ontology/alignments/geosparql.ttl": (
            "https://example.org/bees/graph/ontology/alignments/geosparql"
        ),
        "ontology/alignments/qudt.ttl": "https://example.org/bees/graph/ontology/alignments/qudt",
        "ontology/alignments/skos.ttl": "https://example.org/bees/graph/ontology/alignments/skos",
        "ontology/alignments/web-annotation.ttl": (
            "https://example.org/bees/graph/ontology/alignments/web-annotation"
        ),
        "ontology/bees.ttl": "https://example.org/bees/graph/ontology/bees",
        "ontology/display.ttl": "https://example.org/bees/graph/ontology/display",
        "ontology/shapes/hive.ttl": "https://example.org/bees/graph/ontology/shapes/hive",
        "ontology/views/columns.ttl": "https://example.org/bees/graph/ontology/views/columns",
        "ontology/vocabularies/soils.ttl": (
            "https://example.org/bees/graph/ontology/vocabularies/soils"
        ),
    }


def test_examples_are_never_loaded_and_display_is_of_its_own_kind(other):
    (other / "ontology" / "examples").mkdir()
    (other / "ontology" / "examples" / "bad.ttl").write_text("this is not Turtle")
    (other / "ontology" / "display.ttl").write_text("")
    kinds = {f.file.name: f.file.kind for f in load(find_content(other)).files}
    assert kinds["ontology/display.ttl"] is FileKind.DISPLAY
    assert "ontology/examples/bad.ttl" not in kinds


def test_the_header_gives_base_namespace_prefix_title_and_declared_prefixes(other):
    header = load(find_content(other)).header
    assert header.iri == "https://example.org/bees/ontology"
    assert header.base == "https://example.org/bees/"
    assert header.namespace == "https://example.org/bees/ontology#"
    assert header.prefix == "bee"
    assert header.title == {"en": "Bees and meadows", "nb": "Bier og enger", "nn": "Bier og enger"}
    assert header.prefixes["beeid"] == "https://example.org/bees/id/"
    assert header.prefixes["skos"] == "http://www.w3.org/2004/02/skos/core#"


def test_a_name_is_shortened_by_the_longest_prefix_that_leaves_a_plain_local_part(other):
    header = load(find_content(other)).header
    assert header.shorten("https://example.org/bees/id/fen") == "beeid:fen"
    assert header.shorten("https://example.org/bees/id/a/b") == "<https://example.org/bees/id/a/b>"
    assert header.expand("beeid:fen") == "https://example.org/bees/id/fen"
    assert header.expand("[ beeid:fen ]") is None


def test_blank_nodes_of_two_files_never_clash(other):
    for name in "ab":
        (other / "data" / f"{name}.ttl").write_text("_:x <urn:p> [] .")
    loaded = load(find_content(other))
    nodes = [
        {x for t in f.triples for x in (t.subject, t.object) if isinstance(x, ox.BlankNode)}
        for f in loaded.files
        if f.file.name in ("data/a.ttl", "data/b.ttl")
    ]
    assert [len(n) for n in nodes] == [2, 2]
    assert not nodes[0] & nodes[1]


def test_a_syntax_error_names_file_and_line(other):
    path = other / "data" / "places.ttl"
    lines = path.read_text().splitlines()
    lines[13] = 'beeid:hive-north a a bee:Hive "'
    path.write_text("\n".join(lines))
    with pytest.raises(ContentError, match=r"^data/places\.ttl:14: This is not valid Turtle"):
        load(find_content(other))


def test_a_file_that_is_not_utf8_is_refused_with_its_line(other):
    (other / "data" / "latin.ttl").write_bytes('\n<urn:a> <urn:b> "bø" .'.encode("latin-1"))
    with pytest.raises(ContentError, match=r"^data/latin\.ttl:2: .*UTF-8"):
        load(find_content(other))


def test_a_header_that_names_no_namespace_has_the_one_with_most_terms(other):
    path = other / "ontology" / "bees.ttl"
    path.write_text(path.read_text().replace('vann:preferredNamespaceUri "', 'rdfs:comment "'))
    assert load(find_content(other)).header.namespace == "https://example.org/bees/ontology#"


def test_two_headers_are_refused(other):
    (other / "ontology" / "more.ttl").write_text(
        (other / "ontology" / "bees.ttl").read_text().replace("bees/ontology>", "bees/second>")
    )
    with pytest.raises(ContentError, match="More than one ontology header"):
        load(find_content(other))


def test_a_folder_without_ontology_is_a_wrong_call(tmp_path):
    with pytest.raises(UsageError, match="no folder 'ontology'"):
        find_content(tmp_path)


def test_extra_files_get_graphs_of_their_own(other, tmp_path):
    paths = (tmp_path / "one.ttl", tmp_path / "two.ttl")
    for path in paths:
        path.write_text("<urn:a> <urn:b> <urn:c> .")
    loaded = load(find_content(other), extra_files(paths))
    graphs = [f.graph.value for f in loaded.files if f.file.kind is FileKind.EXTRA]
    assert graphs == [f"https://example.org/bees/graph/extra/{n}" for n in (1, 2)]


def test_an_extra_file_that_is_missing_is_a_wrong_call(other, tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        load(find_content(other), extra_files((tmp_path / "none.ttl",)))


def test_the_place_of_a_thing_is_where_it_is_described(other):
    loaded = load(find_content(other))
    assert loaded.place("https://example.org/bees/id/meadow-fen") == ("data/places.ttl", 32)
    assert loaded.place("https://example.org/bees/id/none") is None
    assert loaded.place("no IRI") is None


def test_the_fingerprint_changes_with_any_byte_that_is_read(other):
    content = find_content(other)
    prints = {content.fingerprint()}
    for name in ("data/places.ttl", "ontology/questions/forage.csv", "ontology/bees.ttl"):
        with (other / name).open("a") as file:
            file.write(" ")
        prints.add(content.fingerprint())
    assert len(prints) == 4
