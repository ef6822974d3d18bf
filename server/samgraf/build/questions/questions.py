"""The questions of a content: read from ``name.rq`` and ``name.csv``, and published as RDF.

https://www.w3.org/TR/sparql11-results-csv-tsv/ and, for SHACL's classes of executable queries,
https://www.w3.org/TR/shacl/#sparql-constraints
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from samgraf.build.content import Content, ContentErrors
from samgraf.build.content.formats import read_text
from samgraf.build.content.header import Header
from samgraf.build.questions.file import read_query_file
from samgraf.errors import ContentError
from samgraf.sentences import Sentence
from samgraf.vocab import DCT, DISPLAY, RDFS, SH

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
#: The scope of a question that goes over all the things that others are each about one of.
ALL = "all"


@dataclass(frozen=True)
class Question:
    """A question with its query and the answer worked out by hand.

    ``slug`` is the name of its file and the end of its IRI; ``texts`` are the question by language,
    ``hints`` the other ``# key: value`` lines and ``lines`` where each of both stands; ``columns``
    and ``rows`` are the expected answer. ``sentences`` say the answer in words, by language.
    """

    slug: str
    file: str
    texts: dict[str, str]
    hints: dict[str, str]
    query: str
    form: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sentences: dict[str, Sentence] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def answer(self) -> str:
        """Return the file of the expected answer."""
        return _answer_of(self.file)

    @property
    def view(self) -> str:
        """Return the form in which the answer is shown."""
        return self.hints.get("view", "table")

    @property
    def needs_inference(self) -> bool:
        """Say whether the right answer rests on inferred triples."""
        return self.hints.get("inference") == "required"

    @property
    def is_featured(self) -> bool:
        """Say whether the front page shows the question."""
        return self.hints.get("featured") == "yes"

    @property
    def topic(self) -> str:
        """Return the concept that the question falls under, as written; empty where none is."""
        return self.hints.get("topic", "")

    @property
    def scope(self) -> str:
        """Return the thing that the question is about, as written, or ALL; empty where unsaid."""
        return self.hints.get("scope", "")

    @property
    def order(self) -> int:
        """Return the place of the question among the others; the least comes first."""
        return int(self.hints.get("order", "0"))

    @property
    def formerly(self) -> tuple[str, ...]:
        """Return the names under which the question was published before."""
        names = (name.strip() for name in self.hints.get("formerly", "").split(","))
        return tuple(dict.fromkeys(name for name in names if name))


def read_questions(content: Content) -> list[Question]:
    """Return the questions of ``content``, sorted by order, then by name.

    Raise ContentErrors listing each that has no question, no query or no expected answer, and
    each former name that another question has.
    """
    questions, faults = [], []
    for path in content.questions():
        try:
            questions.append(_read(path, path.relative_to(content.root).as_posix()))
        except ContentError as fault:
            faults.append(fault)
    known = {p.stem for p in content.questions()}
    for path in content.answers():
        if path.stem not in known:
            name = path.relative_to(content.root).as_posix()
            faults.append(ContentError("No question belongs to this answer.", name))
    owners = {path.stem: path.relative_to(content.root).as_posix() for path in content.questions()}
    for q in questions:
        for name in q.formerly:
            if name in owners:
                mend = "An old address leads to one question: take the name from one of the two."
                message = f"The former name {name} belongs to {owners[name]}."
                faults.append(ContentError(message, q.file, q.lines.get("formerly"), mend))
            owners.setdefault(name, q.file)
    if faults:
        raise ContentErrors(faults)
    return sorted(questions, key=lambda q: (q.order, q.slug))


def _read(path: Path, file: str) -> Question:
    if not _NAME.fullmatch(path.stem):
        raise ContentError(
            "A question's file is named by small letters, digits and hyphens.",
            file,
            None,
            "Such as who-takes-part.rq.",
        )
    head = read_query_file(path, file)
    order = head.hints.get("order", "0")
    if not order.isascii() or not order.isdigit():
        raise ContentError(
            f"The order of a question is a whole number, not {order!r}.",
            file,
            head.line_of("order"),
            "Write such as: # order: 10",
        )
    for name in filter(None, map(str.strip, head.hints.get("formerly", "").split(","))):
        if not _NAME.fullmatch(name):
            raise ContentError(
                f"{name!r} cannot have been the name of a question.",
                file,
                head.line_of("formerly"),
                "Write the end of the old address, such as: # formerly: 07",
            )
    columns, rows = _read_answer(path.with_suffix(".csv"), file)
    return Question(
        slug=path.stem,
        file=file,
        texts=head.texts,
        hints=head.hints,
        query=head.query,
        form=head.form,
        columns=columns,
        rows=rows,
        sentences=head.sentences,
        lines=head.lines,
    )


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


_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
FORM = ox.NamedNode(DISPLAY + "form")
_LABEL, _COMMENT = ox.NamedNode(RDFS + "label"), ox.NamedNode(RDFS + "comment")
ANSWER = ox.NamedNode(DISPLAY + "answer")
FEATURED = ox.NamedNode(DISPLAY + "featured")
NEEDS_INFERENCE = ox.NamedNode(DISPLAY + "needsInference")
SCOPE, _ALL = ox.NamedNode(DISPLAY + "scope"), ox.NamedNode(DISPLAY + ALL)
ORDER = ox.NamedNode(SH + "order")
_DEPRECATED = ox.NamedNode("http://www.w3.org/2002/07/owl#deprecated")
_REPLACED = ox.NamedNode(DCT + "isReplacedBy")
_TRUE = ox.Literal(True)
#: What a query is: SHACL's class and property for its form.
EXECUTABLES = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
}


class Executable(Protocol):
    """What is told of a query that people may run."""

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        ...

    @property
    def texts(self) -> Mapping[str, str]:
        """What it asks, by language."""
        ...

    @property
    def query(self) -> str:
        """Its text in SPARQL."""
        ...

    @property
    def form(self) -> str:
        """SELECT, ASK, CONSTRUCT or DESCRIBE."""
        ...

    @property
    def view(self) -> str:
        """How its answer is shown."""
        ...

    @property
    def topic(self) -> str:
        """The IRI of its topic, or nothing."""
        ...

    @property
    def scope(self) -> str:
        """The IRI of the one thing that it is about, or nothing."""
        ...


def question_quads(
    questions: Iterable[Question],
    base: str,
    header: Header | None = None,
    words: Mapping[str, Mapping[str, str]] | None = None,
) -> Iterator[ox.Quad]:
    """Yield each question as ``{base}questions/{slug}`` in the graph ``{base}graph/questions``.

    ``header`` has the prefixes in which topics and scopes are named, ``words`` by name and language
    what the answer is in words. An address that the question had before is deprecated and names the
    question that replaces it.
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
        for lang, text in (words or {}).get(q.slug, {}).items():
            yield ox.Quad(node, ANSWER, ox.Literal(text, language=lang), graph)
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
    # other people's editors look for the general class
    yield ox.Quad(node, _TYPE, ox.NamedNode(SH + "SPARQLExecutable"), graph)
    yield ox.Quad(node, _TYPE, ox.NamedNode(SH + kind), graph)
    yield ox.Quad(node, ox.NamedNode(SH + predicate), ox.Literal(asked.query), graph)
    yield ox.Quad(node, ox.NamedNode(DCT + "identifier"), ox.Literal(asked.slug), graph)
    yield ox.Quad(node, FORM, ox.Literal(asked.view), graph)
    if header and (subject := header.expand(asked.topic)):
        yield ox.Quad(node, ox.NamedNode(DCT + "subject"), ox.NamedNode(subject), graph)
    if asked.scope == ALL:
        yield ox.Quad(node, SCOPE, _ALL, graph)
    elif header and (thing := header.expand(asked.scope)):
        yield ox.Quad(node, SCOPE, ox.NamedNode(thing), graph)
    for lang, text in asked.texts.items():
        yield ox.Quad(node, _LABEL, ox.Literal(text, language=lang), graph)
    # and for comments: they list an example once for each, so there is one, in English if possible
    for lang in sorted(asked.texts, key=lambda lang: (lang != "en", lang))[:1]:
        yield ox.Quad(node, _COMMENT, ox.Literal(asked.texts[lang], language=lang), graph)
