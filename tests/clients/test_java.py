"""The Java programs of the field: ROBOT (OWLAPI), Jena's shacl and riot, and RDF4J."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from client_programs import get, output
from rdflib import RDF, SH, Graph, URIRef

import java
from small_release import EX, union_size

ROOT = Path(__file__).parents[2]
SGSH = "https://w3id.org/samgraf/shape/"
CLIENT = Path(__file__).with_name("Rdf4jClient.java")
INSTALL = "python tests/java.py installs it"

pytestmark = pytest.mark.slow
robot = pytest.mark.skipif(java.command("robot") is None, reason=f"needs ROBOT: {INSTALL}")
jena = pytest.mark.skipif(java.command("jena") is None, reason=f"needs Jena: {INSTALL}")
# Java compiles the client as it starts it
rdf4j = pytest.mark.skipif(
    java.command("rdf4j") is None or shutil.which("javac") is None,
    reason=f"needs RDF4J and a JDK: {INSTALL}",
)


@robot
@pytest.mark.parametrize("profile", ["DL", "RL"])
def test_robot_finds_the_ontology_as_served_in_profile(study, tmp_path, profile):
    report = tmp_path / "report.txt"
    main = [*java.command("robot"), "org.obolibrary.robot.CommandLineInterface"]
    given = ["--input-iri", f"{study}/ontology", "--output", str(report)]
    output(*main, "validate-profile", "--profile", profile, *given)
    assert report.read_text("utf-8").strip().endswith("[Ontology and imports closure in profile]")


@robot
@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "jsonld"])
def test_robot_reads_the_ontology_in_every_format(study, tmp_path, suffix):
    file, report = tmp_path / f"ontology.{suffix}", tmp_path / "report.txt"
    file.write_bytes(get(f"{study}/ontology.{suffix}"))
    main = [*java.command("robot"), "org.obolibrary.robot.CommandLineInterface"]
    given = ["--input", str(file), "--output", str(report)]
    output(*main, "validate-profile", "--profile", "DL", *given)
    assert "in profile" in report.read_text("utf-8")


def written(paths: list[Path], folder: Path, name: str) -> Path:
    """Return a file that holds all triples of ``paths``."""
    graph = Graph()
    for path in paths:
        graph.parse(path)
    graph.serialize(folder / name, format="nt", encoding="utf-8")
    return folder / name


@pytest.fixture(scope="module")
def shapes(tmp_path_factory) -> Path:
    files = sorted((ROOT / "ontology/shapes").glob("*.ttl"))
    return written(files, tmp_path_factory.mktemp("shapes"), "shapes.nt")


@pytest.fixture(scope="module")
def terms() -> list[Path]:
    folders = ("", "terms", "alignments", "vocabularies")
    return sorted(f for name in folders for f in (ROOT / "ontology" / name).glob("*.ttl"))


def report(shapes: Path, data: Path) -> Graph:
    """Return Jena's report on ``data``."""
    files = ["--shapes", str(shapes), "--data", str(data)]
    text = output(*java.command("jena"), "shacl.shacl", "validate", *files)
    return Graph().parse(data=text, format="turtle")


@jena
def test_jena_finds_that_the_study_conforms_to_the_shapes(tmp_path, shapes, terms):
    files = [*terms, *sorted((ROOT / "data").rglob("*.ttl"))]
    found = report(shapes, written(files, tmp_path, "study.nt"))
    assert [o.toPython() for o in found.objects(None, SH.conforms)] == [True]
    assert set(found.subjects(RDF.type, SH.ValidationResult)) == set()


@jena
@pytest.mark.parametrize(
    "example",
    [
        "unit-invalid-date-with-time",
        "vocabulary-invalid-broader-in-a-circle",
        "claim-invalid-restated-in-a-circle",
        "statistics-invalid-commuting-below-its-ground",
    ],
)
def test_jena_finds_what_is_planted(tmp_path, shapes, terms, example):
    path = ROOT / f"ontology/examples/{example}.ttl"
    valid = sorted((ROOT / "ontology/examples").glob("*-valid.ttl"))
    found = report(shapes, written([*terms, *valid, path], tmp_path, "data.nt"))
    assert [o.toPython() for o in found.objects(None, SH.conforms)] == [False]
    planted = set(re.findall(r"^# shape: sgsh:(\S+)$", path.read_text("utf-8"), re.MULTILINE))
    assert planted
    for name in planted:
        results = list(found.subjects(SH.sourceShape, URIRef(SGSH + name)))
        assert results
        for result in results:
            languages = {m.language for m in found.objects(result, SH.resultMessage)}
            assert languages == {"nb", "nn", "en"}


@jena
def test_jena_reads_every_dump_without_a_warning(dumps):
    main = [*java.command("jena"), "riotcmd.riot", "--validate", "--strict"]
    done = output("sh", "-c", '"$@" 2>&1', "sh", *main, *map(str, dumps))
    told = [line for line in done.splitlines() if not line.startswith("SLF4J")]
    assert told == []


@jena
def test_jena_counts_the_same_triples_in_each_format_of_a_graph(dumps):
    files = [f for f in dumps if f.stem == "graph_catalogue"]
    main = [*java.command("jena"), "riotcmd.riot", "--output=nt"]
    assert len({len(output(*main, str(file)).splitlines()) for file in files}) == 1
    assert len(files) == 4


@rdf4j
def test_rdf4j_asks_the_endpoint(endpoint):
    main = [*java.command("rdf4j"), str(CLIENT)]
    told = output(*main, "ask", endpoint, EX + "Flower").splitlines()
    assert f"size {union_size()}" in told
    assert [line for line in told if line.startswith("row")] == [
        f"row {EX}mint",
        f"row {EX}rose",
    ]
    assert {"has true", "ask true"} <= set(told)


@rdf4j
def test_rdf4j_reads_empty_answers_with_hints(endpoint):
    told = output(*java.command("rdf4j"), str(CLIENT), "ask", endpoint, EX + "Flowers").splitlines()
    assert "ask false" in told
    assert not [line for line in told if line.startswith("row")]


@rdf4j
def test_rdf4j_reads_documents_by_their_address(study, site):
    main = [*java.command("rdf4j"), str(CLIENT), "load"]
    addresses = [f"{study}/ontology", f"{study}/ontology.ttl", f"{study}/ontology.jsonld"]
    told = output(*main, *addresses, f"{site}/id/rose").splitlines()
    sizes = {address: int(size) for address, size in (line.split() for line in told)}
    assert len({sizes[a] for a in addresses}) == 1
    assert sizes[f"{site}/id/rose"] == 4


@rdf4j
@pytest.mark.parametrize("name", ["graph/a.ttl", "all.nq"])
def test_rdf4j_reads_dumps_by_their_address(site, name):
    count = len(get(f"{site}/dumps/{name.replace('.ttl', '.nt')}").splitlines())
    told = output(*java.command("rdf4j"), str(CLIENT), "load", f"{site}/dumps/{name}.gz")
    assert int(told.split()[1]) == count
