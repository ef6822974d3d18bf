"""Read from the graph who made what is cited: the content as a whole, the sources of a thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pyoxigraph as ox

from samgraf.limits import CITED_PLACES, CITED_SOURCES
from samgraf.release import names
from samgraf.release.licences import text_and_name
from samgraf.site.cite.citation import Citation, MakerName
from samgraf.site.context import once_per_release, the_service
from samgraf.site.graph import LabelLookup, Row, ask
from samgraf.site.language import Phrase, phrase_of, pick
from samgraf.vocab import DC, DCAT, DCT, FOAF, OWL, RDF, SCHEMA, VOID

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
_ROLE_OF = {name: role for role, properties in _ROLES.items() for name in properties}
_PROPERTIES = [ox.NamedNode(name) for name in _ROLE_OF]
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


@dataclass
class CitedRecord:
    """What the graph says of a work, for a reader of one language."""

    title: str
    authors: tuple[MakerName, ...]
    publisher: str
    issued: str
    changed: str
    licence: str
    number: str
    page: str
    kind: str
    language: str


Said = dict[str, list[dict[str, str]]]  # terms by what they tell of a work


def read_works(iri: str | None, language: str) -> tuple[Citation, list[Citation]]:
    """Return the content as a whole, in the release that is served, and the sources of ``iri``.

    The sources are the works that the thing was drawn from, itself where it is one: what has a
    title and someone who made or issued it.
    """
    service = the_service()
    whole, ontology = _content_iris()
    own = _the_content()
    records = {work: _record(own.said[work], own.makers, language) for work in own.said}
    found = [records[work] for work in (whole, ontology) if work in records]
    # a base that is nobody's leads nowhere
    is_ours = whole and not (urlsplit(service.base).hostname or "").endswith(".invalid")
    content = _content(found, whole if is_ours else ontology or whole, language)
    if iri is None:
        return content, []
    asked = {"this": ox.NamedNode(iri), "places": CITED_PLACES, "properties": _PROPERTIES}
    said = _said(ask(__package__, "sources.rq", **asked))
    drawn = [work for work in said if _is_work(said[work])][:CITED_SOURCES]
    makers = _read_makers(said[work] for work in drawn)
    return content, [_source(work, _record(said[work], makers, language)) for work in drawn]


@dataclass(frozen=True)
class ContentWorks:
    """What the graph says of the data set and the ontology that are served, and of their makers."""

    said: Mapping[str, Said]
    makers: Mapping[str, Said]


def _content_iris() -> tuple[str, str]:
    """Return the IRIs of the data set and of the ontology, empty where there is none."""
    service = the_service()
    whole = names.dataset(service.base, names.WHOLE) if service.base else ""
    return whole, service.manifest.get("ontology") or ""


@once_per_release
def _the_content() -> ContentWorks:
    works = [ox.NamedNode(work) for work in _content_iris() if work]
    said = _said(ask(__package__, "works.rq", works=works, properties=_PROPERTIES))
    return ContentWorks(said, _read_makers(said.values()))


def _said(rows: Iterable[Row]) -> dict[str, Said]:
    """Return what ``rows`` tell, by work."""
    found: dict[str, Said] = {}
    # here, since the store takes long for an order among values of any type
    for row in sorted(rows, key=_order):
        said = found.setdefault(row["work"]["value"], {})
        terms = said.setdefault(_ROLE_OF[row["property"]["value"]], [])
        if row["value"] not in terms:
            terms.append(row["value"])
    return found


def _order(row: Row) -> tuple[str, ...]:
    terms = (row[name] for name in ("work", "property", "value"))
    return tuple(text for term in terms for text in (term["type"], term["value"]))


def _is_work(said: Said) -> bool:
    types = {term["value"] for term in said.get("type", ())}
    return "title" in said and bool(said.keys() & {"author", "publisher"}) and not types & _NO_WORKS


def _read_makers(works: Iterable[Said]) -> dict[str, Said]:
    """Return what is said of those who made or issued ``works``."""
    terms = (
        term for said in works for role in ("author", "publisher") for term in said.get(role, ())
    )
    makers = dict.fromkeys(term["value"] for term in terms if term["type"] == "uri")
    found: dict[str, Said] = {}
    if makers:
        nodes = [ox.NamedNode(maker) for maker in makers]
        for row in ask(__package__, "makers.rq", makers=nodes):
            told = found.setdefault(row["maker"]["value"], {})
            told.setdefault(row["says"]["value"], []).append(row.get("text", {}))
    return found


def _source(work: str, record: CitedRecord) -> Citation:
    return Citation(
        kind=record.kind,
        title=record.title,
        iri=record.page or work,
        authors=record.authors or _names(record.publisher),
        publisher=record.publisher,
        issued=record.issued,
        number=record.number,
        language=record.language,
    )


def _content(found: list[CitedRecord], iri: str, language: str) -> Citation:
    """Return the content by what is said of it in ``found``, the first that says something."""
    service = the_service()
    manifest = service.manifest

    def first(name: str) -> Any:
        return next((value for r in found if (value := getattr(r, name))), "")

    title = pick((Phrase(t, k) for k, t in manifest.get("title", {}).items()), language)
    publisher = first("publisher")
    return Citation(
        kind="dataset",
        title=title.text if title else first("title") or service.base,
        iri=iri or service.release,
        authors=first("authors") or _names(publisher),
        publisher=publisher,
        issued=manifest.get("date") or first("issued") or first("changed"),
        version=manifest.get("version") or "",
        release=service.release,
        licence=first("licence"),
        language=title.language if title else "",
    )


def _names(publisher: str) -> tuple[MakerName, ...]:
    return (MakerName(publisher),) if publisher else ()


def _record(said: Said, makers: Mapping[str, Said], language: str) -> CitedRecord:
    def first(role: str) -> str:
        return next((term["value"] for term in said.get(role, ())), "")

    title = pick(map(phrase_of, said.get("title", ())), language) or Phrase("", "")
    types = {term["value"] for term in said.get("type", ())}
    licence = first("licence")
    publishers = _names_of(said.get("publisher", ()), makers, language)
    return CitedRecord(
        title=title.text,
        authors=_names_of(said.get("author", ()), makers, language),
        publisher="; ".join(name.whole for name in publishers),
        issued=first("issued"),
        changed=first("changed"),
        licence=text_and_name(licence)[0],
        number=first("number"),
        page=first("page"),
        kind=next((kind for kind, classes in _KINDS if classes & types), "document"),
        language=title.language,
    )


def _names_of(
    terms: Iterable[Mapping[str, str]], makers: Mapping[str, Said], language: str
) -> tuple[MakerName, ...]:
    """Return the names of makers by alphabet, each once: the graph tells no order.

    A maker without IRI and name is left out; of one that is told twice, what says more is kept.
    """
    found: dict[str, MakerName] = {}
    for term in terms:
        if term["type"] == "bnode":
            continue
        told = makers.get(term["value"], {}) if term["type"] == "uri" else {}
        called = pick(map(phrase_of, told.get("name", ())), language)
        family, given = (
            next((t["value"] for t in told.get(n, ())), "") for n in ("family", "given")
        )
        whole = called.text if called else term["value"]
        name = MakerName(whole, family, given, "person" in told)
        found[whole] = max(name, found.get(whole, name))
    return tuple(sorted(found.values()))


def label_of(iri: str, language: str) -> str:
    """Return what the graph calls ``iri``."""
    return LabelLookup([iri], language)[iri].text


def is_known(iri: str) -> bool:
    """Return whether the graph says anything of ``iri``."""
    return bool(ask("samgraf.site.things", "known.rq", things=[ox.NamedNode(iri)]))
