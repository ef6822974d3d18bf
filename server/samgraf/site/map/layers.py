"""Gather what the content wants on the map: each view's answer, and the places in it."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from samgraf.site.context import the_service
from samgraf.site.forms import Result
from samgraf.site.geo import Place, places_of
from samgraf.site.graph import ask, ask_whole
from samgraf.site.language import Phrase, pick


@dataclass
class MapView:
    """Hold one view of the map: its title, the answer to it, and the places in the answer."""

    title: Phrase
    result: Result
    places: list[Place]


def map_views(language: str) -> list[MapView]:
    """Return the views of the page ``map``, with their answers."""
    titles: dict[str, list[Phrase]] = {}
    queries: dict[str, str] = {}
    page = ox.NamedNode((the_service().manifest.get("base") or "urn:x:") + "map")
    for row in ask(__package__, "views.rq", page=page):
        view, label = row["view"]["value"], row["label"]
        titles.setdefault(view, []).append(Phrase(label["value"], label.get("xml:lang", "")))
        queries[view] = row["query"]["value"]
    return [_view(pick(titles[view], language), query, language) for view, query in queries.items()]


def _view(title: Phrase | None, query: str, language: str) -> MapView:
    result = Result(*ask_whole(query), language)
    return MapView(title or Phrase("", ""), result, places_of(result))
