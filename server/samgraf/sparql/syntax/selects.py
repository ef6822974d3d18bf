"""Read SELECT and what stands behind a pattern, from GROUP BY to VALUES.

https://www.w3.org/TR/sparql11-query/#rSelectQuery and #rSolutionModifier
"""

from __future__ import annotations

import re
from collections.abc import Collection

from samgraf.sparql.syntax.expressions import AGGREGATES, FUNCTIONS
from samgraf.sparql.syntax.iris import Prologue
from samgraf.sparql.syntax.nodes import Call, Expression, Group, Node, Select
from samgraf.sparql.syntax.patterns import Patterns
from samgraf.sparql.syntax.reading import VARIABLE
from samgraf.sparql.tokens import Kind, Token
from samgraf.vocab import is_iri

_INTEGER = re.compile(r"[0-9]+\Z")


class Selects(Patterns):
    """The part of the parser that reads selects, and the dataset that a query names."""

    def __init__(self, text: str, tokens: list[Token], prologue: Prologue):
        super().__init__(text, tokens, prologue)
        self.graphs: tuple[list[str], list[str]] = ([], [])
        self.dataset_place = (0, 0)

    def dataset(self) -> None:
        """Read FROM clauses."""
        start = self.start
        end = start
        while self.skip("FROM"):
            named = self.skip("NAMED")
            place = self.start
            iri = self.iri()
            if not is_iri(iri):
                self.refuse(f"<{iri}> is no absolute IRI, so that it names no graph", place)
            self.graphs[named].append(iri)
            end = self.end
        self.dataset_place = (start, end)

    def select(self, *, nested: bool) -> Select:
        """Read a SELECT from its first word to its last modifier."""
        self.at += 1
        distinct = self.skip("DISTINCT") or self.skip("REDUCED")
        items: list[tuple[str, Expression | None, int]] = []
        ordered: set[str] = set()  # the names of what the store has an order of
        star = self.start if self.keys[self.at] == "*" else None
        self.skip("*")
        while star is None and (key := self.keys[self.at]) in (VARIABLE, "("):
            start = self.start
            expression = None
            if key == "(":
                self.at += 1
                self.operators += 1
                first = self.at
                expression = self.expression()
                has_order = not self.may_have_no_order(first)
                self.expect("AS")
                start = self.start
            name = self.variable()
            if expression is not None:
                self.expect(")")
                if has_order:
                    ordered.add(name)
            items.append((name, expression, start))
        self._refuse_loose_items(bool(items))
        if star is None and not items:
            self.fail("a variable or * has to stand here")
        if not nested:
            self.dataset()
        self.skip("WHERE")
        where = self.group()
        variables = None if star is not None else tuple({name: None for name, _, _ in items})
        expressions = [e for _, e, _ in items if e is not None]
        computed = [name for name, e, _ in items if e is not None]
        keys: list[str] = []
        select = self.modifiers(where, variables, computed, expressions, keys, ordered)
        select.distinct = distinct
        if star is not None and select.grouped:
            self.refuse("* does not go with groups; name the variables", star)
        self._check_items(items, where, frozenset(keys) if select.grouped else None)
        return select

    def _refuse_loose_items(self, is_later: bool) -> None:
        """Refuse a comma between what is chosen, and a function that has no name."""
        key = self.keys[self.at]
        if key == "," and is_later:
            self.refuse("',' is not expected here: what is chosen is separated by spaces alone")
        if (key in AGGREGATES or key in FUNCTIONS) and self.keys[self.at + 1] == "(":
            self.refuse(
                f"{key} is not expected here: what is computed needs a name, as in "
                f"({key}(…) AS ?name)"
            )

    def _check_items(
        self,
        items: list[tuple[str, Expression | None, int]],
        where: Group,
        keys: frozenset[str] | None,
    ) -> None:
        """Refuse names that are taken, and what is not grouped by: the notes of section 19.8."""
        chosen: set[str] = set()
        scope = frozenset(where.scope)
        for name, expression, start in items:
            if name in chosen:
                if expression is not None:
                    self.refuse(f"?{name} is chosen twice", start)
                self.calls.append(Call(start, start + len(name) + 1, "AGAIN", ()))
            if expression is not None and name in scope:
                self.refuse(f"?{name} has a value in the pattern; AS needs a new name", start)
            if keys is not None:
                used = frozenset((name,)) if expression is None else expression.bare
                for loose in sorted(used - keys - chosen):
                    self.refuse(
                        f"?{loose} is neither grouped by nor aggregated; add it to GROUP BY, or "
                        f"choose one value by SAMPLE(?{loose})",
                        start if expression is None else expression.start,
                    )
            chosen.add(name)

    def modifiers(
        self,
        where: Group,
        variables: tuple[str, ...] | None,
        computed: list[str],
        expressions: list[Expression],
        keys: list[str],
        ordered: Collection[str] = (),
    ) -> Select:
        """Read what stands behind the pattern: GROUP BY to VALUES.

        ``keys`` takes the variables that are grouped by; ``ordered`` are variables of whose values
        the store has an order.
        """
        grouped = self._grouping(expressions, keys)
        if self.skip("ORDER"):
            self.expect("BY")
            self._order(expressions, ordered)
            while self.keys[self.at] in (VARIABLE, "ASC", "DESC") or self.starts_constraint():
                self._order(expressions, ordered)
        cut = self._slice()
        start, values = self.start, None
        if self.skip("VALUES"):
            self.operators += 1
            values = self.data(start)
        grouped = grouped or any(e.aggregates for e in expressions)
        if grouped:
            loose = (t for t in self.bare if t.text[1:] not in keys and t.text[1:] not in computed)
            self.calls += (Call(token.start, token.end, "SAMPLE", ()) for token in loose)
        more = () if values is None else values.variables
        scope = dict.fromkeys(variables if variables is not None else (*where.scope, *more))
        return Select(
            variables,
            frozenset(computed),
            where,
            grouped,
            cut,
            values,
            tuple(expressions),
            tuple(scope),
        )

    def _grouping(self, expressions: list[Expression], keys: list[str]) -> bool:
        grouped = self.skip("GROUP")
        if grouped:
            self.expect("BY")
            self._group_key(expressions, keys)
            while self.keys[self.at] == VARIABLE or self.starts_constraint():
                self._group_key(expressions, keys)
        self.bare = []
        if self.skip("HAVING"):
            grouped = True
            expressions.append(self.condition())
            while self.starts_constraint():
                expressions.append(self.condition())
        return grouped

    def _group_key(self, expressions: list[Expression], keys: list[str]) -> None:
        self.operators += 1
        if self.keys[self.at] == VARIABLE:
            keys.append(self.variable())
            return
        if self.skip("("):
            first, expression = self.at, self.expression()
            is_plain = set(self.keys[first : self.at]) <= {VARIABLE, "(", ")"}
            if self.skip("AS"):
                keys.append(self.variable())
                if is_plain:
                    node = Node(expression.start, expression.end)
                    self.calls.append(Call(node.start, node.end, "KEY", (node,)))
            self.expect(")")
        else:
            expression = self.constraint()
        self._refuse_aggregates(expression)
        expressions.append(expression)

    def _order(self, expressions: list[Expression], ordered: Collection[str]) -> None:
        self.operators += 1
        start, key = self.start, self.keys[self.at]
        if key == VARIABLE:
            if self.variable() not in ordered:
                self.note_order(start, Node(start, self.end))
            self.bare.append(self.tokens[self.at - 1])
            return
        if key in ("ASC", "DESC"):
            self.at += 1
            if self.keys[self.at] != "(":
                self.fail("( has to stand here")
        first = self.at
        expression = self.constraint()
        expressions.append(expression)
        if self.may_have_no_order(first) and self._name_within(first) not in ordered:
            self.note_order(start, Node(expression.start, expression.end), falls=key == "DESC")

    def _name_within(self, first: int) -> str:
        """Return the variable that is all since ``first``, but for parentheses; "" for none."""
        at = first
        while self.keys[at] == "(":
            at += 1
        is_all = self.keys[at] == VARIABLE and self.at - at == at - first + 1
        return self.tokens[at].text[1:] if is_all else ""

    def _slice(self) -> bool:
        words: set[str] = set()
        while (word := self.keys[self.at]) in ("LIMIT", "OFFSET") and word not in words:
            words.add(word)
            self.at += 1
            token = self.tokens[self.at] if self.at < len(self.tokens) else None
            if token is None or token.kind is not Kind.NUMBER or not _INTEGER.match(token.text):
                self.fail("a whole number has to stand here")
            self.at += 1
        return bool(words)
