"""Read group graph patterns: https://www.w3.org/TR/sparql11-query/#rGroupGraphPattern."""

from __future__ import annotations

from samgraf.sparql.syntax.expressions import Expressions
from samgraf.sparql.syntax.nodes import (
    Bind,
    Element,
    Expression,
    Filter,
    GraphPattern,
    Group,
    GroupOrUnion,
    InlineData,
    MinusPattern,
    OptionalPattern,
    Select,
    ServicePattern,
    TriplesBlock,
)


class Patterns(Expressions):
    """Read groups and sub-selects."""

    def group(self) -> Group:
        """Read a group graph pattern."""
        start = self.start
        self.expect("{")
        elements: list[Element] = []
        select: Select | None = None
        if self.is_word("SELECT"):
            select = self.select(nested=True)
        else:
            triples = self._triples_block()
            elements += triples
            while not self.is_mark("}"):
                elements.append(self._element())
                self.skip(".")
                elements += self._triples_block()
        self.expect("}")
        return Group(start=start, end=self.end, elements=tuple(elements), select=select)

    def _triples_block(self) -> list[TriplesBlock]:
        if not self.starts_triples():
            return []
        outer, self.seen, self.properties = self.seen, {}, {}
        start = self.start
        self.triples(paths=True)
        block = TriplesBlock(
            start=start,
            end=self.end,
            variables=tuple(self.seen),
            properties=tuple(self.properties),
        )
        self.seen = outer
        return [block]

    def _element(self) -> Element:
        start = self.start
        if self.is_mark("{"):
            groups = [self.group()]
            while self.skip_word("UNION"):
                groups.append(self.group())
            return GroupOrUnion(start=start, end=self.end, groups=tuple(groups))
        word = self.skip_word("OPTIONAL", "MINUS", "GRAPH", "SERVICE", "FILTER", "BIND", "VALUES")
        if word == "OPTIONAL":
            group = self.group()
            return OptionalPattern(start=start, end=self.end, group=group)
        if word == "MINUS":
            group = self.group()
            return MinusPattern(start=start, end=self.end, group=group)
        if word == "GRAPH":
            name, iri = self._name()
            group = self.group()
            return GraphPattern(start=start, end=self.end, name=name, iri=iri, group=group)
        if word == "SERVICE":
            silent = bool(self.skip_word("SILENT"))
            name, iri = self._name()
            group = self.group()
            return ServicePattern(
                start=start, end=self.end, name=name, iri=iri, group=group, silent=silent
            )
        if word == "FILTER":
            constraint = self.constraint()
            return Filter(start=start, end=self.end, expression=constraint)
        if word == "BIND":
            self.expect("(")
            expression, variable = self._named_expression()
            self.expect(")")
            return Bind(start=start, end=self.end, expression=expression, variable=variable)
        if word == "VALUES":
            return self.data(start)
        self.fail("a pattern or } is missing here")

    def _name(self) -> tuple[str, str | None]:
        """Read what GRAPH or SERVICE names: as it is written, and the IRI it means."""
        written = self.token.text
        if self.is_variable():
            return "?" + self.variable(), None
        return written, self.iri()

    def _named_expression(self) -> tuple[Expression, str]:
        expression = self.expression()
        self.expect_word("AS")
        return expression, self.variable()

    def data(self, start: int) -> InlineData:
        """Read what stands behind VALUES, a word that starts at ``start``."""
        variables: list[str] = []
        undefined: set[str] = set()
        if self.is_variable():
            variables = [self.variable()]
            self.expect("{")
            while not self.is_mark("}"):
                self._value(variables[0], undefined)
        else:
            self.expect("(")
            while not self.is_mark(")"):
                variables.append(self.variable())
            self.expect(")")
            self.expect("{")
            while not self.is_mark("}"):
                self.expect("(")
                for variable in variables:
                    self._value(variable, undefined)
                self.expect(")")
        self.expect("}")
        return InlineData(
            start=start,
            end=self.end,
            variables=tuple(dict.fromkeys(variables)),
            undefined=frozenset(undefined),
        )

    def _value(self, variable: str, undefined: set[str]) -> None:
        if self.skip_word("UNDEF"):
            undefined.add(variable)
        elif not self.constant():
            self.fail("a value is missing here")

    # selects

    def select(self, *, nested: bool) -> Select:
        """Read a SELECT from its first word to its last modifier."""
        self.expect_word("SELECT")
        self.skip_word("DISTINCT", "REDUCED")
        variables: list[str] | None = []
        computed: set[str] = set()
        expressions: list[Expression] = []
        if self.skip("*"):
            variables = None
        else:
            while self.is_variable() or self.is_mark("("):
                if self.skip("("):
                    expression, name = self._named_expression()
                    expressions.append(expression)
                    computed.add(name)
                    self.expect(")")
                else:
                    name = self.variable()
                variables.append(name)
            if not variables:
                self.fail("a variable or * is missing here")
        if not nested:
            self.dataset()
        self.skip_word("WHERE")
        where = self.group()
        return self.modifiers(
            where,
            None if variables is None else tuple(variables),
            frozenset(computed),
            expressions,
            nested=nested,
        )

    def dataset(self) -> None:
        """Read FROM clauses."""
        while self.skip_word("FROM"):
            self.skip_word("NAMED")
            self.iri()

    def modifiers(
        self,
        where: Group,
        variables: tuple[str, ...] | None,
        computed: frozenset[str],
        expressions: list[Expression],
        *,
        nested: bool = False,
    ) -> Select:
        """Read what stands behind the pattern: GROUP BY to VALUES."""
        grouped = self._grouping(expressions)
        if self.skip_word("ORDER"):
            self.expect_word("BY")
            self._order(expressions)
            while self.is_variable() or self.is_word("ASC", "DESC") or self.starts_constraint():
                self._order(expressions)
        cut = self._slice()
        start, values = self.start, None
        if self.skip_word("VALUES"):
            values = self.data(start)
        if not nested and self.at < len(self.tokens):
            self.fail("the query should end here")
        return Select(
            variables=variables,
            computed=computed,
            where=where,
            grouped=grouped or any(e.aggregates for e in expressions),
            cut=cut,
            values=values,
            expressions=tuple(expressions),
        )

    def _grouping(self, expressions: list[Expression]) -> bool:
        grouped = bool(self.skip_word("GROUP"))
        if grouped:
            self.expect_word("BY")
            self._key(expressions)
            while self.is_variable() or self.starts_constraint():
                self._key(expressions)
        if self.skip_word("HAVING"):
            grouped = True
            expressions.append(self.constraint())
            while self.starts_constraint():
                expressions.append(self.constraint())
        return grouped

    def _key(self, expressions: list[Expression]) -> None:
        if self.is_variable():
            self.variable()
        elif self.is_mark("("):
            self.expect("(")
            expressions.append(self.expression())
            if self.skip_word("AS"):
                self.variable()
            self.expect(")")
        else:
            expressions.append(self.constraint())

    def _order(self, expressions: list[Expression]) -> None:
        if self.skip_word("ASC", "DESC"):
            expressions.append(self.bracketed())
        elif self.is_variable():
            self.variable()
        else:
            expressions.append(self.constraint())

    def _slice(self) -> bool:
        words: set[str] = set()
        while (word := self.token.word) in ("LIMIT", "OFFSET") and word not in words:
            words.add(word)
            self.at += 1
            self.integer()
        return bool(words)
