"""Read a query file of the content: its header comment, then the query.

The header says ``# en: …`` (and ``nb``, ``nn``) what the query tells, and gives hints
``# key: value``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from samgraf.build.content.formats import read_text
from samgraf.errors import ContentError
from samgraf.sentences import Sentence, parse
from samgraf.sparql.syntax import form_of, may_call

_SENTENCE = re.compile(r"(?:answer|text)-([a-z]{2})")
_HINT = re.compile(r"#\s*([a-z][a-z-]*):\s*(.*\S)\s*")
_LANGUAGE = re.compile(r"[a-z]{2}")


@dataclass(frozen=True)
class QueryFile:
    """A file of a query: the texts by language, the hints, the query and its form in capitals.

    ``sentences`` are what is said of its answer, by language; ``lines`` are the lines (1-based) on
    which texts, sentences and hints stand.
    """

    texts: dict[str, str]
    hints: dict[str, str]
    query: str
    form: str
    sentences: dict[str, Sentence]
    lines: dict[str, int] = field(default_factory=dict)

    def line_of(self, key: str) -> int:
        """Return the line of a text or hint, the first where it is missing."""
        return self.lines.get(key, 1)


def read_query_file(path: Path, file: str, *, federated: bool = False) -> QueryFile:
    """Return what ``path``, called ``file`` to people, says; raise ContentError if it is amiss.

    Only a ``federated`` query may hold SERVICE: the build asks nobody.
    """
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
    if not federated and may_call(query):
        raise ContentError(
            "SERVICE asks another endpoint.", file, None, "Move the query to ontology/federated."
        )
    if form == "DESCRIBE":
        raise ContentError(
            "DESCRIBE has no answer that the standard lays down.", file, None, "Use CONSTRUCT."
        )
    return QueryFile(
        texts=dict(sorted(texts.items())),
        hints={k: v for k, v in sorted(hints.items()) if k not in texts},
        query=query,
        form=form,
        sentences=_sentences(hints, file, first),
        lines=first,
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
                found[said[1]] = parse(source)
            except ValueError as error:
                raise sentence_fault(error, said[1], file, lines) from error
    return found
