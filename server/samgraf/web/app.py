"""Make the web application over one release."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from samgraf.engine.local import LocalEngine
from samgraf.release import open_release, read_manifest
from samgraf.settings import Settings
from samgraf.sparql.service import Service
from samgraf.web import errors, headers, health, home, language, layout, query

# a form's percent-encoding triples a query at worst; other fields share the rest
ENCODING = 3
OTHER_FIELDS = 65_536


def create_app(release_dir: Path, settings: Settings) -> Flask:
    """Return the application that serves the release in ``release_dir``.

    Raise SamgrafError where there is no whole release.
    """
    app = Flask("samgraf.web", static_folder="static", template_folder="templates")
    app.config["MAX_CONTENT_LENGTH"] = ENCODING * settings.max_query_bytes + OTHER_FIELDS
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    manifest = read_manifest(release_dir)
    engine = LocalEngine(open_release(release_dir), manifest.get("prefixes", {}))
    app.extensions["samgraf"] = Service(engine, manifest, settings)
    for part in (language, layout, headers, errors, home, query, health):
        part.init_app(app)
    return app
