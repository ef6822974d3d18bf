"""The units in which the graph gives its numbers: read once per release, by property.

A property says its unit by ``sdmx-attribute:unitMeasure`` or ``qudt:hasUnit``: a thing, or a code
of https://ucum.org/ucum that a thing has as ``qudt:ucumCode``. What the unit is written as is the
thing's ``qudt:symbol``. A code that nothing describes is written itself, an annotation in braces
not at all.
"""

from __future__ import annotations

from samgraf import text
from samgraf.limits import UNITS_READ
from samgraf.site.context import once_per_release, the_service
from samgraf.site.graph import read_query
from samgraf.site.language import Phrase, phrase_of, pick
from samgraf.sparql.binding import bind


def unit_of(property: str, language: str) -> str | None:
    """Return how the unit of ``property`` is written in ``language``, None where it has none."""
    found = pick(_read().get(property, ()), language)
    return found.text if found else None


def with_unit(written: str, property: str, language: str) -> str:
    """Return the number ``written`` with the unit of ``property``, if it has one."""
    unit = unit_of(property, language)
    return text.quantity(written, unit, language) if unit else written


@once_per_release
def _read() -> dict[str, list[Phrase]]:
    found: dict[str, list[Phrase]] = {}
    for row in the_service().rows(bind(read_query(__package__, "units.rq"), most=UNITS_READ)):
        said, unit = row.get("symbol"), row["unit"]
        if said is None and unit["type"] == "literal" and not unit["value"].startswith("{"):
            said = unit
        if said is not None:
            phrase = phrase_of(said)
            found.setdefault(row["property"]["value"], []).append(phrase)
    return found
