"""What every page tells of the whole: who made it, licence, date, and whom to tell of a fault.

The content says who made it, what it is in a sentence and by which terms it may be used; where the
source code is and how readers reach those who run the server are settings of theirs. What is not
said is not shown.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import quote, urlencode

import pyoxigraph as ox
from flask import request

from samgraf import text
from samgraf.release import names
from samgraf.release.licences import text_and_name
from samgraf.site.cells import Cell
from samgraf.site.context import (
    absolute,
    keep_no_answer,
    once_per_release,
    subject,
    the_service,
)
from samgraf.site.graph import iri_of, read_query
from samgraf.site.language import Phrase, phrase_of
from samgraf.sparql.binding import bind
from samgraf.sparql.problems import RequestOutcome

log = logging.getLogger(__name__)
ABOUT = "about"
_WEB = ("https://", "http://")


@dataclass
class Imprint:
    """What the release says of itself as a whole; texts are in all their languages."""

    abstracts: list[Phrase] = field(default_factory=list)
    descriptions: list[Phrase] = field(default_factory=list)
    rights: list[Phrase] = field(default_factory=list)
    makers: list[dict[str, str]] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    licence: tuple[str, str] | None = None
    modified: date | None = None
    contact: str = ""


def the_imprint() -> Imprint:
    """Return what the release that answers this request says of itself."""
    try:
        return _read()
    except Exception as error:
        # a page must be able to tell what is wrong, the next one asks again
        keep_no_answer()
        if getattr(error, "outcome", None) not in (RequestOutcome.GONE, RequestOutcome.BUSY):
            release = the_service().release[:12]
            log.exception("What release %s says of itself cannot be read.", release)
        return Imprint()


@once_per_release
def _read() -> Imprint:
    service = the_service()
    base = service.base
    if not base:
        return Imprint()
    query = bind(
        read_query(__package__, "imprint.rq"),
        about=ox.NamedNode(base + ABOUT),
        whole=ox.NamedNode(names.dataset(base, names.WHOLE)),
        ontology=ox.NamedNode(service.manifest.get("ontology") or base),
    )
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in service.rows(query):
        found[row["said"]["value"]].append(row["value"])
    licences = _values(found["licence"] or found["licence of the ontology"])
    dates = _values(found["modified"])
    makers = {term["value"]: term for term in found["maker"]}
    return Imprint(
        abstracts=list(map(phrase_of, found["abstract"])),
        descriptions=list(map(phrase_of, found["description"])),
        rights=list(map(phrase_of, found["rights"])),
        makers=list(makers.values()),
        sources=_values(found["source"]),
        licence=text_and_name(licences[0]) if licences else None,
        modified=max(filter(None, map(_day, dates)), default=None),
        contact=next(iter(_values(found["contact"])), ""),
    )


def _values(terms: list[dict[str, str]]) -> list[str]:
    return [term["value"] for term in terms]


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said[:10])
    except ValueError:
        return None


def last_changed(language: str) -> tuple[str, str] | None:
    """Return the day on which the data were last changed, for programs and for readers."""
    modified = the_imprint().modified
    return (modified.isoformat(), text.day(modified, language)) if modified else None


def contact(said: str) -> Cell | None:
    """Return a contact as text with a link: an address of a page, or of mail."""
    said = said.strip()
    if not said:
        return None
    if said.startswith(_WEB):
        return Cell(said, said)
    if said.startswith("mailto:"):
        return Cell(said.removeprefix("mailto:"), said)
    return Cell(said, f"mailto:{said}" if "@" in said and " " not in said else None)


def the_contact() -> Cell | None:
    """Return how to reach those who run the server, else those who answer for the data."""
    return contact(the_service().settings.contact) or contact(the_imprint().contact)


def repository() -> str:
    """Return the address of the source code, empty where none is set."""
    address = the_service().settings.repository.strip()
    return address if address.startswith(_WEB) else ""


def report_link() -> str:
    """Return where to tell of a fault on this page, with the page filled in; empty where nowhere.

    What is filled in is escaped, so that it stays within its place of the address.
    """
    service = the_service()
    path = request.path if request.endpoint else "/"
    where = {
        "iri": _subject(path),
        "address": absolute(path),
        "release": service.release,
    }
    template = service.settings.report_url.strip()
    if template.startswith(_WEB):
        for name, value in where.items():
            template = template.replace(f"{{{name}}}", quote(value, safe=""))
        return template
    found = the_contact()
    if found is None or found.href is None:
        return ""
    if not found.href.startswith("mailto:"):
        return found.href
    body = f"{where['iri']}\n{where['address']}\n{where['release'][:12]}\n\n"
    start = "&" if "?" in found.href else "?"
    asked = urlencode({"subject": where["iri"], "body": body}, quote_via=quote)
    return f"{found.href}{start}{asked}"


def _subject(path: str) -> str:
    """Return the IRI of what the page at ``path`` is about, else the address of the page."""
    return subject() or (the_service().base and iri_of(path)) or absolute(path)
