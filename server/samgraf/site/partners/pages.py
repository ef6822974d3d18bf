"""The page ``/partners``: who they are, how they are asked, and how it went; RDF for programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, render_template

from samgraf.release.licences import text_and_name
from samgraf.site.cells import bare, shorten
from samgraf.site.context import the_service
from samgraf.site.imprint import contact
from samgraf.site.language import reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.partners.outcomes import FAULTS, figures
from samgraf.site.partners.read import (
    NEVER,
    Described,
    PartnerStatus,
    partner_states,
    read_partners,
    why_off,
)
from samgraf.site.questions.read import QuestionEntry, read_federated
from samgraf.site.representations import DESCRIBED, DESCRIPTION, PAGE, Offer, describe, wanted
from samgraf.text import day, duration, moment

bp = Blueprint("partners", __name__)
STATE = "state"
#: Beside RDF, which describes the partners, how it stands with them as plain JSON.
OFFERS = (*DESCRIBED, Offer(STATE, "application/json", "json", "JSON"))
_FORMATS = {"application/sparql-results+json": "JSON", "application/sparql-results+xml": "XML"}


def init_app(app: Flask) -> None:
    """Add the page."""
    app.register_blueprint(bp)
    add_to_navigation(app, "partners.partners", "partners_title", 20, footer=True)


@bp.get("/partners", defaults={"suffix": ""})
@bp.get("/partners.<suffix>")
def partners(suffix: str) -> Response:
    """Show the partners with what is known of them just now."""
    language = reader_language()
    offer = wanted(OFFERS, suffix)
    found = read_partners(language)
    if offer.what == DESCRIPTION:
        return describe(offer, [iri for p in found for iri in (p.iri, *p.joins)])
    examples = read_federated(language) if found else []
    off, states = why_off(), partner_states()
    if offer.what == PAGE:
        response = Response(_page(found, examples, off, states, language), mimetype="text/html")
    else:
        response = jsonify(_document(found, examples, off, states))
    # how it went is another thing at the next moment
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(
    found: list[Described],
    examples: list[QuestionEntry],
    off: str,
    states: dict[str, PartnerStatus] | None,
    language: str,
) -> str:
    service = the_service()
    return render_template(
        "partners/partners.html",
        partners=found,
        needing=lambda iri: [q for q in examples if iri in q.needs],
        off=off,
        contact=contact(service.settings.contact),
        states=states,
        formats=_FORMATS,
        faults=FAULTS,
        data=[o for o in OFFERS if o.what != PAGE],
        licence=licence,
        plain=plain,
        short=lambda iri: shorten(iri, service.prefixes, service.base),
        day=lambda value: day(date.fromisoformat(value), language),
        moment=lambda at: moment(at, language),
        duration=lambda seconds: duration(seconds, language),
        figures=lambda found: figures(found._asdict(), language),
    )


def licence(iri: str) -> tuple[str, str]:
    """Return where the text of a licence stands, and what to call it."""
    text, name = text_and_name(iri)
    return text, name if name != iri else bare(iri)


def plain(pattern: str) -> str:
    """Return a pattern of IRIs without the marks that only programs have need of."""
    return pattern.removeprefix("^").removesuffix("$").replace("\\.", ".")


def _document(
    found: list[Described],
    examples: list[QuestionEntry],
    off: str,
    states: dict[str, PartnerStatus] | None,
) -> dict[str, Any]:
    return {
        "federation": "off" if off else "on",
        "partners": [
            {
                "name": p.name,
                "iri": p.iri,
                "endpoint": p.endpoint,
                "title": {said.language: said.text for said in p.titles},
                "description": {said.language: said.text for said in p.descriptions},
                "homepages": p.homepages,
                "licence": p.licence or None,
                "joinsOn": [
                    {
                        "label": {said.language: said.text for said in join.labels},
                        "property": join.property or None,
                        "pattern": join.pattern or None,
                    }
                    for join in p.joins.values()
                ],
                "state": None if states is None else states.get(p.name, NEVER).document(),
                "mirror": p.record.mirror.date if p.record and p.record.mirror else None,
                "examples": [q.iri for q in examples if p.iri in q.needs],
            }
            for p in found
        ],
    }
