"""Say that the server answers, and with which release."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, jsonify

from samgraf.site.context import the_service

bp = Blueprint("health", __name__)


def init_app(app: Flask) -> None:
    """Add the address ``/health``."""
    app.register_blueprint(bp)


@bp.get("/health")
def health() -> Response:
    """Return 200 with the release's hash."""
    response = jsonify(status="ok", release=the_service().release)
    response.headers["Cache-Control"] = "no-store"
    return response
