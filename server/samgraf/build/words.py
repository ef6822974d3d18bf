"""What the build says in sentences: the answers to questions, and the names of nameless things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import pyoxigraph as ox

from samgraf import text
from samgraf.build.content import ContentErrors
from samgraf.build.questions.file import sentence_fault
from samgraf.build.questions.questions import Question
from samgraf.build.rdf import RDF_TYPE, table_of
from samgraf.build.views.views import View
from samgraf.release.canonical import json_of
from samgraf.sentences import Row, SentencePart
from samgraf.sparql.binding import bind

#: What a thing is called in a language, None where it has no name.
Names = Callable[[str, str], str | None]


def in_words(
    store: ox.Store, question: Question, prefixes: Mapping[str, str], names: Names
) -> dict[str, str]:
    """Return the answer to ``question`` in words by language: its sentences, filled from its rows.

    Raise ContentErrors listing each sentence that does not fit the answer, or says nothing of it. A
    yes or no is one row with the column ``result``.
    """
    if not question.sentences:
        return {}
    columns, rows = _as_rows(store.query(question.query, prefixes=dict(prefixes)))
    words, faults = {}, []
    for lang, sentence in question.sentences.items():
        try:
            if told := sentence.misnamed(columns, prefixes):
                raise ValueError(told)
            words[lang] = _joined(sentence.say(rows, lang, partial(_told, names, lang), prefixes))
        except ValueError as error:
            faults.append(sentence_fault(error, lang, question.file, question.lines))
    if faults:
        raise ContentErrors(faults)
    return words


def names_of(
    store: ox.Store, view: View, prefixes: Mapping[str, str], names: Names
) -> list[tuple[str, str, str]]:
    """Return what ``view`` calls each thing of its class that has no name: IRI, language and name.

    Raise ContentError where it has nothing to say of one.
    """
    found = []
    typed = store.quads_for_pattern(None, RDF_TYPE, ox.NamedNode(view.on), None)
    for thing in sorted({q.subject.value for q in typed if isinstance(q.subject, ox.NamedNode)}):
        if names(thing, "") is not None:
            continue
        query = bind(view.query, this=ox.NamedNode(thing))
        _, rows = _as_rows(store.query(query, prefixes=dict(prefixes)))
        for lang, sentence in view.sentences.items():
            try:
                tell = partial(_told, names, lang)
                parts = sentence.say(rows, lang, tell, prefixes, capital=False)
                found.append((thing, lang, _joined(parts)))
            except ValueError as error:
                told = f"It does not name <{thing}>. {error}"
                raise sentence_fault(told, lang, view.file, view.lines) from error
    return found


def _joined(parts: list[SentencePart]) -> str:
    if said := " ".join("".join(part.text for part in parts).split()):
        return said
    raise ValueError("The answer fills none of it.")


def _as_rows(
    result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples,
) -> tuple[tuple[str, ...], list[Row]]:
    """Return an answer of any form as columns and rows."""
    columns, rows = table_of(result)
    told = (zip(columns, row, strict=True) for row in rows)
    return columns, [
        {name: json_of(term) for name, term in row if term is not None} for row in told
    ]


def _told(names: Names, language: str, row: Row, column: str) -> SentencePart:
    term = row[column]
    if term["type"] == "literal":
        return SentencePart(text.literal(term, language))
    if term["type"] == "uri" and (name := names(term["value"], language)):
        return SentencePart(name)
    raise ValueError(f"<{term['value']}> has no name.")
