"""Read what is to be found from the graph, as any client could, in parts of bounded size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from itertools import groupby

import pyoxigraph as ox

from samgraf.sparql.binding import bind

#: Rows that are asked for at once: as many as memory bears, since each part sorts all.
MOST = 50_000
Row = dict[str, dict[str, str]]
Ask = Callable[[str], list[Row]]
ROLES = ("label", "name", "text")


def roles(ask: Ask) -> dict[str, str]:
    """Return the properties by which things are found, each with its role."""
    found: dict[str, str] = {}
    for row in ask(_query("properties.rq")):
        if row["property"]["type"] == "uri":
            found.setdefault(row["property"]["value"], row["role"]["value"])
    return {iri: role for iri, role in found.items() if role in ROLES}


def texts(ask: Ask, properties: list[str], most: int = MOST) -> Iterator[tuple[str, list[Row]]]:
    """Yield each thing that has a text, with all its rows, in the order of the IRIs."""
    nodes = [ox.NamedNode(iri) for iri in properties]
    return _by_thing(lambda after: ask(_bound("texts.rq", after, most, properties=nodes)), most)


def classes(ask: Ask, most: int = MOST) -> Iterator[tuple[str, list[str]]]:
    """Yield each thing that has a class, with all its classes."""
    for thing, rows in _by_thing(lambda after: ask(_bound("classes.rq", after, most)), most):
        yield thing, [row["class"]["value"] for row in rows]


def hierarchy(ask: Ask) -> dict[str, set[str]]:
    """Return the classes above each class."""
    above: dict[str, set[str]] = {}
    for row in ask(_query("hierarchy.rq")):
        above.setdefault(row["class"]["value"], set()).add(row["above"]["value"])
    return above


def places(ask: Ask) -> dict[str, str]:
    """Return the classes whose things are to be found ``last`` or ``never``."""
    return {row["class"]["value"]: row["place"]["value"] for row in ask(_query("places.rq"))}


def _by_thing(part: Callable[[str], list[Row]], most: int) -> Iterator[tuple[str, list[Row]]]:
    """Yield the rows of all parts by thing; what the end of a part may have cut is asked again."""
    after = ""
    while True:
        rows = part(after)
        things = [(t, list(r)) for t, r in groupby(rows, lambda row: row["thing"]["value"])]
        full = len(rows) >= most
        if full and len(things) > 1:
            things.pop()
        yield from things
        if not full:
            return
        after = things[-1][0]


def _bound(name: str, after: str, most: int, **values: list[ox.NamedNode]) -> str:
    return bind(_query(name), after=ox.Literal(after), most=most, **values)


@cache
def _query(name: str) -> str:
    return (files(__package__) / name).read_text("utf-8")
