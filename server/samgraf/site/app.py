"""Make the web application over one release."""

from __future__ import annotations

from flask import Flask, request

from samgraf.site import (
    about,
    downloads,
    errors,
    headers,
    home,
    language,
    layout,
    map,
    query,
    routing,
    search,
    static_files,
    status,
    well_known,
)
from samgraf.site.cite import pages as cite
from samgraf.site.context import WHEN_IDLE
from samgraf.site.datasets import pages as datasets
from samgraf.site.lists import pages as lists
from samgraf.site.ontology import pages as ontology
from samgraf.site.partners import pages as partners
from samgraf.site.questions import pages as questions
from samgraf.site.releases import changes
from samgraf.site.releases import pages as releases
from samgraf.site.sources import pages as sources
from samgraf.site.things import pages as things
from samgraf.site.vocabularies import pages as vocabularies
from samgraf.sparql.protocol import body_limit
from samgraf.sparql.service import Service

#: What the site is made of, in any order but for the first: an address goes to the rule that names
#: most of it.
PARTS = (
    routing,
    language,
    layout,
    headers,
    errors,
    home,
    lists,
    questions,
    query,
    map,
    ontology,
    vocabularies,
    sources,
    search,
    datasets,
    downloads,
    releases,
    changes,
    cite,
    partners,
    status,
    about,
    static_files,
    well_known,
    things,
)
PROBLEM = "samgraf.problem"  # what the gateway found wrong, to be shown as a page


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
