"""The partners of a content: read into the manifest, or told apart from what is none."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from samgraf.build.content import Content, ContentErrors, load
from samgraf.build.content.vocabulary import own_terms
from samgraf.build.partners.records import partner_records
from samgraf.engine.remote.publish import store_graphs
from samgraf.engine.remote.query import ReleaseNames
from samgraf.release import open_release, read_manifest
from samgraf.release.partner import partners_of
from samgraf.sparql.syntax import parse

LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
TITLE = "http://purl.org/dc/terms/title"
BEES = "https://example.org/bees/"
PARTNERS, MIRROR = "data/partners.ttl", "data/mirrors/herbarium.ttl"


def records(root: Path) -> list[dict]:
    return partner_records(load(Content(root)))


def change(root: Path, file: str, old: str, new: str) -> None:
    path = root / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_a_partner_is_read_as_the_content_has_it(other):
    (partner,) = partners_of({"partners": records(other)}).values()
    assert (partner.name, partner.iri) == ("herbarium", BEES + "id/partner/herbarium")
    assert partner.endpoint == "https://herbarium.example/sparql"
    assert partner.titles == {"nb": "Herbariet", "nn": "Herbariet", "en": "The herbarium"}
    assert (partner.parallel, partner.deadline, partner.block) == (1, 2.5, 10)
    assert (partner.cache_seconds, partner.method) == (60.0, "GET")
    assert partner.format == "application/sparql-results+xml"
    assert parse(partner.mirror_query).form == "CONSTRUCT"
    assert partner.mirror.graph == BEES + "graph/mirrors/herbarium"
    assert partner.mirror.date == "2026-05-01"


def test_what_a_record_leaves_out_has_its_default(other):
    path = other / PARTNERS
    lines = path.read_text("utf-8").splitlines(keepends=True)
    words = ("parallel", "deadline", "block", "cacheSeconds", "method", "format", "mirrorQuery")
    kept = [x for x in lines if not any(f"federation:{w}" in x for w in words)]
    text = "".join(kept).replace("join/meadow> ;", "join/meadow> .")
    path.write_text(text, "utf-8")
    (partner,) = partners_of({"partners": records(other)}).values()
    assert (partner.parallel, partner.deadline, partner.block) == (2, 15.0, 200)
    assert (partner.method, partner.mirror_query) == ("POST", "")


def test_a_content_without_partners_has_none(other):
    (other / PARTNERS).unlink()
    (other / MIRROR).unlink()
    assert records(other) == []


MENDS = {
    "a misspelt term": (PARTNERS, "federation:parallel", "federation:paralel", "no term"),
    "a namespace of our own elsewhere": (
        PARTNERS,
        "@prefix partner: <https://example.org/bees/",
        "@prefix partner: <https://example.com/",
        "Write <https://example.org/bees/id/partner/herbarium>",
    ),
    "a malformed extract": (
        PARTNERS,
        "CONSTRUCT WHERE {",
        "CONSTRUCT WHERE {{",
        "malformed",
    ),
    "an extract that is a table": (
        PARTNERS,
        "CONSTRUCT WHERE",
        "SELECT * WHERE",
        "not a CONSTRUCT",
    ),
    "an extract from elsewhere": (
        PARTNERS,
        '"CONSTRUCT WHERE { ?field',
        '"CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <https://x.example/> { ?s ?p ?o } ?field',
        "contains SERVICE",
    ),
    "an extract without date": (MIRROR, "dct:created", "dct:issued", "has no date"),
    "an extract that speaks for us": (
        MIRROR,
        "<https://herbarium.example/field/1> ",
        "<https://example.org/bees/id/meadow-fen> ",
        "not its own",
    ),
    "a fault that the shape finds": (
        PARTNERS,
        "federation:block 10",
        "federation:block 0",
        "block",
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "told"), MENDS.values(), ids=MENDS)
def test_what_is_amiss_is_told_with_its_place(other, file, old, new, told):
    change(other, file, old, new)
    with pytest.raises(ContentErrors, match=told) as raised:
        records(other)
    assert file in str(raised.value)


def test_an_extract_of_nobody_is_refused(other):
    (other / MIRROR).rename(other / "data/mirrors/stranger.ttl")
    with pytest.raises(ContentErrors, match="No partner has the name"):
        records(other)


def test_an_extract_defines_no_term_and_describes_nothing_of_ours(other):
    """What a partner says can neither add to the ontology nor hide that something is missing."""
    with (other / MIRROR).open("a", encoding="utf-8") as file:
        file.write("<https://herbarium.example/x> a <https://example.org/bees/ontology#Nonsense> .")
    from samgraf.build.content import check_terms

    with pytest.raises(ContentErrors, match="Nonsense"):
        check_terms(load(Content(other)))


def test_extracts_stand_apart_and_what_they_say_of_themselves_does_not(other_release):
    store = open_release(other_release)
    manifest = json.loads((other_release / "manifest.json").read_text("utf-8"))
    graph = ox.NamedNode(BEES + "graph/mirrors/herbarium")
    grows = ox.NamedNode("https://herbarium.example/grows")
    assert graph.value in manifest["apart"]
    assert list(store.quads_for_pattern(None, grows, None, ox.DefaultGraph())) == []
    assert len(list(store.quads_for_pattern(None, grows, None, graph))) == 1
    assert list(store.quads_for_pattern(graph, None, None, graph)) == []
    assert list(store.quads_for_pattern(graph, None, None, ox.DefaultGraph()))


def test_extracts_stand_apart_in_other_stores_too(other_release):
    manifest = read_manifest(other_release)
    names = ReleaseNames(manifest)
    *named, default = store_graphs(other_release, manifest, names)
    extract = names.to_store(BEES + "graph/mirrors/herbarium")
    of_partner = next(g.triples for g in named if g.name == extract)
    assert len(of_partner) == 2
    assert set(of_partner) & set(default.triples) == set()


def test_the_terms_are_published_with_names_and_definitions(other_release):
    store = open_release(other_release)
    terms = own_terms("samgraf.build.partners", BEES)
    assert len(terms) > 15
    for iri in terms:
        names = store.query(f"SELECT ?n {{ <{iri}> <{LABEL}>|<{TITLE}> ?n }}")
        assert {"nb", "nn", "en"} <= {row["n"].language for row in names}, iri


def test_the_partners_of_the_study(release):
    manifest = json.loads((release / "manifest.json").read_text("utf-8"))
    found = partners_of(manifest)
    assert set(found) == {"data-norge", "eu-publications", "osm", "qlever-wikidata", "wikidata"}
    assert found["wikidata"].mirror.date == "2019-07-01"
    assert all(p.endpoint.startswith("https://") for p in found.values())
    assert manifest["prefixes"]["partner"] == manifest["base"] + "id/partner/"
    # what one of them would have to bear in the worst case
    assert all(p.parallel <= 2 for p in found.values())
    assert all(p.block <= 40 for p in found.values() if p.method == "GET")


def test_the_extract_of_the_study_says_what_its_own_data_say(release):
    """Numbers and items are those of the reference data: the extract adds no claim of its own."""
    store = open_release(release)
    base = json.loads((release / "manifest.json").read_text("utf-8"))["base"]
    query = f"""PREFIX adms: <http://www.w3.org/ns/adms#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
SELECT ?item ?number ?known WHERE {{
  GRAPH <{base}graph/mirrors/wikidata> {{ ?item wdt:P2504 ?number }}
  BIND(EXISTS {{
    ?unit schema:sameAs|rdfs:seeAlso ?item ; adms:identifier/skos:notation ?number
  }} AS ?known)
}}"""
    rows = list(store.query(query))
    assert len(rows) == 17
    assert [str(r["item"]) for r in rows if r["known"].value != "true"] == []
