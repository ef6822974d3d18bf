"""Write what is ordered by: https://www.w3.org/TR/sparql11-query/#modOrderBy."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from samgraf.sparql.corrections.paths import pairs_of
from samgraf.sparql.corrections.writing import Writing
from samgraf.sparql.syntax.nodes import Call, TriplesBlock, elements_of
from samgraf.sparql.syntax.terms import VARIABLE
from samgraf.sparql.tokens import Kind, Token
from samgraf.vocab import RDF


class Ordering:
    """What one query orders by; ``mixes`` is as in ``corrections.corrected``."""

    def __init__(self, writing: Writing, mixes: Callable[[str], bool]):
        self._writing, self._mixes = writing, mixes

    def order(self, call: Call) -> str:
        """Order numbers apart from each other type, between which the store's order goes in rings.

        https://www.w3.org/TR/sparql11-query/#modOrderBy
        """
        (argument,) = call.arguments
        key = self._writing.text(argument.start, argument.end, call)
        first = f"IF(isNumeric({key}), 0, DATATYPE({key}))"
        return f" {call.separator}({first}) {call.separator}({key}) "

    def is_of_one(self, call: Call) -> bool:
        """Return whether what is ordered by are all numbers, or none is."""
        (argument,) = call.arguments
        tokens = self._writing.query.within(argument.start, argument.end)
        terms = [token for token in tokens if token.kind is not Kind.MARK]
        found = self._values.get(f"?{terms[0].text[1:]}") if len(terms) == 1 else None
        return found is not None and (not found or not self._mixes(found))

    def _property(self, verb: Token) -> str:
        return RDF + "type" if verb.text == "a" else self._writing.query.prologue.iri(verb)

    @cached_property
    def _values(self) -> dict[str, str | None]:
        """Return the property whose values each variable has, if it is one; nothing of subjects."""
        found: dict[str, str | None] = {}
        for element, _ in elements_of(self._writing.query.select):
            for triples in element.triples if isinstance(element, TriplesBlock) else ():
                for subject, predicate, term in pairs_of(triples):
                    if subject is not None and subject.key == VARIABLE:
                        found.setdefault(
                            f"?{self._writing.source[subject.start + 1 : subject.end]}", ""
                        )
                    if term.key != VARIABLE:
                        continue
                    name = f"?{self._writing.source[term.start + 1 : term.end]}"
                    (verb, *more) = self._writing.query.within(predicate.start, predicate.end)
                    is_one = not more and verb.kind is not Kind.VARIABLE
                    iri = self._property(verb) if is_one else None
                    found[name] = iri if found.get(name, iri) in ("", iri) else None
        return found
