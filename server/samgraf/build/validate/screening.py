"""Find the things that a query of ``sh:sparql`` may find fault with, by one query for all of them.

pySHACL asks such a query anew for each thing, which takes a millisecond or two each time. Most
find nothing, so one query for all things comes first, and pySHACL asks it of those that are left.
https://www.w3.org/TR/shacl/#sparql-constraints-prebound
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from samgraf.errors import SamgrafError
from samgraf.sparql.syntax import parse
from samgraf.sparql.syntax.nodes import (
    Bind,
    Expression,
    Filter,
    Group,
    GroupOrUnion,
    NamedPattern,
    OptionalPattern,
    TriplesBlock,
)

THIS = "this"


def suspects(
    store: ox.Store, query: str, things: Iterable[ox.NamedNode]
) -> set[ox.NamedNode] | None:
    """Return all of ``things`` for which ``query`` has a solution, and maybe others.

    ``query`` has ``$this`` for the thing. None where one query for all of them might miss some.
    """
    try:
        read = parse(query, bounded=False)
    except SamgrafError:
        return None  # pySHACL says what is wrong with it
    select, where = read.select, read.select.where
    if select.grouped or select.cut or not _is_seen(where, bound=True):
        return None
    listed = " ".join(map(str, things))
    pattern = read.text[where.start + 1 : where.end]
    try:
        rows: Any = store.query(
            f"{read.text[: read.start]} SELECT DISTINCT ?{THIS} {{ VALUES ?{THIS} {{ {listed} }} "
            f"{pattern}"
        )
        return {row[THIS] for row in rows}
    except (SyntaxError, ValueError, RuntimeError):
        return None


def _is_seen(group: Group, *, bound: bool, around: bool = False) -> bool:
    """Return whether all that speaks of ``$this`` in ``group`` sees what it is bound to.

    A group is evaluated before it is joined with what stands around it, so that its filters see
    only what it binds itself (https://www.w3.org/TR/sparql11-query/#sparqlAlgebra); those of an
    OPTIONAL see what is ``bound`` ``around`` it, too.
    """
    if group.select is not None:
        return False
    filters: list[Expression] = []
    for element in group.elements:
        if isinstance(element, TriplesBlock):
            bound = bound or THIS in element.variables
        elif isinstance(element, Filter):
            filters.append(element.expression)
        elif isinstance(element, Bind):
            if not bound and _speaks(element.expression):
                return False
        elif isinstance(element, OptionalPattern):
            if not _is_seen(element.group, bound=False, around=bound):
                return False
        elif isinstance(element, GroupOrUnion | NamedPattern):
            inner = element.groups if isinstance(element, GroupOrUnion) else (element.group,)
            if not all(_is_seen(each, bound=False) for each in inner):
                return False
        else:
            return False  # MINUS and VALUES, which SHACL does not allow
    return bound or around or not any(map(_speaks, filters))


def _speaks(expression: Expression) -> bool:
    return THIS in expression.variables or bool(expression.exists)
