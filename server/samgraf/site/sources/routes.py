"""The address ``/sources``."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template

from samgraf.site.language import reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.sources.read import read_texts

bp = Blueprint("sources", __name__)


def init_app(app: Flask) -> None:
    """Add the page."""
    app.register_blueprint(bp)
    add_to_navigation(app, "sources.sources", "sources_title", 50)


@bp.get("/sources")
def sources() -> str:
    """Show each text as a strip of its places, and as a table."""
    return render_template("sources/sources.html", texts=read_texts(reader_language()))
