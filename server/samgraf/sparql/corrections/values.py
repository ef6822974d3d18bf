"""Write what the store computes of values otherwise: https://www.w3.org/TR/sparql11-query/#expressions."""

from __future__ import annotations

import operator
import re
from typing import Any

import pyoxigraph as ox

from samgraf.sparql import literals
from samgraf.sparql.corrections.writing import Writing
from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.syntax.nodes import Call, Node
from samgraf.sparql.tokens import Kind, unquoted
from samgraf.vocab import RDF, XSD

#: How two truth values are ordered: https://www.w3.org/TR/sparql11-query/#OperatorMapping.
ORDERS = {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}
_TRUTHS = "urn:samgraf:function:"
_CONDITION = ox.NamedNode("urn:samgraf:function:condition")
_STRDT = ox.NamedNode("urn:samgraf:function:strdt")
_PRODUCT = ox.NamedNode("urn:samgraf:function:product")
_QUOTIENT = ox.NamedNode("urn:samgraf:function:quotient")
#: What is not written twice: what is so already, and patterns with labels of blank nodes.
_NOT_TWICE = re.compile(r"urn:samgraf:|\bEXISTS\b", re.IGNORECASE)
#: A sum of more characters is left as it is.
_LONGEST_SUM = 400
_NOTHING = f'"PT0S"^^<{XSD}dayTimeDuration>'
_CASTABLE = "urn:samgraf:function:castable:"


def comparison(writing: Writing, call: Call) -> str:
    """Compare truth values, which the store has no order for, where it compares nothing else.

    https://www.w3.org/TR/sparql11-query/#OperatorMapping
    """
    order = ORDERS[call.name]
    name = ox.NamedNode(_TRUTHS + order.__name__)

    def compare(left: Any, right: Any) -> ox.Literal | None:
        first, second = map(literals.truth, (left, right))
        known = first is not None and second is not None
        return ox.Literal(order(first, second)) if known else None

    writing.result.functions[name] = compare
    left, right = map(writing.repeated, call.arguments)
    return f"COALESCE({left} {call.name} {right}, {name}({left}, {right}))"


def condition(writing: Writing, call: Call) -> str:
    """Judge what is ill-formed or has a language, of which the store makes an error.

    https://www.w3.org/TR/sparql11-query/#ebv
    """
    (argument,) = call.arguments
    writing.result.functions[_CONDITION] = _worth
    text = writing.text(argument.start, argument.end, call)
    judged = f"{_CONDITION}({text})"
    tokens = writing.query.within(argument.start, argument.end)
    if any(token.kind not in (Kind.VARIABLE, Kind.MARK) for token in tokens):
        return f"({judged})"
    # most values of a variable the store judges itself, and faster
    return f"(COALESCE(!(!{text}), {judged}))"


def refuse_misread(writing: Writing) -> None:
    """Refuse constants that are ill-formed, and values of their type to the store."""
    tokens = writing.query.tokens
    for text, mark, name in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if mark.text == "^^" and text.kind is Kind.STRING:
            value, datatype = unquoted(text.text), writing.query.prologue.iri(name)
            if literals.is_misread(value, datatype):
                raise _misread(value, datatype)


def may_be_misread(writing: Writing, datatype: Node) -> bool:
    """Return whether the store may misread a value of ``datatype``."""
    token, *more = writing.query.within(datatype.start, datatype.end)
    if more or token.kind not in (Kind.IRI, Kind.NAME):
        return True
    return writing.query.prologue.iri(token).startswith((XSD, RDF))


def strdt(writing: Writing, call: Call) -> str:
    """Make nothing that the store would misread, and no text of a language without one.

    https://www.w3.org/TR/sparql11-query/#func-strdt
    """

    def typed(text: Any, datatype: Any) -> ox.Literal | None:
        if not literals.is_text(text) or not isinstance(datatype, ox.NamedNode):
            return None
        if literals.is_misread(text.value, datatype.value):
            writing.result.refusal = _misread(text.value, datatype.value)
            return None
        try:
            return ox.Literal(text.value, datatype=datatype)
        except ValueError:
            return None

    writing.result.functions[_STRDT] = typed
    written = [writing.text(node.start, node.end) for node in call.arguments]
    return f"{_STRDT}({', '.join(written)})"


def product(writing: Writing, call: Call) -> str:
    """Cut what has more decimals than the store keeps, of which it makes an error.

    So it does of a quotient whose divisor has decimals, while it computes it.
    https://www.w3.org/TR/xpath-functions/#op.numeric
    """
    functions = {"*": (_PRODUCT, literals.product), "/": (_QUOTIENT, literals.quotient)}
    first, *others = call.arguments
    written = writing.text(first.start, first.end)
    was_whole = call.separator[0] == "*" and written.lstrip("+-").isdigit()
    for sign, node in zip(call.separator, others, strict=True):
        operand = writing.text(node.start, node.end)
        plain = f"{written} {sign} {operand}"
        if was_whole or operand.lstrip("+-").isdigit():
            written = plain
        else:
            name, function = functions[sign]
            writing.result.functions[name] = function
            written = f"{name}({written}, {operand})"
            if "(" not in plain or (sign == "/" and not _NOT_TWICE.search(plain)):
                # most of them the store computes itself, and faster
                written = f"COALESCE({plain}, {written})"
        was_whole = False
    return written


def total(writing: Writing, call: Call) -> str:
    """Add a duration to a time also where the store has the two the wrong way round.

    It orders what is added as it likes, and knows only a time to which a duration is added; of a
    difference it keeps the order. https://www.w3.org/TR/xpath-functions/#dates-times-arithmetic
    """
    first, *others = call.arguments
    written = writing.text(first.start, first.end)
    for sign, node in zip(call.separator, others, strict=True):
        operand = writing.text(node.start, node.end)
        plain = f"{written} {sign} {operand}"
        # what is long holds such sums itself, and would be as long again for each
        if sign == "+" and len(plain) <= _LONGEST_SUM and not _NOT_TWICE.search(plain):
            one, other = (
                f"({term}) - ({_NOTHING} - ({by}))"
                for term, by in ((written, operand), (operand, written))
            )
            plain = f"COALESCE({plain}, {one}, {other})"
        written = plain
    return written


def cast(writing: Writing, call: Call) -> str:
    """Cast what the store casts otherwise than XML Schema has it, and a number only nearly.

    https://www.w3.org/TR/xpath-functions/#casting
    """
    (argument,) = call.arguments
    target = writing.query.prologue.iri(writing.query.within(call.start, argument.start)[0])
    name = target.removeprefix(XSD)
    function = ox.NamedNode(_CASTABLE + name)
    writing.result.functions[function] = lambda term: _castable(term, name)
    text = writing.text(argument.start, argument.end)
    before = writing.plain(call.start, argument.start)
    return f"{before}{function}({text}){writing.plain(argument.end, call.end)}"


def _worth(term: Any) -> ox.Literal | None:
    worth = literals.condition(term)
    return None if worth is None else ox.Literal(worth)


def _misread(text: str, datatype: str) -> RefusedQueryError:
    return RefusedQueryError(
        f'"{text}"^^<{datatype}> is no value of its type (XML Schema 1.1 part 2, section 3), but '
        "would be taken for one here. Write it as the type has it, or with another type."
    )


def _castable(term: Any, name: str) -> Any:
    """Return what the store casts to the type ``name`` as ``term`` is to be cast.

    The spaces around a text are none of its value.
    """
    if not isinstance(term, ox.Literal):
        return term
    if literals.is_text(term):
        text = term.value.strip(" \t\r\n")
        return None if literals.is_misread(text, XSD + "double") else ox.Literal(text)
    if name in ("decimal", "integer"):
        return literals.as_decimal(term)
    if name in ("double", "float") and term.datatype.value == XSD + "decimal":
        return ox.Literal(term.value)
    return term
