"""The addresses ``/vocabularies`` and ``/vocabulary/{slug}``."""

from __future__ import annotations

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, render_template

from samgraf.site.documents import DOWNLOADS, cut_suffix, document
from samgraf.site.graph import Definitions, Labels, ask, by_language, iri_of, read_query
from samgraf.site.language import reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.ontology.terms import in_order
from samgraf.site.vocabularies.scheme import Scheme, read_scheme
from samgraf.sparql.binding import bind
from samgraf.sparql.problems import ProblemError

bp = Blueprint("vocabularies", __name__)


def init_app(app: Flask) -> None:
    """Add the pages of the vocabularies."""
    app.register_blueprint(bp)
    add_to_navigation(app, "vocabularies.vocabularies", "vocabularies_page", 40)
    app.jinja_env.globals["by_language"] = by_language


@bp.get("/vocabularies")
@bp.get("/vocabularies.<any(ttl,jsonld,nt,rdf):suffix>")
def vocabularies(suffix: str | None = None) -> Response:
    """Show the schemes, or send them."""
    return document(read_query(__package__, "schemes_graph.rq"), _schemes_page, suffix)


@bp.get("/vocabulary/<path:name>")
def scheme(name: str) -> Response:
    """Show a scheme or send it with its concepts."""
    cut, suffix = cut_suffix(name)
    iri = iri_of("/vocabulary/" + cut)
    shown = read_scheme(iri, reader_language()) if iri else None
    if iri is None or shown is None:
        raise ProblemError(404, "There is no such vocabulary.")
    query = bind(read_query(__package__, "scheme_graph.rq"), this=ox.NamedNode(iri))
    return document(query, lambda: _scheme_page(shown), suffix)


def _schemes_page() -> str:
    language = reader_language()
    counts = {
        row["scheme"]["value"]: int(row["concepts"]["value"])
        for row in ask(__package__, "schemes.rq")
    }
    labels = Labels(counts, language)
    return render_template(
        "vocabularies/vocabularies.html",
        schemes=sorted(counts, key=lambda iri: (in_order(labels[iri].text), iri)),
        counts=counts,
        labels=labels,
        definitions=Definitions(counts, language),
        downloads=DOWNLOADS,
    )


def _scheme_page(scheme: Scheme) -> str:
    return render_template("vocabularies/scheme.html", scheme=scheme, downloads=DOWNLOADS)
