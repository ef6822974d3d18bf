"""Write a query so that pyoxigraph answers it as the standard has it, or refuse it.

Where the store is known to differ from https://www.w3.org/TR/sparql11-query/, the query is written
in another way that the store evaluates rightly; what it cannot evaluate at all raises
RefusedQueryError with the section. Each correction names its section:

- ``graphs``: GRAPH around what holds no triple pattern, sub-selects, MINUS (18.6); a MINUS that
  takes nothing away (18.5) is left out, as within EXISTS it would;
- ``paths``: what several paths of a choice find, and paths over no step from a term that stands in
  no triple (18.4);
- ``ordering``: ORDER BY, MIN and MAX of values of several types, of times of which some have a
  zone, and of durations (15.1, 18.5.1.5, 18.5.1.6);
- ``calls``: REGEX and REPLACE (17.4.3.14, 17.4.3.15), see ``xpath_regex``; GROUP_CONCAT of what is
  no plain text (18.5.1.7); COUNT of an expression that is an error for some (18.5.1.2); BNODE with
  a text (17.4.2.9); GROUP BY that renames a variable (11.2); a variable that HAVING or ORDER BY
  takes from a group (18.2.4.1), or that SELECT or DESCRIBE chooses twice (18.2.5.2); groups of
  what is no SELECT (16), and IRIs that are described without any solution (16.4);
- ``values``: which truth value is less (17.3); decimal numbers whose product has more decimals than
  the store keeps, or that are divided by one another (17.4); times and durations that are
  added; what is ill-formed, or has a language, as a condition (17.2.2); what is ill-formed, and a
  value of its type to the store (17.1); casts of texts with spaces around, of names of infinity
  that XML Schema does not have, and of numbers between binary and decimal (17.5).

``writing`` puts the text together. The functions that a corrected query calls are in
``Corrected.functions`` and ``.aggregates``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from samgraf.sparql.corrections import calls, values
from samgraf.sparql.corrections.graphs import Graphs, is_settled
from samgraf.sparql.corrections.ordering import KIND, Ordering
from samgraf.sparql.corrections.paths import Paths
from samgraf.sparql.corrections.writing import Corrected, Writing
from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.syntax.nodes import Call, GraphPattern, Query, elements_of

__all__ = ["KIND", "Corrected", "corrected", "is_settled", "plain_unless_mixed"]

_ORDERED = ("ORDER", "MIN", "MAX")
#: How the calls are written that are always written anew.
_WRITERS: dict[str, Callable[[Writing, Call], str]] = {
    "AGAIN": lambda _writing, _call: "",
    "CAST": values.cast,
    "CONDITION": values.condition,
    "COUNT": calls.count,
    "GROUP_CONCAT": calls.group_concat,
    "IDLE": lambda _writing, _call: "{}",
    "KEY": calls.key,
    "PRODUCT": values.product,
    "REGEX": calls.pattern_call,
    "REPLACE": calls.pattern_call,
    "SAMPLE": calls.sample,
    "SOLUTIONS": calls.solutions,
    "STRDT": values.strdt,
    "SUM": values.total,
    **dict.fromkeys(values.ORDERS, values.comparison),
}


def plain_unless_mixed(query: Query) -> tuple[str, ...] | None:
    """Return the properties whose values have to be of one kind for ``query`` to stay as it is.

    It then needs no correction, whatever constants stand in their places; of one kind are those of
    which ``mixes`` of ``corrected`` is false. None where it may need one whatever the values are.
    """
    asked: dict[str, None] = {}

    def mixes(property_: str) -> bool:
        asked[property_] = None
        return False

    return tuple(asked) if _Corrector(query, tuple, mixes).finds_none() else None


def corrected(
    query: Query,
    named_graphs: Callable[[], Iterable[str]],
    mixes: Callable[[str], bool] = lambda _: True,
) -> Corrected:
    """Return ``query`` as the store is to be asked.

    ``named_graphs`` gives the graphs of its dataset; ``mixes`` tells of a property whether its
    values may be literals among which the store has no order. Raise RefusedQueryError where the
    store cannot answer it rightly.
    """
    return _Corrector(query, named_graphs, mixes).run()


class _Corrector:
    """The corrections of one query: which parts of its text there are, and how each is written."""

    def __init__(
        self,
        query: Query,
        named_graphs: Callable[[], Iterable[str]],
        mixes: Callable[[str], bool],
    ):
        self._query, self._writing = query, Writing(query)
        self._graphs = Graphs(self._writing, named_graphs)
        self._paths = Paths(self._writing)
        self._ordering = Ordering(self._writing, mixes)

    def finds_none(self) -> bool:
        """Return whether there is nothing to correct, nor to refuse."""
        try:
            values.refuse_misread(self._writing)
        except RefusedQueryError:
            return False
        noted = self._query.calls
        if not all(c.name in _ORDERED and self._ordering.is_of_one(c) for c in noted):
            return False
        self._find_patterns()
        return not self._writing.parts

    def run(self) -> Corrected:
        """Return the corrected query."""
        values.refuse_misread(self._writing)
        self._find_patterns()
        # before the call that may be all of the condition, or of what is ordered by
        outer = ("CONDITION", "ORDER")
        for call in sorted(self._query.calls, key=lambda call: call.name not in outer):
            self._find_call(call)
        return self._writing.finish()

    def _find_patterns(self) -> None:
        self._writing.parts += [(block, self._paths.triples) for block in self._paths.find()]
        for element, _ in elements_of(self._query.select):
            if isinstance(element, GraphPattern) and not is_settled(element):
                self._writing.parts.append((element, self._graphs.graph))

    def _find_call(self, call: Call) -> None:
        parts = self._writing.parts
        if call.name == "BNODE":
            if call.arguments:
                calls.refuse_bnode()
        elif call.name in _ORDERED:
            if not self._ordering.is_of_one(call):
                is_order = call.name == "ORDER"
                parts.append((call, self._ordering.order if is_order else self._ordering.extreme))
        elif call.name != "STRDT" or values.may_be_misread(self._writing, call.arguments[1]):
            parts.append((call, partial(_WRITERS[call.name], self._writing)))
