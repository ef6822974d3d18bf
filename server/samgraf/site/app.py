"""Make the web application over one release."""

from __future__ import annotations

from flask import Flask, request

from samgraf.site import (
    accessibility,
    datasets,
    dumping,
    errors,
    headers,
    home,
    language,
    layout,
    machines,
    map,
    ontology,
    partners,
    query,
    questions,
    resources,
    search,
    sources,
    static_files,
    status,
    vocabularies,
)
from samgraf.site.context import WHEN_IDLE
from samgraf.sparql.protocol import body_limit
from samgraf.sparql.service import Service

#: What the site is made of; the pages of things come last, since they take every other address.
PARTS = (
    language,
    layout,
    headers,
    errors,
    home,
    questions,
    query,
    map,
    ontology,
    vocabularies,
    sources,
    search,
    datasets,
    dumping,
    partners,
    status,
    accessibility,
    static_files,
    machines,
    resources,
)
PROBLEM = "samgraf.problem"  # what the front found wrong, to be shown as a page


def create_app(service: Service) -> Flask:
    """Return the application whose pages read through ``service``."""
    app = Flask("samgraf.site", static_folder="static", template_folder="templates")
    app.config["MAX_CONTENT_LENGTH"] = body_limit(service.settings.max_query_bytes)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["samgraf"] = service
    app.extensions[WHEN_IDLE] = []
    for part in PARTS:
        part.init_app(app)

    @app.before_request
    def show_problem() -> None:
        if PROBLEM in request.environ:
            raise request.environ[PROBLEM]

    return app
