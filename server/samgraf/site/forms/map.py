"""The map: a picture made by the server, each place in it a link.

It needs a column of well-known text, or things that have a shape in the graph; see
``samgraf.site.geo.places``.
"""

from __future__ import annotations

from typing import Any

from samgraf.site.forms.result import Result
from samgraf.site.geo import background, picture, places_of


def shape(result: Result) -> dict[str, Any] | None:
    """Return the picture, None where nothing in the answer has a place."""
    places = places_of(result)
    return picture(places, background()) if places else None
