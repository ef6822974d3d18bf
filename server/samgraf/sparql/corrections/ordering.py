"""Write ORDER BY, MIN and MAX: https://www.w3.org/TR/sparql11-query/#modOrderBy."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cached_property, partial
from typing import Any

import pyoxigraph as ox

from samgraf.sparql import literals
from samgraf.sparql.corrections.paths import pairs_of
from samgraf.sparql.corrections.writing import Collected, Writing
from samgraf.sparql.syntax.nodes import Call, Term, TriplesBlock, elements_of
from samgraf.sparql.syntax.reading import VARIABLE
from samgraf.sparql.tokens import Kind, Token
from samgraf.vocab import RDF, XSD

_AGGREGATE = "urn:samgraf:function:"
_LENGTH = ox.NamedNode("urn:samgraf:function:length")
#: An expression of the kind of a literal ``?o``; the store's order of one is total, but for 0.
KIND = f"""IF(isNumeric(?o),
    IF(?o = ?o, IF(DATATYPE(?o) IN (<{XSD}double>, <{XSD}float>), 3, 1), 0),
    IF(DATATYPE(?o) = <{XSD}duration>, 0, COALESCE(
        IF(TZ(?o) = "", DATATYPE(?o), STR(DATATYPE(?o))),
        IF(STRENDS(STR(DATATYPE(?o)), "Duration"), DATATYPE(?o), 2))))"""


class Ordering:
    """What one query orders by, or takes the least or the greatest of.

    ``mixes`` is as in ``corrections.corrected``.
    """

    def __init__(self, writing: Writing, mixes: Callable[[str], bool]):
        self._writing, self._mixes = writing, mixes

    def order(self, call: Call) -> str:
        """Order by kinds first, and so that the order of each is total.

        https://www.w3.org/TR/sparql11-query/#modOrderBy: the store compares values that have no
        order as texts, and that order goes in rings, which ends its process. Numbers are kept apart
        from each other type, NaN from the rest of them, and what is ill-formed from the times of
        its type. Numbers that are equal as doubles are ordered as decimals; times without a zone
        are as in UTC, https://www.w3.org/TR/xpath-functions/#dt-implicit-timezone; durations of
        months and days are as long as they are on average.
        """
        (argument,) = call.arguments
        self._writing.result.functions[_LENGTH] = literals.length
        key = self._writing.repeated(argument, call)
        return f" {ordered_by(key, call.separator)} "

    def extreme(self, call: Call) -> str:
        """Take the first or the last by that order: where there is none, the store takes any.

        https://www.w3.org/TR/sparql11-query/#defn_aggMin, https://www.w3.org/TR/sparql11-query/#defn_aggMax
        """
        (argument,) = call.arguments
        name = ox.NamedNode(_AGGREGATE + call.name.lower())
        direction = "ASC" if call.name == "MIN" else "DESC"
        self._writing.result.aggregates[name] = lambda: Collected(partial(_first, direction))
        return f"{name}({self._writing.text(argument.start, argument.end)})"

    def is_of_one(self, call: Call) -> bool:
        """Return whether all that is ordered by is of one kind, whose order is total."""
        (argument,) = call.arguments
        tokens = self._writing.query.within(argument.start, argument.end)
        terms = [token for token in tokens if token.kind is not Kind.MARK]
        found = self._values.get(f"?{terms[0].text[1:]}") if len(terms) == 1 else None
        return found is not None and (not found or not self._mixes(found))

    def _name(self, variable: Term | Token) -> str:
        return f"?{self._writing.source[variable.start + 1 : variable.end]}"

    def _property(self, verb: Token) -> str:
        return RDF + "type" if verb.text == "a" else self._writing.query.prologue.iri(verb)

    @cached_property
    def _values(self) -> dict[str, str | None]:
        """Return the property whose values each variable has, if it is one; "" for no literals."""
        found: dict[str, str | None] = {}
        for element, _ in elements_of(self._writing.query.select):
            for triples in element.triples if isinstance(element, TriplesBlock) else ():
                for subject, predicate, term in pairs_of(triples):
                    (verb, *more) = self._writing.query.within(predicate.start, predicate.end)
                    if subject is not None and subject.key == VARIABLE:
                        found.setdefault(self._name(subject), "")
                    if verb.kind is Kind.VARIABLE:
                        found.setdefault(self._name(verb), "")
                    if term.key != VARIABLE:
                        continue
                    name = self._name(term)
                    is_one = not more and verb.kind is not Kind.VARIABLE
                    iri = self._property(verb) if is_one else None
                    found[name] = iri if found.get(name, iri) in ("", iri) else None
        return found


def ordered_by(key: str, direction: str, length: str = "") -> str:
    """Return what is ordered by instead of ``key``, ASC or DESC; ``length`` is a duration's."""
    is_duration, length = f"DATATYPE({key}) = <{XSD}duration>", length or f"{_LENGTH}({key})"
    timed = f"isLiteral(IF({is_duration}, {length}, TZ({key})))"
    kind = f"COALESCE(IF({timed}, STR(DATATYPE({key})), 0), DATATYPE({key}))"
    in_utc = f'IF(TZ({key}) = "", STRDT(CONCAT(STR({key}), "Z"), DATATYPE({key})), {key})'
    first = f"IF(isNumeric({key}), IF({key} = {key}, 0, 1), {kind})"
    number = f"IF(isNumeric({key}), <{XSD}double>({key}), {in_utc})"
    second = f"COALESCE(IF({is_duration}, {length}, {number}), {key})"
    third = f"<{XSD}decimal>({key})"
    return " ".join(f"{direction}({by})" for by in (first, second, third))


def _first(direction: str, terms: Collection[Any]) -> Any:
    """Return the first of ``terms`` in order, ASC or DESC; None where there is none."""
    if len(terms) < 2:
        return next(iter(terms), None)
    whole = literals.integers(terms)
    if whole is not None:  # found faster than by the store
        return whole[(min if direction == "ASC" else max)(whole)]
    store, node = ox.Store(), ox.NamedNode("urn:samgraf:term")
    store.extend(ox.Quad(node, node, term) for term in terms)
    rows: Any = store.query(
        f"SELECT ?term {{ ?s ?p ?term }} ORDER BY {ordered_by('?term', direction)} LIMIT 1",
        custom_functions={_LENGTH: literals.length},
    )
    return next(rows)["term"]
