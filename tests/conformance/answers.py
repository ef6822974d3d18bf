"""Compare answers: as multisets of solutions or as graphs, both up to the names of blank nodes.

https://www.w3.org/TR/rdf-canon/ names the blank nodes of both sides alike.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pyoxigraph as ox

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
ROW = "urn:row:"
RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    ".srj": ox.QueryResultsFormat.JSON,
    ".srx": ox.QueryResultsFormat.XML,
    ".tsv": ox.QueryResultsFormat.TSV,
}
GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    ".ttl": ox.RdfFormat.TURTLE,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".nt": ox.RdfFormat.N_TRIPLES,
}
#: What an answer is compared as: a truth value, or canonical lines with how often each stands.
Canonical = bool | Counter


def of_body(body: bytes, media_type: str, base: str | None = None) -> Canonical:
    """Return the canonical form of an answer; raise where it is not well-formed."""
    if media_type == "text/csv":
        return of_csv(body)
    if media_type in GRAPHS:
        triples = ox.parse(input=body, format=GRAPHS[media_type], base_iri=base)
        return _canonical([ox.Quad(*q.triple) for q in triples])
    return of_results(ox.parse_query_results(input=body, format=RESULTS[media_type]))


def of_file(file: Path) -> Canonical:
    """Return the canonical form of the expected answer in ``file``."""
    if file.suffix == ".csv":
        return of_csv(file.read_bytes())
    if file.suffix in GRAPHS:
        triples = list(ox.parse(path=file, format=GRAPHS[file.suffix], base_iri=file.as_uri()))
        quads = [ox.Quad(*q.triple) for q in triples]
        return (
            _of_result_set(quads)
            if any(RS in str(q.predicate) for q in quads)
            else _canonical(quads)
        )
    return of_results(ox.parse_query_results(path=file, format=RESULTS[file.suffix]))


def of_results(results: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> Canonical:
    """Return the canonical form of an answer of pyoxigraph's."""
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    if isinstance(results, ox.QueryTriples):
        return _canonical([ox.Quad(*t) for t in results])
    names = [v.value for v in results.variables]
    return of_rows([{n: row[n] for n in names if row[n] is not None} for row in results])


def of_rows(rows: list[dict[str, object]]) -> Counter:
    """Return solutions as canonical lines; each solution is a node, as in a result set's graph."""
    plain: Counter = Counter()
    linked: list[ox.Quad] = []
    for row in rows:
        quads = [(ox.NamedNode(ROW + name), term) for name, term in row.items()]
        if any(isinstance(term, ox.BlankNode) for term in row.values()):
            node = ox.BlankNode()
            linked += [ox.Quad(node, TYPE, ox.NamedNode(ROW))]
            linked += [ox.Quad(node, name, term) for name, term in quads]
        else:
            plain[tuple(sorted(f"{name} {_written(term)}" for name, term in quads))] += 1
    return plain + _canonical(linked)


def of_csv(body: bytes) -> Counter:
    """Return the columns, in any order, and the rows of a CSV answer; blank nodes lose their names.

    ``SELECT *`` does not say in which order the columns stand.
    """
    head, *rows = csv.reader(io.StringIO(body.decode("utf-8"), newline=""))
    # an empty line is a row of one empty cell
    rows = [row or [""] for row in rows] if head else []
    assert all(len(row) == len(head) for row in rows), "a row has too few or too many cells"
    cells = [["_:" if cell.startswith("_:") else cell for cell in row] for row in rows]
    lines = [tuple(sorted(zip(head, row, strict=False))) for row in cells]
    return Counter({("head", *sorted(head)): 1}) + Counter(lines)


def _of_result_set(quads: list[ox.Quad]) -> Canonical:
    """Return a result set that is written as a graph of the test suites' own vocabulary."""

    def values(subject: object, name: str) -> list:
        wanted = ox.NamedNode(RS + name)
        return [q.object for q in quads if q.subject == subject and q.predicate == wanted]

    (table,) = {q.subject for q in quads if q.object == ox.NamedNode(RS + "ResultSet")}
    if truth := values(table, "boolean"):
        return truth[0].value == "true"
    return of_rows(
        [
            {values(b, "variable")[0].value: values(b, "value")[0] for b in values(row, "binding")}
            for row in values(table, "solution")
        ]
    )


def _written(term: object) -> str:
    """Return ``term`` as a store writes it, so that ``01`` and ``1`` are one integer."""
    return str(_stored([ox.Quad(ox.NamedNode(ROW), TYPE, term)])[0].object)


def _stored(quads: list[ox.Quad]) -> list[ox.Quad]:
    store = ox.Store()
    store.extend(quads)
    return list(store)


def _canonical(quads: list[ox.Quad]) -> Counter:
    dataset = ox.Dataset(_stored(quads))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return Counter(str(q) for q in dataset)
