"""What the site is: ``/about``, ``/privacy``, ``/accessibility`` and ``/about/sparql``.

A content says what it is in parts of the thing ``{base}about`` (``ontology/about.ttl``), in the
terms of https://schema.org/AboutPage, and by views that stand on that page. What there is besides
is told of every content: who made it, licence, sources, how new, whom to ask. Of accessibility is
told how it was tried, of the endpoint in what it differs from the standards; see
https://www.w3.org/TR/WCAG22/ and https://www.w3.org/WAI/planning/statements/.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, render_template

from samgraf import __version__
from samgraf.site.answers import answered, sections_of, share_labels, style_sheets
from samgraf.site.cells import Cell
from samgraf.site.context import the_service
from samgraf.site.graph import LabelLookup, address, ask, read_query, thing_cell
from samgraf.site.imprint import ABOUT, the_contact, the_imprint
from samgraf.site.language import Phrase, phrase_of, pick, reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.representations import DESCRIBED, DESCRIPTIONS, PAGE, describe, wanted
from samgraf.site.things.display import the_display
from samgraf.vocab import SCHEMA

bp = Blueprint("about", __name__)
#: How the tests try the pages; a fault that they know of stands under ``SHORTCOMINGS``.
TRIED = ("axe", "keyboard", "plain", "narrow")
SHORTCOMINGS = ("drawings", "texts", "editor", "people")
#: What is answered in another way than a standard has it, and what is refused; the texts say how.
DIFFERS = ("literals", "filter", "geo", "graphs", "lines", "types")
REFUSES = ("literals", "patterns", "bnode", "paths", "functions", "update", "service")


def init_app(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(bp)
    add_to_navigation(app, "about.about", "about_title", 0, footer=True)
    add_to_navigation(app, "about.accessibility", "accessibility_title", 90, footer=True)
    add_to_navigation(app, "about.privacy", "privacy_title", 95, footer=True)


@dataclass
class Part:
    """A part of the page: its name and text, and its points, which are ``steps`` or a list."""

    iri: str
    points: dict[str, Part] = field(default_factory=dict)
    are_steps: bool = False
    name: Phrase | None = None
    text: Phrase | None = None


@bp.get("/about", defaults={"suffix": ""})
@bp.get("/about.<suffix>")
def about(suffix: str) -> str | Response:
    """Show what the graph is, or give what it says of itself as RDF."""
    offer = wanted(DESCRIBED, suffix)
    service, language = the_service(), reader_language()
    page = service.base + ABOUT if service.base else ""
    parts = read_parts(page, language) if page else []
    if offer.what != PAGE:
        points = [point.iri for part in parts for point in part.points.values()]
        own = [iri for iri in (page, service.manifest.get("ontology")) if iri]
        return describe(offer, [*own, *(part.iri for part in parts), *points])
    views = the_display().views_for([page])
    answers = [answered(view.query, language) for view in views]
    imprint = the_imprint()
    named = [t["value"] for t in imprint.makers if t["type"] == "uri"]
    labels = share_labels(answers, [*named, *imprint.sources], language)
    shown = [s for s in sections_of(views, answers, language) if s.answer.count]
    return render_template(
        "about/about.html",
        parts=parts,
        views=shown,
        styles=style_sheets(s.answer for s in shown),
        abstract=pick(imprint.abstracts, language),
        description=None if parts else pick(imprint.descriptions, language),
        makers=[_maker(term, labels) for term in imprint.makers],
        sources=[thing_cell(iri, labels) for iri in imprint.sources],
        rights=pick(imprint.rights, language),
        contact=the_contact(),
        has_sources="sources" not in service.manifest.get("empty_pages", ()),
        data=DESCRIPTIONS,
    )


@bp.get("/privacy")
def privacy() -> str:
    """Tell what of a visit is kept, by whom, and what is sent on."""
    settings = the_service().settings
    return render_template(
        "about/privacy.html",
        is_logged=bool(settings.log_dir.parts),
        has_tiles=bool(settings.tile_url),
        asks_partners=the_service().federation is not None and bool(settings.contact.strip()),
        contact=the_contact(),
    )


@bp.get("/accessibility")
def accessibility() -> str:
    """Tell how accessible the pages are, how that was tried, and whom to tell of faults."""
    return render_template(
        "about/accessibility.html",
        tried=TRIED,
        shortcomings=SHORTCOMINGS,
        program=__version__,
        contact=the_contact(),
    )


@bp.get("/about/sparql")
def standard() -> str:
    """Tell in what the endpoint differs from the standards: what it says otherwise, and refuses."""
    examples = {"geo": read_query(__package__, "area.rq")}
    return render_template(
        "about/standard.html", differs=DIFFERS, refuses=REFUSES, examples=examples
    )


def read_parts(page: str, language: str) -> list[Part]:
    """Return the parts of ``page`` in order, in the reader's language."""
    parts: dict[str, Part] = {}
    texts: dict[tuple[str, str], list[Phrase]] = defaultdict(list)
    for row in ask(__package__, "sections.rq", about=ox.NamedNode(page)):
        part = parts.setdefault(row["part"]["value"], Part(row["part"]["value"]))
        said = part
        if "point" in row:
            iri = row["point"]["value"]
            said = part.points.setdefault(iri, Part(iri))
            part.are_steps |= row["isStep"]["value"] == "true"
        texts[said.iri, row["property"]["value"]].append(phrase_of(row["value"]))
    for said in (said for part in parts.values() for said in (part, *part.points.values())):
        said.name = pick(texts[said.iri, SCHEMA + "name"], language)
        said.text = pick(texts[said.iri, SCHEMA + "text"], language)
    return list(parts.values())


def _maker(term: dict[str, str], labels: LabelLookup) -> Cell:
    if term["type"] != "uri":
        return Cell(term["value"], None, term.get("xml:lang"))
    said = labels[term["value"]]
    return Cell(said.text, address(term["value"]), said.language)
