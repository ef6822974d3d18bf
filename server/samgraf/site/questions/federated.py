"""The page of an example that needs partners: its query, what it needs, how it last went.

Nobody is asked for the page: the query runs only when a reader says so.
"""

from __future__ import annotations

from flask import Response, render_template

from samgraf.site.context import the_service
from samgraf.site.graph import Labels, address
from samgraf.site.language import reader_language
from samgraf.site.offers import DESCRIPTION, PAGE, wanted
from samgraf.site.partners import state
from samgraf.site.partners.names import names_of, unknown_name
from samgraf.site.partners.told import tell
from samgraf.site.questions.data import offers, respond
from samgraf.site.questions.pages import bp, unknown, with_neighbours
from samgraf.site.questions.read import read_federated
from samgraf.text import moment


@bp.get("/federated/<name>")
def federated(name: str) -> Response | tuple[str, int]:
    """Show the example, or give its description or its query."""
    language = reader_language()
    examples = read_federated(language)
    key, _, suffix = name.partition(".")
    found, previous, following = with_neighbours(key, examples)
    if found is None:
        return unknown(key, examples)
    offer = wanted(offers(found), suffix)
    if offer.what != PAGE:
        return respond(offer, [found])
    last = the_service().last_runs.of(found.query)
    names = names_of(language)
    page = render_template(
        "questions/federated.html",
        question=found,
        labels=Labels(filter(None, [found.topic, found.scope]), language),
        address=address,
        styles=["result-views.css", "partners.css"],
        partners=[names.get(iri) or unknown_name(iri) for iri in found.needs],
        off=state.off(),
        last=last,
        last_at=last and moment(last.at, language),
        told=tell(last.outcomes, language) if last else [],
        previous=previous,
        next=following,
        descriptions=[o for o in offers(found) if o.what == DESCRIPTION],
    )
    response = Response(page, mimetype="text/html")
    # how it last went is another thing at the next moment
    response.headers["Cache-Control"] = "no-store"
    return response
