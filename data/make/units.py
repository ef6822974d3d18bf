"""Which units there are: rows of dated numbers joined into units that keep their identity.

A unit that is only renumbered, renamed or moved with its county stays one unit; one that merges
ends, and its successor is another.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

Row = dict[str, str]

_FOLD = str.maketrans({"ø": "o", "Ø": "o", "å": "a", "Å": "a", "æ": "ae", "Æ": "ae"})


def read(path: Path) -> list[Row]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def slug(name: str) -> str:
    """Return the plain ASCII form of a name, as it stands in an IRI."""
    plain = unicodedata.normalize("NFKD", name.translate(_FOLD)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


@dataclass
class Era:
    """A number and the days on which it holds, both included; "" where there is no such day."""

    number: str
    county: str
    start: str
    end: str


@dataclass
class Unit:
    """A municipality from its formation to its end; ``rows`` are its versions in time order."""

    slug: str
    rows: list[Row]
    eras: list[Era]
    successors: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Return the Norwegian name."""
        return self.rows[-1]["name_norwegian"]

    @property
    def start(self) -> str:
        """Return the first day, "" where it is unknown."""
        return self.eras[0].start

    @property
    def end(self) -> str:
        """Return the last day, "" where the unit still exists."""
        return self.eras[-1].end

    def values(self, column: str) -> list[str]:
        """Return the distinct values of a column that are known, in time order."""
        known = (r[column] for r in self.rows if r[column] not in ("", "unknown"))
        return list(dict.fromkeys(known))


class Units:
    """All units of the country, found by slug or by number and day."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Join ``rows`` (one per number and version) into units."""
        by_id = {r["unit_id"]: r for r in rows}
        chains = [_chain(r, by_id) for r in by_id.values() if not _continued(r, by_id)]
        names = Counter(slug(c[0]["name_norwegian"]) for c in chains)
        self.by_slug: dict[str, Unit] = {}
        owner: dict[str, str] = {}
        for chain in chains:
            plain = slug(chain[0]["name_norwegian"])
            key = plain if names[plain] == 1 else f"{plain}-{chain[0]['kommunenummer']}"
            self.by_slug[key] = Unit(key, chain, _eras(chain))
            owner |= {r["unit_id"]: key for r in chain}
        for unit in self.by_slug.values():
            unit.successors = [owner[i] for i in _split(unit.rows[-1]["successors"])]

    def at(self, number: str, date: str) -> Unit:
        """Return the unit that held ``number`` on ``date``; raise KeyError where none did."""
        for unit in self.by_slug.values():
            for era in unit.eras:
                if era.number == number and era.start <= date <= (era.end or "9999"):
                    return unit
        raise KeyError(f"no unit held {number} on {date}")

    def sharing(self, column: str, value: str) -> list[Unit]:
        """Return the units one of whose rows has ``value`` in ``column``."""
        return [u for u in self.by_slug.values() if value in u.values(column)]


def _split(ids: str) -> list[str]:
    return [i.strip() for i in ids.split(";") if i.strip()]


def _continued(row: Row, by_id: dict[str, Row]) -> bool:
    """Tell whether ``row`` is but a new number or name of the one unit before it."""
    before = _split(row["predecessors"])
    return len(before) == 1 and _split(by_id[before[0]]["successors"]) == [row["unit_id"]]


def _chain(row: Row, by_id: dict[str, Row]) -> list[Row]:
    chain = [row]
    while len(after := _split(chain[-1]["successors"])) == 1:
        following = by_id[after[0]]
        if not _continued(following, by_id):
            break
        chain.append(following)
    return chain


def _eras(chain: list[Row]) -> list[Era]:
    """Return the eras of a unit; a first number without a predecessor has no known start.

    The register dates such a row by its own history, which is older than the numbers.
    """
    eras: list[Era] = []
    for row in chain:
        start = row["valid_from"] if row["predecessors"] else ""
        if eras and eras[-1].number == row["kommunenummer"]:
            eras[-1].end = row["valid_to"]
        else:
            eras.append(Era(row["kommunenummer"], row["county_number"], start, row["valid_to"]))
    return eras
