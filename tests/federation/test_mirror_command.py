"""``samgraf mirror``: a dated extract in one step, or the old one untouched."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from faulty_partner import FaultyPartner, reply, sending

from samgraf import limits
from samgraf.build.content import Content, load
from samgraf.build.partners.read import partner_records

TURTLE, NT = "text/turtle", "application/n-triples"
FILE = "data/mirrors/herbarium.ttl"
FIELD = "https://herbarium.example/field/"
GROWS = "https://herbarium.example/grows"
GRAPH = "<https://example.org/bees/graph/mirrors/herbarium>"
INTEGER = "<http://www.w3.org/2001/XMLSchema#integer>"
TWO = f'<{FIELD}1> <{GROWS}> "01"^^{INTEGER} .\n_:x <{GROWS}> "é"@EN .\n'
DATES = re.compile(r'"\d{4}-[0-9T:Z-]+"\^\^xsd:date(Time)?')


def graph(text: str, media_type: str = NT, **headers: object):
    return sending(reply(text.encode(), media_type=media_type, **headers))


@pytest.fixture(autouse=True)
def _settings(monkeypatch):
    monkeypatch.setenv("SAMGRAF_CONTACT", "mailto:test@example.org")
    monkeypatch.setenv("SAMGRAF_PARTNER_HOSTS", "127.0.0.1")


def mirror(call, other: Path, partner: FaultyPartner, name: str = "herbarium"):
    return call("mirror", name, "--content", other, "--endpoint", partner.url)


def triples(path: Path) -> set[ox.Triple]:
    parsed = ox.parse(path=path, format=ox.RdfFormat.TURTLE)
    return {ox.Triple(q.subject, q.predicate, q.object) for q in parsed}


def test_what_the_partner_answers_is_stored_with_where_it_is_from(call, other):
    with FaultyPartner(graph(TWO)) as partner:
        done = mirror(call, other, partner)
        (request,) = partner.requests
    assert done.exit_code == 0, done.output
    assert "2 triples" in done.output
    assert "2 new, 2 gone, since 2026-05-01" in done.output
    assert request.query.startswith("CONSTRUCT")
    assert "mailto:test@example.org" in request.headers["user-agent"]
    text = (other / FILE).read_text("utf-8")
    for said in ("mirrorOf", "dct:source", "dct:license", "dct:created", "void:triples 2 "):
        assert said in text.replace("\n", " ")
    assert "/sparql" in text
    assert "CONSTRUCT WHERE" in text
    # the content is whole with it, literals as a store keeps them, no blank node left
    (record,) = partner_records(load(Content(other)))
    assert record["mirror"]["date"] > "2026-05-01"
    assert f"<{FIELD}1> <{GROWS}> 1" in text
    assert '"é"@en' in text
    assert "_:" not in text
    assert "/.well-known/genid/" in text
    assert call("check", "--content", other).exit_code == 0


def test_the_same_data_give_the_same_bytes_but_for_the_date(call, other):
    texts = []
    for answer in (TWO, TWO.replace("_:x", "_:other"), "\n".join(reversed(TWO.splitlines()))):
        with FaultyPartner(graph(answer)) as partner:
            done = call("mirror", "herbarium", "--content", other, "--endpoint", partner.url)
            assert done.exit_code == 0, done.output
            text = DATES.sub("DATE", (other / FILE).read_text("utf-8"))
            texts.append(text.replace(partner.url, "URL"))
    assert texts[0] == texts[1] == texts[2]
    assert "0 new, 0 gone" in done.output


def test_turtle_is_taken_too(call, other):
    text = f"@prefix h: <https://herbarium.example/> . <{FIELD}1> h:grows h:heather , h:moss ."
    with FaultyPartner(graph(text, TURTLE)) as partner:
        assert mirror(call, other, partner).exit_code == 0
    assert len([t for t in triples(other / FILE) if t.subject.value == FIELD + "1"]) == 2


FAULTS = {
    "nothing": graph("", NT),
    "an ontology of ours": graph(f'<https://example.org/bees/id/hive-north> <{GROWS}> "x" .\n'),
    "word of the extract itself": graph(f'{GRAPH} <{GROWS}> "x" .\n'),
    "half a triple": graph(TWO[:-5]),
    "an IRI with a space": graph(f"<{FIELD}1> <{GROWS}> <https://a b> .\n"),
    "relative names": graph("<a> <b> <c> .", TURTLE),
    "triples about triples": graph(f"<{FIELD}1> <{GROWS}> <<( <a:a> <a:b> <a:c> )>> .\n"),
    "a table": graph("{}", "application/sparql-results+json"),
    "a page": "html",
    "RDF/XML": graph("<rdf:RDF/>", "application/rdf+xml"),
    "an error": "500",
    "later": "429",
    "elsewhere": "redirect",
    "a part": "length too long",
    "a bomb": "gzip bomb",
    "no length": "no length",
    "a reset": "killed",
}


@pytest.mark.parametrize("mode", FAULTS.values(), ids=FAULTS)
def test_whatever_goes_wrong_leaves_the_old_extract(call, other, mode):
    before = (other / FILE).read_bytes()
    with FaultyPartner(mode) as partner:
        done = mirror(call, other, partner)
    assert done.exit_code == 1
    assert "The partner herbarium" in done.output
    assert (other / FILE).read_bytes() == before
    assert [p.name for p in (other / FILE).parent.iterdir()] == ["herbarium.ttl"]


def test_a_partner_that_hangs_is_given_up(call, other, monkeypatch):
    monkeypatch.setattr(limits, "MIRROR_SECONDS", 0.5)
    before = (other / FILE).read_bytes()
    for mode in ("hung", "slow"):
        with FaultyPartner(mode) as partner:
            done = mirror(call, other, partner)
        assert (done.exit_code, "did not answer within 0.5 s" in done.output) == (1, True)
    assert (other / FILE).read_bytes() == before


def test_an_extract_too_large_to_build_with_is_refused(call, other, monkeypatch):
    monkeypatch.setattr(limits, "MIRROR_TRIPLES", 1)
    with FaultyPartner(graph(TWO)) as partner:
        done = mirror(call, other, partner)
    assert (done.exit_code, "more than 1 triples" in done.output) == (1, True)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"SAMGRAF_CONTACT": " "}, "SAMGRAF_CONTACT"),
        ({"name": "stranger"}, "herbarium"),
    ],
)
def test_a_call_that_is_wrong_asks_nobody(call, other, monkeypatch, changed, told):
    name = changed.pop("name", "herbarium")
    for key, value in changed.items():
        monkeypatch.setenv(key, value)
    with FaultyPartner(graph(TWO)) as partner:
        done = mirror(call, other, partner, name)
        assert partner.connections == 0
    assert (done.exit_code, told in done.output) == (2, True)


def test_a_private_address_is_connected_to_only_where_the_operator_allows_it(
    call, other, monkeypatch
):
    monkeypatch.setenv("SAMGRAF_PARTNER_HOSTS", "")
    with FaultyPartner(graph(TWO)) as partner:
        done = mirror(call, other, partner)
        assert partner.connections == 0
    assert done.exit_code == 1


def test_a_partner_without_a_query_has_no_extract(call, other):
    path = other / "data/partners.ttl"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    kept = "".join(x for x in lines if "mirrorQuery" not in x)
    path.write_text(kept.replace('results+xml" ;', 'results+xml" .'), "utf-8")
    with FaultyPartner(graph(TWO)) as partner:
        done = mirror(call, other, partner)
    assert (done.exit_code, "federation:mirrorQuery" in done.output) == (2, True)
