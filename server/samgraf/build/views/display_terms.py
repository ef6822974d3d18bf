"""Hold what a content says of how it is shown against the terms that there are."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from samgraf.build.content import ContentErrors, Loaded
from samgraf.build.content.layout import TERMINOLOGY, FileKind
from samgraf.build.content.loaded_file import LoadedFile
from samgraf.build.content.vocabulary import own_terms
from samgraf.build.rdf import RDF_TYPE, value_of
from samgraf.errors import ContentError
from samgraf.vocab import DISPLAY, FRESNEL, RDF, RDFS

_SPOKEN = (DISPLAY, FRESNEL)
_DOMAIN = FRESNEL + "classLensDomain"
_FIRST, _NIL = RDF + "first", RDF + "nil"
#: What names properties, in the order in which they are shown.
_LISTING = {FRESNEL + name for name in ("showProperties", "hideProperties")} | {
    DISPLAY + name
    for name in (
        "showInverseProperties", "hideInverseProperties", "explainProperties", "listStatus",
    )
}  # fmt: skip
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
    kinds = {_DOMAIN: ("class", classes), _FIRST: ("property", properties)}
    lists = {t.subject for t in file.triples if t.predicate.value == _FIRST}
    # what a lens names does not count as used by that alone
    told: set[str] = set()
    for t in file.triples:
        name, line = file.file.name, file.line_of_triple(t)
        predicate, kind = t.predicate.value, kinds.get(t.predicate.value)
        if predicate in _LISTING and t.object not in lists and value_of(t.object) != _NIL:
            told_of = f"{loaded.header.shorten(predicate)} takes a list."
            yield ContentError(told_of, name, line, "Write it in parentheses, even of one.")
        if kind and isinstance(t.object, ox.Literal):
            told_of = f"{t.object} is a text, where a {kind[0]} is asked for."
            yield ContentError(told_of, name, line, "Write its IRI, without quotation marks.")
        wanted: dict[str, tuple[str, set[str]]] = {}
        for term in (t.predicate, t.object):
            if isinstance(term, ox.NamedNode) and term.value.startswith(_SPOKEN):
                wanted[term.value] = ("term", spoken)
        if kind and isinstance(t.object, ox.NamedNode):
            wanted[t.object.value] = kind
        for iri, (word, known) in wanted.items():
            if iri not in known and iri not in told and not _is_told(iri, loaded):
                told.add(iri)
                yield ContentError(
                    f"No {word} {loaded.header.shorten(iri)} is declared or used.",
                    name,
                    file.line_of_term(iri),
                    "Correct the spelling, or declare it in 'ontology/alignments'.",
                )


def _is_told(iri: str, loaded: Loaded) -> bool:
    """Return whether ``check_terms`` tells of ``iri``, which the content should define."""
    header = loaded.header
    is_own = "definedTerms" in header.keeps and iri.startswith(header.namespace)
    return is_own and loaded.place(iri) is None
