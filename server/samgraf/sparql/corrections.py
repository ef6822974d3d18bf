"""Write a query so that pyoxigraph answers it as the standard has it, or refuse it.

Where the store is known to differ from https://www.w3.org/TR/sparql11-query/, the query is written
in another way that the store evaluates rightly; what it cannot evaluate at all raises
RefusedQueryError with the section. Each correction is a function below that names its section:

- ``_graph``: GRAPH around what holds no triple pattern, sub-selects, MINUS (18.6);
- ``_triples``: paths over no step from a term that stands in no triple (18.4);
- ``_pattern_call``: REGEX and REPLACE (17.4.3.14, 17.4.3.15), see ``xpath_regex``;
- ``_group_concat``: GROUP_CONCAT of what is no plain text (18.5.1.7);
- ``_count``: COUNT of an expression that is an error for some (18.5.1.2);
- ``_bnode``: BNODE with a text (17.4.2.9);
- ``_comparison``: which truth value is less (17.3);
- ``_cast``: texts with spaces around, and names of infinity that XML Schema does not have (17.5).

The functions that a corrected query calls are in ``Corrected.functions`` and ``.aggregates``.
"""

from __future__ import annotations

import operator
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NoReturn

import pyoxigraph as ox

from samgraf.limits import CORRECTED_QUERY
from samgraf.sparql import xpath_regex
from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.syntax.nodes import (
    Bind,
    Call,
    Filter,
    GraphPattern,
    Group,
    GroupOrUnion,
    MinusPattern,
    Node,
    OptionalPattern,
    Predicate,
    Query,
    Term,
    Triples,
    TriplesBlock,
    elements_of,
    groups_of,
)
from samgraf.sparql.syntax.terms import BLANK, IRI, NAME, VARIABLE
from samgraf.sparql.tokens import Kind, unquoted
from samgraf.vocab import XSD

#: What every query that needs a correction holds; most hold none of it and need not be read. The
#: stars of COUNT(*) and SELECT * are no paths.
_SUSPECT = re.compile(
    r"\b(?:GRAPH|REGEX|REPLACE|GROUP_CONCAT|BNODE)\b|(?<!\()(?<!\sSELECT )\*|\?(?!\w)"
    r"|\bCOUNT\s*\((?!\s*(?:DISTINCT\s*)?(?:[?$]\w+|\*)\s*\))"
    r"|(?:[?$]\w+|(?<=[\s(&|])(?:true|false))\s*[<>]=?\s*(?:[?$]\w|true\b|false\b)"
    r"|[:#](?:boolean|float|double|decimal|integer|time|date|dateTime|duration|\w+Duration)>?\s*\(",
    re.IGNORECASE,
)
#: How two truth values are ordered: https://www.w3.org/TR/sparql11-query/#OperatorMapping.
_ORDERS = {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
#: What the store takes for a number, and XML Schema only where it is written in this way.
_NO_NUMBERS = frozenset(("inf", "infinity", "nan"))
_NUMBERS = frozenset(("INF", "+INF", "-INF", "NaN"))
_REGEX = "urn:samgraf:function:regex"
_REPLACE = "urn:samgraf:function:replace"
_CONCAT = "urn:samgraf:function:group-concat:"
_TRUTHS = "urn:samgraf:function:"
_COUNT = ox.NamedNode("urn:samgraf:function:count-distinct")
_ERROR = ox.NamedNode("urn:samgraf:error")
_COLLAPSED = ox.NamedNode("urn:samgraf:function:collapsed")


@dataclass
class Corrected:
    """A query that the store understands, and the functions that it calls.

    ``refusal`` is set once the query is evaluated, where that showed that it cannot be answered.
    """

    text: str
    functions: dict[ox.NamedNode, Callable[..., Any]] = field(default_factory=dict)
    aggregates: dict[ox.NamedNode, Callable[[], Any]] = field(default_factory=dict)
    refusal: RefusedQueryError | None = None


def is_suspect(text: str) -> bool:
    """Return whether ``text`` may need a correction: else it need not be parsed for one."""
    return _SUSPECT.search(text) is not None


def is_plain(query: Query) -> bool:
    """Return whether ``query`` needs no correction, whatever constants stand in their places."""
    return not query.calls and _Corrector(query, tuple).finds_none()


def corrected(query: Query, named_graphs: Callable[[], Iterable[str]]) -> Corrected:
    """Return ``query`` as the store is to be asked; ``named_graphs`` gives those of its dataset.

    Raise RefusedQueryError where the store cannot answer it rightly.
    """
    return _Corrector(query, named_graphs).run()


class _Corrector:
    """The corrections of one query: which parts of its text there are, and how each is written.

    A part is written with ``_text``, which corrects what stands within it.
    """

    def __init__(self, query: Query, named_graphs: Callable[[], Iterable[str]]):
        self._query, self._source = query, query.text
        self._named_graphs = named_graphs
        self._parts: list[tuple[Node, Callable[[Any], str]]] = []
        self._starts: list[int] = []
        self._result = Corrected(query.text)
        self._labels = [t for t in query.tokens if t.kind is Kind.BLANK]
        self._copy = 0

    def finds_none(self) -> bool:
        """Return whether there is nothing to correct but calls."""
        self._find_patterns()
        return not self._parts

    def run(self) -> Corrected:
        """Return the corrected query."""
        self._find_patterns()
        for call in self._query.calls:
            if call.name == "BNODE" and call.arguments:
                _bnode()
            elif call.name == "GROUP_CONCAT":
                self._parts.append((call, self._group_concat))
            elif call.name == "COUNT":
                self._parts.append((call, self._count))
            elif call.name in ("REGEX", "REPLACE"):
                self._parts.append((call, self._pattern_call))
            elif call.name in _ORDERS:
                self._parts.append((call, self._comparison))
            elif call.name == "CAST":
                self._parts.append((call, self._cast))
        if self._parts:
            self._parts.sort(key=lambda part: (part[0].start, -part[0].end))
            self._starts = [node.start for node, _ in self._parts]
            self._result.text = self._text(0, len(self._source))
        return self._result

    def _find_patterns(self) -> None:
        for element, _ in elements_of(self._query.select):
            if isinstance(element, TriplesBlock) and any(map(_needed, element.triples)):
                self._parts.append((element, self._triples))
            elif isinstance(element, GraphPattern) and not is_settled(element):
                self._parts.append((element, self._graph))

    # how text is put together

    def _text(self, start: int, end: int) -> str:
        """Return the text between two places, corrected."""
        pieces, at = [], start
        for node, write in self._parts[bisect_left(self._starts, start) :]:
            if node.start >= end:
                break
            if at <= node.start and node.end <= end:
                pieces += (self._plain(at, node.start), write(node))
                at = node.end
        pieces.append(self._plain(at, end))
        return "".join(pieces)

    def _plain(self, start: int, end: int) -> str:
        """Return text as it is, but that labels of blank nodes are those of the copy at hand."""
        if not self._copy:
            return self._source[start:end]
        pieces, at = [], start
        for label in self._labels:
            if start <= label.start and label.end <= end:
                pieces.append(self._source[at : label.end] + f"_{self._copy}")
                at = label.end
        return "".join((*pieces, self._source[at:end]))

    def _fresh(self) -> str:
        name = "any"
        while name in self._source:
            name += "_"
        return name

    # the corrections

    def _graph(self, pattern: GraphPattern) -> str:
        """Write GRAPH out for each named graph: https://www.w3.org/TR/sparql11-query/#sparqlAlgebraEval.

        The store looks for triples in all graphs at once, so that a group without any, a sub-select
        or the right side of a MINUS knows no graph.
        """
        names = self._names
        if pattern.iri is not None:
            plain = f"GRAPH {pattern.name} {self._group(pattern)}"
            return plain if pattern.iri in names else f"{{ {plain} FILTER(false) }}"
        if not names:
            return f"{{ GRAPH {pattern.name} {self._group(pattern)} FILTER(false) }}"
        copies, length, outer = [], 0, self._copy
        for number, name in enumerate(names, start=1):
            self._copy = outer * len(names) + number
            graph = f"<{name}>"
            copy = f"{{ GRAPH {graph} {self._group(pattern)} VALUES {pattern.name} {{ {graph} }} }}"
            length += len(copy)
            if length > CORRECTED_QUERY:
                raise RefusedQueryError(
                    "GRAPH with a variable around a sub-select, MINUS, VALUES or the like is "
                    f"evaluated graph by graph (SPARQL 1.1, section 18.6), and the query is too "
                    f"long for {len(names)} graphs. Name the graph."
                )
            copies.append(copy)
        self._copy = outer
        return " UNION ".join(copies)

    def _group(self, pattern: GraphPattern) -> str:
        return self._text(pattern.group.start, pattern.group.end)

    @cached_property
    def _names(self) -> list[str]:
        return sorted(self._named_graphs())

    def _triples(self, block: TriplesBlock) -> str:
        """Give each path that may go over no step a pattern of its own, where it starts at a term.

        https://www.w3.org/TR/sparql11-query/#defn_evalPP_ZeroOrOnePath: the term matches itself,
        though it stands in no triple. The store finds it only where it does.
        """
        pieces, groups, at = [], [], block.start
        for triples in sorted(block.triples, key=lambda triples: triples.start):
            if not _needed(triples):
                continue
            subject = triples.subject
            if subject is None or subject.key == BLANK:
                _refuse_path()
            kept = []
            for predicate in triples.predicates:
                for term in predicate.objects:
                    if _is_needed(subject, predicate, term):
                        if term.key in (BLANK, "[", "(") and self._slice(term) != "[]":
                            _refuse_path()
                        groups.append(self._path(subject, predicate, term))
                    else:
                        kept.append(" ".join(map(self._slice, (subject, predicate, term))))
            pieces += (self._plain(at, triples.start), " . ".join(kept))
            at = triples.end
            if not kept:
                # the stop behind it goes with it
                rest = self._source[at : block.end]
                at += len(rest) - len(rest.lstrip().removeprefix("."))
        pieces.append(self._plain(at, block.end))
        return "".join((*pieces, " ", *groups))

    def _slice(self, node: Node) -> str:
        return self._plain(node.start, node.end)

    def _path(self, subject: Term, predicate: Predicate, term: Term) -> str:
        path = " ".join(map(self._slice, (subject, predicate, term)))
        free = self._fresh()
        fixed, other = (subject, term) if _is_constant(subject) else (term, subject)
        itself, given = self._slice(fixed), self._slice(other)
        absent = (
            f"FILTER NOT EXISTS {{ {itself} ?{free}1 ?{free}2 }} "
            f"FILTER NOT EXISTS {{ ?{free}1 ?{free}2 {itself} }}"
        )
        if other.key == VARIABLE:
            zero = f"VALUES {given} {{ {itself} }} {absent}"
        elif given == "[]":
            zero = absent
        else:
            zero = f"FILTER(sameTerm({itself}, {given})) {absent}"
        return f"{{ {path} }}" + f" UNION {{ {zero} }}" * predicate.zero + " "

    def _pattern_call(self, call: Call) -> str:
        """Translate the pattern of REGEX or REPLACE, or have it translated when it is evaluated."""
        constants = [self._constant(node) for node in call.arguments[1:]]
        written = [self._text(node.start, node.end) for node in call.arguments]
        if None in constants:
            name = _REGEX if call.name == "REGEX" else _REPLACE
            evaluate = self._regex if call.name == "REGEX" else self._replace
            self._result.functions[ox.NamedNode(name)] = evaluate
            return f"<{name}>({', '.join(written)})"
        given = [text or "" for text in constants]
        if call.name == "REGEX":
            pattern = xpath_regex.translated(*given)
            xpath_regex.matches_empty(pattern)
            return f"REGEX({written[0]}, {ox.Literal(pattern.rust)})"
        pattern = xpath_regex.translated(given[0], *given[2:])
        xpath_regex.require_consuming(pattern)
        replacement = ox.Literal(xpath_regex.replacement_of(given[1], pattern))
        return f"REPLACE({written[0]}, {ox.Literal(pattern.rust)}, {replacement})"

    def _constant(self, node: Node) -> str | None:
        """Return the text that ``node`` is, if it is one without language and type."""
        token, *more = self._query.within(node.start, node.end)
        return None if more or token.kind is not Kind.STRING else unquoted(token.text)

    def _regex(self, text: Any, pattern: Any, flags: Any = None) -> ox.Literal | None:
        return self._evaluated(lambda p: xpath_regex.regex(text, p), text, pattern, flags)

    def _replace(self, text: Any, pattern: Any, new: Any, flags: Any = None) -> ox.Literal | None:
        if not _is_text(new):
            return None
        return self._evaluated(
            lambda p: xpath_regex.replace(text, p, new.value), text, pattern, flags
        )

    def _evaluated(
        self, evaluate: Callable[[xpath_regex.Pattern], Any], text: Any, pattern: Any, flags: Any
    ) -> ox.Literal | None:
        if not isinstance(text, ox.Literal) or not _is_text(pattern):
            return None
        if flags is not None and not _is_text(flags):
            return None
        try:
            return evaluate(xpath_regex.translated(pattern.value, flags.value if flags else ""))
        except xpath_regex.BadPatternError:
            return None
        except xpath_regex.UnsupportedPatternError as error:
            self._result.refusal = error
            return None

    def _group_concat(self, call: Call) -> str:
        """Join the texts of terms to a text without a language.

        https://www.w3.org/TR/sparql11-query/#defn_aggGroupConcat: the store keeps a language, and
        takes neither IRIs nor numbers.
        """
        (argument,) = call.arguments
        expression = self._text(argument.start, argument.end)
        if not call.distinct:
            separator = f"; SEPARATOR={call.separator}" if call.separator else ""
            return f"STR(GROUP_CONCAT(STR({expression}){separator}))"
        # terms are told apart before they are texts
        separator = unquoted(call.separator) if call.separator else " "
        name = ox.NamedNode(_CONCAT + separator.encode().hex())
        self._result.aggregates[name] = lambda: _DistinctConcat(separator)
        return f"{name}({expression})"

    def _count(self, call: Call) -> str:
        """Count only those for which the expression is no error, which spoils the store's count.

        https://www.w3.org/TR/sparql11-query/#defn_aggCount
        """
        (argument,) = call.arguments
        expression = self._text(argument.start, argument.end)
        if not call.distinct:
            return f"SUM(COALESCE(IF(isBLANK({expression}), 1, 1), 0))"
        self._result.aggregates[_COUNT] = _DistinctCount
        return f"{_COUNT}(COALESCE({expression}, {_ERROR}))"

    def _comparison(self, call: Call) -> str:
        """Compare truth values, which the store has no order for, where it compares nothing else.

        https://www.w3.org/TR/sparql11-query/#OperatorMapping
        """
        order = _ORDERS[call.name]
        name = ox.NamedNode(_TRUTHS + order.__name__)

        def compare(left: Any, right: Any) -> ox.Literal | None:
            first, second = _truth(left), _truth(right)
            known = first is not None and second is not None
            return ox.Literal(order(first, second)) if known else None

        self._result.functions[name] = compare
        left, right = map(self._slice, call.arguments)
        return f"COALESCE({left} {call.name} {right}, {name}({left}, {right}))"

    def _cast(self, call: Call) -> str:
        """Read a text as XML Schema has it, which the store does not.

        https://www.w3.org/TR/xpath-functions/#casting-from-strings: the spaces around it are none
        of its value.
        """
        self._result.functions[_COLLAPSED] = _collapsed
        (argument,) = call.arguments
        text = self._text(argument.start, argument.end)
        before = self._plain(call.start, argument.start)
        return f"{before}{_COLLAPSED}({text}){self._plain(argument.end, call.end)}"


def _truth(term: Any) -> bool | None:
    is_truth = isinstance(term, ox.Literal) and term.datatype.value == XSD + "boolean"
    return _TRUTH.get(term.value) if is_truth else None


def _collapsed(term: Any) -> Any:
    """Return a text without the spaces around it, and any other term as it is."""
    if not _is_text(term):
        return term
    text = term.value.strip(" \t\r\n")
    if text.lstrip("+-").lower() in _NO_NUMBERS and text not in _NUMBERS:
        return None
    return ox.Literal(text)


class _DistinctCount:
    """COUNT(DISTINCT …), of the terms of one group, or _ERROR in their place."""

    def __init__(self) -> None:
        self._terms: set[Any] = set()

    def accumulate(self, term: Any) -> None:
        """Take another term."""
        self._terms.add(term)

    def finish(self) -> ox.Literal:
        """Return how many terms there are."""
        return ox.Literal(len(self._terms - {_ERROR}))


class _DistinctConcat:
    """GROUP_CONCAT(DISTINCT …), of the terms of one group."""

    def __init__(self, separator: str):
        self._separator, self._terms = separator, {}

    def accumulate(self, term: Any) -> None:
        """Take another term."""
        self._terms[term] = None

    def finish(self) -> ox.Literal | None:
        """Return the texts of the terms, joined; None where one has none."""
        if not all(isinstance(t, ox.Literal | ox.NamedNode) for t in self._terms):
            return None
        return ox.Literal(self._separator.join(t.value for t in self._terms))


def _bnode() -> NoReturn:
    raise RefusedQueryError(
        "BNODE with a text has to make another blank node for each solution (SPARQL 1.1, section "
        "17.4.2.9), which cannot be done here. Use BNODE(), or IRI(CONCAT(…))."
    )


def _refuse_path() -> NoReturn:
    raise RefusedQueryError(
        "A path that may go over no step (* or ?) leads here from or to a blank node and to or "
        "from a term that need not stand in a triple (SPARQL 1.1, section 18.4), which cannot be "
        "evaluated as written. Put a variable in the place of the blank node."
    )


def _needed(triples: Triples) -> bool:
    """Return whether a path in ``triples`` may match a term that stands in no triple."""
    paths = ((p, term) for p in triples.predicates for term in p.objects)
    return any(_is_needed(triples.subject, p, term) for p, term in paths)


def _is_needed(subject: Term | None, predicate: Predicate, term: Term) -> bool:
    ends = (term,) if subject is None else (term, subject)
    return predicate.zero > 0 and any(map(_is_constant, ends))


def _is_constant(term: Term) -> bool:
    return term.key in (IRI, NAME, '"', "1", "+", "-", "TRUE", "FALSE")


def is_settled(pattern: GraphPattern) -> bool:
    """Return whether the store evaluates ``pattern`` rightly as it is."""
    right, binds = _quads_suffice(pattern.group, pattern.variable)
    if pattern.variable is None:
        # of one graph all is right, but what holds no triple pattern is found in no graph too
        return binds or _has_triples(pattern.group)
    return right and binds


def _has_triples(group: Group) -> bool:
    """Return whether no solution comes without a triple."""
    for element in group.elements:
        if isinstance(element, TriplesBlock) and not any(map(_needed, element.triples)):
            return True
        if isinstance(element, GroupOrUnion) and all(map(_has_triples, element.groups)):
            return True
    return False


def _quads_suffice(group: Group, variable: str | None) -> tuple[bool, bool]:
    """Return whether quads with the graph ``variable`` are right for ``group``, and bind it.

    The store puts the variable into each triple pattern. That is right where triple patterns come
    first, so that whatever is optional, or only tested, finds it bound.
    """
    if group.select is not None:
        return False, False
    binds, tests = False, False
    for element in group.elements:
        inner = [_quads_suffice(g, variable) for g in groups_of(element)]
        if isinstance(element, GraphPattern):
            continue
        if isinstance(element, MinusPattern) or not all(right for right, _ in inner):
            return False, False
        if isinstance(element, TriplesBlock):
            if any(map(_needed, element.triples)):
                return False, False
            binds = True
        elif isinstance(element, GroupOrUnion):
            binds = binds or all(bound for _, bound in inner)
        elif (isinstance(element, OptionalPattern) and not binds) or (
            isinstance(element, Bind) and (element.variable == variable or (inner and not binds))
        ):
            return False, False
        elif isinstance(element, Filter) and inner:
            tests = True
    return binds or not tests, binds


def _is_text(term: Any) -> bool:
    return (
        isinstance(term, ox.Literal)
        and term.language is None
        and term.datatype.value == XSD + "string"
    )
