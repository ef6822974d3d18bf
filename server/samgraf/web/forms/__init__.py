"""The forms in which answers are shown: a table, a map, bars, a picture of causes and others.

A form is a module with ``shape(result)``, which returns what its template ``forms/NAME.html`` is
given as ``shown``, or None where the answer does not hold what the form needs: then the table is
shown. A picture never stands alone: the table with the same facts is always beside it.

Columns follow one convention: ``xName`` or ``xLabel`` names what ``x`` is, so the two are shown as
one, a link with the label in the reader's language.
"""

from samgraf.web.forms.result import Result
from samgraf.web.forms.show import shown_as

__all__ = ["Result", "shown_as"]
