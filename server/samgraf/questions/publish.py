"""The questions as RDF, so that pages and outsiders find them in the graph.

https://www.w3.org/TR/shacl/#sparql-constraints (SHACL's classes for executable queries)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from samgraf.content.header import Header
from samgraf.questions.read import Question

_SH = "http://www.w3.org/ns/shacl#"
#: The namespace in which the program says how things are shown; see ``samgraf.views``.
DISPLAY = "https://w3id.org/samgraf/display#"
_DCT = "http://purl.org/dc/terms/"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
FORM = ox.NamedNode(DISPLAY + "form")
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_LABEL, _COMMENT = ox.NamedNode(_RDFS + "label"), ox.NamedNode(_RDFS + "comment")
FEATURED = ox.NamedNode(DISPLAY + "featured")
NEEDS_INFERENCE = ox.NamedNode(DISPLAY + "needsInference")
_TRUE = ox.Literal(True)
#: What a query is: SHACL's class and property for its form.
EXECUTABLES = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
}


def question_quads(
    questions: Iterable[Question], base: str, header: Header | None = None
) -> Iterator[ox.Quad]:
    """Yield each question as ``{base}questions/{id}`` in the graph ``{base}graph/questions``.

    ``header`` has the prefixes in which topics are named.
    """
    graph = ox.NamedNode(base + "graph/questions")
    for q in questions:
        node = ox.NamedNode(f"{base}questions/{q.id}")
        about = (q.slug, q.query, q.form, q.hints.get("view", "table"), q.topic, q.texts)
        yield from executable_quads(node, graph, header, *about)
        yield ox.Quad(node, ox.NamedNode(_DCT + "identifier"), ox.Literal(q.id), graph)
        if q.needs_inference:
            yield ox.Quad(node, NEEDS_INFERENCE, _TRUE, graph)
        if q.is_featured:
            yield ox.Quad(node, FEATURED, _TRUE, graph)


def executable_quads(
    node: ox.NamedNode,
    graph: ox.NamedNode,
    header: Header | None,
    slug: str,
    query: str,
    form: str,
    view: str,
    topic: str,
    texts: Mapping[str, str],
) -> Iterator[ox.Quad]:
    """Yield what is said in ``graph`` of each query that people may run."""
    kind, predicate = EXECUTABLES[form]
    # other people's editors look for the general class, and for the words in a comment
    yield ox.Quad(node, _TYPE, ox.NamedNode(_SH + "SPARQLExecutable"), graph)
    yield ox.Quad(node, _TYPE, ox.NamedNode(_SH + kind), graph)
    yield ox.Quad(node, ox.NamedNode(_SH + predicate), ox.Literal(query), graph)
    yield ox.Quad(node, ox.NamedNode(_DCT + "alternative"), ox.Literal(slug), graph)
    yield ox.Quad(node, FORM, ox.Literal(view), graph)
    if header and (subject := header.expand(topic)):
        yield ox.Quad(node, ox.NamedNode(_DCT + "subject"), ox.NamedNode(subject), graph)
    for lang, text in texts.items():
        yield ox.Quad(node, _LABEL, ox.Literal(text, language=lang), graph)
        yield ox.Quad(node, _COMMENT, ox.Literal(text, language=lang), graph)
