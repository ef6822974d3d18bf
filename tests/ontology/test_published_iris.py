"""Whatever once had an address here is still described, or leads on: no IRI is dropped."""

from pathlib import Path

import pyoxigraph as ox
import pytest

BASE = "https://w3id.org/samgraf/"
OWL = "http://www.w3.org/2002/07/owl#"
REPLACED_BY = ox.NamedNode("http://purl.org/dc/terms/isReplacedBy")
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
WHY = ox.NamedNode("http://purl.org/dc/terms/description")
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
# every IRI of ours that has been published, one in a line; a release adds lines, none is removed
PUBLISHED = Path(__file__).with_name("published-iris.txt").read_text("utf-8").split()


@pytest.fixture(scope="module")
def described(root):
    """Return the triples of the content by subject."""
    files = [*(root / "ontology").glob("*.ttl"), *(root / "ontology/terms").glob("*.ttl")]
    files += [*(root / "ontology/vocabularies").glob("*.ttl"), *(root / "data").rglob("*.ttl")]
    found = {}
    for file in files:
        for quad in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE):
            found.setdefault(quad.subject, []).append(quad.triple)
    return found


def gone(described):
    """Return the things that are said to be deprecated, with what is said of each."""
    mark = (ox.NamedNode(OWL + "deprecated"), ox.Literal(True))
    return {
        thing: said
        for thing, said in described.items()
        if mark in [(t.predicate, t.object) for t in said]
    }


def test_every_published_iri_is_described(described):
    assert len(PUBLISHED) == len(set(PUBLISHED)) > 1600
    assert [iri for iri in PUBLISHED if ox.NamedNode(iri) not in described] == []


def test_what_is_gone_leads_to_what_is_there_or_says_why_not(described):
    away = gone(described)
    # what was never published can go without a trace
    assert {thing.value for thing in away} <= set(PUBLISHED)
    assert len(away) >= 47
    for thing, said in away.items():
        texts = [t for t in said if t.predicate in (LABEL, WHY)]
        instead = [t.object for t in said if t.predicate == REPLACED_BY]
        assert {t.object.language for t in texts} == {"nb", "nn", "en"}, thing
        assert instead or len(texts) == 6, thing
        assert all(it in described and it not in away for it in instead), thing


def test_what_is_gone_is_of_no_class_and_nothing_points_at_it(described):
    away = gone(described)
    assert [thing for thing, said in away.items() if TYPE in [t.predicate for t in said]] == []
    triples = [t for said in described.values() for t in said]
    assert [t for t in triples if t.predicate in away or t.object in away] == []
