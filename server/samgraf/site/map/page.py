"""The page ``/map``, and its places as GeoJSON for Leaflet and everyone else."""

from __future__ import annotations

import json

from flask import Blueprint, Flask, Response, render_template, request

from samgraf.site.context import the_service
from samgraf.site.forms import shown_as
from samgraf.site.geo import background, picture
from samgraf.site.geo.geojson import MEDIA_TYPE, collection
from samgraf.site.geo.places import Place
from samgraf.site.language import reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.map.layers import map_views
from samgraf.sparql.formats import HTML
from samgraf.sparql.negotiation import best_match

bp = Blueprint("map", __name__)


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
    offers = (HTML, MEDIA_TYPE)
    if best_match(request.headers.get("Accept"), offers) == MEDIA_TYPE:
        return features()
    views = map_views(reader_language())
    places = _places(views)
    return render_template(
        "map.html",
        views=[(view, shown_as("table", view.result)) for view in views],
        picture=picture(places, background()) if places else None,
    )


@bp.get("/map.geojson")
def features() -> Response:
    """Return the same places as GeoJSON, under their names in the reader's language."""
    told = collection(_places(map_views(reader_language())), background())
    response = Response(json.dumps(told, ensure_ascii=False, separators=(",", ":")))
    response.content_type = MEDIA_TYPE
    response.vary.add("Accept-Language")
    response.cache_control.no_cache = True
    response.add_etag()
    return response.make_conditional(request)


def _places(views: list) -> list[Place]:
    return [place for view in views for place in view.places]
