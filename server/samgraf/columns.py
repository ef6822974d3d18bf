"""The convention by which the columns of an answer are shown, and what they are called.

The build holds contents against it, and the pages show them by it.
"""

from __future__ import annotations

from collections.abc import Sequence

#: Endings of columns that say what the thing in another column is called.
NAMING = ("Name", "Label")
#: Columns that only say how to draw.
DRAWING = ("wkt", "linkLine", "linkEnd", "columnTone", "causeTone", "effectTone")
#: Columns that an opening tells without a heading.
OPENING = ("title", "answer", "answerText", "text")
#: The column of a list that is the thing itself, under the name of its class.
LISTED = ("thing",)
# forms in which no column of an answer has a heading
_UNHEADED = frozenset(("lead", "name", "figures", "columns", "notice", "places", "passages"))


def columns_shown(variables: Sequence[str]) -> list[str]:
    """Return the columns that people see, in order."""
    left_out = {v + suffix for v in variables for suffix in NAMING} | {*DRAWING}
    return [v for v in variables if v not in left_out]


def headed(form: str, variables: Sequence[str]) -> list[str]:
    """Return the columns that have a heading in the form ``form``."""
    without = {"opening": OPENING, "list": LISTED}.get(form, ())
    return [] if form in _UNHEADED else [v for v in columns_shown(variables) if v not in without]


def column_terms(variable: str, base: str, namespace: str) -> tuple[str, ...]:
    """Return the IRIs whose label names the column ``variable``, the first that has one."""
    capital = variable[:1].upper() + variable[1:]
    terms = (namespace + variable, namespace + capital) if namespace else ()
    return (f"{base}column/{variable}", *terms)
