"""The map: a picture made by the server, each place in it a link.

What has a shape, what it is called and in which layer it belongs is read from the answer.

An answer with a column of well-known text says all itself: ``?feature ?wkt``, perhaps ``?layer``.
For any other, the shapes of the things in it are looked up, all at once; then the column with the
most things that have one is what the map shows. Where no ``?layer`` is told, another column with
few things divides the map into layers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyoxigraph as ox
from flask import g

from samgraf.site.geo.picture import Place, picture
from samgraf.site.geo.wkt import WKT, Shape, read_wkt
from samgraf.site.graph import Row, ask
from samgraf.site.language import Phrase
from samgraf.site.result_views.result import Result

LAYER = "layer"
_MOST_LAYERS = 6  # ways of drawing that an eye can tell apart
_MOST_THINGS = 2000


def map_of(result: Result) -> dict[str, Any] | None:
    """Return the picture, None where nothing in the answer has a place."""
    places = places_of(result)
    return picture_of(places) if places else None


def picture_of(places: Sequence[Place]) -> dict[str, Any]:
    """Return the picture of ``places`` on the content's background, with whose work they are."""
    ground = background()
    made = picture(places, ground)
    shown = [p for p in (*places, *ground) if p.iri in made["iris"]]
    return made | {"credits": credits_of(shown)}


def places_of(result: Result) -> list[Place]:
    """Return the places in ``result``, each shape once in a layer, in the order of the answer."""
    found = _said(result) if wkt_columns(result) else _looked_up(result)
    # a thing may have several shapes; a shape that was read before is the same object
    unique = {(p.iri, p.name, p.layer, id(p.shape if p.iri else p)): p for p in found}
    return list(unique.values())


def wkt_columns(result: Result) -> list[str]:
    """Return the columns of ``result`` that hold well-known text."""
    return [
        v
        for v in result.variables
        if any((t := row.get(v)) and t.get("datatype") == WKT for row in result.rows)
    ]


def background() -> list[Place]:
    """Return what the content wants behind every map; asked for once a request."""
    if "background" not in g:
        g.background = [
            Place(row["feature"]["value"], Phrase("", ""), shape)
            for row in ask("samgraf.site.result_views", "background.rq")
            if (shape := read_wkt(row["wkt"]["value"]))
        ]
    return g.background


def credits_of(places: Iterable[Place]) -> list[str]:
    """Return whose work the shapes of ``places`` are, each once."""
    things = _nodes(dict.fromkeys(p.iri for p in places if p.iri))
    rows = ask("samgraf.site.result_views", "credits.rq", things=things) if things else []
    return [row["rights"]["value"] for row in rows]


def _said(result: Result) -> Iterator[Place]:
    text = wkt_columns(result)[0]
    others = [v for v in result.columns if v not in (text, LAYER)]
    things = [v for v in others if any(v in r and r[v]["type"] == "uri" for r in result.rows)]
    feature = next(iter(things or others), None)
    few = (v for v in things if v != feature and 1 < _count(result, v) <= _MOST_LAYERS)
    layer = LAYER if LAYER in result.variables else next(few, None)
    for row in result.rows:
        shape = read_wkt(row[text]["value"]) if text in row else None
        if shape is not None:
            yield _place(result, row, feature, shape, layer)


def _looked_up(result: Result) -> Iterator[Place]:
    terms = [(v, t["value"]) for row in result.rows for v, t in row.items() if t["type"] == "uri"]
    shapes = _shapes(dict.fromkeys(iri for _, iri in terms))
    shaped = {v: {iri for u, iri in terms if u == v} & shapes.keys() for v in result.columns}
    feature = max(shaped, key=lambda v: len(shaped[v]), default=None)
    if feature is None or not shaped[feature]:
        return
    few = (v for v, found in shaped.items() if v != feature and 1 < len(found) <= _MOST_LAYERS)
    layer = LAYER if LAYER in result.variables else next(few, None)
    for row in result.rows:
        iri = row[feature]["value"] if feature in row else ""
        if iri in shapes:
            yield _place(result, row, feature, shapes[iri], layer)


def _place(result: Result, row: Row, feature: str | None, shape: Shape, layer: str | None) -> Place:
    term = row.get(feature) if feature else None
    return Place(
        term["value"] if term and term["type"] == "uri" else "",
        (result.phrase(row, feature) if feature else None) or Phrase("", ""),
        shape,
        result.phrase(row, layer) if layer else None,
    )


def _count(result: Result, variable: str) -> int:
    return len({row[variable]["value"] for row in result.rows if variable in row})


def _shapes(iris: Iterable[str]) -> dict[str, Shape]:
    """Return the shape of each thing that has one; of several, the last by its name."""
    things = _nodes(iris)
    rows = ask("samgraf.site.result_views", "shapes.rq", things=things) if things else []
    read = ((row["feature"]["value"], read_wkt(row["wkt"]["value"])) for row in rows)
    return {iri: shape for iri, shape in read if shape}


def _nodes(iris: Iterable[str]) -> list[ox.NamedNode]:
    found = []
    for iri in iris:
        try:
            found.append(ox.NamedNode(iri))
        except ValueError:
            continue  # a relative name, which no thing of the graph has
    return found[:_MOST_THINGS]
