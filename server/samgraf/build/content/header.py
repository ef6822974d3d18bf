"""The header of the ontology: its IRI, namespace, prefix, title and declared prefixes.

https://www.w3.org/TR/owl2-syntax/#Ontology_Annotations and https://vocab.org/vann/
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin

import pyoxigraph as ox

from samgraf.build.content.lines import line_of
from samgraf.build.rdf import subject_of, value_of
from samgraf.errors import ContentError

RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
IS_ONTOLOGY = (RDF_TYPE, ox.NamedNode("http://www.w3.org/2002/07/owl#Ontology"))
DCT_TITLE = ox.NamedNode("http://purl.org/dc/terms/title")
_VANN = "http://purl.org/vocab/vann/"
VANN_URI = ox.NamedNode(_VANN + "preferredNamespaceUri")
VANN_PREFIX = ox.NamedNode(_VANN + "preferredNamespacePrefix")
_SH = "http://www.w3.org/ns/shacl#"

#: Prefixes that are at hand whatever the content declares.
WELL_KNOWN = {
    "adms": "http://www.w3.org/ns/adms#",
    "bibo": "http://purl.org/ontology/bibo/",
    "cito": "http://purl.org/spar/cito/",
    "dbo": "http://dbpedia.org/ontology/",
    "dbr": "http://dbpedia.org/resource/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "federation": "https://w3id.org/samgraf/federation#",
    "fn": "http://www.w3.org/2005/xpath-functions#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "geof": "http://www.opengis.net/def/function/geosparql/",
    "locn": "http://www.w3.org/ns/locn#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "p": "http://www.wikidata.org/prop/",
    "pq": "http://www.wikidata.org/prop/qualifier/",
    "prov": "http://www.w3.org/ns/prov#",
    "ps": "http://www.wikidata.org/prop/statement/",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sf": "http://www.opengis.net/ont/sf#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "spdx": "http://spdx.org/rdf/terms#",
    "time": "http://www.w3.org/2006/time#",
    "vann": "http://purl.org/vocab/vann/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True)
class Header:
    """What the ontology says of itself; ``base`` is the IRI that graphs and things start with."""

    iri: str
    namespace: str
    prefix: str
    base: str
    title: dict[str, str] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)

    def shorten(self, iri: str) -> str:
        """Return ``iri`` as a prefixed name where a known prefix fits, else in angle brackets."""
        fits = [(len(ns), p, ns) for p, ns in self.prefixes.items() if iri.startswith(ns)]
        for _, prefix, namespace in sorted(fits, reverse=True):
            local = iri[len(namespace) :]
            if local and "/" not in local and "#" not in local:
                return f"{prefix}:{local}"
        return f"<{iri}>"

    def expand(self, name: str) -> str | None:
        """Return the IRI for a prefixed name or an IRI in angle brackets, None for all else."""
        if re.fullmatch(r"<[^<>\s]+>", name):
            return name[1:-1]
        prefix, colon, local = name.partition(":")
        known = colon and re.fullmatch(r"[\w.%-]+", local)
        return self.prefixes[prefix] + local if known and prefix in self.prefixes else None


def read_header(
    files: Iterable[tuple[str, str, list[ox.Triple]]], declaring: Iterable[ox.Triple]
) -> Header:
    """Find the header in (name, text, triples) of the ontology files.

    ``declaring`` are the triples in which ``sh:declare`` may give the ontology prefixes.
    Raise ContentError where none or more than one file holds it, or where it is incomplete.
    """
    found = []
    for name, text, triples in files:
        subjects = {t.subject for t in triples if (t.predicate, t.object) == IS_ONTOLOGY}
        spaces = [t for t in triples if t.predicate == VANN_URI and t.subject in subjects]
        found += [(name, text, triples, t) for t in spaces]
    mend = (
        "Let one file in 'ontology' say: <IRI> a owl:Ontology ; "
        'vann:preferredNamespacePrefix "…" ; vann:preferredNamespaceUri "…" .'
    )
    if not found:
        raise ContentError("No ontology header was found.", "ontology/*.ttl", None, mend)
    if len({(name, t.subject) for name, _, _, t in found}) > 1 or len(found) > 1:
        names = ", ".join(sorted({name for name, *_ in found}))
        raise ContentError("More than one ontology header was found.", names, None, mend)
    name, text, triples, space = found[0]
    iri = space.subject
    values = {
        p: [t.object for t in triples if (t.subject, t.predicate) == (iri, p)]
        for p in (VANN_PREFIX, DCT_TITLE)
    }
    if not values[VANN_PREFIX] or not isinstance(iri, ox.NamedNode):
        place = line_of(text, iri.value, {}) if isinstance(iri, ox.NamedNode) else None
        raise ContentError("The ontology header names no preferred prefix.", name, place, mend)
    prefix = values[VANN_PREFIX][0].value
    title = {t.language or "": t.value for t in values[DCT_TITLE]}
    base = urljoin(iri.value, ".")
    # a query names a partner as partner:name
    predefined = WELL_KNOWN | {"partner": base + "id/partner/"}
    prefixes = predefined | {prefix: space.object.value} | dict(_declared(declaring, iri))
    return Header(
        iri=iri.value,
        namespace=space.object.value,
        prefix=prefix,
        base=base,
        title=dict(sorted(title.items())),
        prefixes=dict(sorted(prefixes.items())),
    )


def _declared(triples: Iterable[ox.Triple], ontology: ox.NamedNode) -> Iterable[tuple[str, str]]:
    """Yield (prefix, namespace) of each ``sh:declare`` on the ontology."""
    triples = list(triples)
    about: dict[object, dict[str, str]] = {}
    for t in triples:
        if t.predicate.value in (_SH + "prefix", _SH + "namespace"):
            about.setdefault(subject_of(t), {})[t.predicate.value] = value_of(t.object)
    for t in triples:
        if t.subject == ontology and t.predicate.value == _SH + "declare":
            pair = about.get(t.object, {})
            if len(pair) == 2:
                yield pair[_SH + "prefix"], pair[_SH + "namespace"]
