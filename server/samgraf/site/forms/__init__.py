"""The forms in which answers are shown: a table, a map, bars, a picture of causes and others.

A form is a module with ``shape(result)``, which returns what its template ``forms/NAME.html`` is
given as ``shown``, or None where the answer does not hold what the form needs: then the table is
shown. A picture never stands alone: the table with the same facts is always beside it, by the page
that shows the picture.

Columns follow one convention: ``xName`` or ``xLabel`` names what ``x`` is, so the two are shown as
one, a link with the label in the reader's language. ``x`` itself is called what the graph calls
``{base}column/x``, the term ``{namespace}x`` or the class ``{namespace}X``. A text that comes in
several rows, one for each language, is shown once, in the reader's.

What each form needs:

- ``table``: anything.
- ``opening``: ``?title``, the heading of the front page, perhaps a question; ``?answer`` with
  ``?answerText``, and ``?text``, both below it; further columns are facts beside them.
- ``notice``: ``?notice ?text``: said in plain sight.
- ``columns``: ``?column ?item [?text] [?group]``: the items of each column side by side, with a
  text below and their groups as tags. ``?columnTone`` says whether it is "good" or "bad".
- ``bar``: one column of numbers and one of what they are of, perhaps one more for series, such as
  years.
- ``causal``: ``?cause ?effect``, perhaps ``?causeKind ?effectKind`` (what sort of thing it is),
  ``?causeTone ?effectTone`` ("good" or "bad") and ``?linkKind`` (how sure the link is), which
  ``?linkLine`` draws ("solid", "dashed", "dotted" or "dashdot"; else each kind gets one of its
  own). ``?weakest`` says how sure the weakest link of a chain is, by the name of its column. Things
  in any further column are what the link rests on.
- ``map``, ``timeline``: see there.

Columns that only say how to draw (``wkt``, ``linkLine``, ``…Tone``) are none of the table. A tone
or line is never all that tells: a kind or heading says it in words.

A form may have a style sheet of its own, ``static/NAME.css``; ``forms.css`` holds the others.
"""

from samgraf.site.forms.result import Result
from samgraf.site.forms.show import shown_as

__all__ = ["Result", "shown_as"]
