"""Read the questions: ``NN-name.rq`` with its header comment, ``NN-name.csv`` with its answer.

https://www.w3.org/TR/sparql11-results-csv-tsv/
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from samgraf.content import Content, ContentErrors
from samgraf.errors import ContentError
from samgraf.questions.file import read_query_file

_NAME = re.compile(r"(\d+)-([a-z0-9][a-z0-9-]*)")


@dataclass(frozen=True)
class Question:
    """A question with its query and the answer worked out by hand.

    ``texts`` are the question by language, ``hints`` the other ``# key: value`` lines; ``columns``
    and ``rows`` are the expected answer.
    """

    id: str
    slug: str
    file: str
    texts: dict[str, str]
    hints: dict[str, str]
    query: str
    form: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

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


def read_questions(content: Content) -> list[Question]:
    """Return the questions of ``content``, sorted by id.

    Raise ContentErrors listing each that has no question, no query or no expected answer.
    """
    questions, faults = [], []
    for path in content.questions():
        try:
            questions.append(_read(path, path.relative_to(content.root).as_posix()))
        except ContentError as fault:
            faults.append(fault)
    known = {p.stem for p in content.questions()}
    for path in sorted((content.root / "ontology" / "questions").glob("*.csv")):
        if path.stem not in known:
            name = path.relative_to(content.root).as_posix()
            faults.append(ContentError("No question belongs to this answer.", name))
    ids: dict[str, str] = {}
    for q in questions:
        if q.id in ids:
            faults.append(ContentError(f"{ids[q.id]} has the number {q.id} too.", q.file))
        ids.setdefault(q.id, q.file)
    if faults:
        raise ContentErrors(faults)
    return questions


def _read(path: Path, file: str) -> Question:
    name = _NAME.fullmatch(path.stem)
    if not name:
        raise ContentError(
            "A question's file is named by number and name.", file, None, "Such as 07-what.rq."
        )
    head = read_query_file(path, file)
    columns, rows = _read_answer(path.with_suffix(".csv"), file)
    return Question(
        id=name[1],
        slug=name[2],
        file=file,
        texts=head.texts,
        hints=head.hints,
        query=head.query,
        form=head.form,
        columns=columns,
        rows=rows,
    )


def _read_answer(path: Path, file: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    name = f"{file.removesuffix('.rq')}.csv"
    if not path.exists():
        raise ContentError(
            "The expected answer is missing.", file, None, f"Write it by hand to {name}."
        )
    table = [tuple(r) for r in csv.reader(io.StringIO(path.read_text("utf-8"))) if r]
    if len(table) < 2:
        raise ContentError("The expected answer is empty, so nothing could fail.", name)
    for number, row in enumerate(table[1:], 2):
        if len(row) != len(table[0]):
            raise ContentError(
                f"Row {number} has {len(row)} cells and the header {len(table[0])}.", name
            )
    return table[0], tuple(table[1:])
