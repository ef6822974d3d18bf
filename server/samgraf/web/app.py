"""Make the web application over one release."""

from __future__ import annotations

from flask import Flask, request

from samgraf.sparql.protocol import body_limit
from samgraf.sparql.service import Service
from samgraf.web import (
    accessibility,
    errors,
    headers,
    health,
    home,
    language,
    layout,
    query,
    search,
    static_files,
)

PROBLEM = "samgraf.problem"  # what the front found wrong, to be shown as a page


def create_app(service: Service) -> Flask:
    """Return the application whose pages read through ``service``."""
    app = Flask("samgraf.web", static_folder="static", template_folder="templates")
    app.config["MAX_CONTENT_LENGTH"] = body_limit(service.settings.max_query_bytes)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["samgraf"] = service
    for part in (
        language, layout, headers, errors, home, query, search, accessibility, static_files, health
    ):  # fmt: skip
        part.init_app(app)

    @app.before_request
    def show_problem() -> None:
        if PROBLEM in request.environ:
            raise request.environ[PROBLEM]

    return app
