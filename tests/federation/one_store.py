"""What a federated query has to answer: one store has all data, and SERVICE is written GRAPH.

https://www.w3.org/TR/sparql11-federated-query/#values defines SERVICE as the evaluation of its
group against the partner's default graph, which is what GRAPH does with a named graph.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from samgraf.release import open_release, read_manifest

JSON, N_TRIPLES = ox.QueryResultsFormat.JSON, ox.RdfFormat.N_TRIPLES
_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = {_XSD + name for name in ("integer", "decimal", "int", "long", "nonNegativeInteger")}
_SERVICE = re.compile(r"\bSERVICE\b(\s+SILENT\b)?", re.IGNORECASE)


class OneStore:
    """Hold the release and, as named graphs, what each partner holds."""

    def __init__(self, release: Path, partners: Mapping[str, Path]):
        """Read ``release``, and each file of N-Triples as the graph named by the IRI."""
        manifest = read_manifest(release)
        self.base, self.prefixes = manifest["base"], manifest["prefixes"]
        self._store = open_release(release)
        for iri, data in partners.items():
            self._store.bulk_load(path=data, format=N_TRIPLES, to_graph=ox.NamedNode(iri))

    def answer(self, query: str) -> Any:
        """Return the answer to ``query`` in the form of ``comparable``."""
        found = self._store.query(
            _SERVICE.sub("GRAPH", query), base_iri=self.base, prefixes=self.prefixes
        )
        if isinstance(found, ox.QueryTriples):
            return graph_of(found.serialize(format=N_TRIPLES))
        return rows_of(found.serialize(format=JSON))


def rows_of(body: bytes) -> Any:
    """Return what must be the same of JSON results: variables and rows in order, or the truth."""
    document = json.loads(body)
    if "boolean" in document:
        return document["boolean"]
    rows = [
        tuple(sorted((name, _term(term)) for name, term in row.items()))
        for row in document["results"]["bindings"]
    ]
    return sorted(document["head"]["vars"]), rows


def graph_of(body: bytes) -> Any:
    """Return what must be the same of N-Triples: the graph, its blank nodes named by its shape."""
    dataset = ox.Dataset()
    for triple in ox.parse(body, format=N_TRIPLES):
        dataset.add(ox.Quad(triple.subject, triple.predicate, triple.object))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def unordered(answer: Any) -> Any:
    """Return ``answer`` with its rows as a multiset."""
    return (answer[0], Counter(answer[1])) if isinstance(answer, tuple) else answer


def is_empty(answer: Any) -> bool:
    """Return whether nothing was found."""
    return not (answer[1] if isinstance(answer, tuple) else answer)


def _term(term: Mapping[str, str]) -> tuple[str, ...]:
    value, datatype = term["value"], term.get("datatype", "")
    if datatype in _NUMBERS:
        # stores write 1.50 and 1.5, integer and int, for the same number
        kind = "decimal" if datatype == _XSD + "decimal" else "integer"
        return kind, str(Decimal(value).normalize())
    kind = "literal" if term["type"] == "typed-literal" else term["type"]
    datatype = "" if datatype == _XSD + "string" else datatype
    return kind, value, datatype, term.get("xml:lang", "").lower()
