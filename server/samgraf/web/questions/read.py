"""Read the questions from the graph, as any client could."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from samgraf.web.graph import ask
from samgraf.web.language import Phrase, pick


@dataclass
class Question:
    """Hold one question: its query, how its answer is shown, and its words in each language."""

    iri: str
    id: str
    query: str
    form: str
    view: str = "table"
    slug: str = ""
    topic: str | None = None
    is_featured: bool = False
    needs_inference: bool = False
    labels: list[Phrase] = field(default_factory=list)
    label: Phrase | None = None


def read_questions(language: str) -> list[Question]:
    """Return the questions in order, each labelled in ``language`` as far as it can be."""
    questions: dict[str, Question] = {}
    for row in ask(__package__, "questions.rq"):
        key = row["id"]["value"]
        if key not in questions:
            questions[key] = _question(row)
        said = row["label"]
        questions[key].labels.append(Phrase(said["value"], said.get("xml:lang", "")))
    for question in questions.values():
        question.label = pick(question.labels, language)
    return list(questions.values())


def by_topic(questions: Iterable[Question]) -> list[tuple[str | None, list[Question]]]:
    """Return the questions by topic, topics in the order of their first questions."""
    groups: dict[str | None, list[Question]] = {}
    for question in questions:
        groups.setdefault(question.topic, []).append(question)
    return sorted(groups.items(), key=lambda group: group[0] is None)


def _question(row: dict[str, Any]) -> Question:
    def value(name: str, otherwise: str = "") -> str:
        return row.get(name, {}).get("value", otherwise)

    return Question(
        iri=value("question"),
        id=value("id"),
        query=value("query").strip(),
        form=value("form"),
        view=value("view", "table"),
        slug=value("slug"),
        topic=value("topic") or None,
        is_featured=value("featured") == "true",
        needs_inference=value("inference") == "true",
    )
