"""The IRIs of the catalogue, its data sets and their files, all below the base.

The data set of the graph ``{base}graph/X`` is ``{base}datasets/graph/X``, its file in Turtle
``{base}dumps/graph/X.ttl``; of the whole, ``{base}datasets/all`` and ``{base}dumps/all.nq``. The
graphs below one of ``JOINED`` make one data set together, ``{base}datasets/graph/ontology/shapes``:
nobody wants a file of rules by itself, and no portal a record of each.
"""

from __future__ import annotations

from urllib.parse import quote

CATALOGUE = "datasets"
WHOLE = "all"
#: The graph that the catalogue fills.
GRAPH = "graph/catalogue"
#: What the graphs of a data set of several have before the last part of their names.
JOINED = ("graph/ontology/shapes", "graph/ontology/alignments")
_FRAGMENT = "-._~!$&'()*+,;=:@/?"


def stem_of(graph: str, base: str) -> str | None:
    """Return what names the data set of ``graph`` below the catalogue; None for a foreign graph."""
    if not graph.startswith(base + "graph/") or len(graph) == len(base + "graph/"):
        return None
    stem = graph.removeprefix(base)
    return next((joined for joined in JOINED if stem.startswith(joined + "/")), stem)


def dataset(base: str, stem: str) -> str:
    """Return the IRI of a data set."""
    return f"{base}{CATALOGUE}/{stem}"


def part(whole: str, *names: str) -> str:
    """Return the IRI of something inside a data set: its description stands with the data set's."""
    return f"{whole}#{'/'.join(quote(name, safe=_FRAGMENT) for name in names)}"
