"""The bibliography: where the data are from, work by work, and what each work gave.

A graph names its sources (dct:source, prov:wasDerivedFrom). A source that somebody describes, or
that is the page of what somebody describes (foaf:page), is told by title, authors, publisher and
date; any other by its address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from samgraf.release.licences import text_and_name
from samgraf.site.cells import bare, is_web, literal_text
from samgraf.site.context import the_service
from samgraf.site.graph import LabelLookup, Said, Term, address, ask, is_foreign, said_of
from samgraf.site.language import Phrase, in_order, phrase_of, pick
from samgraf.vocab import DCT, FOAF

_YEAR = re.compile(r"\d{4}")
#: What is read of a work.
_PROPERTIES = [
    *(DCT + name for name in ("title", "creator", "publisher", "issued", "source")),
    FOAF + "page",
]


@dataclass
class Given:
    """What a work gave: the graph, the terms of use, and when it was last changed."""

    label: Phrase
    href: str
    licence: tuple[str, str] | None
    modified: str


@dataclass
class Work:
    """A work that the data are from."""

    iri: str
    title: Phrase
    href: str | None
    page: str | None
    creators: list[tuple[Phrase, str]]
    publishers: list[tuple[Phrase, str]]
    year: str
    rests_on: list[tuple[Phrase, str]]
    given: list[Given] = field(default_factory=list)
    is_text: bool = False

    @property
    def by_terms(self) -> list[list[Given]]:
        """Return what was given, in order, that on the same terms and of the same day together."""
        alike: dict[tuple, list[Given]] = {}
        for given in self.given:
            alike.setdefault((given.licence, given.modified), []).append(given)
        return list(alike.values())

    @property
    def host(self) -> str:
        """Return where the page stands, in short."""
        return (self.page or "").partition("://")[2].partition("/")[0].removeprefix("www.")


def read_bibliography(language: str, texts: Iterable[str] = ()) -> list[Work]:
    """Return the works that the data are from: those of ``texts`` first, then by title."""
    graphs = {
        entry["iri"]
        for entry in the_service().manifest["graphs"]
        if (entry.get("file") or "data/").startswith("data/")
    }
    nodes = [ox.NamedNode(iri) for iri in sorted(graphs)]
    rows = ask(__package__, "origins.rq", graphs=nodes) if nodes else []
    # that a graph was made here is no work
    rows = [row for row in rows if row["source"]["value"] != the_service().base]
    texts = set(texts)
    sources = {row["source"]["value"] for row in rows} | texts
    nodes = [ox.NamedNode(iri) for iri in sorted(sources)]
    candidates: dict[str, list[str]] = {}
    for row in ask(__package__, "works.rq", sources=nodes) if nodes else ():
        candidates.setdefault(row["source"]["value"], []).append(row["work"]["value"])
    said = said_of({work for works in candidates.values() for work in works}, _PROPERTIES)
    works = {source: _work_of(source, candidates.get(source, ()), said) for source in sources}
    iris = {*works.values(), *graphs}
    for properties in said.values():
        for name in (DCT + "creator", DCT + "publisher", DCT + "source"):
            iris |= {t["value"] for t in properties.get(name, ()) if t["type"] == "uri"}
    labels = LabelLookup(sorted(iris), language)
    found: dict[str, Work] = {}
    for source, iri in works.items():
        work = found.setdefault(iri, _work(iri, said.get(iri, {}), labels, language))
        work.page = work.page or (source if is_web(source) and is_foreign(source) else None)
        work.is_text |= source in texts
    for row in rows:
        graph = row["graph"]["value"]
        given = found[works[row["source"]["value"]]].given
        if any(g.href == address(graph) for g in given):
            continue
        licence = row.get("licence", {}).get("value")
        modified = literal_text(row["modified"], language) if "modified" in row else ""
        terms = text_and_name(licence) if licence else None
        given.append(Given(labels[graph], address(graph), terms, modified))
    for work in found.values():
        work.given.sort(key=lambda g: in_order(g.label.text))
    shown = [work for work in found.values() if work.given or work.is_text]
    return sorted(shown, key=lambda w: (not w.is_text, in_order(w.title.text)))


def _work_of(source: str, works: Iterable[str], said: Said) -> str:
    """Return the work that ``source`` is, or is the page or the text of: what is told most of."""

    def weight(iri: str) -> tuple[int, bool, str]:
        properties = said.get(iri, {})
        published = sum(DCT + name in properties for name in ("publisher", "creator", "title"))
        return published, iri == source, iri

    best = max((work for work in works if work in said), key=weight, default=source)
    return best if best == source or weight(best)[0] else source


def _work(iri: str, said: Mapping[str, list[Term]], labels: LabelLookup, language: str) -> Work:
    def named(name: str) -> list[tuple[Phrase, str]]:
        things = {t["value"] for t in said.get(DCT + name, ()) if t["type"] == "uri"}
        found = [(labels[thing], address(thing)) for thing in things]
        return sorted(found, key=lambda pair: in_order(pair[0].text))

    titles = [phrase_of(t) for t in said.get(DCT + "title", ())]
    is_known = bool(titles) or iri in labels
    short = bare(iri).removeprefix("www.")
    dates = [t["value"] for t in said.get(DCT + "issued", ())]
    year = _YEAR.match(dates[0]) if dates else None
    pages = [t["value"] for t in said.get(FOAF + "page", ()) if is_web(t["value"])]
    title = pick(titles, language) or (labels[iri] if iri in labels else Phrase(short, ""))
    return Work(
        iri=iri,
        title=title,
        href=address(iri) if is_known else None,
        page=pages[0] if pages else None,
        creators=named("creator"),
        publishers=named("publisher"),
        year=year[0] if year else "",
        rests_on=named("source"),
    )
