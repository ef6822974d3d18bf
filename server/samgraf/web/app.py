"""Make the web application over one release."""

from __future__ import annotations

from flask import Flask

from samgraf.sparql.service import Service
from samgraf.web import errors, headers, health, home, language, layout, query

# a form's percent-encoding triples a query at worst; other fields share the rest
ENCODING = 3
OTHER_FIELDS = 65_536


def create_app(service: Service) -> Flask:
    """Return the application whose pages read through ``service``."""
    app = Flask("samgraf.web", static_folder="static", template_folder="templates")
    app.config["MAX_CONTENT_LENGTH"] = ENCODING * service.settings.max_query_bytes + OTHER_FIELDS
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["samgraf"] = service
    for part in (language, layout, headers, errors, home, query, health):
        part.init_app(app)
    return app
