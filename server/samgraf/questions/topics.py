"""The topics that the questions are grouped by: concepts of the content, ``# topic: p:name``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from samgraf.content import ContentErrors, Loaded
from samgraf.errors import ContentError


class Filed(Protocol):
    """What stands in a file and may fall under a topic."""

    file: str
    topic: str


def check_topics(questions: Iterable[Filed], loaded: Loaded) -> None:
    """Raise ContentErrors for each question whose topic nothing describes."""
    faults = []
    for question in questions:
        if not question.topic:
            continue
        iri = loaded.header.expand(question.topic)
        if iri is None or loaded.place(iri) is None:
            faults.append(
                ContentError(
                    f"The topic {question.topic} is described nowhere.",
                    question.file,
                    1,
                    "Name a concept of a vocabulary by a declared prefix or as <IRI>.",
                )
            )
    if faults:
        raise ContentErrors(faults)
