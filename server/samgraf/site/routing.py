"""Route by the path as it was sent: a decoded one cannot tell ``%2F`` from ``/``.

What a route takes out of a path keeps its escapes, and an address that is made of such a name keeps
them too (https://www.rfc-editor.org/rfc/rfc3986#section-2.4: never escape twice).

Where the setting ``base`` has a path, the site stands below it: that path is taken off what is
asked and put before every address that is made. A proxy may have taken it off already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from flask import Flask, request
from werkzeug.routing import BaseConverter

from samgraf.sparql.problems import ProblemError

#: What a path holds besides letters and digits, escapes among it.
_PATH = "%!$&'()*+,/:;=@-._~"
_SCHEME_AND_HOST = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")


def init_app(app: Flask) -> None:
    """Let ``app`` see paths as they were sent; before any part adds its routes."""
    app.wsgi_app = with_raw_paths(app.wsgi_app, prefix_of(app.extensions["samgraf"].settings.base))
    app.url_map.converters |= {"default": Name, "string": Name, "path": Path}
    app.url_map.merge_slashes = False  # "a//b" and "a/b" are two IRIs
    app.before_request(_refuse_second_slash)


def _refuse_second_slash() -> None:
    """Raise ProblemError 404 for ``//name``, which werkzeug would take for ``/name``."""
    if request.environ["PATH_INFO"].startswith("//"):
        raise ProblemError(404, "Nothing is here.")


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


def with_raw_paths(
    app: Callable[..., Iterable[bytes]], prefix: str
) -> Callable[..., Iterable[bytes]]:
    """Return the WSGI application ``app``, given the path as it was sent for ``PATH_INFO``.

    The site stands below the path ``prefix``: https://peps.python.org/pep-3333/#environ-variables.
    """

    def call(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = without_prefix(raw_path(environ), prefix)
        return app(environ | {"SCRIPT_NAME": prefix, "PATH_INFO": path}, start_response)

    return call


def prefix_of(base: str | None) -> str:
    """Return the path below which the site stands by the setting ``base``, empty for none."""
    return quote(urlsplit(base or "").path.rstrip("/"), safe=_PATH)


def without_prefix(path: str, prefix: str) -> str:
    """Return ``path`` as the site knows it, which stands below ``prefix``."""
    if prefix and (path == prefix or path.startswith(prefix + "/")):
        return path[len(prefix) :] or "/"
    return path


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
