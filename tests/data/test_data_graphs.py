"""Every file of data says of its own graph where it is from, by which licence, since when."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from samgraf.build.content.layout import FileKind
from samgraf.release import open_release, read_manifest
from samgraf.release.names import dataset
from study import study

DCT = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#wasDerivedFrom"
FILES = [f for f in study().files if f.file.kind in {FileKind.DATA, FileKind.PARTNERS}]
MIRRORS = [f for f in study().files if f.file.kind is FileKind.MIRROR]


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.file.name)
@pytest.mark.parametrize("term", ["title", "source", "license", "modified"])
def test_graph_is_described(file, term):
    described = {t.predicate.value for t in file.triples if t.subject == file.graph}
    assert DCT + term in described


@pytest.mark.parametrize("file", MIRRORS, ids=lambda f: f.file.name)
@pytest.mark.parametrize("term", ["title", "source", "license", "created"])
def test_an_extract_of_others_is_described(file, term):
    described = {t.predicate.value for t in file.triples if t.subject == file.graph}
    assert DCT + term in described


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.file.name)
def test_no_file_describes_the_graph_of_another(file):
    graphs = {f.graph for f in FILES} - {file.graph}
    assert {t.subject for t in file.triples} & graphs == set()


def test_the_record_of_every_graph_tells_its_provenance_in_prov(release):
    base = read_manifest(release)["base"]
    catalogue = ox.NamedNode(base + "graph/catalogue")
    quads = open_release(release).quads_for_pattern(None, ox.NamedNode(PROV), None, catalogue)
    derived = {quad.subject.value for quad in quads}
    graphs = [f.graph.value for f in FILES if f.file.kind is FileKind.DATA]
    assert graphs
    assert {dataset(base, g.removeprefix(base)) for g in graphs} <= derived
