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


ROBOT = "org.obolibrary.robot.CommandLineInterface"


@robot
def test_robot_finds_the_ontology_as_served_in_profile(study, tmp_path):
    commands, reports = [], [tmp_path / f"{profile}.txt" for profile in ("DL", "RL")]
    for report in reports:
        commands += ["validate-profile", "--profile", report.stem, "--output", str(report)]
    commands[1:1] = ["--input-iri", f"{study}/ontology"]
    output(*java.command("robot"), ROBOT, *commands)
    for report in reports:
        told = report.read_text("utf-8").strip()
        assert told.endswith("[Ontology and imports closure in profile]")


@robot
@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "jsonld"])
def test_robot_reads_the_ontology_in_every_format(study, tmp_path, suffix):
    file, report = tmp_path / f"ontology.{suffix}", tmp_path / "report.txt"
    file.write_bytes(get(f"{study}/ontology.{suffix}"))
    given = ["--input", str(file), "--output", str(report)]
    output(*java.command("robot"), ROBOT, "validate-profile", "--profile", "DL", *given)
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


PLANTED = (
    "unit-invalid-date-with-time",
    "vocabulary-invalid-broader-in-a-circle",
    "claim-invalid-restated-in-a-circle",
    "statistics-invalid-commuting-below-its-ground",
)


@pytest.fixture(scope="module")
def planted(tmp_path_factory, shapes, terms) -> Graph:
    """Return Jena's report on the valid examples and some invalid ones, found in one run."""
    folder = ROOT / "ontology/examples"
    files = [*terms, *sorted(folder.glob("*-valid.ttl")), *(folder / f"{n}.ttl" for n in PLANTED)]
    return report(shapes, written(files, tmp_path_factory.mktemp("planted"), "data.nt"))


@jena
@pytest.mark.parametrize("example", PLANTED)
def test_jena_finds_what_is_planted(planted, example):
    text = (ROOT / f"ontology/examples/{example}.ttl").read_text("utf-8")
    assert [o.toPython() for o in planted.objects(None, SH.conforms)] == [False]
    names = set(re.findall(r"^# shape: sgsh:(\S+)$", text, re.MULTILINE))
    assert names
    for name in names:
        results = list(planted.subjects(SH.sourceShape, URIRef(SGSH + name)))
        assert results
        for result in results:
            languages = {m.language for m in planted.objects(result, SH.resultMessage)}
            assert languages == {"nb", "nn", "en"}


def riot(*arguments: object) -> str:
    """Return what Jena's riot says, also of what is wrong."""
    main = [*java.command("jena"), "riotcmd.riot", *map(str, arguments)]
    return output("sh", "-c", '"$@" 2>&1', "sh", *main)


@jena
def test_jena_reads_every_dump_without_a_warning(dumps):
    told = riot("--validate", "--strict", *dumps)
    assert [line for line in told.splitlines() if not line.startswith("SLF4J")] == []


@jena
def test_jena_counts_the_same_triples_in_each_format_of_a_graph(dumps):
    files = [f for f in dumps if f.stem == "graph_catalogue"]
    told = riot("--count", *files)
    counts = re.findall(r"^(\S+) +: Triples = ([\d,]+)$", told, re.MULTILINE)
    assert len(counts) == len(files) == 4, told
    assert len({count for _, count in counts}) == 1, told


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
def test_rdf4j_reads_documents_and_dumps_by_their_address(study, site):
    main = [*java.command("rdf4j"), str(CLIENT), "load"]
    documents = [f"{study}/ontology", f"{study}/ontology.ttl", f"{study}/ontology.jsonld"]
    dumps = {f"{site}/dumps/graph/a.ttl.gz": "graph/a.nt", f"{site}/dumps/all.nq.gz": "all.nq"}
    told = output(*main, *documents, f"{site}/id/rose", *dumps).splitlines()
    sizes = {address: int(size) for address, size in (line.split() for line in told)}
    assert len({sizes[a] for a in documents}) == 1
    assert sizes[f"{site}/id/rose"] == 4
    for address, plain in dumps.items():
        assert sizes[address] == len(get(f"{site}/dumps/{plain}").splitlines())
