"""The views in which answers are shown: a table, a map, bars, a picture of causes and others.

A view is a function in ``VIEWS``. It takes a ``Result`` (rows of an answer, with the labels of what
is in it) and returns what its template ``result_views/NAME.html`` is given as ``shown``, or None
where the answer does not have what the view needs: then the table is shown. A picture never stands
alone: the page that shows it has the table with the same facts beside it. ``lists`` has the views
that are read as they are, ``charts`` bars and the line of time, ``causal`` with ``drawing`` the
picture of causes, ``maps`` the map.

Columns follow one convention: ``xName`` or ``xLabel`` names what ``x`` is, so the two are shown as
one, a link with the label in the reader's language. ``x`` itself is called what the graph calls
``{base}column/x``, the term ``{namespace}x`` or the class ``{namespace}X``. A text that comes in
several rows, one for each language, is shown once, in the reader's.

What each view needs:

- ``table``: anything. A column of numbers that is called as a property with a unit has the unit,
  and so has ``?value`` beside a ``?measure``.
- ``grouped``: anything; one row for each thing in the first column, the others' values joined.
- ``figures``: ``?measure ?value``, perhaps ``?when ?note ?source``: up to four figures, each with
  the unit of its measure.
- ``opening``: ``?title``, the heading of the front page, perhaps a question; ``?answer`` with
  ``?answerText``, and ``?text``, both below it; further columns are facts beside them.
- ``notice``: ``?notice ?text``, perhaps ``?group`` that it is of: said in plain sight.
- ``columns``: ``?column ?item [?text] [?group]``: the items of each column side by side, with a
  text below and their groups as tags. ``?columnTone`` says whether it is "good" or "bad".
- ``bar``: one column of numbers and one of what they are of, perhaps one more for series, such as
  years.
- ``causal``: ``?cause ?effect``, perhaps ``?causeKind ?effectKind`` (what sort of thing it is),
  ``?causeTone ?effectTone`` ("good" or "bad") and ``?linkKind`` (how sure the link is), which
  ``?linkLine`` draws ("solid", "dashed", "dotted" or "dashdot"; else each kind gets one of its
  own). ``?linkEnd`` "none" leaves out the arrow: the two are set against each other. ``?weakest``
  says how sure the weakest link of a chain is, by the name of its column; ``?group`` is told in the
  table alone. Things in any further column are what the link rests on.
- ``line``, ``map``, ``timeline``: see ``lines``, ``maps`` and ``charts``.

Columns that only say how to draw (``samgraf.columns.DRAWING``) are none of the table. A tone or
line is never all that tells: a kind or heading says it in words.

A view may have a style sheet of its own, ``static/NAME.css``; ``result-views.css`` has the others.
"""

from collections.abc import Callable
from typing import Any

from samgraf.site.result_views import charts, lists
from samgraf.site.result_views.causal import causal
from samgraf.site.result_views.lines import line
from samgraf.site.result_views.maps import map_of
from samgraf.site.result_views.result import ResultTable, ordered_by

__all__ = ["PLAIN", "TABLE", "VIEWS", "ResultTable", "ordered_by", "shown_as"]

TABLE = "table"
#: Each view by the name that a content calls it by.
VIEWS: dict[str, Callable[[ResultTable], dict[str, Any] | None]] = {
    TABLE: lists.table,
    "grouped": lists.grouped,
    "figures": lists.figures,
    "columns": lists.columns,
    "notice": lists.notice,
    "opening": lists.opening,
    "places": lists.places,
    "bar": charts.bar,
    "line": line,
    "timeline": charts.timeline,
    "causal": causal,
    "map": map_of,
}
#: Views whose picture follows the order of the rows, whatever things are called.
DRAWN = frozenset(("causal",))
#: Views that are read as they are; every other is a picture, and has the table beside it.
PLAIN = frozenset((TABLE, "grouped", "figures", "columns", "notice", "opening", "places"))


def shown_as(view: str, result: ResultTable) -> tuple[str, dict[str, Any]]:
    """Return the name of the view that ``result`` is shown in, and what its template is given.

    It is ``view`` where there is such a one and the answer fits it, else the table.
    """
    if view not in DRAWN:
        result = result.by_name()
    shown = VIEWS[view](result) if view in VIEWS else None
    return (TABLE, lists.table(result.by_name())) if shown is None else (view, shown)
