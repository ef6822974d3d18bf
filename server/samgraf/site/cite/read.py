"""Read from the graph who made what is cited: the content as a whole, the sources of a thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pyoxigraph as ox

from samgraf.limits import CITED_PLACES, CITED_SOURCES
from samgraf.release import names
from samgraf.release.licences import text_and_name
from samgraf.site.cite.citation import Citation, MakerName
from samgraf.site.context import once_per_release, the_service
from samgraf.site.graph import Said, Term, ask, by_thing, said_of
from samgraf.site.language import Phrase, phrase_of, pick
from samgraf.vocab import DC, DCAT, DCT, FOAF, OWL, RDF, RDFS, SCHEMA, SKOS, VOID

_BIBO = "http://purl.org/ontology/bibo/"
#: What each property tells of a work.
_ROLES = {
    "title": (DCT + "title", SCHEMA + "name", DC + "title"),
    "author": (DCT + "creator", SCHEMA + "author", DC + "creator"),
    "publisher": (DCT + "publisher", SCHEMA + "publisher", DC + "publisher"),
    "issued": (DCT + "issued", SCHEMA + "datePublished"),
    "changed": (DCT + "modified",),
    "licence": (DCT + "license", SCHEMA + "license"),
    "number": (_BIBO + "number", _BIBO + "isbn13"),
    "page": (FOAF + "page", SCHEMA + "url"),
    "type": (RDF + "type",),
}
_PROPERTIES = [name for properties in _ROLES.values() for name in properties]
_NODES = [ox.NamedNode(name) for name in _PROPERTIES]
#: What a maker is called as a whole, by the family and by the given name.
_NAMED_BY = (
    (FOAF + "name", SCHEMA + "name", SKOS + "prefLabel", RDFS + "label"),
    (FOAF + "familyName", SCHEMA + "familyName"),
    (FOAF + "givenName", SCHEMA + "givenName"),
)
_OF_MAKERS = [RDF + "type", *(name for group in _NAMED_BY for name in group)]
_PERSONS = {FOAF + "Person", SCHEMA + "Person"}
#: Data sets and the like, which are no works that things are drawn from.
_NO_WORKS = {VOID + "Dataset", DCAT + "Dataset", DCAT + "Catalog", OWL + "Ontology"}
#: The kinds of works by their classes; the first that fits counts.
_KINDS = (
    ("report", {_BIBO + n for n in ("Report", "Thesis")} | {SCHEMA + "Report"}),
    ("book", {_BIBO + n for n in ("Book", "EditedBook")} | {SCHEMA + "Book"}),
    ("webpage", {_BIBO + n for n in ("Webpage", "Website")} | {SCHEMA + "WebPage"}),
    (
        "article",
        {_BIBO + n for n in ("Article", "AcademicArticle")}
        | {SCHEMA + n for n in ("Article", "ScholarlyArticle")},
    ),
)


#: What is said of one thing, by property.
ByProperty = Mapping[str, list[Term]]


def read_works(iri: str | None, language: str) -> tuple[Citation, list[Citation]]:
    """Return the content as a whole, in the release that is served, and the sources of ``iri``.

    The sources are the works that the thing was drawn from, itself where it is one: what has a
    title and someone who made or issued it.
    """
    content = _content(language)
    if iri is None:
        return content, []
    asked = {"this": ox.NamedNode(iri), "places": CITED_PLACES, "properties": _NODES}
    said = by_thing(ask(__package__, "sources.rq", **asked))
    drawn = [work for work in sorted(said) if _is_work(said[work])][:CITED_SOURCES]
    makers = _read_makers(said[work] for work in drawn)
    cited = (_citation(work, said[work], makers, language) for work in drawn)
    return content, [replace(c, authors=c.authors or _names(c.publisher)) for c in cited]


def _terms(said: ByProperty, role: str) -> list[Term]:
    return [term for name in sorted(_ROLES[role]) for term in said.get(name, ())]


def _is_work(said: ByProperty) -> bool:
    types = {term["value"] for term in _terms(said, "type")}
    is_told = _terms(said, "title") and (_terms(said, "author") or _terms(said, "publisher"))
    return bool(is_told) and not types & _NO_WORKS


def _read_makers(works: Iterable[ByProperty]) -> Said:
    """Return what is said of those who made or issued ``works``."""
    terms = (t for said in works for role in ("author", "publisher") for t in _terms(said, role))
    return said_of({t["value"] for t in terms if t["type"] == "uri"}, _OF_MAKERS)


@once_per_release
def _the_content() -> tuple[Said, Said]:
    """Return what is said of the data set and the ontology that are served, and of their makers."""
    said = said_of(filter(None, _content_iris()), _PROPERTIES)
    return said, _read_makers(said.values())


def _content_iris() -> tuple[str, str]:
    """Return the IRIs of the data set and of the ontology, empty where there is none."""
    service = the_service()
    whole = names.dataset(service.base, names.WHOLE) if service.base else ""
    return whole, service.manifest.get("ontology") or ""


def _content(language: str) -> Citation:
    """Return the content by what is said of the data set, else by what is of the ontology."""
    service, (whole, ontology) = the_service(), _content_iris()
    manifest, (said, makers) = service.manifest, _the_content()
    works = [work for work in (whole, ontology) if work in said]
    found = [_citation(work, said[work], makers, language) for work in works]

    def first(name: str) -> Any:
        return next((value for c in found if (value := getattr(c, name))), "")

    # a base that is nobody's leads nowhere
    is_ours = whole and not (urlsplit(service.base).hostname or "").endswith(".invalid")
    title = pick((Phrase(t, k) for k, t in manifest.get("title", {}).items()), language)
    changed = (term["value"] for work in works for term in _terms(said[work], "changed"))
    return Citation(
        kind="dataset",
        title=title.text if title else first("title") or service.base,
        iri=(whole if is_ours else ontology or whole) or service.release,
        authors=first("authors") or _names(first("publisher")),
        publisher=first("publisher"),
        issued=manifest.get("date") or first("issued") or next(changed, ""),
        version=manifest.get("version") or "",
        release=service.release,
        licence=first("licence"),
        language=title.language if title else "",
    )


def _citation(work: str, said: ByProperty, makers: Said, language: str) -> Citation:
    """Return how to cite ``work`` by what is ``said`` of it, as far as that goes."""

    def first(role: str) -> str:
        return next((term["value"] for term in _terms(said, role)), "")

    title = pick(map(phrase_of, _terms(said, "title")), language) or Phrase("", "")
    types = {term["value"] for term in _terms(said, "type")}
    publishers = _makers(_terms(said, "publisher"), makers, language)
    return Citation(
        kind=next((kind for kind, classes in _KINDS if classes & types), "document"),
        title=title.text,
        iri=first("page") or work,
        authors=_makers(_terms(said, "author"), makers, language),
        publisher="; ".join(name.whole for name in publishers),
        issued=first("issued"),
        number=first("number"),
        licence=text_and_name(first("licence"))[0],
        language=title.language,
    )


def _names(publisher: str) -> tuple[MakerName, ...]:
    return (MakerName(publisher),) if publisher else ()


def _makers(terms: Iterable[Term], makers: Said, language: str) -> tuple[MakerName, ...]:
    """Return the names of makers by alphabet, each once: the graph tells no order.

    A maker without IRI and name is left out; of one that is told twice, what says more is kept.
    """
    found: dict[str, MakerName] = {}
    for term in terms:
        if term["type"] == "bnode":
            continue
        said = makers.get(term["value"], {}) if term["type"] == "uri" else {}
        named, family, given = ([t for p in group for t in said.get(p, ())] for group in _NAMED_BY)
        called = pick(map(phrase_of, named), language)
        whole = called.text if called else term["value"]
        parts = (next((t["value"] for t in part), "") for part in (family, given))
        is_person = any(t["value"] in _PERSONS for t in said.get(RDF + "type", ()))
        name = MakerName(whole, *parts, is_person)
        found[whole] = max(name, found.get(whole, name))
    return tuple(sorted(found.values()))
