"""The stages that run in processes of their own, each within bounds of time and memory.

In: what the pipeline has in memory, which a fork sees as it is. Out: what a stage finds. A stage
that exceeds its bounds, or fails, is killed and told as a fault of the content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from samgraf.build.content.faults import Faults
from samgraf.build.questions import Question, Verdict, judge
from samgraf.build.reason.contradictions import Clash, clashes
from samgraf.build.validate import Finding, Places, validate
from samgraf.build.views import NAME, View, check_view, nameless
from samgraf.build.words import in_words, names_of
from samgraf.columns import headed
from samgraf.errors import ContentError
from samgraf.release import fill_store
from samgraf.release.labels import Labels
from samgraf.release.serialise import serialised
from samgraf.release.subprocess_call import SubprocessCall, now_at
from samgraf.settings import Settings


def stage(
    name: str, settings: Settings, function: Callable[..., Any], *arguments: Any
) -> SubprocessCall:
    """Return a stage under way in a process of its own; ``name`` is what people know it by."""
    return SubprocessCall(
        f"The stage '{name}'",
        function,
        *arguments,
        seconds=settings.build_seconds,
        memory=settings.build_memory,
        mend="Simplify what it works on (a query, a pattern, a ring or tangle of statements), or "
        "raise SAMGRAF_BUILD_SECONDS or SAMGRAF_BUILD_MEMORY.",
    )


def load_libraries() -> None:
    """Import what the stages need, once, so that no fork has to."""
    import pyshacl  # noqa: F401

    import samgraf.build.reason.closure  # noqa: F401


def shapes_stage(triples: list[ox.Triple], shapes: list[ox.Triple], place: Places) -> list[Finding]:
    """Return what ``shapes`` find in ``triples``; ``place`` tells where a shape is described."""
    try:
        return validate(triples, shapes, place)
    except RecursionError:
        raise ContentError(
            "Shapes refer to one another in a circle, or too deeply.",
            "ontology/shapes",
            None,
            "Let no shape lead back to itself by sh:node, sh:property, sh:or, sh:and or sh:not.",
        ) from None


def reason_stage(described: list[ox.Triple]) -> tuple[bytes, list[Clash]]:
    """Return what follows from ``described``, as N-Triples, and the contradictions in it."""
    from samgraf.build.reason.closure import closure

    result = closure(described)
    found = clashes(described, result)
    return serialised(result.inferred, ox.RdfFormat.N_TRIPLES), found


@dataclass(frozen=True)
class Answers:
    """What questions and views gave: verdicts, needless inference, rows of views, their faults.

    ``words`` are the answers in words, by name of the question and language, ``named`` the names
    that views give to things: IRI, language and name.
    """

    verdicts: list[Verdict]
    needless: list[Question]
    rows: int
    faults: Faults
    words: dict[str, dict[str, str]]
    named: list[tuple[str, str, str]]


def answers_stage(
    quads: Iterable[ox.Quad],
    asserted: Iterable[ox.Quad],
    apart: list[str],
    prefixes: Mapping[str, str],
    questions: list[Question],
    views: list[View],
    spaces: tuple[str, str] | None = None,
) -> Answers:
    """Ask the questions and run the views on a store of ``quads``.

    Of the questions that say that they need inference, those are ``needless`` that the
    ``asserted`` quads alone answer as well. Where ``spaces`` has the base and the namespace of the
    content, columns must be called something.
    """
    quads = list(quads)
    store, labels = fill_store(quads, apart), Labels(q.triple for q in quads)
    verdicts, words, faults = [], {}, Faults()
    for question in questions:
        now_at(question.file)
        verdicts.append(judge(store, question, prefixes))
        if verdicts[-1].passed:
            with faults.kept():
                words[question.slug] = in_words(store, question, prefixes, labels.of)
    needy = [v.question for v in verdicts if v.passed and v.question.needs_inference]
    needless: list[Question] = []
    if needy:
        bare = fill_store(asserted, apart)
        for question in needy:
            now_at(question.file)
            if judge(bare, question, prefixes).passed:
                needless.append(question)
    rows = 0
    if spaces:
        # a column that the query has not is told as that
        for question in (v.question for v in verdicts if not v.fault):
            columns = headed(question.view, question.columns)
            faults.add(nameless(store, question.file, columns, question.texts, spaces))
    named: list[tuple[str, str, str]] = []
    for view in views:
        now_at(view.file)
        with faults.kept():
            rows += check_view(store, view, prefixes, spaces)
            if view.view == NAME:
                named += names_of(store, view, prefixes, labels.of)
    return Answers(verdicts, needless, rows, faults, words, named)
