"""The things that the questions name: the topic that groups them, and what they are about.

``# topic: p:name`` names a concept of the content, ``# scope: p:name`` the one thing that the
question is about; ``# scope: all`` says that it goes over all such things.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

import pyoxigraph as ox

from samgraf.build.content import ContentErrors, Loaded
from samgraf.build.questions.questions import ALL
from samgraf.errors import ContentError


class Filed(Protocol):
    """What stands in a file, and may fall under a topic and be about one thing."""

    @property
    def file(self) -> str:
        """Its file, as people know it."""
        ...

    @property
    def topic(self) -> str:
        """The IRI of its topic, or nothing."""
        ...

    @property
    def scope(self) -> str:
        """The IRI of the one thing that it is about, or nothing."""
        ...

    @property
    def lines(self) -> Mapping[str, int]:
        """Where its hints stand: the line by the name of the hint."""
        ...


def check_topics(questions: Iterable[Filed], loaded: Loaded) -> None:
    """Raise ContentErrors for each question whose topic or scope nothing describes."""
    faults = []
    for question in questions:
        for hint, name, mend in (
            ("topic", question.topic, "Name a concept of a vocabulary"),
            ("scope", question.scope, f"Write '# scope: {ALL}', or name a thing of the data"),
        ):
            if not name or (hint, name) == ("scope", ALL):
                continue
            iri = loaded.header.expand(name)
            if iri is None or loaded.file_of(ox.NamedNode(iri)) is None:
                faults.append(
                    ContentError(
                        f"The {hint} {name} is described nowhere.",
                        question.file,
                        question.lines.get(hint),
                        f"{mend} by a declared prefix or as <IRI>.",
                    )
                )
    if faults:
        raise ContentErrors(faults)
