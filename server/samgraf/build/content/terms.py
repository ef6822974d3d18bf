"""Find terms that are used but defined nowhere: the commonest slip in hand-written data."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from samgraf.build.content.faults import ContentErrors
from samgraf.build.content.formats import read_text
from samgraf.build.content.layout import STATING, FileKind
from samgraf.build.content.load import Loaded
from samgraf.build.content.loaded_file import LoadedFile
from samgraf.build.content.notes import Note, notes_of
from samgraf.build.rdf import RDF_TYPE, own_triples, value_of
from samgraf.errors import ContentError
from samgraf.limits import NEAR_MATCHES
from samgraf.sparql.syntax import names_in
from samgraf.vocab import CONTENT, DCT, OWL, RDFS, SH, SKOS

_CONCEPTUAL = {ox.NamedNode(SKOS + "Concept"), ox.NamedNode(SKOS + "ConceptScheme")}
_DEPRECATED = (ox.NamedNode(OWL + "deprecated"), ox.Literal(True))
_REPLACED = ox.NamedNode(DCT + "isReplacedBy")
#: The texts of terms that must stand in each language that the content names.
_TEXTS = {RDFS + "label", SKOS + "prefLabel", SKOS + "definition"}


def check_terms(loaded: Loaded) -> list[Note]:
    """Return notes on unknown terms and on things that nothing describes.

    Raise ContentErrors that lists them where the content holds itself to ``definedTerms``, or
    names the base that the things stand below; and one for each text of a term that stands in
    some of the languages that the content names and not in all.
    """
    is_strict = "definedTerms" in loaded.header.keeps
    known = _KnownTerms(loaded)
    unknown = list(_unknown_terms(loaded, known)) if loaded.header.ontologies or is_strict else []
    unknown += _unknown_in_queries(loaded, known)
    undescribed = list(_undescribed(loaded))
    faults = list(_missing_languages(loaded))
    if is_strict:
        faults = [*unknown, *undescribed, *faults]
    elif loaded.header.says_base:
        faults = [*undescribed, *faults]
        undescribed = []
    if faults:
        # as somebody who mends them goes through the files
        raise ContentErrors(sorted(faults, key=lambda f: (str(f.file), f.line or 0)))
    return [] if is_strict else notes_of("undefined", [*unknown, *undescribed])


def _missing_languages(loaded: Loaded) -> Iterator[ContentError]:
    """Yield a fault for each text of a term that lacks one of the languages of the content."""
    languages = set(loaded.header.languages)
    if not languages:
        return
    said: dict[tuple[object, str], tuple[LoadedFile, set[str]]] = {}
    for file in loaded.files:
        if file.file.kind is FileKind.ONTOLOGY:
            for t in file.triples:
                if t.predicate.value in _TEXTS and isinstance(t.object, ox.Literal):
                    _, tags = said.setdefault((t.subject, t.predicate.value), (file, set()))
                    tags.add(t.object.language or "")
    for (subject, predicate), (file, tags) in said.items():
        if missing := sorted(languages - tags):
            name = loaded.header.shorten(value_of(subject)) if _named(subject) else "A thing"
            yield ContentError(
                f"{name} has no {loaded.header.shorten(predicate)} in {', '.join(missing)}.",
                file.file.name,
                file.line_of_subject(subject),
                f"Add it: {CONTENT}language names the languages of every text.",
            )


def _defined(loaded: Loaded) -> set[str]:
    return {
        t.subject.value
        for f in loaded.files
        if f.file.kind not in STATING
        for t in f.triples
        if t.predicate == RDF_TYPE and isinstance(t.subject, ox.NamedNode)
    }


def _gone(loaded: Loaded) -> dict[object, list[str]]:
    """Return what is said to be deprecated, without a class, with what replaces each."""
    said = [t for f in loaded.files if f.file.kind is not FileKind.MIRROR for t in f.triples]
    described = {t.subject for t in said if t.predicate == RDF_TYPE}
    gone: dict[object, list[str]] = {
        t.subject: []
        for t in said
        if (t.predicate, t.object) == _DEPRECATED and t.subject not in described
    }
    for t in said:
        if t.predicate == _REPLACED and t.subject in gone:
            gone[t.subject].append(value_of(t.object))
    return gone


def _unknown_terms(loaded: Loaded, known: _KnownTerms) -> Iterator[ContentError]:
    for file in loaded.files:
        # to say of a term that it is gone is no use of it
        used = {n for t in file.triples for n in _nodes(t) if t.subject not in known.gone}
        for iri in sorted(n for n in used - known.defined if n.startswith(known.spaces)):
            if iri not in known.spaces:
                yield known.fault(iri, file.file.name, file.line_of_term(iri))


def _unknown_in_queries(loaded: Loaded, known: _KnownTerms) -> Iterator[ContentError]:
    namespace = loaded.header.namespace
    for path in loaded.content.queries():
        name = loaded.content.name_of(path)
        text = read_text(path, name)
        lines: dict[str, int] = {}
        for token, iri in names_in(text, loaded.header.prefixes):
            if iri.startswith(namespace) and iri not in known.defined and iri != namespace:
                lines.setdefault(iri, text.count("\n", 0, token.start) + 1)
        for iri, line in sorted(lines.items()):
            yield known.fault(iri, name, line)


class _KnownTerms:
    """The terms that are defined or gone, and so what an unknown one may have been meant to be.

    Those of SHACL are held to what it defines, too: a shape with a misspelt term asks for nothing.
    Like names are sought for the first few.
    """

    def __init__(self, loaded: Loaded) -> None:
        self.defined, self.gone = _defined(loaded), _gone(loaded)
        self.defined.update(value_of(t.subject) for t in own_triples("pyshacl.assets", "shacl.ttl"))
        self.spaces = (loaded.header.namespace, SH)
        self._shorten = loaded.header.shorten
        self._looks = NEAR_MATCHES

    def fault(self, iri: str, file: str, line: int | None) -> ContentError:
        who = "SHACL" if iri.startswith(SH) else "The ontology"
        message = f"{who} does not define {self._shorten(iri)}."
        return ContentError(message, file, line, self._mend(iri))

    def _mend(self, iri: str) -> str:
        if instead := self.gone.get(ox.NamedNode(iri)):
            return f"It is deprecated: use {' or '.join(map(self._shorten, sorted(instead)))}."
        if self._looks > 0:
            self._looks -= 1
            space = next(s for s in self.spaces if iri.startswith(s))
            own = sorted(d.removeprefix(space) for d in self.defined if d.startswith(space))
            near = difflib.get_close_matches(iri.removeprefix(space), own, n=3)
            if near:
                return f"Did you mean {' or '.join(self._shorten(space + n) for n in near)}?"
        return "Define it in 'ontology', or correct the spelling."


def _undescribed(loaded: Loaded) -> Iterator[ContentError]:
    """Yield a fault for each thing or concept that is pointed at but described nowhere."""
    described = {
        value_of(t.subject)
        for f in loaded.files
        if f.file.kind is not FileKind.MIRROR
        for t in f.triples
        if _named(t.subject)
    }
    folders = _folders(loaded)
    looks = NEAR_MATCHES
    for file in loaded.files:
        conceptual = _concept_objects(file, loaded.header.base)
        for iri in sorted(_objects(file) - described):
            if iri.startswith(folders) or iri in conceptual:
                near = _near(iri, described) if looks > 0 else []
                looks -= 1
                names = " or ".join(loaded.header.shorten(n) for n in near)
                yield ContentError(
                    f"Nothing describes {loaded.header.shorten(iri)}.",
                    file.file.name,
                    file.line_of_term(iri),
                    f"Did you mean {names}?" if near else "Describe it, or correct the IRI.",
                )


def _near(iri: str, described: Iterable[str]) -> list[str]:
    """Return the described IRIs of the same folder whose ends look like that of ``iri``."""
    end = re.split("[/#]", iri)[-1]
    folder = iri.removesuffix(end)
    ends = [d.removeprefix(folder) for d in described if d.startswith(folder)]
    return [folder + e for e in difflib.get_close_matches(end, sorted(ends), n=2, cutoff=0.7)]


def _folders(loaded: Loaded) -> tuple[str, ...]:
    """Return the IRI beginnings below which everything pointed at must be described."""
    base = loaded.header.base
    folders = {base + "id/"}
    for file in loaded.files:
        for t in file.triples:
            if t.predicate == RDF_TYPE and t.object in _CONCEPTUAL and _named(t.subject):
                folders.add(re.sub(r"[^/#]*$", "", value_of(t.subject)))
    folders -= {base, loaded.header.namespace}
    return tuple(sorted(f for f in folders if f.startswith(base)))


def _concept_objects(file: LoadedFile, base: str) -> set[str]:
    """Return what SKOS properties point at below the base: concepts and schemes."""
    return {
        t.object.value
        for t in file.triples
        if t.predicate.value.startswith(SKOS)
        and isinstance(t.object, ox.NamedNode)
        and t.object.value.startswith(base)
    }


def _objects(file: LoadedFile) -> set[str]:
    return {t.object.value for t in file.triples if isinstance(t.object, ox.NamedNode)}


def _nodes(triple: ox.Triple) -> Iterator[str]:
    for term in (triple.subject, triple.predicate, triple.object):
        if _named(term):
            yield value_of(term)
        elif isinstance(term, ox.Literal):
            yield term.datatype.value


def _named(term: object) -> bool:
    return isinstance(term, ox.NamedNode)
