"""Read group graph patterns: https://www.w3.org/TR/sparql11-query/#rGroupGraphPattern."""

from __future__ import annotations

from samgraf.sparql.syntax.expressions import Expressions
from samgraf.sparql.syntax.nodes import (
    Bind,
    Call,
    Element,
    Expression,
    Filter,
    GraphPattern,
    Group,
    GroupOrUnion,
    InlineData,
    LateralPattern,
    MinusPattern,
    OptionalPattern,
    Select,
    ServicePattern,
    TriplesBlock,
)
from samgraf.sparql.syntax.reading import VARIABLE
from samgraf.sparql.tokens import Token

_PATTERN = "a pattern or } has to stand here"
#: The words that begin an element of a group.
ELEMENTS = frozenset(
    ("OPTIONAL", "MINUS", "LATERAL", "GRAPH", "SERVICE", "FILTER", "BIND", "VALUES")
)


class Patterns(Expressions):
    """The part of the parser that reads groups."""

    def select(self, *, nested: bool) -> Select:
        """Read a SELECT from its first word to its last modifier."""
        raise NotImplementedError

    def next_pattern(self) -> None:
        """Begin another basic graph pattern: labels of blank nodes do not reach over."""
        self.last_pattern += 1
        self.pattern = self.last_pattern

    def group(self) -> Group:
        """Read a group graph pattern."""
        start = self.start
        self.expect("{")
        outer, self.scope = self.scope, {}
        self.next_pattern()
        elements: list[Element] = []
        select: Select | None = None
        if self.keys[self.at] == "SELECT":
            select = self.select(nested=True)
            self.scope = dict.fromkeys(select.scope)
        else:
            self._triples_block(elements)
            while self.keys[self.at] != "}":
                elements.append(self._element())
                self.skip(".")
                self._triples_block(elements)
        self.expect("}")
        scope, self.scope = tuple(self.scope), outer
        self.next_pattern()
        return Group(start, self.end, tuple(elements), select, scope)

    def _triples_block(self, elements: list[Element]) -> None:
        if not self.starts_triples():
            return
        outer, self.scope, self.verbs, self.by_subject = self.scope, {}, [], []
        start = self.start
        self.triples(paths=True)
        variables, verbs, triples = tuple(self.scope), tuple(self.verbs), tuple(self.by_subject)
        block = TriplesBlock(start, self.end, variables, verbs, triples)
        outer.update(self.scope)
        self.scope = outer
        elements.append(block)

    def _element(self) -> Element:
        start, key = self.start, self.keys[self.at]
        self.operators += 1
        if key == "{":
            groups = [self._joined()]
            while self.skip("UNION"):
                self.operators += 1
                groups.append(self._joined())
            return GroupOrUnion(start, self.end, tuple(groups))
        if key not in ELEMENTS:
            if self.starts_triples():
                self.fail("a '.' has to stand before another triple pattern")
            self.fail(_PATTERN)
        self.at += 1
        if key == "OPTIONAL":
            group = self._joined()
            return OptionalPattern(start, self.end, group)
        if key == "LATERAL":
            group = self._joined()
            return LateralPattern(start, self.end, group)
        if key == "MINUS":
            group = self.group()
            if self.scope.keys().isdisjoint(group.scope):
                self.calls.append(Call(start, self.end, "IDLE", ()))
            return MinusPattern(start, self.end, group)
        if key == "GRAPH":
            name, iri = self._graph_name()
            group = self._joined()
            return GraphPattern(start, self.end, name, iri, group)
        if key == "SERVICE":
            silent = self.skip("SILENT")
            name, iri = self._graph_name()
            group = self._joined()
            return self.noted(ServicePattern(start, self.end, name, iri, group, silent))
        if key == "FILTER":
            pattern = self.pattern
            constraint = self.condition()
            self.pattern = pattern  # a filter does not end the pattern that it stands in
            self._refuse_aggregates(constraint)
            return Filter(start, self.end, constraint)
        if key == "BIND":
            return self._bind(start)
        data = self.data(start)
        self.scope.update(dict.fromkeys(data.variables))
        self.next_pattern()
        return data

    def noted(self, service: ServicePattern) -> ServicePattern:
        """Note that there is a SERVICE, and return it."""
        raise NotImplementedError

    def _joined(self) -> Group:
        """Read a group whose variables are in scope in the group around it."""
        group = self.group()
        self.scope.update(dict.fromkeys(group.scope))
        return group

    def _graph_name(self) -> tuple[str, str | None]:
        """Read what GRAPH or SERVICE names: as it is written, and the IRI it means."""
        if self.keys[self.at] == VARIABLE:
            name = self.variable()
            self.scope[name] = None
            return f"?{name}", None
        token: Token = self.name()
        return token.text, self.resolved(token)

    def _bind(self, start: int) -> Bind:
        self.expect("(")
        expression = self.expression()
        self._refuse_aggregates(expression)
        self.expect("AS")
        place = self.start
        variable = self.variable()
        if variable in self.scope:
            self.refuse(f"?{variable} has a value here already; BIND needs a new name", place)
        self.expect(")")
        self.scope[variable] = None
        self.next_pattern()
        return Bind(start, self.end, expression, variable)

    def _refuse_aggregates(self, expression: Expression) -> None:
        if expression.aggregates:
            self.refuse(
                "an aggregate such as COUNT may stand in SELECT, HAVING and ORDER BY alone",
                expression.start,
            )

    def data(self, start: int) -> InlineData:
        """Read what stands behind VALUES, a word that starts at ``start``."""
        variables: list[str] = []
        undefined: set[str] = set()
        single = self.keys[self.at] == VARIABLE
        if single:
            variables.append(self.variable())
        else:
            self.expect("(")
            while self.keys[self.at] == VARIABLE:
                variables.append(self.variable())
            self.expect(")")
        self.expect("{")
        while self.keys[self.at] != "}":
            if single:
                self._value(variables[0], undefined)
            else:
                self._row(variables, undefined)
        self.at += 1
        return InlineData(start, self.end, tuple(dict.fromkeys(variables)), frozenset(undefined))

    def _row(self, variables: list[str], undefined: set[str]) -> None:
        start, count = self.start, 0
        self.expect("(")
        while self.keys[self.at] != ")":
            self._value(variables[count] if count < len(variables) else "", undefined)
            count += 1
        self.at += 1
        if count != len(variables):
            self.refuse(
                f"this row has {count} values, and VALUES names {len(variables)} variables", start
            )

    def _value(self, variable: str, undefined: set[str]) -> None:
        self.values += 1
        if self.skip("UNDEF"):
            undefined.add(variable)
        elif self.keys[self.at] == "<<(":
            self.triple_term()
        elif not self.constant():
            self.fail("a value or UNDEF has to stand here")
