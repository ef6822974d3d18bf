"""Route by the path as it was sent: a decoded one cannot tell ``%2F`` from ``/``.

What a route takes out of a path keeps its escapes, and an address that is made of such a name keeps
them too (https://www.rfc-editor.org/rfc/rfc3986#section-2.4: never escape twice).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, unquote

from flask import Flask
from werkzeug.routing import BaseConverter

#: What a path holds besides letters and digits, escapes among it.
_PATH = "%!$&'()*+,/:;=@-._~"
_SCHEME_AND_HOST = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")


def init_app(app: Flask) -> None:
    """Let ``app`` see paths as they were sent; before any part adds its routes."""
    app.wsgi_app = with_raw_paths(app.wsgi_app)
    app.url_map.converters |= {"default": Name, "string": Name, "path": Path}
    app.url_map.merge_slashes = False  # "a//b" and "a/b" are two IRIs


class Name(BaseConverter):
    """A part of a path, with its escapes."""

    def to_url(self, value: Any) -> str:
        """Return ``value`` as a path holds it; nothing is escaped twice."""
        return quote(str(value), safe=_PATH)


class Path(Name):
    """A part of a path that may hold slashes, the first character among them."""

    regex = ".+?"
    part_isolating = False
    weight = 200


def with_raw_paths(app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Return the WSGI application ``app``, given the path as it was sent for ``PATH_INFO``."""

    def call(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return app(environ | {"PATH_INFO": raw_path(environ)}, start_response)

    return call


def raw_path(environ: dict[str, Any]) -> str:
    """Return the path as it was sent, in ASCII: what is outside of it is escaped.

    It is that of ``REQUEST_URI``, or ``PATH_INFO`` escaped where the two do not agree.
    """
    decoded = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
    sent = environ.get("REQUEST_URI", "").partition("?")[0].encode("latin-1")
    raw = quote(sent, safe=_PATH + '"<>[]\\^`{|}#')
    if not raw.startswith("/"):
        raw = _SCHEME_AND_HOST.sub("", raw, count=1)
    prefix = quote(environ.get("SCRIPT_NAME", "").encode("latin-1"), safe=_PATH)
    raw = raw.removeprefix(prefix)
    if unquote(raw, errors="replace") == decoded:
        return raw or "/"
    return quote(decoded, safe=_PATH.replace("%", ""), errors="replace") or "/"
