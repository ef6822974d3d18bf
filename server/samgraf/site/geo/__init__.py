"""Where things lie: well-known text becomes SVG paths or GeoJSON.

Nothing here knows of answers or pages.
``wkt`` reads text into a ``Shape`` of longitudes and latitudes; ``projection`` lays it flat;
``plane`` has boxes, flat shapes and the frame of a picture; ``paths`` simplifies and cuts shapes
into SVG paths; ``labels`` finds room for names; ``picture`` composes a map of ``Place``s;
``geojson`` writes the same places.
"""
