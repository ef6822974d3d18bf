"""The views as RDF, so that pages find them in the graph like anything else.

https://www.w3.org/TR/shacl/#sparql-constraints (SHACL's classes for executable queries)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from samgraf.build.questions.publish import EXECUTABLES, FORM, ORDER
from samgraf.build.views.read import PAGES, View
from samgraf.vocab import DISPLAY

_SH = "http://www.w3.org/ns/shacl#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


def view_quads(views: Iterable[View], base: str) -> Iterator[ox.Quad]:
    """Yield each view as ``{base}view/{slug}`` in the graph ``{base}graph/views``.

    Where it is on a page of the site, that stands below the base; the base itself is the home page.
    """
    graph = ox.NamedNode(base + "graph/views")
    for view in views:
        node = ox.NamedNode(f"{base}view/{view.slug}")
        kind, predicate = EXECUTABLES[view.query_form]
        on = ox.NamedNode(base + PAGES[view.on] if view.on in PAGES else view.on)
        yield ox.Quad(node, _TYPE, ox.NamedNode(_SH + kind), graph)
        yield ox.Quad(node, ox.NamedNode(_SH + predicate), ox.Literal(view.query), graph)
        yield ox.Quad(node, FORM, ox.Literal(view.form), graph)
        yield ox.Quad(node, ox.NamedNode(DISPLAY + "on"), on, graph)
        yield ox.Quad(node, ORDER, ox.Literal(view.order), graph)
        for lang, text in view.texts.items():
            yield ox.Quad(node, _LABEL, ox.Literal(text, language=lang), graph)
