"""Read the questions that the content asks of itself, as any client could."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files

from samgraf.sparql.service import Service
from samgraf.web.language import Phrase, pick


@dataclass
class Question:
    """Hold one question: its query and its words in each language."""

    id: str
    query: str
    form: str
    labels: list[Phrase] = field(default_factory=list)
    label: Phrase | None = None


def read_questions(service: Service, language: str) -> list[Question]:
    """Return the questions in order, each labelled in ``language`` as far as it can be."""
    questions: dict[str, Question] = {}
    for row in service.rows(read_query("questions.rq")):
        key = row["id"]["value"]
        question = questions.setdefault(
            key, Question(key, row["query"]["value"].strip(), row["form"]["value"])
        )
        question.labels.append(phrase(row["label"]))
    for question in questions.values():
        question.label = pick(question.labels, language)
    return list(questions.values())


def phrase(term: dict[str, str]) -> Phrase:
    """Return a literal of the JSON results format with its language."""
    return Phrase(term["value"], term.get("xml:lang", ""))


def read_query(name: str) -> str:
    """Return the query in the file ``name`` beside this module."""
    return (files("samgraf.web") / name).read_text("utf-8")
