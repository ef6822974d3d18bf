"""The site as it is copied: what of it there can be without a server, and the pages that differ.

Pages are made by the very application that a server runs, told that it makes a copy: templates see
``exported``. What is only worth something while it is asked anew has no file (``LEFT_OUT``); the
pages of ``BY_SCRIPT`` read what stands behind the question mark themselves, in the browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from flask import Blueprint, Flask, Response, render_template, request

from samgraf.release.file_formats import FILE_FORMATS, JSON_LD, TURTLE
from samgraf.site.app import create_app
from samgraf.site.context import the_service
from samgraf.site.graph import LabelLookup, address, ask
from samgraf.site.language import catalogue, reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.map import tile_source
from samgraf.site.representations import JSON, json_text
from samgraf.site.search.results import the_index
from samgraf.site.static_files import manifest
from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.formats import formats_for
from samgraf.sparql.headers import policy
from samgraf.sparql.service import Service

#: Endpoints of the application whose answers are of a moment, or are given by a script here; a name
#: without a dot stands for a whole blueprint.
LEFT_OUT = frozenset(
    (
        "partners",
        "cite",
        "names",
        "memento",
        "questions.federated",
        "search.search_json",
        "search.suggestions",
        "search.opensearch",
        "well_known",
    )
)
#: What of these is a file all the same.
KEPT = frozenset(("names.terms",))
#: The formats of RDF in which there is no file about a thing: Turtle and JSON-LD say the same, and
#: each would take as much room as these. The things of a class are in a table too.
NOT_OF_THINGS = tuple(f for f in FILE_FORMATS if f not in (TURTLE, JSON_LD))
NOT_OF_LISTS = tuple(f for f in FILE_FORMATS if f is not TURTLE)
#: What a script answers in the browser, by what is asked.
BY_SCRIPT = frozenset(("query.sparql", "search.search"))
#: Tells a folder that holds a copy, and what the scripts in it have to know.
MARK = "samgraf-export.json"
#: The page that says what a copy is; links to what is left out lead there.
ABOUT = "/about/copy"
#: What that page names, besides: forms that the engine in the browser refuses, and what is missing.
REFUSES = (
    *("graph", "path", "choice", "extreme", "cast", "product", "literal"),
    *("regex", "concat", "bnode", "service"),
)
MISSING = ("partners", "filters", "maps", "answers", "releases", "formats", "interfaces")
#: What a policy within a page cannot say: https://www.w3.org/TR/CSP3/#meta-element.
_HEADER_ONLY = re.compile(r";\s*frame-ancestors [^;]*")
_TEXT = 240  # characters of what is said of a thing in the index of the search
bp = Blueprint("copy", __name__)


def copied(service: Service) -> Flask:
    """Return the application that makes the pages of a copy."""
    app = create_app(service)
    app.register_blueprint(bp)
    add_to_navigation(app, "copy.about", "copy_title", 30, footer=True)
    # the frame holds on to the list
    entries = app.extensions["samgraf.navigation"]
    entries[:] = [entry for entry in entries if not is_left_out(entry.endpoint)]
    tiles = service.settings.tile_url
    inside = _HEADER_ONLY.sub("", policy(tile_source(tiles) if tiles else ""))

    formats = {k.value: {f.name: f.media_type for f in formats_for(k)} for k in QueryKind}

    @app.context_processor
    def tell_templates() -> dict[str, object]:
        return {
            "exported": True,
            "not_of_things": [f.media_type for f in NOT_OF_THINGS],
            "not_of_lists": [f.media_type for f in NOT_OF_LISTS],
            "page_policy": inside,
            "engine": engine_version(),
            "engine_formats": formats,
            "mark": f"/{MARK}",
        }

    @app.before_request
    def search_by_script() -> str | None:
        if request.endpoint == "search.search":
            return render_template("export/search.html", texts=catalogue()[reader_language()])
        return None

    return app


def is_left_out(endpoint: str) -> bool:
    """Return whether the answers of ``endpoint`` are no part of a copy."""
    if endpoint in KEPT:
        return False
    return endpoint in LEFT_OUT or endpoint.partition(".")[0] in LEFT_OUT


@bp.get(ABOUT)
def about() -> str:
    """Say what a copy is, which engine answers in it, and what it lacks."""
    return render_template(
        "export/about.html",
        refuses=REFUSES,
        left_out=MISSING,
        seconds=f"{the_service().settings.query_timeout:g}",
    )


@bp.get("/search/index.json")
def search_index() -> Response:
    """Return what the search of a copy looks through, a list for each thing with a page.

    In each: address, name, its language, what kind of thing it is, whether the content wants it
    found last, and its other names with the beginning of what is said of it.
    """
    return Response(json_text(list(_entries(reader_language()))), content_type=JSON)


@bp.get("/sparql/labels.json")
def label_index() -> Response:
    """Return what things are called by their IRIs: name and its language."""
    things = [row["thing"]["value"] for row in ask(__package__, "labelled.rq")]
    labels = LabelLookup(things, reader_language())
    found = {iri: labels[iri] for iri in things if iri in labels}
    return Response(json_text(found), content_type=JSON)


def engine_version() -> str:
    """Return the version of the engine that answers in the browser."""
    return next(p["version"] for p in manifest() if p["package"] == "oxigraph")


def _entries(language: str) -> Iterator[list[object]]:
    entries = the_index().entries()
    iris = (iri for entry in entries for iri in (entry.iri, *entry.classes))
    labels = LabelLookup(iris, language)
    for iri, said in groupby(entries, key=lambda entry: entry.iri):
        told = list(said)
        kind = next((labels[c].text for c in told[0].classes if c in labels), "")
        names = {t for e in told for t in (e.label, e.names) if t != labels[iri].text}
        texts = [e.text[:_TEXT] for e in told if e.language in (language, "")]
        text = " · ".join(t for t in [*sorted(names), *texts] if t)
        yield [address(iri), *labels[iri], kind, int(told[0].last), text]
