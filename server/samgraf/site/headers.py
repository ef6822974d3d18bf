"""Set the headers that every answer carries, errors included: the entity tag among them.

https://www.rfc-editor.org/rfc/rfc9110#section-13 (conditional requests).

Where the maps have tiles, the pages' policy lets browsers fetch pictures from their host too.
"""

from __future__ import annotations

from flask import Flask, Response, request

from samgraf.site.context import the_service
from samgraf.site.language import reader_language
from samgraf.site.map import tile_source
from samgraf.sparql.headers import ALWAYS, PREFLIGHT, REVALIDATE, policy


def init_app(app: Flask) -> None:
    """Set the headers after each request."""
    settings = app.extensions["samgraf"].settings
    tiles = tile_source(settings.tile_url) if settings.tile_url else ""
    always = ALWAYS | {"Content-Security-Policy": policy(tiles)}

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers.update(always)
        response.headers.setdefault("Samgraf-Release", the_service().release)
        if request.method == "OPTIONS":
            response.headers.update(PREFLIGHT)
        if request.endpoint != "static":
            response.vary.add("Accept")
            if response.mimetype == "text/html":
                response.vary.add("Accept-Language")
            if "Accept-Language" in response.vary:
                response.headers["Content-Language"] = reader_language()
        response = _tagged(response)
        response.headers.pop("Date", None)  # what sends it says when
        return response


def _tagged(response: Response) -> Response:
    """Return ``response`` with its entity tag, 304 where the client has it; files have theirs."""
    is_whole = response.status_code == 200 and not response.direct_passthrough and response.data
    if not is_whole or "no-store" in response.headers.get("Cache-Control", ""):
        return response
    response.headers.setdefault("Cache-Control", REVALIDATE)
    response.add_etag()
    response.make_conditional(request)
    return response
