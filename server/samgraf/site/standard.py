"""Tell in what the endpoint differs from the standards: what it says otherwise, and refuses."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template

from samgraf.site.graph import read_query

bp = Blueprint("standard", __name__)
#: What is answered in another way than a standard has it, and what is refused; the texts say how.
DIFFERS = ("literals", "filter", "geo", "graphs", "lines", "types")
REFUSES = ("literals", "patterns", "bnode", "paths", "functions", "update", "service")


def init_app(app: Flask) -> None:
    """Add the address ``/about/sparql``."""
    app.register_blueprint(bp)


@bp.get("/about/sparql")
def standard() -> str:
    """Show the page."""
    examples = {"geo": read_query(__package__, "area.rq")}
    return render_template("standard.html", differs=DIFFERS, refuses=REFUSES, examples=examples)
