"""The addresses of search.

https://github.com/dewitt/opensearch/blob/master/opensearch-1-1-draft-6.md describes the search to
browsers, its extension ``suggestions`` what they offer while one types.
"""

from __future__ import annotations

import json

from flask import Blueprint, Flask, Response, render_template, request

from samgraf.release.cache import cache_dir
from samgraf.site.context import WHEN_IDLE, absolute, address_of
from samgraf.site.graph import LabelLookup, address
from samgraf.site.language import reader_language
from samgraf.site.representations import JSON, accepted
from samgraf.site.search.keeper import Keeper
from samgraf.site.search.results import (
    KEEPER,
    NotReadyError,
    as_json,
    results,
    the_index,
)
from samgraf.sparql.formats import HTML

bp = Blueprint("search", __name__)
SUGGESTIONS = "application/x-suggestions+json"
DESCRIPTION = "application/opensearchdescription+xml"


def init_app(app: Flask) -> None:
    """Add search; the index is made when it is first needed, or when the server has a moment."""
    app.register_blueprint(bp)
    service = app.extensions["samgraf"]
    folder = cache_dir(service.settings) / "search"
    app.extensions[KEEPER] = Keeper(service.release, service.rows, folder)
    app.extensions[WHEN_IDLE].append(app.extensions[KEEPER].index)


@bp.get("/search")
def search() -> Response:
    """Show what was found, as the client likes it best."""
    if accepted((HTML, JSON)) == JSON:
        return as_json(results())
    try:
        return Response(render_template("search/page.html", results=results()))
    except NotReadyError as problem:
        page = render_template("search/making.html")
        headers = {**problem.headers, "Cache-Control": "no-store"}
        return Response(page, problem.status.value, headers)


@bp.get("/search.json")
def search_json() -> Response:
    """Return what was found as JSON."""
    return as_json(results())


@bp.get("/search/suggestions")
def suggestions() -> Response:
    """Return names that begin as what is typed: [typed, names, classes, addresses]."""
    typed, language = request.args.get("q", ""), reader_language()
    hits = the_index().suggest(typed, language)
    labels = LabelLookup([iri for h in hits for iri in (h.iri, *h.classes)], language)
    offered: dict[str, tuple[str, str]] = {}
    for hit in hits:
        kind = next((labels[c].text for c in hit.classes if c in labels), "")
        offered.setdefault(labels[hit.iri].text, (kind, absolute(address(hit.iri))))
    body = [
        typed,
        list(offered),
        [k for k, _ in offered.values()],
        [a for _, a in offered.values()],
    ]
    return Response(json.dumps(body, ensure_ascii=False), content_type=SUGGESTIONS)


@bp.get("/opensearch.xml")
def opensearch() -> Response:
    """Describe the search to browsers, in the reader's language."""
    page = render_template(
        "search/opensearch.xml",
        page=address_of("search.search"),
        json=address_of("search.search_json"),
        suggestions=address_of("search.suggestions"),
        own=address_of("search.opensearch"),
        icon=address_of("home.home").rstrip("/") + "/static/icon.svg",
    )
    return Response(page, content_type=DESCRIPTION)
