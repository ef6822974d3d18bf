"""The page ``/map``: where things lie by the content's views, as a picture and as GeoJSON."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, render_template, request

from samgraf.errors import UsageError
from samgraf.site.context import the_service
from samgraf.site.geo.geojson import MEDIA_TYPE, collection
from samgraf.site.geo.wkt import LeftOut
from samgraf.site.graph import Definitions, ask_whole, read_query
from samgraf.site.language import Phrase, interface_text, reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.representations import json_text, localised
from samgraf.site.result_views import ResultTable, shown_as
from samgraf.site.result_views.maps import LAYER, Places, background, picture_of, places_of
from samgraf.site.things.display import the_display
from samgraf.sparql.formats import HTML
from samgraf.sparql.negotiation import best_match

bp = Blueprint("map", __name__)
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>(?:\{s\}\.)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)"
    r"(?P<port>:\d{1,5})?/[^\s\"'<>;,]*"
)


@dataclass
class MapView:
    """A view of the map: its title, the answer to it, and the places in the answer."""

    title: Phrase
    result: ResultTable
    found: Places


def init_app(app: Flask) -> None:
    """Add the map, and what every template needs that shows one."""
    app.register_blueprint(bp)
    add_to_navigation(app, "map.page", "map", 20)

    @app.context_processor
    def tiles() -> dict[str, str]:
        settings = the_service().settings
        return {"tile_url": settings.tile_url, "tile_attribution": settings.tile_attribution}


@bp.get("/map")
def page() -> Response | str:
    """Show the map and the same facts as tables; GeoJSON to who prefers it."""
    if best_match(request.headers.get("Accept"), (HTML, MEDIA_TYPE)) == MEDIA_TYPE:
        return features()
    language = reader_language()
    views = map_views(language)
    found = _all_places(views)
    return render_template(
        "map.html",
        views=[(view, shown_as("table", view.result)) for view in views],
        picture=picture_of(found, _layers()) if found.places else None,
        notes=_notes(views, language),
        left_out=found.left_out,
    )


def _layers() -> list[int]:
    """Return the layers that the reader chose, else the first."""
    chosen = [text for text in request.args.getlist("layer") if text.isascii() and text.isdigit()]
    return [int(text[:3]) for text in chosen] or [0]


def _notes(views: list[MapView], language: str) -> list[tuple[Phrase, Phrase]]:
    """Return what the content says of the layers: how exact they are, and what they lack."""
    layers = {
        row[LAYER]["value"]: view.result.labels[row[LAYER]["value"]]
        for view in views
        for row in view.result.rows
        if row.get(LAYER, {}).get("type") == "uri"
    }
    said = Definitions(layers, language)
    return [(name, text) for iri, name in layers.items() if (text := said.get(iri))]


@bp.get("/map.geojson")
def features() -> Response:
    """Return the same places as GeoJSON, under their names in the reader's language."""
    places, left_out, _ = _all_places(map_views(reader_language()))
    found = collection(places, background(), left_out)
    return localised(json_text(found), MEDIA_TYPE)


def _all_places(views: list[MapView]) -> Places:
    left_out = sum((view.found.left_out for view in views), Counter[LeftOut]())
    return Places(
        [place for view in views for place in view.found.places],
        left_out,
        [thing for view in views for thing in view.found.lacking],
    )


def map_views(language: str) -> list[MapView]:
    """Return the views of the page ``map``, with their answers.

    A content without one is shown with all that has a place, if anything has.
    """
    page, display = (the_service().manifest.get("base") or "urn:x:") + "map", the_display()
    views = [view for view in display.views_for([page]) if view.form == "map"]
    if not views:
        title = Phrase(str(interface_text(language, "map_all")), language)
        whole = _view(title, read_query(__package__, "places.rq"), language)
        return [whole] if whole.result.rows else []
    return [_view(display.title_of(view, language), view.query, language) for view in views]


def _view(title: Phrase, query: str, language: str) -> MapView:
    result = ResultTable(*ask_whole(query), language)
    return MapView(title, result, places_of(result))


def tile_source(address: str) -> str:
    """Return the source that a policy names for the tiles at ``address``.

    https://www.w3.org/TR/CSP3/#grammardef-host-source. Raise UsageError where it is no address.
    """
    found = _ADDRESS.fullmatch(address)
    if not found or not all(part in address for part in ("{z}", "{x}", "{y}")):
        raise UsageError(
            f"SAMGRAF_TILE_URL is {address!r}; give an address such as "
            "https://tiles.example/{z}/{x}/{y}.png."
        )
    host = found["host"].replace("{s}", "*")
    return f"{found['scheme']}://{host}{found['port'] or ''}"
