"""Tell the editor the names that can be used in a query, and what things are called.

Both are asked of the graph, in the reader's language: nothing is fetched from elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache

from flask import Blueprint, Flask, Response, jsonify, request

from samgraf import __version__
from samgraf.site.cells import shorten
from samgraf.site.context import the_service
from samgraf.site.graph import Labels, ask
from samgraf.site.language import Phrase, reader_language
from samgraf.sparql.headers import REVALIDATE, knows, tag
from samgraf.sparql.problems import ProblemError

bp = Blueprint("names", __name__)
MOST_TERMS = 2000
MOST_THINGS = 1000  # that one request may ask the labels of
_NAMELESS = Phrase("", "")


def init_app(app: Flask) -> None:
    """Add the two addresses."""
    app.register_blueprint(bp)


@bp.get("/sparql/terms")
def terms() -> Response:
    """Return the classes and properties in use: name in a query, label, its language, uses."""
    language, release = reader_language(), the_service().release
    known = hashlib.sha256(f"{release}\0{language}\0{__version__}".encode()).hexdigest()[:32]
    if knows(request.headers.get("If-None-Match"), tag(known)):
        response = Response(status=304)
    else:
        response = Response(_terms(release, language), content_type="application/json")
    response.headers.update({"ETag": tag(known), "Cache-Control": REVALIDATE})
    return response


@bp.post("/sparql/labels")
def labels() -> Response:
    """Return the labels of the things in the JSON list that is posted, as far as there are any."""
    iris = request.get_json(silent=True)
    if not isinstance(iris, list) or not all(isinstance(iri, str) for iri in iris):
        raise ProblemError(400, "Post a JSON list of IRIs.")
    if len(iris) > MOST_THINGS:
        raise ProblemError(413, f"Ask for the labels of at most {MOST_THINGS} things at a time.")
    found = Labels(iris, reader_language())
    return jsonify({iri: found[iri] for iri in iris if iri in found})


@lru_cache(16)
def _terms(release: str, language: str) -> str:
    """Return the document; a release never changes."""
    service = the_service()
    rows = ask(__name__.rpartition(".")[0], "terms.rq", most=MOST_TERMS)
    called = Labels((row["term"]["value"] for row in rows), language)
    listed: dict[str, list] = {"class": [], "property": []}
    for row in rows:
        iri, uses = row["term"]["value"], int(row["uses"]["value"])
        short = shorten(iri, service.prefixes, service.base)
        name = f"<{iri}>" if short == iri else short
        label = _NAMELESS
        if iri in called:
            label = called[iri]
        listed[row["kind"]["value"]].append([name, *label, uses])
    return json.dumps({"classes": listed["class"], "properties": listed["property"]})
