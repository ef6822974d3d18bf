"""The page ``/partners``: who they are, how they are asked, and how it went; RDF for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, render_template

from samgraf.federation.partner_channel import PartnerState
from samgraf.release.licences import text_and_name
from samgraf.site.cells import bare, shorten
from samgraf.site.context import the_service
from samgraf.site.imprint import contact
from samgraf.site.language import Phrase, pick, reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.partners.outcomes import FAULTS, figures
from samgraf.site.partners.read import (
    DescribedPartner,
    names_of,
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
        return describe(
            offer, [iri for p in found for iri in (p.record.iri, *(j.iri for j in p.joins))]
        )
    examples = read_federated(language) if found else []
    needing = {p.record.name: [q for q in examples if p.record.iri in q.needs] for p in found}
    if offer.what == PAGE:
        response = Response(_page(found, needing, language), mimetype="text/html")
    else:
        states = partner_states()
        told = [_document(p, needing[p.record.name], states) for p in found]
        response = jsonify({"federation": "off" if why_off() else "on", "partners": told})
    # how it went is another thing at the next moment
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(
    found: list[DescribedPartner], needing: Mapping[str, list[QuestionEntry]], language: str
) -> str:
    service = the_service()
    return render_template(
        "partners/partners.html",
        partners=found,
        needing=needing,
        off=why_off(),
        contact=contact(service.settings.contact),
        states=partner_states(),
        formats=_FORMATS,
        faults=FAULTS,
        data=[o for o in OFFERS if o.what != PAGE],
        licence=licence,
        plain=plain,
        names=names_of(language),
        pick=lambda phrases: pick(phrases, language),
        short=lambda iri: shorten(iri, service.prefixes, service.base),
        day=lambda value: day(date.fromisoformat(value), language),
        time_of=lambda at: datetime.fromtimestamp(at, UTC),
        moment=lambda at: moment(at, language),
        duration=lambda seconds: duration(seconds, language),
        figures=lambda last: figures(vars(last), language),
    )


def licence(iri: str) -> tuple[str, str]:
    """Return where the text of a licence stands, and what to call it."""
    text, name = text_and_name(iri)
    return text, name if name != iri else bare(iri)


def plain(pattern: str) -> str:
    """Return a pattern of IRIs without the marks that only programs have need of."""
    return pattern.removeprefix("^").removesuffix("$").replace("\\.", ".")


def _document(
    partner: DescribedPartner,
    examples: list[QuestionEntry],
    states: Mapping[str, PartnerState] | None,
) -> dict[str, Any]:
    record = partner.record
    return {
        "name": record.name,
        "iri": record.iri,
        "endpoint": record.endpoint,
        "title": _by_language(partner.titles),
        "description": _by_language(partner.descriptions),
        "homepages": partner.homepages,
        "licence": partner.licence or None,
        "joinsOn": [
            {
                "label": _by_language(join.labels),
                "property": join.property or None,
                "pattern": join.pattern or None,
            }
            for join in partner.joins
        ],
        "state": None if states is None else _state(states.get(record.name)),
        "mirror": record.mirror.date if record.mirror else None,
        "examples": [question.iri for question in examples],
    }


def _state(state: PartnerState | None) -> dict[str, Any]:
    last = state.last if state else None
    return {
        "at": datetime.fromtimestamp(last.at, UTC).isoformat(timespec="seconds") if last else None,
        "outcome": ("failed" if last.fault else "ok") if last else None,
        "fault": last.fault if last else "",
        "reason": last.reason if last else "",
        "rows": last.rows if last else 0,
        "seconds": round(last.seconds, 3) if last else 0.0,
        "kept": state.cached if state else 0,
        "paused": state.paused if state else 0.0,
        "refused": state.refused if state else "",
    }


def _by_language(phrases: Iterable[Phrase]) -> dict[str, str]:
    return {said.language: said.text for said in phrases}
