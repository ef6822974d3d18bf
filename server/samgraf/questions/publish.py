"""The questions as RDF, so that pages and outsiders find them in the graph.

https://www.w3.org/TR/shacl/#sparql-constraints (SHACL's classes for executable queries)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from samgraf.questions.read import Question

_SH = "http://www.w3.org/ns/shacl#"
_DCT = "http://purl.org/dc/terms/"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_FORMS = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
}


def question_quads(questions: Iterable[Question], base: str) -> Iterator[ox.Quad]:
    """Yield each question as ``{base}questions/{id}`` in the graph ``{base}graph/questions``."""
    graph = ox.NamedNode(base + "graph/questions")
    for q in questions:
        node = ox.NamedNode(f"{base}questions/{q.id}")
        kind, predicate = _FORMS[q.form]
        yield ox.Quad(node, _TYPE, ox.NamedNode(_SH + kind), graph)
        yield ox.Quad(node, ox.NamedNode(_SH + predicate), ox.Literal(q.query), graph)
        yield ox.Quad(node, ox.NamedNode(_DCT + "identifier"), ox.Literal(q.id), graph)
        yield ox.Quad(node, ox.NamedNode(_DCT + "alternative"), ox.Literal(q.slug), graph)
        for lang, text in q.texts.items():
            yield ox.Quad(node, _LABEL, ox.Literal(text, language=lang), graph)
