"""Choose the form for an answer, and shape it."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from samgraf.site import forms
from samgraf.site.forms.result import Result

TABLE = "table"
_HELPERS = ("result", "show")


def names() -> list[str]:
    """Return the names of all forms."""
    return [m.name for m in iter_modules(forms.__path__) if m.name not in _HELPERS]


def shown_as(form: str, result: Result) -> tuple[str, Any]:
    """Return the form that ``result`` is shown in, and what its template is given.

    It is ``form`` where there is such a one and the answer fits it, else the table.
    """
    if form in names():
        shaped = import_module(f"samgraf.site.forms.{form}").shape(result)
        if shaped is not None:
            return form, shaped
    return TABLE, import_module(f"samgraf.site.forms.{TABLE}").shape(result)
