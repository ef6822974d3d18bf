"""The header of the ontology: what a content is called, where it stands, what it holds itself to.

A content need say none of it. The IRI is that of an ``owl:Ontology``; the namespace, if no
``vann:preferredNamespaceUri`` names it, the one in which most terms are declared; the base, if
neither the caller nor ``content:base`` names it, the folder of the ontology's IRI where the data
describe things in it, else one that is nobody's.

https://www.w3.org/TR/owl2-syntax/#Ontology_Annotations and https://vocab.org/vann/
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urljoin

import pyoxigraph as ox

from samgraf.build.content.layout import NOBODYS, FileKind, checked_base
from samgraf.build.content.loaded_file import LoadedFile
from samgraf.build.content.prefixes import ONTOLOGY, last_part, prefixes_of
from samgraf.build.rdf import RDF_TYPE, value_of
from samgraf.errors import ContentError, UsageError
from samgraf.vocab import CONTENT, DC, DCT, OWL, RDF, RDFS, SKOS, VANN

_TITLES = (DCT + "title", DC + "title", RDFS + "label", SKOS + "prefLabel")
_TERMS = frozenset(
    ox.NamedNode(iri)
    for iri in (
        OWL + "Class", OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "AnnotationProperty",
        RDFS + "Class", RDFS + "Datatype", RDF + "Property",
    )
)  # fmt: skip
#: What a content may hold itself to by ``content:keeps``; see ``vocabulary.ttl``.
RULES = ("definedTerms", "declaredTerms", "namedNodes", "owl2rl", "literalForms")


@dataclass(frozen=True)
class Header:
    """What the ontology says of itself; ``base`` is the IRI that graphs and things start with.

    ``keeps`` has those of ``RULES`` that the content holds itself to, ``languages`` the tags that
    every text of its terms has; ``namespaces`` are all in which it declares terms, its own first.
    ``ontologies`` are the IRIs of all that it holds, the one that is meant by ``iri`` first.
    ``says_base`` tells whether someone chose the base.
    """

    iri: str
    namespace: str
    prefix: str
    base: str
    title: dict[str, str] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)
    keeps: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    ontologies: tuple[str, ...] = ()
    says_base: bool = False

    def shorten(self, iri: str) -> str:
        """Return ``iri`` as a prefixed name where a known prefix fits, else in angle brackets."""
        for _, prefix, namespace in self._longest_first:
            if iri.startswith(namespace):
                local = iri[len(namespace) :]
                if local and "/" not in local and "#" not in local:
                    return f"{prefix}:{local}"
        return f"<{iri}>"

    @cached_property
    def _longest_first(self) -> list[tuple[int, str, str]]:
        return sorted(((len(ns), p, ns) for p, ns in self.prefixes.items()), reverse=True)

    def expand(self, name: str) -> str | None:
        """Return the IRI for a prefixed name or an IRI in angle brackets, None for all else."""
        if re.fullmatch(r"<[^<>\s]+>", name):
            return name[1:-1]
        prefix, colon, local = name.partition(":")
        known = colon and re.fullmatch(r"[\w.%-]+", local)
        return self.prefixes[prefix] + local if known and prefix in self.prefixes else None


def read_header(sources: Sequence[LoadedFile], base: str | None = None) -> Header:
    """Return what ``sources`` say of themselves; ``base`` is the caller's, if there is one.

    Raise ContentError where what is said cannot be used.
    """
    ontology_files = [s for s in sources if s.file.kind is FileKind.ONTOLOGY]
    said = _about_ontologies(ontology_files)
    keeps = frozenset(
        rule.removeprefix(CONTENT)
        for values in said.values()
        for rule in (value_of(o) for o in values.get(CONTENT + "keeps", ()))
    )
    if unknown := sorted(keeps - set(RULES)):
        raise ContentError(
            f"There is no rule {CONTENT}{unknown[0]} to keep.",
            _file_of(ontology_files, CONTENT + "keeps"),
            None,
            f"The rules are {', '.join(RULES)}.",
        )
    with_space = [iri for iri, values in said.items() if VANN + "preferredNamespaceUri" in values]
    spaces = [o for iri in with_space for o in said[iri][VANN + "preferredNamespaceUri"]]
    if keeps and len(spaces) > 1:
        names = sorted(
            s.file.name
            for s in ontology_files
            if any(t.predicate.value == VANN + "preferredNamespaceUri" for t in s.triples)
        )
        raise ContentError(
            "More than one ontology header was found.",
            ", ".join(names),
            None,
            "Let one file in 'ontology' say vann:preferredNamespaceUri, once.",
        )
    declared = _declared_terms(ontology_files)
    counts = Counter(map(namespace_of, declared))
    ranked = sorted(said, key=lambda iri: _rank(iri, said[iri], counts, with_space))
    iri = ranked[0] if ranked else ""
    about = said.get(iri, {})
    chosen = base or _said_base(about, said.values(), ontology_files)
    actual = chosen or _folder_of(iri, sources) or NOBODYS
    namespace = _namespace(iri, about, counts) or actual + "ontology#"
    own = _first_text(about.get(VANN + "preferredNamespacePrefix", ()))
    prefixes, prefix = prefixes_of(sources, actual, namespace, own)
    # without an ontology, the content has no name but that of its file
    name = iri or (sources[0].file.name if len(sources) == 1 else "")
    name = re.sub(r"\.\w+$", "", last_part(name)) or "Data"
    iri = iri or actual + "ontology"
    languages = {value_of(o) for v in said.values() for o in v.get(CONTENT + "language", ())}
    others = sorted((n for n in counts if n != namespace), key=lambda n: (-counts[n], n))
    return Header(
        iri=iri,
        namespace=namespace,
        prefix=prefix,
        base=actual,
        title=_title(about) or {"": name},
        prefixes=prefixes,
        keeps=keeps,
        languages=tuple(sorted(languages)),
        namespaces=(namespace, *others),
        ontologies=tuple(ranked),
        says_base=chosen is not None,
    )


_About = Mapping[str, list[object]]


def _about_ontologies(files: Iterable[LoadedFile]) -> dict[str, dict[str, list[object]]]:
    """Return what is said of each named ontology, in the order of the files."""
    files = list(files)
    said: dict[str, dict[str, list[object]]] = {
        t.subject.value: {}
        for source in files
        for t in source.triples
        if t.predicate == RDF_TYPE and t.object == ONTOLOGY and isinstance(t.subject, ox.NamedNode)
    }
    for source in files:
        for t in source.triples:
            if isinstance(t.subject, ox.NamedNode) and t.subject.value in said:
                said[t.subject.value].setdefault(t.predicate.value, []).append(t.object)
    return said


def _rank(
    iri: str, about: _About, counts: Mapping[str, int], with_space: Sequence[str]
) -> tuple[bool, int, int, str]:
    """Return a key that puts the ontology first that the content is about."""
    namespace = _namespace(iri, about, counts, or_any=False)
    imports = len(about.get(OWL + "imports", ()))
    return iri not in with_space, -counts.get(namespace, 0), -imports, iri


def namespace_of(iri: str) -> str:
    """Return ``iri`` up to its last # or /, or : where it has neither."""
    end = max(iri.rfind("#"), iri.rfind("/"))
    return iri[: (end if end >= 0 else iri.rfind(":")) + 1]


def _declared_terms(files: Iterable[LoadedFile]) -> list[str]:
    declared = {
        t.subject.value: None
        for source in files
        for t in source.triples
        if t.predicate == RDF_TYPE and t.object in _TERMS and isinstance(t.subject, ox.NamedNode)
    }
    return list(declared)


def _namespace(iri: str, about: _About, counts: Mapping[str, int], *, or_any: bool = True) -> str:
    """Return the namespace of the ontology ``iri``, empty where nothing tells it."""
    if said := _first_text(about.get(VANN + "preferredNamespaceUri", ())):
        return said
    own = [iri] if iri.endswith(("#", "/")) else [iri + "#", iri + "/"] if iri else []
    found = [n for n in own if counts.get(n)]
    if not found and or_any and counts:
        found = [max(counts, key=lambda n: (counts[n], n))]
    return (found or own or [""])[0]


def _said_base(about: _About, others: Iterable[_About], files: Iterable[LoadedFile]) -> str | None:
    values = [*about.get(CONTENT + "base", ())]
    values = values or [o for other in others for o in other.get(CONTENT + "base", ())]
    if not values:
        return None
    try:
        return checked_base(value_of(values[0]))
    except UsageError as error:
        raise ContentError(str(error), _file_of(files, CONTENT + "base")) from None


def _file_of(files: Iterable[LoadedFile], predicate: str) -> str | None:
    found = (s.file.name for s in files if any(t.predicate.value == predicate for t in s.triples))
    return next(found, None)


def _folder_of(iri: str, sources: Iterable[LoadedFile]) -> str | None:
    """Return the folder of ``iri`` where the data describe things in it, or the files do alone."""
    if not iri.startswith(("http://", "https://")) or iri.startswith(NOBODYS):
        return None
    folder = urljoin(iri, ".")
    for source in sources:
        is_loose = "/" not in source.file.name and source.file.kind is FileKind.ONTOLOGY
        if source.file.kind is FileKind.DATA or is_loose:
            named = (t for t in source.triples if isinstance(t.subject, ox.NamedNode))
            terms = {t.subject for t in named if t.object in _TERMS or t.object == ONTOLOGY}
            for t in source.triples:
                if t.subject not in terms and value_of(t.subject).startswith(folder):
                    return folder
    return None


def _title(about: _About) -> dict[str, str]:
    for name in _TITLES:
        texts = [o for o in about.get(name, ()) if isinstance(o, ox.Literal)]
        if texts:
            return dict(sorted((t.language or "", t.value) for t in texts))
    return {}


def _first_text(values: Iterable[object]) -> str:
    return next((value_of(v) for v in values), "")
