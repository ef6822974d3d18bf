"""The prefixes of a content: those that it declares, those of its files, and well-known ones.

https://www.w3.org/TR/shacl/#sparql-prefixes
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from samgraf.build.content.layout import STATING
from samgraf.build.content.loaded_file import LoadedFile
from samgraf.build.rdf import RDF_TYPE, subject_of, value_of
from samgraf.vocab import (
    DC,
    DCAT,
    DCT,
    FEDERATION,
    FOAF,
    GEO,
    OA,
    OWL,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SH,
    SKOS,
    VANN,
    VOID,
    XSD,
)

ONTOLOGY = ox.NamedNode(OWL + "Ontology")
_PREFIX = re.compile(r"[A-Za-z](?:[\w.-]*[\w-])?", re.ASCII)

#: Prefixes that are at hand whatever the content declares.
WELL_KNOWN = {
    "adms": "http://www.w3.org/ns/adms#",
    "bibo": "http://purl.org/ontology/bibo/",
    "cito": "http://purl.org/spar/cito/",
    "dbo": "http://dbpedia.org/ontology/",
    "dbr": "http://dbpedia.org/resource/",
    "dc": DC,
    "dcat": DCAT,
    "dct": DCT,
    "dqv": "http://www.w3.org/ns/dqv#",
    "federation": FEDERATION,
    "fn": "http://www.w3.org/2005/xpath-functions#",
    "foaf": FOAF,
    "geo": GEO,
    "geof": "http://www.opengis.net/def/function/geosparql/",
    "locn": "http://www.w3.org/ns/locn#",
    "oa": OA,
    "org": "http://www.w3.org/ns/org#",
    "owl": OWL,
    "p": "http://www.wikidata.org/prop/",
    "pq": "http://www.wikidata.org/prop/qualifier/",
    "prov": PROV,
    "ps": "http://www.wikidata.org/prop/statement/",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "sf": "http://www.opengis.net/ont/sf#",
    "sh": SH,
    "skos": SKOS,
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "spdx": "http://spdx.org/rdf/terms#",
    "time": "http://www.w3.org/2006/time#",
    "uom": "http://www.opengis.net/def/uom/OGC/1.0/",
    "vann": VANN,
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": VOID,
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "xsd": XSD,
}


def prefixes_of(
    sources: Sequence[LoadedFile], base: str, namespace: str, own: str
) -> tuple[dict[str, str], str]:
    """Return all prefixes, sorted, and the one of the ontology's namespace.

    Where the content declares prefixes by ``sh:declare``, these are all; else those that its files
    declare come in, too, so that foreign terms have short names.
    """
    # a query names a partner as partner:name
    prefixes = WELL_KNOWN | {"partner": base + "id/partner/"}
    kinds = _kinds(sources, base + "id/")
    declaring = [t for s in sources if s.file.kind not in STATING for t in s.triples]
    declared = dict(_declared(declaring))
    in_files: dict[str, str] = {}
    for source in sources:
        for prefix, space in source.prefixes.items():
            if _PREFIX.fullmatch(prefix) and space:
                in_files.setdefault(prefix, space)
    by_space = {space: prefix for prefix, space in reversed(in_files.items())}
    known = {space: prefix for prefix, space in WELL_KNOWN.items()}
    prefix = own or known.get(namespace) or by_space.get(namespace) or _guess(namespace)
    if not declared:
        for name, space in in_files.items():
            if space not in prefixes.values() and space != namespace:
                free = name
                number = 1
                while free in prefixes or free == prefix:
                    free, number = f"{name}{number}", number + 1
                prefixes[free] = space
    prefixes |= {prefix: namespace} | declared
    spaces = set(prefixes.values())
    prefixes |= {k: s for k, s in kinds.items() if k not in prefixes and s not in spaces}
    return dict(sorted(prefixes.items())), prefix


def _kinds(sources: Sequence[LoadedFile], folder: str) -> dict[str, str]:
    """Return a prefix for each folder right below ``folder`` in which things stand, by its name.

    A slash in a prefixed name has to be escaped; with these no name has one.
    """
    found: dict[str, str] = {}
    for source in sources:
        for iri in {value_of(triple.subject) for triple in source.triples}:
            if iri.startswith(folder):
                name, slash, local = iri[len(folder) :].partition("/")
                if slash and local and "/" not in local and _PREFIX.fullmatch(name):
                    found[name] = f"{folder}{name}/"
    return found


def _guess(namespace: str) -> str:
    """Return a prefix for ``namespace`` made of its last part."""
    name = re.sub(r"[^\w-]", "", last_part(namespace), flags=re.ASCII)
    return name if _PREFIX.fullmatch(name) else "ontology"


def last_part(iri: str) -> str:
    """Return the last part of ``iri`` that is not empty."""
    return re.split(r"[/#:]", iri.rstrip("/#:"))[-1]


def _declared(triples: Iterable[ox.Triple]) -> Iterable[tuple[str, str]]:
    """Yield (prefix, namespace) of each ``sh:declare`` on an ontology."""
    triples = list(triples)
    ontologies = {t.subject for t in triples if (t.predicate, t.object) == (RDF_TYPE, ONTOLOGY)}
    about: dict[object, dict[str, str]] = {}
    for t in triples:
        if t.predicate.value in (SH + "prefix", SH + "namespace"):
            about.setdefault(subject_of(t), {})[t.predicate.value] = value_of(t.object)
    for t in triples:
        if t.subject in ontologies and t.predicate.value == SH + "declare":
            pair = about.get(t.object, {})
            if len(pair) == 2:
                yield pair[SH + "prefix"], pair[SH + "namespace"]
