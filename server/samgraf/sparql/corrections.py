"""Write a query so that pyoxigraph answers it as the standard has it, or refuse it.

Where the store is known to differ from https://www.w3.org/TR/sparql11-query/, the query is written
in another way that the store evaluates rightly; what it cannot evaluate at all raises
RefusedQueryError with the section. Each correction is a function below that names its section:

- ``_graph``: GRAPH around what holds no triple pattern, sub-selects, MINUS (18.6);
- ``_triples``: paths over no step from a term that stands in no triple (18.4);
- ``_pattern_call``: REGEX and REPLACE (17.4.3.14, 17.4.3.15), see ``xpath_regex``;
- ``_group_concat``: GROUP_CONCAT of what is no plain text (18.5.1.7);
- ``_bnode``: BNODE with a text (17.4.2.9).

The functions that a corrected query calls are in ``Corrected.functions`` and ``.aggregates``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
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
    Select,
    Term,
    Triples,
    TriplesBlock,
    groups_of,
)
from samgraf.sparql.syntax.terms import BLANK, IRI, NAME, VARIABLE
from samgraf.sparql.tokens import Kind, Token, unquoted
from samgraf.vocab import XSD

#: What every query that needs a correction holds; most hold none of it and need not be read. The
#: stars of COUNT(*) and SELECT * are no paths.
_SUSPECT = re.compile(
    r"\b(?:GRAPH|REGEX|REPLACE|GROUP_CONCAT|BNODE)\b|(?<!\()(?<!\sSELECT )\*|\?(?!\w)",
    re.IGNORECASE,
)
_REGEX = "urn:samgraf:function:regex"
_REPLACE = "urn:samgraf:function:replace"
_CONCAT = "urn:samgraf:function:group-concat:"


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
        self._known_names: tuple[str, ...] | None = None
        self._parts: list[tuple[Node, Callable[[Any], str]]] = []
        self._starts: list[int] = []
        self._result = Corrected(query.text)
        self._labels = [t for t in query.tokens if t.kind is Kind.BLANK]
        self._copy = 0

    def finds_none(self) -> bool:
        """Return whether there is nothing to correct but calls."""
        self._find_in_select(self._query.select)
        return not self._parts

    def run(self) -> Corrected:
        """Return the corrected query."""
        self._find_in_select(self._query.select)
        for call in self._query.calls:
            if call.name == "BNODE" and call.arguments:
                _bnode()
            elif call.name == "GROUP_CONCAT":
                self._parts.append((call, self._group_concat))
            elif call.name in ("REGEX", "REPLACE"):
                self._parts.append((call, self._pattern_call))
        if self._parts:
            self._parts.sort(key=lambda part: (part[0].start, -part[0].end))
            self._starts = [node.start for node, _ in self._parts]
            self._result.text = self._text(0, len(self._source))
        return self._result

    # where the parts are

    def _find_in_select(self, select: Select) -> None:
        self._find(select.where)
        for expression in select.expressions:
            for group in expression.exists:
                self._find(group)

    def _find(self, group: Group) -> None:
        if group.select is not None:
            self._find_in_select(group.select)
        for element in group.elements:
            if isinstance(element, TriplesBlock) and _needed(element):
                self._parts.append((element, self._triples))
            elif isinstance(element, GraphPattern) and not is_settled(element):
                self._parts.append((element, self._graph))
            for inner in groups_of(element):
                self._find(inner)

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

    def _token(self, node: Node) -> Token | None:
        """Return the token that ``node`` is, or None where it has several."""
        at = bisect_left(self._query.tokens, node.start, key=lambda token: token.start)
        token = self._query.tokens[at]
        return token if token.end == node.end else None

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
        names = self._names()
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

    def _names(self) -> tuple[str, ...]:
        if self._known_names is None:
            self._known_names = tuple(sorted(self._named_graphs()))
        return self._known_names

    def _triples(self, block: TriplesBlock) -> str:
        """Give each path that may go over no step a pattern of its own, where it starts at a term.

        https://www.w3.org/TR/sparql11-query/#defn_evalPP_ZeroOrOnePath: the term matches itself,
        though it stands in no triple. The store finds it only where it does.
        """
        pieces, groups, at = [], [], block.start
        for triples in sorted(block.zero, key=lambda triples: triples.start):
            if not any(_needed_paths(triples)):
                continue
            subject = triples.subject
            if subject is None or subject.key == BLANK:
                _refuse_path()
            kept = []
            for predicate in triples.predicates:
                for term in predicate.objects:
                    if _is_needed(subject, predicate.zero, term):
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
        token = self._token(node)
        return unquoted(token.text) if token and token.kind is Kind.STRING else None

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


def _needed(block: TriplesBlock) -> bool:
    return any(any(_needed_paths(triples)) for triples in block.zero)


def _needed_paths(triples: Triples) -> Iterator[bool]:
    for predicate in triples.predicates:
        for term in predicate.objects:
            yield _is_needed(triples.subject, predicate.zero, term)


def _is_needed(subject: Term | None, zero: int, term: Term) -> bool:
    return zero > 0 and (_is_constant(term) or (subject is not None and _is_constant(subject)))


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
        if isinstance(element, TriplesBlock) and not _needed(element):
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
            if _needed(element):
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
