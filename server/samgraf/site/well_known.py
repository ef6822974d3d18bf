"""What programs look for at well-known places: site map, rules for robots, description of the API.

https://www.sitemaps.org/protocol.html, https://www.rfc-editor.org/rfc/rfc9309 and
https://spec.openapis.org/oas/v3.1.1.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.resources import files
from xml.sax.saxutils import escape

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, abort, current_app, url_for

from samgraf import __version__
from samgraf.site.context import absolute, local, the_service
from samgraf.site.graph import ask, path_of

bp = Blueprint("well_known", __name__)
#: Addresses that one part of the site map names; the protocol allows 50,000.
MOST = 50_000
_XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"
#: What costs the server more than a robot gains: answers to questions nobody asked.
_COSTLY = ("/sparql?", "/search?", "/doc?", "/cite", "/release/", "/changes?", "/metrics")


def init_app(app: Flask) -> None:
    """Add the addresses."""
    app.register_blueprint(bp)


@bp.get("/robots.txt")
def robots() -> Response:
    """Let robots read the pages, but not ask queries."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {local(path)}" for path in _COSTLY),
        f"Allow: {local('/')}",
        "",
    ]
    lines.append(f"Sitemap: {absolute(url_for('well_known.sitemap'))}")
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """Name the parts of the site map.

    The pages themselves say in which languages they can be read.
    """
    parts = range(1, _parts() + 1)
    entries = (absolute(url_for("well_known.sitemap_part", number=number)) for number in parts)
    return _xml(sitemap_of("sitemapindex", "sitemap", entries))


@bp.get("/sitemap-<int:number>.xml")
def sitemap_part(number: int) -> Response:
    """Name the pages of one part: those of the site with the first, then those of the things."""
    if not 1 <= number <= _parts():
        abort(404)
    # room for the site's own pages is kept in every part
    most = MOST - len(_own_pages())
    values = {**_below(), "most": most, "first": (number - 1) * most}
    found = (path_of(row["thing"]["value"]) for row in ask(__package__, "things.rq", **values))
    paths = [None if path is None else local(path) for path in found]
    own = _own_pages()
    # some of the site's own pages are about things, which come in any part
    told = [*(own if number == 1 else ()), *(p for p in paths if p is not None and p not in own)]
    return _xml(sitemap_of("urlset", "url", map(absolute, told)))


@bp.get("/openapi.json")
def openapi() -> Response:
    """Describe the JSON interfaces."""
    document = json.loads((files("samgraf.site") / "openapi.json").read_text("utf-8"))
    document["info"]["version"] = __version__
    document["servers"] = [{"url": absolute("/")}]
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return Response(text, content_type="application/openapi+json;version=3.1")


def _parts() -> int:
    rows = ask(__package__, "count_things.rq", **_below())
    most = MOST - len(_own_pages())
    return max(1, -(-int(rows[0]["things"]["value"]) // most))


def _below() -> dict[str, ox.Literal]:
    service = the_service()
    # without a base of its own a release has no things of its own
    base = service.base or "about:nothing"
    namespace = service.manifest.get("namespace") or base
    return {"base": ox.Literal(base), "namespace": ox.Literal(namespace)}


def _own_pages() -> list[str]:
    return [url_for(e.endpoint) for e in current_app.extensions["samgraf.navigation"]]


def sitemap_of(root: str, element: str, addresses: Iterable[str]) -> str:
    """Return a site map, or a list of such, that names ``addresses``."""
    body = "".join(f"<{element}><loc>{escape(each)}</loc></{element}>\n" for each in addresses)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_XMLNS}">\n{body}</{root}>\n'


def _xml(text: str) -> Response:
    return Response(text, content_type="application/xml; charset=utf-8")
