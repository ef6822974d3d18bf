"""Read the questions from the graph, as any client could."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from samgraf.site.context import once_per_release
from samgraf.site.graph import ask
from samgraf.site.language import Phrase, phrase_of, pick
from samgraf.vocab import DISPLAY

#: The scope of a question that goes over all.
ALL = DISPLAY + "all"


@dataclass
class QuestionEntry:
    """One question: its query, how its answer is shown, and question and answer in words.

    ``scope`` is the one thing that it is about, or ALL; ``formerly`` are the IRIs that it had
    before. ``needs`` are the partners that must be asked for its answer; there are none for those
    that the graph answers by itself.
    """

    iri: str
    query: str
    form: str
    view: str = "table"
    topic: str | None = None
    scope: str | None = None
    is_featured: bool = False
    needs_inference: bool = False
    needs: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()
    label: Phrase | None = None
    answer: Phrase | None = None

    @property
    def name(self) -> str:
        """Return the end of the address of its page, which is that of its IRI."""
        return end_of(self.iri)

    @cached_property
    def query_field(self) -> str:
        """Return its query as it stands in an address, ``query=…``."""
        return urlencode({"query": self.query}, safe="!$()*,/:;?@")

    @property
    def is_about_all(self) -> bool:
        """Return whether it goes over all the things that others are each about one of."""
        return self.scope == ALL

    @property
    def endpoint(self) -> str:
        """Return whose page it is."""
        return "questions.federated" if self.needs else "questions.question"


def read_questions(language: str) -> list[QuestionEntry]:
    """Return the questions that the graph answers, in order.

    Each is labelled in ``language`` as far as it can be.
    """
    return [q for q in read_examples(language) if not q.needs]


def read_federated(language: str) -> list[QuestionEntry]:
    """Return the examples that need partners, in order, likewise."""
    return [q for q in read_examples(language) if q.needs]


@once_per_release
def read_examples(language: str) -> list[QuestionEntry]:
    """Return all of them, in one query; those that need partners come last."""
    questions: dict[str, QuestionEntry] = {}
    texts: dict[tuple[str, str], list[Phrase]] = defaultdict(list)
    for row in ask(__package__, "questions.rq"):
        key = row["question"]["value"]
        if key not in questions:
            questions[key] = _question(row)
        question = questions[key]
        for name in {"label", "answer"} & row.keys():
            texts[key, name].append(phrase_of(row[name]))
        if "need" in row and row["need"]["value"] not in question.needs:
            question.needs += (row["need"]["value"],)
        if "former" in row and row["former"]["value"] not in question.formerly:
            question.formerly += (row["former"]["value"],)
    for key, question in questions.items():
        question.label = pick(texts[key, "label"], language)
        question.answer = pick(texts[key, "answer"], language)
    return sorted(questions.values(), key=lambda q: bool(q.needs))


def by_topic(questions: Iterable[QuestionEntry]) -> list[tuple[str | None, list[QuestionEntry]]]:
    """Return the questions by topic, topics in the order of their first questions."""
    groups: dict[str | None, list[QuestionEntry]] = {}
    for question in questions:
        groups.setdefault(question.topic, []).append(question)
    return sorted(groups.items(), key=lambda group: group[0] is None)


def is_about(question: QuestionEntry, words: str) -> bool:
    """Return whether each of ``words`` stands in the question or its answer, in any case."""
    said = " ".join(p.text for p in (question.label, question.answer) if p).casefold()
    return all(word in said for word in words.casefold().split())


def end_of(iri: str) -> str:
    """Return what stands after the last slash of ``iri``."""
    return iri.rpartition("/")[2]


def _question(row: dict[str, Any]) -> QuestionEntry:
    def value(name: str, otherwise: str = "") -> str:
        return row.get(name, {}).get("value", otherwise)

    return QuestionEntry(
        iri=value("question"),
        query=value("query").strip(),
        form=value("form"),
        view=value("view", "table"),
        topic=value("topic") or None,
        scope=value("scope") or None,
        is_featured=value("featured") == "true",
        needs_inference=value("inference") == "true",
    )
