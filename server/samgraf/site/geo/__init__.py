"""Where things lie: well-known text read, projected, drawn as SVG paths or told as GeoJSON."""

from samgraf.site.geo.picture import picture
from samgraf.site.geo.places import Place, background, places_of
from samgraf.site.geo.wkt import Shape, read_wkt

__all__ = ["Place", "Shape", "background", "picture", "places_of", "read_wkt"]
