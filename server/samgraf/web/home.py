"""Show the front page: what the content is, and the questions that it answers."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template

from samgraf.web.context import address_of, the_service
from samgraf.web.language import pick, reader_language
from samgraf.web.layout import add_to_navigation
from samgraf.web.questions import phrase, read_query, read_questions

bp = Blueprint("home", __name__)
# the formats that a question's answer is linked in, by its form
FORMATS = {
    "select": (("json", "JSON"), ("csv", "CSV")),
    "ask": (("json", "JSON"),),
    "construct": (("turtle", "Turtle"), ("jsonld", "JSON-LD")),
}


def init_app(app: Flask) -> None:
    """Add the front page."""
    app.register_blueprint(bp)
    add_to_navigation(app, "home.home", "home", 0)


@bp.get("/")
def home() -> str:
    """Show the title, the questions as links that run, and what the release holds."""
    service, language = the_service(), reader_language()
    ontology = service.manifest.get("ontology")
    introductions = [
        phrase(row["description"])
        for row in service.rows(read_query("introduction.rq"))
        if row["ontology"]["value"] == ontology
    ]
    return render_template(
        "home.html",
        introduction=pick(introductions, language),
        questions=read_questions(service, language),
        triples=service.default_graph_triples,
        graphs=len(service.manifest["graphs"]),
        formats=FORMATS,
        endpoint=address_of("query.sparql"),
    )
