"""The questions of a content: read from ``name.rq`` and ``name.csv``, and published as RDF.

https://www.w3.org/TR/sparql11-results-csv-tsv/
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from samgraf.build.content import Content, ContentErrors
from samgraf.build.content.formats import read_text
from samgraf.build.content.header import Header
from samgraf.build.questions.file import LABEL, SLUG, QueryFile, query_quads, read_query_files
from samgraf.build.rdf import RDF_TYPE
from samgraf.errors import ContentError
from samgraf.vocab import DCT, DISPLAY, OWL, RDFS, SH


@dataclass(frozen=True, kw_only=True)
class Question(QueryFile):
    """A question with its query and the answer worked out by hand: ``columns`` and ``rows``.

    ``sentences`` say the answer in words, by language.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def answer(self) -> str:
        """Return the file of the expected answer."""
        return _answer_of(self.file)

    @property
    def needs_inference(self) -> bool:
        """Say whether the right answer rests on inferred triples."""
        return self.hints.get("inference") == "required"

    @property
    def is_featured(self) -> bool:
        """Say whether the front page shows the question."""
        return self.hints.get("featured") == "yes"

    @property
    def formerly(self) -> tuple[str, ...]:
        """Return the names under which the question was published before."""
        return self.names("formerly")


def read_questions(content: Content) -> list[Question]:
    """Return the questions of ``content``, sorted by order, then by name.

    Raise ContentErrors listing each that has no question, no query or no expected answer, and
    each former name that another question has.
    """

    def make(head: QueryFile) -> Question:
        for name in head.names("formerly"):
            if not SLUG.fullmatch(name):
                raise ContentError(
                    f"{name!r} cannot have been the name of a question.",
                    head.file,
                    head.line_of("formerly"),
                    "Write the end of the old address, such as: # formerly: 07",
                )
        answer = content.root / _answer_of(head.file)
        columns, rows = _read_answer(answer, head.file)
        return Question(**vars(head), columns=columns, rows=rows)

    questions, faults = read_query_files(content, content.questions(), make)
    owners = {path.stem: content.name_of(path) for path in content.questions()}
    for path in content.answers():
        if path.stem not in owners:
            faults.append(
                ContentError("No question belongs to this answer.", content.name_of(path))
            )
    for q in questions:
        for name in q.formerly:
            if name in owners:
                mend = "An old address leads to one question: take the name from one of the two."
                message = f"The former name {name} belongs to {owners[name]}."
                faults.append(ContentError(message, q.file, q.line_of("formerly"), mend))
            owners.setdefault(name, q.file)
    if faults:
        raise ContentErrors(faults)
    return sorted(questions, key=lambda q: (q.order, q.slug))


def _read_answer(path: Path, file: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    name = _answer_of(file)
    if not path.exists():
        raise ContentError(
            "The expected answer is missing.", file, None, f"Write it by hand to {name}."
        )
    lines = csv.reader(io.StringIO(read_text(path, name)))
    try:
        table = [tuple(r) for r in lines if r]
    except csv.Error as error:
        message = f"The expected answer is no CSV: {error}."
        raise ContentError(message, name, lines.line_num) from error
    if len(table) < 2:
        raise ContentError("The expected answer is empty, so nothing could fail.", name)
    for number, row in enumerate(table[1:], 2):
        if len(row) != len(table[0]):
            raise ContentError(
                f"Row {number} has {len(row)} cells and the header {len(table[0])}.", name
            )
    return table[0], tuple(table[1:])


def _answer_of(file: str) -> str:
    return f"{file.removesuffix('.rq')}.csv"


_COMMENT = ox.NamedNode(RDFS + "comment")
ANSWER = ox.NamedNode(DISPLAY + "answer")
FEATURED = ox.NamedNode(DISPLAY + "featured")
NEEDS_INFERENCE = ox.NamedNode(DISPLAY + "needsInference")
ORDER = ox.NamedNode(SH + "order")
_DEPRECATED = ox.NamedNode(OWL + "deprecated")
_REPLACED = ox.NamedNode(DCT + "isReplacedBy")
_TRUE = ox.Literal(True)


def question_quads(
    questions: Iterable[Question],
    header: Header,
    words: Mapping[str, Mapping[str, str]] | None = None,
) -> Iterator[ox.Quad]:
    """Yield each question as ``{base}questions/{slug}`` in the graph ``{base}graph/questions``.

    ``words`` are by name and language what the answer is in words. An address that the question
    had before is deprecated and names the question that replaces it.
    """
    base = header.base
    graph = ox.NamedNode(base + "graph/questions")
    for q in questions:
        node = ox.NamedNode(f"{base}questions/{q.slug}")
        yield from executable_quads(node, graph, header, q)
        yield ox.Quad(node, ORDER, ox.Literal(q.order), graph)
        if q.needs_inference:
            yield ox.Quad(node, NEEDS_INFERENCE, _TRUE, graph)
        if q.is_featured:
            yield ox.Quad(node, FEATURED, _TRUE, graph)
        for lang, text in (words or {}).get(q.slug, {}).items():
            yield ox.Quad(node, ANSWER, ox.Literal(text, language=lang), graph)
        for name in q.formerly:
            former = ox.NamedNode(f"{base}questions/{name}")
            yield ox.Quad(former, _DEPRECATED, _TRUE, graph)
            yield ox.Quad(former, _REPLACED, node, graph)
            for lang, text in q.texts.items():
                yield ox.Quad(former, LABEL, ox.Literal(text, language=lang), graph)


def executable_quads(
    node: ox.NamedNode, graph: ox.NamedNode, header: Header, asked: QueryFile
) -> Iterator[ox.Quad]:
    """Yield what is said in ``graph`` of each query that people may run."""
    # other people's editors look for the general class
    yield ox.Quad(node, RDF_TYPE, ox.NamedNode(SH + "SPARQLExecutable"), graph)
    yield from query_quads(node, graph, header, asked)
    yield ox.Quad(node, ox.NamedNode(DCT + "identifier"), ox.Literal(asked.slug), graph)
    if subject := header.expand(asked.topic):
        yield ox.Quad(node, ox.NamedNode(DCT + "subject"), ox.NamedNode(subject), graph)
    # and for comments: they list an example once for each, so there is one, in English if possible
    for lang in sorted(asked.texts, key=lambda lang: (lang != "en", lang))[:1]:
        yield ox.Quad(node, _COMMENT, ox.Literal(asked.texts[lang], language=lang), graph)
