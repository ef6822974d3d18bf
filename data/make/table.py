"""Read the table of statistics: each row with the unit that it is about."""

from __future__ import annotations

from collections import defaultdict

from .units import Row, Unit, Units, slug

#: The day of the last change of what is made from the statistics.
MODIFIED = "2026-11-28"
SPLDATA = "https://github.com/sykdomspulsen-org/spldata"
#: A year in which a row's number held, where the row names none.
_YEAR = {"before 2018": "2017"}


class Table:
    """The rows of the statistics, each with the unit that it is about."""

    def __init__(self, rows: list[Row], units: Units) -> None:
        """Group ``rows`` by indicator; raise KeyError where no unit held the number then."""
        self.rows: dict[str, list[tuple[Unit, Row]]] = defaultdict(list)
        for row in rows:
            when = _YEAR.get(row["year"], row["year"])
            # the population is counted on 1 January: the number of that day is meant
            try:
                unit = units.at(row["kommunenummer"], f"{when}-01-01")
            except KeyError:
                # the annexes of 2023 print the numbers of 2024
                unit = units.at(row["kommunenummer"], "2024-01-01")
            if slug(unit.name) != slug(row["municipality"].split(" (")[0]):
                raise ValueError(f"{row['kommunenummer']} is not {row['municipality']}")
            self.rows[row["indicator"]].append((unit, row))
        for pairs in self.rows.values():
            pairs.sort(key=lambda p: (p[0].slug, p[1]["year"]))

    def of(self, indicator: str, when: str = "") -> list[tuple[Unit, Row]]:
        """Return (unit, row) of an indicator, of one year where it is given."""
        return [(u, r) for u, r in self.rows[indicator] if when in ("", r["year"])]
