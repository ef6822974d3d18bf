"""Find terms that are used but defined nowhere: the commonest slip in hand-written data."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from samgraf.build.content.faults import ContentErrors
from samgraf.build.content.header import RDF_TYPE
from samgraf.build.content.layout import STATING, Kind
from samgraf.build.content.load import Loaded, LoadedFile
from samgraf.build.content.places import declared_prefixes, line_of
from samgraf.errors import ContentError
from samgraf.sparql.syntax import names_in

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_CONCEPTUAL = {ox.NamedNode(_SKOS + "Concept"), ox.NamedNode(_SKOS + "ConceptScheme")}
_DEPRECATED = (ox.NamedNode("http://www.w3.org/2002/07/owl#deprecated"), ox.Literal(True))
_REPLACED = ox.NamedNode("http://purl.org/dc/terms/isReplacedBy")


def check_terms(loaded: Loaded) -> None:
    """Raise ContentErrors listing each unknown term and each thing that nothing describes."""
    faults = [*_unknown_terms(loaded), *_unknown_in_queries(loaded), *_undescribed(loaded)]
    if faults:
        raise ContentErrors(faults)


def _defined(loaded: Loaded) -> set[str]:
    return {
        t.subject.value
        for f in loaded.files
        if f.file.kind not in STATING
        for t in f.triples
        if t.predicate == RDF_TYPE and isinstance(t.subject, ox.NamedNode)
    }


def _gone(loaded: Loaded) -> dict[ox.NamedNode, list[str]]:
    """Return what is said to be deprecated, without a class, with what replaces each."""
    said = [t for f in loaded.files if f.file.kind is not Kind.MIRROR for t in f.triples]
    described = {t.subject for t in said if t.predicate == RDF_TYPE}
    gone: dict[ox.NamedNode, list[str]] = {
        t.subject: []
        for t in said
        if (t.predicate, t.object) == _DEPRECATED and t.subject not in described
    }
    for t in said:
        if t.predicate == _REPLACED and t.subject in gone:
            gone[t.subject].append(t.object.value)
    return gone


def _unknown_terms(loaded: Loaded) -> Iterator[ContentError]:
    namespace = loaded.header.namespace
    defined, gone = _defined(loaded), _gone(loaded)
    for file in loaded.files:
        # to say of a term that it is gone is no use of it
        used = {n for t in file.triples for n in _nodes(t) if t.subject not in gone}
        for iri in sorted(n for n in used - defined if n.startswith(namespace)):
            if iri != namespace:
                line = line_of(file.text, iri, file.prefixes)
                yield _unknown(loaded, iri, file.file.name, line, defined)


def _unknown_in_queries(loaded: Loaded) -> Iterator[ContentError]:
    namespace = loaded.header.namespace
    defined = _defined(loaded)
    for path in loaded.content.queries():
        text = path.read_text("utf-8")
        prefixes = loaded.header.prefixes | declared_prefixes(text)
        name = path.relative_to(loaded.content.root).as_posix()
        for iri in sorted({iri for _, iri in names_in(text, prefixes)}):
            if iri.startswith(namespace) and iri not in defined and iri != namespace:
                yield _unknown(loaded, iri, name, line_of(text, iri, prefixes), defined)


def _unknown(
    loaded: Loaded, iri: str, file: str, line: int | None, defined: Iterable[str]
) -> ContentError:
    namespace = loaded.header.namespace
    known = [d.removeprefix(namespace) for d in defined if d.startswith(namespace)]
    near = difflib.get_close_matches(iri.removeprefix(namespace), sorted(known), n=3)
    mend = "Define it in 'ontology', or correct the spelling."
    if instead := _gone(loaded).get(ox.NamedNode(iri)):
        names = " or ".join(loaded.header.shorten(i) for i in sorted(instead))
        mend = f"It is deprecated: use {names}."
    elif near:
        mend = f"Did you mean {' or '.join(loaded.header.shorten(namespace + n) for n in near)}?"
    message = f"The ontology does not define {loaded.header.shorten(iri)}."
    return ContentError(message, file, line, mend)


def _undescribed(loaded: Loaded) -> Iterator[ContentError]:
    """Yield a fault for each thing or concept that is pointed at but described nowhere."""
    described = {
        t.subject.value
        for f in loaded.files
        if f.file.kind is not Kind.MIRROR
        for t in f.triples
        if _named(t.subject)
    }
    folders = _folders(loaded)
    for file in loaded.files:
        conceptual = _concept_objects(file, loaded.header.base)
        for iri in sorted(_objects(file) - described):
            if iri.startswith(folders) or iri in conceptual:
                near = _near(iri, described)
                names = " or ".join(loaded.header.shorten(n) for n in near)
                yield ContentError(
                    f"Nothing describes {loaded.header.shorten(iri)}.",
                    file.file.name,
                    line_of(file.text, iri, file.prefixes),
                    f"Did you mean {names}?" if near else "Describe it, or correct the IRI.",
                )


def _near(iri: str, described: Iterable[str]) -> list[str]:
    """Return the described IRIs of the same folder whose ends look like that of ``iri``."""
    folder, end = re.fullmatch(r"(.*[/#])?([^/#]*)", iri).groups(default="")
    ends = [d.removeprefix(folder) for d in described if d.startswith(folder)]
    return [folder + e for e in difflib.get_close_matches(end, sorted(ends), n=2, cutoff=0.7)]


def _folders(loaded: Loaded) -> tuple[str, ...]:
    """Return the IRI beginnings below which everything pointed at must be described."""
    base = loaded.header.base
    folders = {base + "id/"}
    for file in loaded.files:
        for t in file.triples:
            if t.predicate == RDF_TYPE and t.object in _CONCEPTUAL and _named(t.subject):
                folders.add(re.sub(r"[^/#]*$", "", t.subject.value))
    folders -= {base, loaded.header.namespace}
    return tuple(sorted(f for f in folders if f.startswith(base)))


def _concept_objects(file: LoadedFile, base: str) -> set[str]:
    """Return what SKOS properties point at below the base: concepts and schemes."""
    return {
        t.object.value
        for t in file.triples
        if t.predicate.value.startswith(_SKOS)
        and isinstance(t.object, ox.NamedNode)
        and t.object.value.startswith(base)
    }


def _objects(file: LoadedFile) -> set[str]:
    return {t.object.value for t in file.triples if isinstance(t.object, ox.NamedNode)}


def _nodes(triple: ox.Triple) -> Iterator[str]:
    for term in (triple.subject, triple.predicate, triple.object):
        if _named(term):
            yield term.value
        elif isinstance(term, ox.Literal):
            yield term.datatype.value


def _named(term: object) -> bool:
    return isinstance(term, ox.NamedNode)
