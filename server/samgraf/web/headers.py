"""Set the headers that every answer carries, errors included.

https://fetch.spec.whatwg.org/#http-cors-protocol and https://www.w3.org/TR/CSP3/.
"""

from __future__ import annotations

from flask import Flask, Response, request

from samgraf.sparql.protocol import METHODS
from samgraf.web.context import the_service

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    # anyone may read, nobody is known: no credentials
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Samgraf-Release",
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}


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
