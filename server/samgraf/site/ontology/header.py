"""What the ontology says of itself: https://www.w3.org/TR/owl2-syntax/#Ontology_Annotations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from samgraf.site.context import the_service
from samgraf.site.graph import ask
from samgraf.site.language import Phrase, pick
from samgraf.site.ontology.names import DCT, OWL, RDFS

_TITLES = (DCT + "title", RDFS + "label", "http://purl.org/dc/elements/1.1/title")
_DESCRIPTIONS = (DCT + "abstract", DCT + "description", RDFS + "comment")
#: The facts in their order, by the key of the name; texts, or things.
_FACTS = {
    "ontology_version": (OWL + "versionInfo",),
    "ontology_version_iri": (OWL + "versionIRI",),
    "ontology_prior": (OWL + "priorVersion",),
    "ontology_created": (DCT + "created",),
    "ontology_issued": (DCT + "issued",),
    "ontology_modified": (DCT + "modified",),
    "ontology_creator": (DCT + "creator", "http://purl.org/dc/elements/1.1/creator"),
    "ontology_publisher": (DCT + "publisher",),
    "ontology_licence": (DCT + "license", DCT + "rights"),
    "ontology_source": (DCT + "source",),
    "ontology_imports": (OWL + "imports",),
}


@dataclass(frozen=True)
class Header:
    """Hold the ontology's title, description, versions and other facts (terms as JSON has them)."""

    iri: str
    title: Phrase | None
    description: Phrase | None
    versions: Sequence[str]
    facts: Mapping[str, Sequence[Mapping[str, Any]]]

    @property
    def things(self) -> list[str]:
        """Return the IRIs among the facts."""
        return [t["value"] for terms in self.facts.values() for t in terms if t["type"] == "uri"]


def read_header(language: str) -> Header:
    """Return what the ontology of the release says of itself."""
    iri = the_service().manifest["ontology"]
    said: dict[str, list[Mapping[str, Any]]] = {}
    for row in ask(__package__, "header.rq", ontology=ox.NamedNode(iri)):
        said.setdefault(row["property"]["value"], []).append(row["value"])
    facts = {}
    for key, properties in _FACTS.items():
        if found := [term for p in properties for term in said.get(p, ())]:
            facts[key] = found
    return Header(
        iri,
        _text(said, _TITLES, language),
        _text(said, _DESCRIPTIONS, language),
        [term["value"] for term in said.get(OWL + "versionIRI", ())],
        facts,
    )


def _text(
    said: Mapping[str, Sequence[Mapping[str, Any]]], properties: Sequence[str], language: str
) -> Phrase | None:
    for property_ in properties:
        texts = (Phrase(t["value"], t.get("xml:lang", "")) for t in said.get(property_, ()))
        if found := pick(texts, language):
            return found
    return None
