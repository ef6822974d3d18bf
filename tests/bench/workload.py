"""The queries of the bench, as requests for one data set: repeated ones and ones never sent before.

A unique query differs in the name of a variable (and in the thing it asks of, where it asks of
one): each engine has the same work with it, and no cache of answers can know it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

HERE = Path(__file__).parent
QUESTIONS = HERE.parents[1] / "ontology" / "questions"
ONE = "urn:bench:one"
THINGS = 2000  # things that a query may ask of, at most
_ONE_OF = re.compile(r"^# one: (\S+)$", re.MULTILINE)
_VARIABLE = re.compile(r"\?(\w+)")


@dataclass(frozen=True)
class Load:
    """Hold the queries of one kind; with several, they take turns."""

    name: str
    queries: tuple[str, ...]

    def requests(self, path: str, unique: bool) -> list[str]:
        """Return the targets of the requests; ``UNIQUE`` marks what the client must vary."""
        joint = "&" if "?" in path else "?"
        queries = map(mark, self.queries) if unique else self.queries[:REPEATED]
        return [f"{path}{joint}query={quote(q, safe='')}" for q in queries]


#: Different queries that a repeated load takes in turn.
REPEATED = 40


def mark(query: str) -> str:
    """Return ``query`` with its last variable renamed, so that every sent text is another one."""
    body = "\n".join(line for line in query.splitlines() if not line.startswith("#"))
    name = _VARIABLE.findall(body)[-1]
    return re.sub(rf"\?{name}\b", f"?{name}_UNIQUE", body)


def loads(store: ox.Store, questions: bool) -> list[Load]:
    """Return the loads for the data in ``store``; the competency questions only for the study."""
    found = [_load(file, store) for file in sorted((HERE / "queries").glob("*.rq"))]
    if questions:
        files = sorted(QUESTIONS.glob("*.rq"))
        found.append(Load("questions", tuple(f.read_text("utf-8") for f in files)))
    return found


def _load(file: Path, store: ox.Store) -> Load:
    query = file.read_text("utf-8")
    if not (of := _ONE_OF.search(query)):
        return Load(file.stem, (query,))
    prologue = "\n".join(line for line in query.splitlines() if line.startswith("PREFIX"))
    things = store.query(f"{prologue}\nSELECT DISTINCT ?x WHERE {{ ?x a {of[1]} }} ORDER BY ?x")
    names: Iterable[str] = [row["x"].value for row in things]
    return Load(file.stem, tuple(query.replace(ONE, name) for name in list(names)[:THINGS]))
