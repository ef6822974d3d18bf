"""The addresses ``/vocabularies`` and ``/vocabulary/{slug}``."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, render_template

from samgraf.limits import LOOSE_CONCEPTS
from samgraf.site.graph import Definitions, LabelLookup, ask, read_query
from samgraf.site.language import in_order, reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.representations import DESCRIPTIONS, EXTENSIONS, document
from samgraf.site.things.pages import below_base

bp = Blueprint("vocabularies", __name__)


def init_app(app: Flask) -> None:
    """Add the pages of the vocabularies."""
    app.register_blueprint(bp)
    add_to_navigation(
        app, "vocabularies.vocabularies", "vocabularies_page", 40, for_developers=True
    )


@bp.get("/vocabularies")
@bp.get(f"/vocabularies.<any({', '.join(EXTENSIONS)}):suffix>")
def vocabularies(suffix: str | None = None) -> Response:
    """Show the schemes, or send them."""
    return document(read_query(__package__, "schemes_graph.rq"), _schemes_page, suffix)


@bp.get("/vocabulary/<path:name>")
def scheme(name: str) -> Response:
    """Show a scheme, or send it with its concepts."""
    return below_base("/vocabulary/" + name)


def _schemes_page() -> str:
    language = reader_language()
    counts = {
        row["scheme"]["value"]: int(row["concepts"]["value"])
        for row in ask(__package__, "schemes.rq")
    }
    loose = [row["concept"]["value"] for row in ask(__package__, "loose.rq", most=LOOSE_CONCEPTS)]
    collections = [row["collection"]["value"] for row in ask(__package__, "collections.rq")]
    labels = LabelLookup([*counts, *loose, *collections], language)

    def by_name(iri: str) -> tuple[tuple, str]:
        return in_order(labels[iri].text), iri

    return render_template(
        "vocabularies/vocabularies.html",
        schemes=sorted(counts, key=by_name),
        counts=counts,
        loose=sorted(loose, key=by_name),
        collections=sorted(collections, key=by_name),
        labels=labels,
        definitions=Definitions(counts, language),
        downloads=DESCRIPTIONS,
    )
