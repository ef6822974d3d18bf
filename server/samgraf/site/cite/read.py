"""Read from the graph who made what is cited: the content as a whole, the sources of a thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from samgraf.limits import CITED_SOURCES
from samgraf.release import names
from samgraf.release.licences import text_and_name
from samgraf.site.cite.citation import Citation, Name
from samgraf.site.context import the_service
from samgraf.site.graph import LabelLookup, ask
from samgraf.site.language import Phrase, pick

_BIBO = "http://purl.org/ontology/bibo/"
_SCHEMA = "https://schema.org/"
#: The kinds of works by their classes; the first that fits counts.
_KINDS = (
    ("report", {_BIBO + n for n in ("Report", "Thesis")} | {_SCHEMA + "Report"}),
    ("book", {_BIBO + n for n in ("Book", "EditedBook")} | {_SCHEMA + "Book"}),
    ("webpage", {_BIBO + n for n in ("Webpage", "Website")} | {_SCHEMA + "WebPage"}),
    (
        "article",
        {_BIBO + n for n in ("Article", "AcademicArticle")}
        | {_SCHEMA + n for n in ("Article", "ScholarlyArticle")},
    ),
)


@dataclass
class Record:
    """What the graph says of a work, for a reader of one language."""

    title: str
    authors: tuple[Name, ...]
    publisher: str
    issued: str
    changed: str
    licence: str
    number: str
    page: str
    kind: str
    language: str


def read_works(iri: str | None, language: str) -> tuple[Citation, list[Citation]]:
    """Return the content as a whole, in the release that is served, and the sources of ``iri``.

    The sources are the works that the thing was drawn from, itself where it is one.
    """
    service = the_service()
    whole = names.dataset(service.base, names.WHOLE) if service.base else ""
    ontology = service.manifest.get("ontology") or ""
    works = [ox.NamedNode(work) for work in (whole, ontology) if work]
    this = ox.NamedNode(iri) if iri else ox.Literal("")
    said: dict[str, list[dict[str, Any]]] = {}
    sources: dict[str, None] = {}
    for row in ask(__package__, "records.rq", works=works, this=this, most=CITED_SOURCES):
        work = row["work"]["value"]
        said.setdefault(work, []).append(row)
        if row["source"]["value"] == "true":
            sources[work] = None
    records = {work: _record(rows, language) for work, rows in said.items()}
    found = [records[work] for work in (whole, ontology) if work in records]
    drawn = [_source(work, records[work]) for work in sources]
    return _content(found, whole or ontology, language), drawn


def _source(work: str, record: Record) -> Citation:
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


def _content(found: list[Record], iri: str, language: str) -> Citation:
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


def _names(publisher: str) -> tuple[Name, ...]:
    return (Name(publisher),) if publisher else ()


def _record(rows: list[dict[str, Any]], language: str) -> Record:
    by_role: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_role.setdefault(row["role"]["value"], []).append(row)

    def first(role: str) -> str:
        return next((row["value"]["value"] for row in by_role.get(role, ())), "")

    titles = [_phrase(row["value"]) for row in by_role.get("title", ())]
    title = pick(titles, language) or Phrase("", "")
    types = {row["value"]["value"] for row in by_role.get("type", ())}
    licence = first("licence")
    return Record(
        title=title.text,
        authors=_makers(by_role.get("author", ()), language),
        publisher="; ".join(n.whole for n in _makers(by_role.get("publisher", ()), language)),
        issued=first("issued"),
        changed=first("changed"),
        licence=text_and_name(licence)[0],
        number=first("number"),
        page=first("page"),
        kind=next((kind for kind, classes in _KINDS if classes & types), "document"),
        language=title.language,
    )


def _makers(rows: Iterable[dict[str, Any]], language: str) -> tuple[Name, ...]:
    """Return the makers that ``rows`` tell of, each once, in the order of their names."""
    by_maker: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_maker.setdefault(row["value"]["value"], []).append(row)
    found = []
    for maker, told in by_maker.items():
        if told[0]["value"]["type"] == "literal":
            found.append(Name(maker))
            continue
        called = pick((_phrase(row["name"]) for row in told if "name" in row), language)
        whole = called.text if called else maker
        family, given = (told[0].get(n, {}).get("value", "") for n in ("family", "given"))
        is_person = told[0].get("person", {}).get("value") == "true"
        found.append(Name(whole, family, given, is_person))
    return tuple(sorted(found))


def _phrase(term: dict[str, str]) -> Phrase:
    return Phrase(term["value"], term.get("xml:lang", ""))


def label_of(iri: str, language: str) -> str:
    """Return what the graph calls ``iri``."""
    return LabelLookup([iri], language)[iri].text


def is_known(iri: str) -> bool:
    """Return whether the graph says anything of ``iri``."""
    return bool(ask("samgraf.site.things", "known.rq", things=[ox.NamedNode(iri)]))
