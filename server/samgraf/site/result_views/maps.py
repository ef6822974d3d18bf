"""The map: a picture made by the server, each place in it a link.

What has a shape, what it is called and in which layer it belongs is read from the answer.

An answer with a column of well-known text says all itself: ``?feature ?wkt``, perhaps ``?layer``.
For any other, the shapes of the things in it are looked up, all at once; then the column with the
most things that have one is what the map shows. Where no ``?layer`` is told, another column with
few things divides the map into layers; what further columns hold is told of each place. Of a thing
with several geometries the default one is shown (geo:hasDefaultGeometry), else all of them.
Geometries that cannot be shown are counted, and things of the answer that have none are named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from samgraf.site.context import once_per_release
from samgraf.site.geo.picture import Place, picture
from samgraf.site.geo.wkt import WKT, LeftOut, Reading, Shape, read_wkt
from samgraf.site.graph import NamedTerm, Row, ask, nodes_of
from samgraf.site.language import Phrase
from samgraf.site.result_views.result import ResultTable
from samgraf.text import sort_key

LAYER = "layer"
_MOST_LAYERS = 6  # ways of drawing that an eye can tell apart
_MOST_THINGS = 2000
_MOST_FACTS = 4  # told of a place beside its name


class Places(NamedTuple):
    """The places in an answer, and what of it is on no map.

    ``left_out`` counts the geometries that are left out, in part or whole; ``lacking`` are the
    things without any.
    """

    places: list[Place]
    left_out: Counter[LeftOut]
    lacking: list[NamedTerm]


def map_of(result: ResultTable) -> dict[str, Any] | None:
    """Return the picture, or what had to be left out; None where the answer has no geometry."""
    found = places_of(result)
    if found.places:
        return picture_of(found)
    return {"left_out": found.left_out} if found.left_out else None


def picture_of(found: Places, shown: Collection[int] = ()) -> dict[str, Any]:
    """Return the picture of ``found`` on the content's background, with whose work the shapes are.

    ``shown`` are the layers that are drawn, by default all.
    """
    ground = background()
    made = picture(found.places, ground, shown)
    # of the layers that are not drawn too: a reader may choose them
    drawn = [*found.places, *(p for p in ground if p.iri in made["iris"])]
    told = {"left_out": found.left_out, "lacking": found.lacking}
    return made | {"credits": credits_of(drawn)} | told


def places_of(result: ResultTable) -> Places:
    """Return the places in ``result``, each shape once in a layer, in the order of the answer."""
    readings = _Readings()
    said = wkt_columns(result)
    feature, found = _said(result, readings) if said else _looked_up(result, readings)
    # a thing may have several shapes; one that was read before is the same object
    unique = {(p.iri, p.name, p.layer, id(p.shape if p.iri else p)): p for p in found}
    placed = {p.iri for p in found}
    return Places(list(unique.values()), readings.left_out(), _lacking(result, feature, placed))


def _lacking(result: ResultTable, feature: str | None, placed: set[str]) -> list[NamedTerm]:
    if feature is None or not placed:
        return []
    # a text that could not be read is counted, so its thing is not without one
    told = wkt_columns(result)
    rows = [
        row
        for row in result.rows
        if (term := row.get(feature)) and term["type"] == "uri" and term["value"] not in placed
        if not any(text in row for text in told)
    ]
    named = result.all_named(rows, feature)
    return sorted(named, key=lambda n: sort_key(n.text, result.language))[:_MOST_THINGS]


class _Readings(dict[tuple[str, str], Reading]):
    """What was read of geometries, by what each is of and its text."""

    def read(self, of: str, text: str) -> Shape | None:
        """Return the shape that ``text`` describes, as far as it can be shown."""
        if (of, text) not in self:
            self[of, text] = read_wkt(text)
        return self[of, text].shape

    def left_out(self) -> Counter[LeftOut]:
        """Return how many geometries are not shown, or only in part, by the reason."""
        return Counter(r.left_out for r in self.values() if r.left_out is not None)


def wkt_columns(result: ResultTable) -> list[str]:
    """Return the columns of ``result`` that hold well-known text."""
    return [
        v
        for v in result.variables
        if any((t := row.get(v)) and t.get("datatype") == WKT for row in result.rows)
    ]


@once_per_release
def background() -> list[Place]:
    """Return what the content wants behind every map."""
    return [
        Place(row["feature"]["value"], Phrase("", ""), shape)
        for row in ask(__package__, "background.rq")
        if (shape := read_wkt(row["wkt"]["value"]).shape)
    ]


def credits_of(places: Iterable[Place]) -> list[str]:
    """Return whose work the shapes of ``places`` are, each once."""
    things = nodes_of(p.iri for p in places if p.iri)[:_MOST_THINGS]
    rows = ask(__package__, "credits.rq", things=things) if things else []
    return [row["rights"]["value"] for row in rows]


def _said(result: ResultTable, readings: _Readings) -> tuple[str | None, list[Place]]:
    """Return the column of the things, and the places by the text that stands in the answer."""
    text = wkt_columns(result)[0]
    others = [v for v in result.columns if v not in (text, LAYER)]
    things = [v for v in others if any(v in r and r[v]["type"] == "uri" for r in result.rows)]
    feature = next(iter(things or others), None)
    few = (v for v in things if v != feature and 1 < len(result.values(v)) <= _MOST_LAYERS)
    layer = LAYER if LAYER in result.variables else next(few, None)
    found = []
    for row in result.rows:
        if text not in row:
            continue
        of = row[feature]["value"] if feature and feature in row else ""
        shape = readings.read(of, row[text]["value"])
        if shape is not None:
            found.append(_place(result, row, feature, shape, layer))
    return feature, found


def _looked_up(result: ResultTable, readings: _Readings) -> tuple[str | None, list[Place]]:
    """Return the column of the things, and the places by the shapes that they have."""
    terms = [(v, t["value"]) for row in result.rows for v, t in row.items() if t["type"] == "uri"]
    shapes = _shapes(dict.fromkeys(iri for _, iri in terms), readings)
    shaped = {v: {iri for u, iri in terms if u == v} & shapes.keys() for v in result.columns}
    feature = max(shaped, key=lambda v: len(shaped[v]), default=None)
    if feature is None or not shaped[feature]:
        return None, []
    few = (v for v, found in shaped.items() if v != feature and 1 < len(found) <= _MOST_LAYERS)
    layer = LAYER if LAYER in result.variables else next(few, None)
    found = []
    for row in result.rows:
        iri = row[feature]["value"] if feature in row else ""
        if iri in shapes:
            found.append(_place(result, row, feature, shapes[iri], layer))
    return feature, found


def _place(
    result: ResultTable, row: Row, feature: str | None, shape: Shape, layer: str | None
) -> Place:
    term = row.get(feature) if feature else None
    others = [v for v in result.columns if v in row and v not in (feature, layer)]
    facts = [
        (result.heading(v).text, phrase.text)
        for v in others
        if row[v].get("datatype") != WKT and (phrase := result.phrase(row, v))
    ]
    return Place(
        term["value"] if term and term["type"] == "uri" else "",
        (result.phrase(row, feature) if feature else None) or Phrase("", ""),
        shape,
        result.phrase(row, layer) if layer else None,
        tuple(facts[:_MOST_FACTS]),
    )


def _shapes(iris: Iterable[str], readings: _Readings) -> dict[str, Shape]:
    """Return the shape of each thing that has one."""
    things = nodes_of(iris)[:_MOST_THINGS]
    rows = ask(__package__, "shapes.rq", things=things) if things else []
    found: dict[str, dict[str, Shape]] = {}  # by thing and by geometry
    for row in rows:
        geometry = row["geometry"]["value"]
        shapes = found.setdefault(row["feature"]["value"], {})
        # several texts of one geometry say the same
        if geometry not in shapes and (shape := readings.read(geometry, row["wkt"]["value"])):
            shapes[geometry] = shape
    return {iri: Shape.of_all(shapes.values()) for iri, shapes in found.items() if shapes}
