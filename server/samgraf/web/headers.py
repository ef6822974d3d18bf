"""Set the headers that every answer carries, errors included."""

from __future__ import annotations

from flask import Flask, Response, request

from samgraf.sparql.headers import ALWAYS, PREFLIGHT
from samgraf.web.context import the_service


def init_app(app: Flask) -> None:
    """Set the headers after each request."""

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers.update(ALWAYS)
        response.headers["Samgraf-Release"] = the_service().release
        if request.method == "OPTIONS":
            response.headers.update(PREFLIGHT)
        if request.endpoint != "static":
            response.vary.add("Accept")
            if response.mimetype == "text/html":
                response.vary.add("Accept-Language")
        return response
