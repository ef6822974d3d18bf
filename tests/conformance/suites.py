"""Find the W3C test suites and read the query tests from their manifests.

https://www.w3.org/2009/sparql/docs/tests/README.html
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlparse

import pyoxigraph as ox

ABSENT = "the W3C test suites are not beside this checkout (SAMGRAF_SUITES names another place)"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#: The kinds of test of the query language and its result formats.
EVALUATION = (MF + "QueryEvaluationTest", MF + "CSVResultFormatTest")
POSITIVE = (MF + "PositiveSyntaxTest11", MF + "PositiveSyntaxTest")
NEGATIVE = (MF + "NegativeSyntaxTest11", MF + "NegativeSyntaxTest")
UPDATES = tuple(
    MF + name
    for name in (
        "UpdateEvaluationTest",
        "PositiveUpdateSyntaxTest11",
        "NegativeUpdateSyntaxTest11",
    )
)


@dataclass(frozen=True)
class SuiteTest:
    """Hold one test: ``result`` is the file with the expected answer, None for a syntax test."""

    folder: str
    name: str
    kind: str
    query: Path
    data: tuple[Path, ...] = ()
    graphs: tuple[Path, ...] = ()
    result: Path | None = None

    @property
    def id(self) -> str:
        """Return a name that is unique over the suite."""
        return f"{self.folder}/{self.name}"


def suite(name: str) -> Path | None:
    """Return the folder of a suite, or None where it is not to be had."""
    beside = Path(__file__).parents[2].parent / "shared" / "suites"
    folder = Path(os.environ.get("SAMGRAF_SUITES") or beside) / name
    return folder if folder.is_dir() else None


def read_tests(root: Path) -> list[SuiteTest]:
    """Return every test of the manifests below ``root`` that is present, updates among them."""
    return [test for file in sorted(root.glob("*/manifest.ttl")) for test in _read(file)]


def _read(file: Path) -> Iterator[SuiteTest]:
    base = file.as_uri()
    store = ox.Store()
    store.load(path=file, format=ox.RdfFormat.TURTLE, base_iri=base)
    for entry in _entries(store):
        kind = _value(store, entry, RDF + "type").value
        action = _value(store, entry, MF + "action")
        name = entry.value.rpartition("#")[2]
        if isinstance(action, ox.NamedNode):
            yield SuiteTest(file.parent.name, name, kind, _path(action))
            continue
        query = _value(store, action, QT + "query")
        result = _value(store, entry, MF + "result")
        yield SuiteTest(
            file.parent.name,
            name,
            kind,
            _path(query) if query else file,
            tuple(_path(n) for n in _values(store, action, QT + "data")),
            tuple(_path(n) for n in _values(store, action, QT + "graphData")),
            _path(result) if isinstance(result, ox.NamedNode) else None,
        )


def _entries(store: ox.Store) -> Iterator[ox.NamedNode]:
    for quad in store.quads_for_pattern(None, ox.NamedNode(MF + "entries"), None):
        at = quad.object
        while at != ox.NamedNode(RDF + "nil"):
            yield _value(store, at, RDF + "first")
            at = _value(store, at, RDF + "rest")


def _values(store: ox.Store, subject: ox.NamedNode | ox.BlankNode, predicate: str) -> list:
    found = store.quads_for_pattern(subject, ox.NamedNode(predicate), None)
    return sorted((q.object for q in found), key=str)


def _value(store: ox.Store, subject: ox.NamedNode | ox.BlankNode, predicate: str):
    return next(iter(_values(store, subject, predicate)), None)


def _path(node: ox.NamedNode) -> Path:
    return Path(unquote(urlparse(node.value).path))
