"""Read the query files of a content, each a header comment and a query; say what they say as RDF.

The header says ``# en: …`` (and ``nb``, ``nn``) what the query tells, and gives hints
``# key: value``. ``# topic: p:name`` names a concept of the content, ``# scope: p:name`` the one
thing that the query is about; ``# scope: all`` says that it goes over all such things.
https://www.w3.org/TR/shacl/#sparql-constraints (SHACL's classes for executable queries)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from samgraf.build.content import Content, ContentErrors, Header, Loaded
from samgraf.build.content.formats import read_text
from samgraf.build.offline import require_local
from samgraf.build.rdf import RDF_TYPE
from samgraf.errors import ContentError
from samgraf.sentences import Sentence
from samgraf.sentences import parse as sentence_of
from samgraf.sparql.binding import bind
from samgraf.sparql.errors import QuerySyntaxError, RefusedQueryError
from samgraf.sparql.syntax import form_of, parse
from samgraf.sparql.syntax.nodes import Query
from samgraf.vocab import DISPLAY, RDFS, SH

T = TypeVar("T")
#: The scope of a query that goes over all the things that others are each about one of.
ALL = "all"
#: A name that can be the end of an address.
SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
_SENTENCE = re.compile(r"(?:answer|text)-([a-z]{2})")
_HINT = re.compile(r"#\s*([a-z][a-z-]*):\s*(.*\S)\s*")
_LANGUAGE = re.compile(r"[a-z]{2}")


@dataclass(frozen=True, kw_only=True)
class QueryFile:
    """A file of a query: the texts by language, the hints, the query and its form in capitals.

    ``slug`` is the name of the file and the end of its IRI, ``file`` its path for people.
    ``sentences`` are what is said of its answer, by language; ``lines`` are the lines (1-based) on
    which texts, sentences and hints stand, and on which the query begins.
    """

    slug: str
    file: str
    texts: dict[str, str] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)
    query: str
    form: str
    sentences: dict[str, Sentence] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def view(self) -> str:
        """Return the form in which the answer is shown."""
        return self.hints.get("view", "table")

    @property
    def topic(self) -> str:
        """Return the concept that the query falls under, as written; empty where none is."""
        return self.hints.get("topic", "")

    @property
    def scope(self) -> str:
        """Return the thing that the query is about, as written, or ALL; empty where unsaid."""
        return self.hints.get("scope", "")

    @property
    def order(self) -> int:
        """Return the place of the query among the others; the least comes first."""
        return int(self.hints.get("order", "0"))

    def names(self, hint: str) -> tuple[str, ...]:
        """Return the names that ``hint`` lists, separated by commas, each once."""
        names = (name.strip() for name in self.hints.get(hint, "").split(","))
        return tuple(dict.fromkeys(name for name in names if name))

    def line_of(self, key: str) -> int:
        """Return the line of a text or hint, the first where it is missing."""
        return self.lines.get(key, 1)


def read_query_files(
    content: Content,
    paths: Iterable[Path],
    make: Callable[[QueryFile], T],
    *,
    federated: bool = False,
) -> tuple[list[T], list[ContentError]]:
    """Return what ``make`` makes of each query file, and the faults of those that are amiss.

    Only ``federated`` queries may hold SERVICE: the build asks nobody.
    """
    made, faults = [], []
    for path in paths:
        try:
            made.append(make(_read(path, content.name_of(path), federated)))
        except ContentError as fault:
            faults.append(fault)
    return made, faults


def _read(path: Path, file: str, federated: bool) -> QueryFile:
    if not SLUG.fullmatch(path.stem):
        raise ContentError(
            "The file of a query is named by small letters, digits and hyphens.",
            file,
            None,
            "Such as who-takes-part.rq.",
        )
    lines = read_text(path, file).splitlines()
    body = next((i for i, x in enumerate(lines) if x.strip() and x[0] != "#"), len(lines))
    told = {n: m for n, line in enumerate(lines[:body], 1) if (m := _HINT.fullmatch(line))}
    hints: dict[str, str] = {}
    for m in told.values():
        # a sentence may take several lines, each with its key
        goes_on = _SENTENCE.fullmatch(m[1]) and m[1] in hints
        hints[m[1]] = f"{hints[m[1]]} {m[2]}" if goes_on else m[2]
    texts = {k: v for k, v in hints.items() if _LANGUAGE.fullmatch(k) and k != "on"}
    first = {m[1]: n for n, m in reversed(told.items())}
    query = "\n".join(lines[body:]).strip() + "\n"
    form = form_of(query)
    if not texts:
        raise ContentError(
            "The question itself is missing.", file, 1, "Begin the file with '# en: What …?'."
        )
    if not form:
        raise ContentError("The file holds no query.", file)
    if not federated:
        require_local(query, file)
    if form == "DESCRIBE":
        raise ContentError(
            "DESCRIBE has no answer that the standard lays down.", file, None, "Use CONSTRUCT."
        )
    order = hints.get("order", "0")
    if not order.isascii() or not order.isdigit():
        raise ContentError(
            f"The order is a whole number, not {order!r}.",
            file,
            first["order"],
            "Write such as: # order: 10",
        )
    return QueryFile(
        slug=path.stem,
        file=file,
        texts=dict(sorted(texts.items())),
        hints={k: v for k, v in sorted(hints.items()) if k not in texts},
        query=query,
        form=form,
        sentences=_sentences(hints, file, first),
        lines=first | {"query": body + 1},
    )


def sentence_fault(
    told: object, language: str, file: str, lines: Mapping[str, int]
) -> ContentError:
    """Return that the sentence in ``language`` is amiss, and how: ``told`` in whole sentences."""
    line = lines.get(f"answer-{language}", lines.get(f"text-{language}"))
    mend = "ontology/README.md tells how sentences are written."
    return ContentError(f"The sentence in {language} is amiss: {told}", file, line, mend)


def _sentences(
    hints: Mapping[str, str], file: str, lines: Mapping[str, int]
) -> dict[str, Sentence]:
    found = {}
    for key, source in sorted(hints.items()):
        if said := _SENTENCE.fullmatch(key):
            try:
                found[said[1]] = sentence_of(source)
            except ValueError as error:
                raise sentence_fault(error, said[1], file, lines) from error
    return found


def parsed(read: QueryFile, prefixes: Mapping[str, str], **given: ox.NamedNode) -> Query:
    """Return the query of a file as the site will read it, with its ``$name`` as ``given``.

    Raise ContentError, with the line, where it cannot be read.
    """
    begins = read.line_of("query")
    try:
        return parse(bind(read.query, **given), prefixes)
    except KeyError as error:
        told, line = f"The query uses ${error.args[0]}, which has no value.", None
        mend = "Write ?name; only a view of a class gets a value, and that is $this."
    except QuerySyntaxError as error:
        told, line = f"The query is malformed: {error.message}", begins + (error.line or 1) - 1
        told += "" if told.endswith("?") else "."
        mend = "Correct it; 'samgraf query FILE' runs it alone."
    except RefusedQueryError as error:
        told, line, mend = str(error), begins, None
    raise ContentError(told, read.file, line, mend)


def check_queries(queries: Iterable[QueryFile], loaded: Loaded) -> None:
    """Raise ContentErrors for each query that is malformed, or about what nothing describes."""
    faults = []
    for query in queries:
        try:
            parsed(query, loaded.header.prefixes)
        except ContentError as fault:
            faults.append(fault)
        for hint, name, mend in (
            ("topic", query.topic, "Name a concept of a vocabulary"),
            ("scope", query.scope, f"Write '# scope: {ALL}', or name a thing of the data"),
        ):
            if not name or (hint, name) == ("scope", ALL):
                continue
            iri = loaded.header.expand(name)
            if iri is None or loaded.file_of(ox.NamedNode(iri)) is None:
                faults.append(
                    ContentError(
                        f"The {hint} {name} is described nowhere.",
                        query.file,
                        query.lines.get(hint),
                        f"{mend} by a declared prefix or as <IRI>.",
                    )
                )
    if faults:
        raise ContentErrors(faults)


LABEL = ox.NamedNode(RDFS + "label")
FORM = ox.NamedNode(DISPLAY + "form")
SCOPE, _ALL = ox.NamedNode(DISPLAY + "scope"), ox.NamedNode(DISPLAY + ALL)
#: What a query is: SHACL's class and property for its form.
_EXECUTABLES = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
}


def query_quads(
    node: ox.NamedNode, graph: ox.NamedNode, header: Header, query: QueryFile
) -> Iterator[ox.Quad]:
    """Yield what is said in ``graph`` of every query of a content, which ``node`` is."""
    kind, predicate = _EXECUTABLES[query.form]
    yield ox.Quad(node, RDF_TYPE, ox.NamedNode(SH + kind), graph)
    yield ox.Quad(node, ox.NamedNode(SH + predicate), ox.Literal(query.query), graph)
    yield ox.Quad(node, FORM, ox.Literal(query.view), graph)
    if query.scope == ALL:
        yield ox.Quad(node, SCOPE, _ALL, graph)
    elif thing := header.expand(query.scope):
        yield ox.Quad(node, SCOPE, ox.NamedNode(thing), graph)
    for lang, text in query.texts.items():
        yield ox.Quad(node, LABEL, ox.Literal(text, language=lang), graph)
