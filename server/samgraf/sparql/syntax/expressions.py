"""Read expressions: https://www.w3.org/TR/sparql11-query/#rExpression."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from samgraf.sparql.outline import VOLATILE
from samgraf.sparql.syntax.nodes import Expression, Group
from samgraf.sparql.syntax.terms import Terms
from samgraf.sparql.tokens import Kind

#: The built-in functions and the numbers of arguments that they take.
FUNCTIONS: dict[str, tuple[int, int | None]] = {
    name: bounds
    for bounds, names in {
        (0, 0): "RAND NOW UUID STRUUID",
        (0, 1): "BNODE",
        (0, None): "CONCAT COALESCE",
        (1, 1): "STR LANG DATATYPE IRI URI ABS CEIL FLOOR ROUND STRLEN UCASE LCASE ENCODE_FOR_URI "
        "YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ MD5 SHA1 SHA256 SHA384 SHA512 "
        "ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC",
        (2, 2): "LANGMATCHES CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER STRLANG STRDT SAMETERM",
        (2, 3): "REGEX SUBSTR",
        (3, 3): "IF",
        (3, 4): "REPLACE",
    }.items()
    for name in names.split()
}
AGGREGATES = frozenset(("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"))
#: Namespaces of functions that standards define: casts, and those of GeoSPARQL.
_STEADY = (
    "http://www.w3.org/2001/XMLSchema#",
    "http://www.opengis.net/def/function/geosparql/",
)
_COMPARISONS = ("=", "!=", "<", ">", "<=", ">=")


@dataclass
class _Notes:
    variables: set[str] = field(default_factory=set)
    exists: list[Group] = field(default_factory=list)
    fixed: bool = True
    aggregates: bool = False


class Expressions(Terms):
    """Read expressions; what is in them is noted as they are read."""

    _notes: _Notes

    def group(self) -> Group:
        """Read a group graph pattern."""
        raise NotImplementedError

    def expression(self) -> Expression:
        """Read an expression."""
        return self._noted(self._or)

    def bracketed(self) -> Expression:
        """Read an expression in parentheses."""
        return self._noted(self._in_brackets)

    def constraint(self) -> Expression:
        """Read an expression in parentheses or the call of a function."""
        if not self.starts_constraint():
            self.fail("an expression in parentheses or a function is missing here")
        return self._noted(self._constraint)

    def starts_constraint(self) -> bool:
        """Say whether a constraint comes next."""
        word = self.token.text.upper() if self.token.kind is Kind.WORD else ""
        named = word in FUNCTIONS or word in AGGREGATES or word in ("BOUND", "EXISTS", "NOT")
        return named or self.is_mark("(") or self.is_iri()

    def _noted(self, read: Callable[[], None]) -> Expression:
        outer = getattr(self, "_notes", None)
        self._notes = notes = _Notes()
        start = self.start
        read()
        self._notes = outer
        return Expression(
            start=start,
            end=self.end,
            variables=frozenset(notes.variables),
            exists=tuple(notes.exists),
            fixed=notes.fixed,
            aggregates=notes.aggregates,
        )

    def _or(self) -> None:
        self._and()
        while self.skip("||"):
            self._and()

    def _and(self) -> None:
        self._relation()
        while self.skip("&&"):
            self._relation()

    def _relation(self) -> None:
        self._sum()
        if self.skip(*_COMPARISONS):
            self._sum()
        elif self.skip_word("NOT"):
            self.expect_word("IN")
            self._list()
        elif self.skip_word("IN"):
            self._list()

    def _sum(self) -> None:
        self._product()
        while self.skip("+", "-"):
            self._product()

    def _product(self) -> None:
        self._unary()
        while self.skip("*", "/"):
            self._unary()

    def _unary(self) -> None:
        if not self.skip("!") and not self.is_number():
            self.skip("+", "-")
        self._primary()

    def _primary(self) -> None:
        if self.is_mark("("):
            self._in_brackets()
        elif self.is_variable():
            self._notes.variables.add(self.variable())
        elif self.is_iri():
            name = self.iri()
            if self.is_mark("("):
                self._arguments(name)
        elif not self.constant():
            self._built_in()

    def _in_brackets(self) -> None:
        self.expect("(")
        self._or()
        self.expect(")")

    def _constraint(self) -> None:
        if self.is_iri():
            self._arguments(self.iri())
        elif self.is_mark("("):
            self._in_brackets()
        else:
            self._built_in()

    def _arguments(self, name: str) -> None:
        if not name.startswith(_STEADY):
            # a store's own function may answer differently each time
            self._notes.fixed = False
        self.expect("(")
        if self.skip(")"):
            return
        if self.skip_word("DISTINCT"):
            self._notes.aggregates = True
        self._or()
        while self.skip(","):
            self._or()
        self.expect(")")

    def _list(self, least: int = 0, most: int | None = None) -> None:
        count = 0
        self.expect("(")
        if not self.is_mark(")"):
            self._or()
            count = 1
            while self.skip(","):
                self._or()
                count += 1
        if count < least or (most is not None and count > most):
            self.fail("the function takes another number of arguments")
        self.expect(")")

    def _built_in(self) -> None:
        word = self.token.text.upper() if self.token.kind is Kind.WORD else ""
        start = self.start
        if word in ("EXISTS", "NOT"):
            self.at += 1
            if word == "NOT":
                self.expect_word("EXISTS")
            self._notes.exists.append(self._hidden_group())
        elif word in AGGREGATES:
            self.at += 1
            self._aggregate(word)
        elif word == "BOUND":
            self.at += 1
            self.expect("(")
            self._notes.variables.add(self.variable())
            self.expect(")")
        elif word in FUNCTIONS:
            self.at += 1
            if word in VOLATILE:
                self._notes.fixed = False
            self._list(*FUNCTIONS[word])
        else:
            self.fail("an expression is missing here", start)

    def _hidden_group(self) -> Group:
        # what is in it is in no scope outside
        seen, notes = self.seen, self._notes
        self.seen = {}
        group = self.group()
        self.seen, self._notes = seen, notes
        return group

    def _aggregate(self, word: str) -> None:
        self._notes.aggregates = True
        self.expect("(")
        self.skip_word("DISTINCT")
        if word != "COUNT" or not self.skip("*"):
            self._or()
        if word == "GROUP_CONCAT" and self.skip(";"):
            self.expect_word("SEPARATOR")
            self.expect("=")
            if self.token.kind is not Kind.STRING:
                self.fail("a string is missing here")
            self.at += 1
        self.expect(")")
