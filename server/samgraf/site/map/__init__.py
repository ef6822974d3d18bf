"""The map: what the content's views say of where things lie, as a page and as GeoJSON."""

from samgraf.site.map.page import bp, init_app

__all__ = ["bp", "init_app"]
