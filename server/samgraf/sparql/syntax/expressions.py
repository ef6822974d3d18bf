"""Read expressions: https://www.w3.org/TR/sparql11-query/#rExpression."""

from __future__ import annotations

from dataclasses import dataclass, field

from samgraf.sparql.syntax.iris import Prologue
from samgraf.sparql.syntax.nodes import Call, Expression, Group, Node
from samgraf.sparql.syntax.reading import IRI, NAME, NAMES, NUMBER, STRING, VARIABLE, keys_of
from samgraf.sparql.syntax.terms import Terms
from samgraf.sparql.tokens import Kind, Token, significant
from samgraf.vocab import XSD

#: The built-in functions and the numbers of arguments that they take.
FUNCTIONS: dict[str, tuple[int, int | None]] = {
    name: bounds
    for bounds, names in {
        (0, 0): "RAND NOW UUID STRUUID",
        (0, 1): "BNODE",
        (0, None): "CONCAT COALESCE",
        (1, 1): "STR LANG DATATYPE IRI URI ABS CEIL FLOOR ROUND STRLEN UCASE LCASE ENCODE_FOR_URI "
        "YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ MD5 SHA1 SHA256 SHA384 SHA512 "
        "ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC "
        "LANGDIR HASLANG HASLANGDIR ISTRIPLE SUBJECT PREDICATE OBJECT",
        (2, 2): "LANGMATCHES CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER STRLANG STRDT SAMETERM "
        "ADJUST",
        (2, 3): "REGEX SUBSTR",
        (3, 3): "IF STRLANGDIR TRIPLE",
        (3, 4): "REPLACE",
    }.items()
    for name in names.split()
}
AGGREGATES = frozenset(("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"))
#: The functions that may answer differently each time.
VOLATILE = frozenset(("NOW", "RAND", "UUID", "STRUUID", "BNODE"))
#: The functions whose calls are noted: stores understand them in several ways.
NOTED = frozenset(("REGEX", "REPLACE", "BNODE", "STRDT"))
#: The functions that may give a text with a language, or what is ill-formed.
_ANY_TERM = """COALESCE IF STRLANG STRLANGDIR STRDT CONCAT SUBSTR UCASE LCASE STRBEFORE STRAFTER
    REPLACE MIN MAX SAMPLE SUBJECT PREDICATE OBJECT"""
ANY_TERMS = frozenset(_ANY_TERM.split())
#: Namespaces of functions that standards define: casts, and those of GeoSPARQL.
_STEADY = (XSD, "http://www.opengis.net/def/function/geosparql/")
#: The casts to what is no time and no duration.
_NO_TIMES = frozenset(("boolean", "decimal", "double", "float", "integer", "string"))
_SIGNS = frozenset(("!", "+", "-"))
_SUMS = frozenset(("+", "-", "*", "/"))
_ORDERS = frozenset(("<", ">", "<=", ">="))
_COMPARISONS = _ORDERS | {"=", "!="}
#: The functions that may give a truth value.
_TRUTH = """BOUND EXISTS NOT ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC ISTRIPLE HASLANG HASLANGDIR
    SAMETERM LANGMATCHES CONTAINS STRSTARTS STRENDS REGEX COALESCE IF STRDT MIN MAX SAMPLE OBJECT"""
TRUTHS = frozenset(_TRUTH.split())
_LOGIC = frozenset(("&&", "||"))
_OTHERS = _COMPARISONS | _SUMS | {"IN", "NOT"}
_CONSTRAINTS = frozenset(FUNCTIONS) | AGGREGATES | {"BOUND", "EXISTS", "NOT", "(", IRI, NAME}
_VALUE = "a value, a variable, a function or '(' has to stand here"


@dataclass(slots=True)
class _Notes:
    """What an expression holds, noted while it is read."""

    variables: set[str] = field(default_factory=set)
    bare: set[str] = field(default_factory=set)
    exists: list[Group] = field(default_factory=list)
    fixed: bool = True
    aggregates: bool = False


class Expressions(Terms):
    """The part of the parser that reads expressions."""

    def __init__(self, text: str, tokens: list[Token], prologue: Prologue):
        super().__init__(text, tokens, prologue)
        self._notes, self._aggregating = _Notes(), False
        self.calls: list[Call] = []
        self.bare: list[Token] = []  # variables in expressions, outside of aggregates and EXISTS
        self.may_be_any = False  # whether the expression read last may be any term
        self._may_be_truth = False  # whether what was read last may be a truth value

    def group(self) -> Group:
        """Read a group graph pattern."""
        raise NotImplementedError

    def starts_constraint(self) -> bool:
        """Return whether a constraint comes next."""
        return self.keys[self.at] in _CONSTRAINTS

    def condition(self) -> Expression:
        """Read a constraint that is true or false."""
        return self.constraint(tests=True)

    def constraint(self, *, tests: bool = False) -> Expression:
        """Read an expression in parentheses or the call of a function, which may be a condition."""
        if not self.starts_constraint():
            self.fail("an expression in parentheses or a function has to stand here")
        if self.keys[self.at] in (IRI, NAME) and self.keys[self.at + 1] != "(":
            self.at += 1
            self.fail("( has to stand here")
        return self.expression(alone=True, tests=tests)

    def may_have_no_order(self, first: int) -> bool:
        """Return whether the store may find no order among the values of the expression.

        It is the one that was read last, and begins at the token ``first``.
        """
        return self.may_be_any or self._may_be_time(first)

    def _may_be_time(self, at: int) -> bool:
        """Return whether the expression that begins at a token, read last, may give times.

        It adds what may be durations, hence no plain numbers, or calls what may give times.
        """
        held = {*self.keys[at : self.at]}
        if held & {"+", "-"} and NUMBER not in held:
            return True
        while self.keys[at] == "(":
            at += 1
        if self.keys[at] in (IRI, NAME):
            iri = self.prologue.iri(self.tokens[at])
            return not iri.startswith(XSD) or iri.removeprefix(XSD) not in _NO_TIMES
        return self.keys[at] == "ADJUST"

    def note_order(self, start: int, node: Node, *, falls: bool = False) -> None:
        """Note what ORDER BY orders by, from ``start``, the largest first if it ``falls``."""
        self.calls.append(
            Call(start, node.end, "ORDER", (node,), separator="DESC" if falls else "ASC")
        )

    def expression(self, *, alone: bool = False, tests: bool = False) -> Expression:
        """Read an expression; ``alone``, one in parentheses or a call, and no operator behind."""
        outer, self._notes = self._notes, _Notes()
        aggregating, self._aggregating = self._aggregating, False
        notes, start = self._notes, self.start
        self.may_be_any = may_be_any = self._operand() if alone else self._operation()
        if tests and may_be_any:
            self._note_condition(Node(start, self.end))
        self._notes, self._aggregating = outer, aggregating
        return Expression(
            start,
            self.end,
            frozenset(notes.variables),
            frozenset(notes.bare),
            tuple(notes.exists),
            notes.fixed,
            notes.aggregates,
        )

    def _note_condition(self, node: Node) -> None:
        self.calls.append(Call(node.start, node.end, "CONDITION", (node,)))

    def _note_product(self, operands: list[Node], signs: str) -> None:
        """Note what is multiplied or divided, where a whole number does not keep that simple."""
        whole = [self.text[f.start : f.end].lstrip("+-").isdigit() for f in operands]
        for number, sign in enumerate(signs):
            first = sign == "*" and number == 0 and whole[0]
            if not first and not whole[number + 1]:
                place = (operands[0].start, operands[-1].end)
                self.calls.append(Call(*place, "PRODUCT", tuple(operands), separator=signs))
                return

    def _operation(self) -> bool:
        """Read operands and the operators between them, as far as the expression goes.

        Return whether it is one operand, which may be any term.

        Which operator binds closer makes no difference to whether it is an expression, but for
        comparisons, of which no one compares another.
        """
        keys = self.keys
        compared, alone = False, True  # whether no operator but those of logic stands before it
        tests = False  # whether one of logic does
        before: tuple[Node, str] | None = None  # what is compared with what comes next, and how
        is_test = False  # whether anything is compared or joined by logic
        operands: list[Node] = []  # of the product or quotient at hand
        signs = ""  # between them
        terms: list[Node] = []  # of the sum or difference at hand
        sums = ""  # the signs between them
        may_be_time = was_number = False  # of the sum, whether two of its terms may; of a term
        while True:
            first, start = self.at, self.start
            while keys[self.at] in _SIGNS:
                self.at += 1
                self.operators += 1
            sign, place = keys[self.at - 1] if self.at > first else "", self.start
            is_number = bool(signs) or keys[self.at] == NUMBER
            may_be_any = self._operand()
            may_be_truth = keys[first] == "!" or (not sign and self._may_be_truth)
            end, key = self.end, keys[self.at]
            if key == IRI:
                self._split()
                key = keys[self.at]
            if before and may_be_truth and key not in _SUMS:
                left, order = before
                self.calls.append(Call(left.start, end, order, (left, Node(start, end))))
            is_left = may_be_truth and alone and key in _ORDERS
            before = (Node(start, end), key) if is_left else None
            if may_be_any and (
                sign == "!"
                or (not sign and alone and (key in _LOGIC or (tests and key not in _OTHERS)))
            ):
                self._note_condition(Node(place, end))
            is_operand = may_be_any and alone and not tests and not sign
            operands.append(Node(start, end))
            if key in ("*", "/"):
                signs += key
            else:
                if signs:
                    self._note_product(operands, signs)
                terms.append(Node(operands[0].start, end))
                may_be_time |= sums.endswith("+") and not (is_number or was_number)
                operands, signs, was_number = [], "", is_number
                if key in ("+", "-"):
                    sums += key
                else:
                    if may_be_time:
                        self.calls.append(
                            Call(terms[0].start, end, "SUM", tuple(terms), separator=sums)
                        )
                    terms, sums, may_be_time = [], "", False
            if key == "IN" or key == "NOT":
                self._refuse_second(compared)
                self.at += 1
                if key == "NOT":
                    self.expect("IN")
                self.operators += 1
                self._arguments(0, None)
                compared, is_test, key = True, True, keys[self.at]
                if key not in _LOGIC:
                    self._may_be_truth = True
                    return False
            is_alone, alone = alone, key in _LOGIC
            tests = alone
            if key in _LOGIC:
                compared, is_test = False, True
            elif key in _COMPARISONS:
                self._refuse_second(compared)
                compared = is_test = True
            elif key not in _SUMS:
                self._may_be_truth = is_test or (is_alone and may_be_truth)
                return is_operand
            self.at += 1
            self.operators += 1

    def _refuse_second(self, compared: bool) -> None:
        if compared:
            self.refuse("a comparison cannot be compared again; put parentheses around the first")

    def _split(self) -> None:
        """Read what looks like an IRI behind an operand as ``<`` and what follows it.

        The grammar's longest match makes ``<?b&&?c>`` an IRI where only an operator may stand.
        """
        token = self.tokens[self.at]
        if "#" in token.text or "'" in token.text:
            self.refuse("an IRI is not expected here; if < compares, write a space behind it")
        pieces = [Token(Kind.MARK, "<", token.start)]
        for piece in significant(self.text, token.start + 1):
            pieces.append(piece)
            if piece.end >= token.end:
                break
        end = pieces[-1].end
        stop = self.at
        while stop < len(self.tokens) and self.tokens[stop].start < end:
            stop += 1
        self.tokens[self.at : stop] = pieces
        self.keys[self.at : stop] = keys_of(pieces)[:-2]

    def _operand(self) -> bool:
        """Read what operators stand between; return whether it may be any term."""
        key = self.keys[self.at]
        if key == VARIABLE:
            self._used(self.variable())
            if not self._aggregating:
                self.bare.append(self.tokens[self.at - 1])
            self._may_be_truth = True
            return True
        if key == "(":
            self.at += 1
            may_be_any = self._operation()
            self.expect(")")
            return may_be_any
        may_be_any = may_be_truth = False
        if key in NAMES:
            name = self.name()
            if self.keys[self.at] == "(":
                may_be_truth = self._call(name)
        elif key == "<<(":
            self._triple()
        elif self.constant():
            may_be_any = key == STRING and self.keys[self.at - 1] != STRING
            may_be_truth = key in ("TRUE", "FALSE") or (may_be_any and self._is_typed_truth())
        else:
            self._built_in(key)
            may_be_any, may_be_truth = key in ANY_TERMS, key in TRUTHS
        self._may_be_truth = may_be_truth
        return may_be_any

    def _is_typed_truth(self) -> bool:
        """Return whether the literal read last has the type of truth values."""
        token = self.tokens[self.at - 1]
        is_typed = token.kind in (Kind.IRI, Kind.NAME)
        return is_typed and self.prologue.iri(token) == XSD + "boolean"

    def _used(self, variable: str) -> None:
        self._notes.variables.add(variable)
        if not self._aggregating:
            self._notes.bare.add(variable)

    def _triple(self) -> None:
        self.at += 1
        self.operators += 1
        for _ in range(3):
            if self.keys[self.at] == "a":
                self.at += 1
            else:
                self._operand()
        self.expect(")>>")

    def _call(self, name: Token) -> bool:
        """Read the call of a function that an IRI names; return whether it may give a truth."""
        iri = self.resolved(name)
        if not iri.startswith(_STEADY):
            self._notes.fixed = False  # a store's own function may answer differently each time
        self.operators += 1
        arguments = self._arguments(0, None)
        if iri.startswith(XSD) and iri != XSD + "string" and len(arguments) == 1:
            self.calls.append(Call(name.start, self.end, "CAST", tuple(arguments)))
        return iri == XSD + "boolean" or not iri.startswith(XSD)

    def _arguments(self, least: int, most: int | None, *, tests: bool = False) -> list[Node]:
        """Read arguments in parentheses, of which the first may be a condition.

        Return where each stands.
        """
        start, found = self.start, []
        self.expect("(")
        aggregating = self._aggregating
        if most is None and self.keys[self.at] == "DISTINCT":
            self._start_aggregate()  # a store's own
            self.at += 1
        if self.keys[self.at] != ")":
            found.append(self._argument(tests=tests))
            while self.skip(","):
                self.operators += 1
                found.append(self._argument())
        self._aggregating = aggregating
        self.expect(")")
        count = len(found)
        if count < least or (most is not None and count > most):
            wanted = f"{least}" if least == most else f"{least} to {most}"
            self.refuse(f"this function takes {wanted} arguments, not {count}", start)
        return found

    def _argument(self, *, tests: bool = False) -> Node:
        start = self.start
        may_be_any = self._operation()
        node = Node(start, self.end)
        if tests and may_be_any:
            self._note_condition(node)
        return node

    def _built_in(self, key: str) -> None:
        if key in ("EXISTS", "NOT"):
            self.at += 1
            if key == "NOT":
                self.expect("EXISTS")
            self._exists()
        elif key in AGGREGATES:
            self._aggregate(key)
        elif key == "BOUND":
            self.at += 1
            self.expect("(")
            self._used(self.variable())
            self.expect(")")
        elif key in FUNCTIONS:
            start = self.start
            self.at += 1
            if key in VOLATILE:
                self._notes.fixed, self.volatile = False, True
            arguments = self._arguments(*FUNCTIONS[key], tests=key == "IF")
            if key in NOTED:
                self.calls.append(Call(start, self.end, key, tuple(arguments)))
        else:
            self.fail(_VALUE)
        self.operators += 1

    def _exists(self) -> None:
        # a pattern of its own, after which the one at hand goes on
        notes, pattern, bare = self._notes, self.pattern, self.bare
        self.bare = []
        notes.exists.append(self.group())
        self._notes, self.pattern, self.bare = notes, pattern, bare

    def _start_aggregate(self) -> None:
        """Note that an aggregate starts here, which cannot stand within another."""
        if self._aggregating:
            self.refuse(
                "an aggregate cannot stand within another (SPARQL 1.1, section 19.8); compute the "
                "inner one in a sub-select"
            )
        self._notes.aggregates = self._aggregating = True

    def _aggregate(self, key: str) -> None:
        start, separator = self.start, ""
        self._start_aggregate()
        self.at += 1
        self.expect("(")
        distinct = self.skip("DISTINCT")
        argument, first, is_plain = None, self.at, self.keys[self.at] == VARIABLE
        may_be_any, place = False, self.start
        if key != "COUNT" or not self.skip("*"):
            may_be_any = self._operation() or self._may_be_time(first)
            argument = Node(place, self.end)
        is_plain = is_plain and self.at == first + 1
        if key == "GROUP_CONCAT" and self.skip(";"):
            self.expect("SEPARATOR")
            self.expect("=")
            self.string()
            separator = self.tokens[self.at - 1].text
        self.expect(")")
        self._aggregating = False
        if key == "GROUP_CONCAT" and argument is not None:
            self.calls.append(Call(start, self.end, key, (argument,), distinct, separator))
        elif key == "COUNT" and argument is not None and not is_plain:
            self.calls.append(Call(start, self.end, key, (argument,), distinct))
        elif key in ("MIN", "MAX") and argument is not None and may_be_any:
            self.calls.append(Call(start, self.end, key, (argument,)))
