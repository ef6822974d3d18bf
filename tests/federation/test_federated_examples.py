"""The federated examples: each runs as it stands, against stand-ins shaped as the partners are."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from in_process import StorePartners
from rdflib.plugins.sparql.parser import parseQuery

from samgraf.build.content import Content, ContentErrors, load
from samgraf.build.partners.examples import read_examples
from samgraf.build.partners.records import partner_records
from samgraf.engine.in_process import InProcessEngine
from samgraf.engine.local import LocalEngine
from samgraf.federation.bind_join import Federation
from samgraf.release import open_release, read_manifest
from samgraf.release.partner import partners_of
from samgraf.sparql.evaluation import QueryRequest
from samgraf.sparql.syntax import parse

ROOT = Path(__file__).parents[2]
SHAPED = Path(__file__).parent / "shaped"
QUERIES = sorted((ROOT / "ontology" / "federated").glob("*.rq"))
NEEDS = re.compile(r"^# partner: (.*)$", re.MULTILINE)
JSON, NT = "application/sparql-results+json", "application/n-triples"


@pytest.fixture(scope="module")
def manifest(release):
    return read_manifest(release)


@pytest.fixture(scope="module")
def here(release):
    return open_release(release)


@pytest.fixture(scope="module")
def stores(manifest):
    """Return a store for each partner, with data in its shape."""
    found = {}
    for name in partners_of(manifest):
        found[name] = ox.Store()
        path = SHAPED / f"{name.removeprefix('qlever-')}.ttl"
        found[name].load(path=path, format=ox.RdfFormat.TURTLE)
    return found


@pytest.fixture(scope="module")
def whole(release, manifest, stores):
    """Return one store with the release and, in graphs of the partners' IRIs, their data."""
    store = open_release(release)
    for name, partner in partners_of(manifest).items():
        graph = ox.NamedNode(partner.iri)
        store.extend(ox.Quad(q.subject, q.predicate, q.object, graph) for q in stores[name])
    return store


@pytest.mark.parametrize("path", QUERIES, ids=lambda p: p.stem)
def test_an_example_has_the_answer_that_one_store_gives(path, here, stores, whole, manifest):
    query = path.read_text("utf-8")
    partners, base = partners_of(manifest), manifest["base"]
    written = re.sub(r"\bSERVICE\b", "GRAPH", query)
    in_one = whole.query(written, base_iri=base, prefixes=manifest["prefixes"])
    is_graph = isinstance(in_one, ox.QueryTriples)
    expected = (
        {str(t) for t in in_one} if is_graph else sorted(tuple(map(str, row)) for row in in_one)
    )
    assert expected

    client = StorePartners(stores)
    engine = InProcessEngine(LocalEngine(here, manifest["prefixes"]))
    federation = Federation(engine, client, partners, base)
    request = QueryRequest(query=query, base=base)
    media_type = NT if is_graph else JSON
    tree = parse(query, manifest["prefixes"], base)
    answer = asyncio.run(federation.answer(request, media_type, tree, 20.0))
    body = answer.read()
    if is_graph:
        assert {line.removesuffix(b" .").decode() for line in body.splitlines()} == expected
    else:
        parsed = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        assert sorted(tuple(map(str, row)) for row in parsed) == expected
    told = {name.strip() for name in NEEDS.search(query)[1].split(",")}
    assert {name for name, _ in client.asked} == told
    # a bind join: no partner is asked for all that it has
    assert all("VALUES" in asked for _, asked in client.asked)


@pytest.mark.parametrize("path", QUERIES, ids=lambda p: p.stem)
def test_an_example_is_a_query_to_other_parsers_too(path):
    parseQuery(path.read_text("utf-8"))


@pytest.mark.parametrize("path", QUERIES, ids=lambda p: p.stem)
def test_an_example_says_in_three_languages_what_it_tells(path):
    text = path.read_text("utf-8")
    for language in ("nb", "nn", "en"):
        assert re.search(rf"^# {language}: .{{20}}", text, re.MULTILINE)


def test_the_query_of_an_extract_finds_what_it_constructs(stores, manifest):
    """An extract that an example cannot use would be of little use."""
    used = {
        "data-norge": "http://purl.org/dc/terms/spatial",
        "eu-publications": "http://www.w3.org/2004/02/skos/core#prefLabel",
        "wikidata": "http://www.wikidata.org/prop/direct/P2504",
    }
    queries = {n: p.mirror_query for n, p in partners_of(manifest).items() if p.mirror_query}
    assert queries.keys() == used.keys()
    for name, query in queries.items():
        assert used[name] in {t.predicate.value for t in stores[name].query(query)}


def test_an_extract_of_wikidata_keeps_numbers_with_their_dates(stores, manifest):
    query = partners_of(manifest)["wikidata"].mirror_query
    mirror = ox.Store()
    mirror.extend(
        ox.Quad(t.subject, t.predicate, t.object) for t in stores["wikidata"].query(query)
    )
    asked = """PREFIX p: <http://www.wikidata.org/prop/>
        PREFIX pq: <http://www.wikidata.org/prop/qualifier/>
        PREFIX ps: <http://www.wikidata.org/prop/statement/>
        SELECT ?item ?number ?end WHERE {
          ?item p:P2504 ?statement . ?statement ps:P2504 ?number ; pq:P582 ?end
        }"""
    (before,), (after,) = stores["wikidata"].query(asked), mirror.query(asked)
    assert [str(v) for v in before] == [str(v) for v in after]


def test_the_examples_are_published_with_what_they_need(here, manifest):
    base = manifest["base"]
    rows = here.query(
        """PREFIX federation: <https://w3id.org/samgraf/federation#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX schema: <https://schema.org/>
        PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT ?query ?partner WHERE {
          ?query a sh:SPARQLExecutable ; federation:needs ?partner ; rdfs:label ?label ;
            schema:target ?endpoint ; sh:select|sh:construct ?text .
          FILTER(LANG(?label) = "en")
        }"""
    )
    found = {(r["query"].value, r["partner"].value) for r in rows}
    assert len({query for query, _ in found}) == len(QUERIES) >= 8
    for partner in ("osm", "wikidata"):
        pair = (f"{base}federated/relations-in-openstreetmap", f"{base}id/partner/{partner}")
        assert pair in found


FAULTS = {
    "another partner than it says": ("# partner: herbarium", "# partner: museum", "asks herbarium"),
    "no word of its partner": ("# partner: herbarium\n", "", "says nobody"),
    "nobody's name": ("SERVICE <herbarium>", "SERVICE <stranger>", "no partner"),
    "a variable": ("SERVICE <herbarium>", "SERVICE ?who", "variable"),
    "no SERVICE": ("SERVICE <herbarium> {", "{", "no SERVICE"),
    "a slip of the pen": ("?plant }", "?plant }}}", r"plants\.rq:\d+: The query is malformed"),
    "DESCRIBE": ("SELECT ?hive ?meadow ?plant", "DESCRIBE ?hive", "DESCRIBE"),
}


@pytest.mark.parametrize(("old", "new", "told"), FAULTS.values(), ids=FAULTS)
def test_an_example_that_is_amiss_is_told(other, old, new, told):
    path = other / "ontology" / "federated" / "plants.rq"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    loaded = load(Content(other))
    partners = partners_of({"partners": partner_records(loaded)})
    with pytest.raises(ContentErrors, match=told) as raised:
        read_examples(loaded.content, partners, loaded.header.prefixes)
    assert "ontology/federated/plants.rq" in str(raised.value)


def test_partners_and_examples_change_the_hash_of_a_content(other):
    before = Content(other).fingerprint()
    for name in ("ontology/federated/plants.rq", "data/partners.ttl", "data/mirrors/herbarium.ttl"):
        with (other / name).open("a") as file:
            file.write("# more\n")
        after = Content(other).fingerprint()
        assert after != before
        before = after


def test_a_mirror_answers_where_the_partner_does_not(other_release):
    manifest = read_manifest(other_release)
    engine = InProcessEngine(LocalEngine(open_release(other_release), manifest["prefixes"]))
    client = StorePartners({"herbarium": ox.Store()})
    client.down.add("herbarium")
    federation = Federation(engine, client, partners_of(manifest), manifest["base"])
    query = (ROOT / "tests/fixtures/other/ontology/federated/plants.rq").read_text("utf-8")
    request = QueryRequest(query=query, base=manifest["base"])
    tree = parse(query, manifest["prefixes"], manifest["base"])
    answer = asyncio.run(federation.answer(request, JSON, tree, 20.0))
    told = json.loads(answer.read())
    assert [row["plant"]["value"] for row in told["results"]["bindings"]] == [
        "https://herbarium.example/heather"
    ]
    (outcome,) = answer.outcomes
    assert (outcome.partner, outcome.state, outcome.at.date().isoformat()) == (
        "herbarium",
        "mirror",
        "2026-05-01",
    )
