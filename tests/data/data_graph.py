"""A store of committed Turtle files that is asked in SPARQL, with the prefixes at hand."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
PREFIXES = """
BASE <https://w3id.org/samgraf/id/>
PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX adms: <http://www.w3.org/ns/adms#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


class Graph:
    """A store with all triples in its default graph, asked in SPARQL with the prefixes at hand."""

    def __init__(self, files: list[Path]) -> None:
        self.store = ox.Store()
        for file in files:
            triples = ox.parse(path=str(file), format=ox.RdfFormat.TURTLE)
            self.store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)

    def rows(self, pattern: str) -> list[tuple[str, ...]]:
        """Return the rows of a SELECT, each value as a string without its base."""
        found = self.store.query(PREFIXES + pattern)
        base = "https://w3id.org/samgraf/id/"
        return [tuple(v.value.removeprefix(base) if v else "" for v in row) for row in found]

    def ask(self, pattern: str) -> bool:
        return bool(self.store.query(PREFIXES + pattern))
