"""The programs that check files: rapper of Raptor, and xmllint of libxml2."""

from __future__ import annotations

import shutil
from urllib.parse import quote

import pytest
from client_programs import get, output

from small_release import A

rapper = pytest.mark.skipif(
    shutil.which("rapper") is None, reason="needs rapper: apt-get install raptor2-utils"
)
xmllint = pytest.mark.skipif(
    shutil.which("xmllint") is None, reason="needs xmllint: apt-get install libxml2-utils"
)
#: What Raptor calls the formats, by the end of an address.
FORMATS = {"ttl": "turtle", "nt": "ntriples", "rdf": "rdfxml"}
ROWS = quote(f"SELECT * WHERE {{ GRAPH <{A}> {{ ?s ?p ?o }} }}")


@rapper
@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("name", ["doc/rose", "ontology", "dumps/graph/a"])
def test_rapper_reads_as_many_triples_in_every_format(site, tmp_path, name, suffix):
    def fetched(suffix: str) -> bytes:
        return get(f"{site}/{name}.{suffix}")

    file = tmp_path / f"file.{suffix}"
    file.write_bytes(fetched(suffix))
    found = output("rapper", "-q", "-i", FORMATS[suffix], "-o", "ntriples", str(file), "urn:x:")
    assert len(found.splitlines()) == len(fetched("nt").splitlines()) > 0


@rapper
@pytest.mark.slow
def test_rapper_reads_every_dump_of_a_graph(dumps):
    for file in dumps:
        if kind := FORMATS.get(file.suffix[1:]):
            output("rapper", "-q", "-c", "-i", kind, str(file), "urn:x:")


@xmllint
@pytest.mark.parametrize(
    "address",
    [
        "doc/rose.rdf",
        "ontology.rdf",
        f"sparql?query={ROWS}&format=xml",
        f"sparql?query={quote('ASK {}')}&format=xml",
        "sitemap.xml",
        "opensearch.xml",
    ],
)
def test_xmllint_finds_it_well_formed(site, tmp_path, address):
    file = tmp_path / "file.xml"
    file.write_bytes(get(f"{site}/{address}"))
    assert output("xmllint", "--noout", "--nonet", str(file)) == ""
