"""Every file of data says of its own graph where it is from, by which licence, since when."""

from __future__ import annotations

import re

import pyoxigraph as ox

from samgraf.build.content.layout import FileKind
from samgraf.release import open_release, read_manifest
from samgraf.release.licences import text_and_name
from samgraf.release.names import dataset
from study import study

DCT = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#wasDerivedFrom"
FILES = [f for f in study().files if f.file.kind in {FileKind.DATA, FileKind.PARTNERS}]
MIRRORS = [f for f in study().files if f.file.kind is FileKind.MIRROR]


def undescribed(files, terms):
    """Return which of the terms of Dublin Core each file does not use of its own graph."""
    lacking = {}
    for file in files:
        used = {t.predicate.value for t in file.triples if t.subject == file.graph}
        lacking[file.file.name] = [term for term in terms if DCT + term not in used]
    return {name: terms for name, terms in lacking.items() if terms}


def test_graphs_are_described():
    assert undescribed(FILES, ("title", "source", "license", "modified")) == {}


def test_extracts_of_others_are_described():
    assert MIRRORS
    assert undescribed(MIRRORS, ("title", "source", "license", "created")) == {}


def test_each_licence_that_a_text_names_is_that_of_a_graph():
    triples = [t for f in study().files for t in f.triples]
    texts = [t.object.value for t in triples if isinstance(t.object, ox.Literal)]
    named = {name for text in texts for name in re.findall(r"CC BY(?:-SA)? \d\.\d", text)}
    licences = {t.object.value for t in triples if t.predicate.value == DCT + "license"}
    assert len(named) > 1
    assert named <= {text_and_name(licence)[1] for licence in licences}


def test_no_file_describes_the_graph_of_another():
    graphs = {f.graph for f in FILES}
    for file in FILES:
        assert {t.subject for t in file.triples} & (graphs - {file.graph}) == set(), file.file.name


def test_the_record_of_every_graph_tells_its_provenance_in_prov(release):
    base = read_manifest(release)["base"]
    catalogue = ox.NamedNode(base + "graph/catalogue")
    quads = open_release(release).quads_for_pattern(None, ox.NamedNode(PROV), None, catalogue)
    derived = {quad.subject.value for quad in quads}
    graphs = [f.graph.value for f in FILES if f.file.kind is FileKind.DATA]
    assert graphs
    assert {dataset(base, g.removeprefix(base)) for g in graphs} <= derived
