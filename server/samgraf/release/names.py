"""The IRIs of the catalogue, its data sets and their files, all below the base.

The data set of the graph ``{base}graph/X`` is ``{base}datasets/graph/X``, its file in Turtle
``{base}dumps/graph/X.ttl``; of the whole, ``{base}datasets/all`` and ``{base}dumps/all.nq``.
"""

from __future__ import annotations

from urllib.parse import quote

CATALOGUE = "datasets"
WHOLE = "all"
#: The graph that the catalogue fills.
GRAPH = "graph/catalogue"
_FRAGMENT = "-._~!$&'()*+,;=:@/?"


def stem_of(graph: str, base: str) -> str | None:
    """Return what names the data set of ``graph`` below the catalogue; None for a foreign graph."""
    inside = graph.startswith(base + "graph/") and len(graph) > len(base + "graph/")
    return graph.removeprefix(base) if inside else None


def dataset(base: str, stem: str) -> str:
    """Return the IRI of a data set."""
    return f"{base}{CATALOGUE}/{stem}"


def part(whole: str, *names: str) -> str:
    """Return the IRI of something inside a data set: its description stands with the data set's."""
    return f"{whole}#{'/'.join(quote(name, safe=_FRAGMENT) for name in names)}"
