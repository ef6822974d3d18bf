"""Ask the graph what a page needs to know, by a query file, as any client could.

SPARQL stands in ``.rq`` files beside the module that asks; ``$name`` in them is bound.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from flask import g

from samgraf.site.context import the_service
from samgraf.sparql.binding import Term, bind

Row = dict[str, dict[str, str]]


def ask(package: str, name: str, **values: Term | int | Iterable[Term]) -> list[Row]:
    """Return the solutions of the query ``name`` that lies in ``package``, with values bound.

    Each maps variables to terms of the JSON results format. ``flask.g.asked`` counts the queries
    of a request: it must not grow with the graph.
    """
    return ask_text(read_query(package, name), **values)


def ask_text(query: str, **values: Term | int | Iterable[Term]) -> list[Row]:
    """Return the solutions of ``query``, which the content itself brings, with values bound."""
    g.asked = g.get("asked", 0) + 1
    return the_service().rows(bind(query, **values))


def ask_whole(query: str, **values: Term | int | Iterable[Term]) -> tuple[list[str], list[Row]]:
    """Return the variables of ``query``, in order, and its solutions."""
    g.asked = g.get("asked", 0) + 1
    return the_service().solutions(bind(query, **values))


@cache
def read_query(package: str, name: str) -> str:
    """Return the query in the file ``name`` of ``package``."""
    return (files(package) / name).read_text("utf-8")
