"""The questions as RDF, so that pages and outsiders find them in the graph.

https://www.w3.org/TR/shacl/#sparql-constraints (SHACL's classes for executable queries)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

import pyoxigraph as ox

from samgraf.build.content.header import Header
from samgraf.build.questions.read import ALL, Question
from samgraf.vocab import DISPLAY

_SH = "http://www.w3.org/ns/shacl#"
_DCT = "http://purl.org/dc/terms/"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
FORM = ox.NamedNode(DISPLAY + "form")
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_LABEL, _COMMENT = ox.NamedNode(_RDFS + "label"), ox.NamedNode(_RDFS + "comment")
FEATURED = ox.NamedNode(DISPLAY + "featured")
NEEDS_INFERENCE = ox.NamedNode(DISPLAY + "needsInference")
SCOPE, _ALL = ox.NamedNode(DISPLAY + "scope"), ox.NamedNode(DISPLAY + ALL)
ORDER = ox.NamedNode(_SH + "order")
_DEPRECATED = ox.NamedNode("http://www.w3.org/2002/07/owl#deprecated")
_REPLACED = ox.NamedNode(_DCT + "isReplacedBy")
_TRUE = ox.Literal(True)
#: What a query is: SHACL's class and property for its form.
EXECUTABLES = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
}


class Executable(Protocol):
    """What is told of a query that people may run."""

    slug: str
    texts: Mapping[str, str]
    query: str
    form: str
    view: str
    topic: str
    scope: str


def question_quads(
    questions: Iterable[Question], base: str, header: Header | None = None
) -> Iterator[ox.Quad]:
    """Yield each question as ``{base}questions/{slug}`` in the graph ``{base}graph/questions``.

    ``header`` has the prefixes in which topics and scopes are named. An address that the question
    had before is deprecated and names the question that replaces it.
    """
    graph = ox.NamedNode(base + "graph/questions")
    for q in questions:
        node = ox.NamedNode(f"{base}questions/{q.slug}")
        yield from executable_quads(node, graph, header, q)
        yield ox.Quad(node, ORDER, ox.Literal(q.order), graph)
        if q.needs_inference:
            yield ox.Quad(node, NEEDS_INFERENCE, _TRUE, graph)
        if q.is_featured:
            yield ox.Quad(node, FEATURED, _TRUE, graph)
        for name in q.formerly:
            former = ox.NamedNode(f"{base}questions/{name}")
            yield ox.Quad(former, _DEPRECATED, _TRUE, graph)
            yield ox.Quad(former, _REPLACED, node, graph)
            for lang, text in q.texts.items():
                yield ox.Quad(former, _LABEL, ox.Literal(text, language=lang), graph)


def executable_quads(
    node: ox.NamedNode,
    graph: ox.NamedNode,
    header: Header | None,
    asked: Executable,
) -> Iterator[ox.Quad]:
    """Yield what is said in ``graph`` of each query that people may run."""
    kind, predicate = EXECUTABLES[asked.form]
    # other people's editors look for the general class, and for the words in a comment
    yield ox.Quad(node, _TYPE, ox.NamedNode(_SH + "SPARQLExecutable"), graph)
    yield ox.Quad(node, _TYPE, ox.NamedNode(_SH + kind), graph)
    yield ox.Quad(node, ox.NamedNode(_SH + predicate), ox.Literal(asked.query), graph)
    yield ox.Quad(node, ox.NamedNode(_DCT + "identifier"), ox.Literal(asked.slug), graph)
    yield ox.Quad(node, FORM, ox.Literal(asked.view), graph)
    if header and (subject := header.expand(asked.topic)):
        yield ox.Quad(node, ox.NamedNode(_DCT + "subject"), ox.NamedNode(subject), graph)
    if asked.scope == ALL:
        yield ox.Quad(node, SCOPE, _ALL, graph)
    elif header and (thing := header.expand(asked.scope)):
        yield ox.Quad(node, SCOPE, ox.NamedNode(thing), graph)
    for lang, text in asked.texts.items():
        yield ox.Quad(node, _LABEL, ox.Literal(text, language=lang), graph)
        yield ox.Quad(node, _COMMENT, ox.Literal(text, language=lang), graph)
