"""Hold what a content says of how it is shown against the terms that there are."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from samgraf.build.content import ContentErrors, Loaded
from samgraf.build.content.layout import TERMINOLOGY, FileKind
from samgraf.build.content.loaded_file import LoadedFile
from samgraf.build.content.vocabulary import own_terms
from samgraf.build.rdf import RDF_TYPE
from samgraf.errors import ContentError
from samgraf.vocab import DISPLAY, FRESNEL, RDF, RDFS

_SPOKEN = (DISPLAY, FRESNEL)
_DOMAIN = FRESNEL + "classLensDomain"
_FIRST = RDF + "first"
_RESOURCE = RDFS + "Resource"


def check_display(loaded: Loaded) -> None:
    """Raise ContentErrors listing each term in ``display.ttl`` that neither content nor we know."""
    spoken = own_terms("samgraf.build.views", loaded.header.base)
    used = {t.predicate.value for f in loaded.files for t in f.triples}
    declared = {
        t.subject.value
        for t in loaded.triples(TERMINOLOGY)
        if t.predicate == RDF_TYPE and isinstance(t.subject, ox.NamedNode)
    }
    faults: list[ContentError] = []
    for file in loaded.files:
        if file.file.kind is FileKind.DISPLAY:
            properties = used | declared | spoken
            faults += _amiss(file, loaded, spoken, properties, declared | {_RESOURCE})
    if faults:
        raise ContentErrors(faults)


def _amiss(
    file: LoadedFile, loaded: Loaded, spoken: set[str], properties: set[str], classes: set[str]
) -> Iterator[ContentError]:
    # what a lens names does not count as used by that alone
    told: set[str] = set()
    for t in file.triples:
        wanted: dict[str, tuple[str, set[str]]] = {}
        for term in (t.predicate, t.object):
            if isinstance(term, ox.NamedNode) and term.value.startswith(_SPOKEN):
                wanted[term.value] = ("term", spoken)
        if isinstance(t.object, ox.NamedNode):
            if t.predicate.value == _DOMAIN:
                wanted[t.object.value] = ("class", classes)
            elif t.predicate.value == _FIRST:
                wanted[t.object.value] = ("property", properties)
        for iri, (kind, known) in wanted.items():
            if iri not in known and iri not in told:
                told.add(iri)
                yield ContentError(
                    f"No {kind} {loaded.header.shorten(iri)} is declared or used.",
                    file.file.name,
                    file.line_of_term(iri),
                    "Correct the spelling, or declare it in 'ontology/alignments'.",
                )
