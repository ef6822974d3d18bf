"""Write a query so that pyoxigraph answers it as the standard has it, or refuse it.

Where the store is known to differ from https://www.w3.org/TR/sparql11-query/, the query is written
in another way that the store evaluates rightly; what it cannot evaluate at all raises
RefusedQueryError with the section. Each correction is a function below that names its section:

- ``_graph``: GRAPH around what holds no triple pattern, sub-selects, MINUS (18.6);
- ``_triples``: what several paths of a choice find, and paths over no step from a term that stands
  in no triple (18.4);
- ``_pattern_call``: REGEX and REPLACE (17.4.3.14, 17.4.3.15), see ``xpath_regex``;
- ``_group_concat``: GROUP_CONCAT of what is no plain text (18.5.1.7);
- ``_count``: COUNT of an expression that is an error for some (18.5.1.2);
- ``_bnode``: BNODE with a text (17.4.2.9);
- ``_comparison``: which truth value is less (17.3);
- ``_order``: ORDER BY of values of several types (15.1);
- ``_product``: decimal numbers whose product has more decimals than the store keeps (17.4);
- ``_condition``: what is ill-formed, or has a language, as a condition (17.2.2);
- ``_refuse_misread``, ``_strdt``: what is ill-formed, and a value of its type to the store (17.1);
- ``_cast``: texts with spaces around, names of infinity that XML Schema does not have, and numbers
  between binary and decimal (17.5).

The functions that a corrected query calls are in ``Corrected.functions`` and ``.aggregates``.
"""

from __future__ import annotations

import operator
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, pairwise, product
from typing import Any, NoReturn

import pyoxigraph as ox

from samgraf.limits import CORRECTED_QUERY, PATH_WAYS
from samgraf.sparql import literals, xpath_regex
from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.syntax.nodes import (
    Bind,
    Call,
    Choices,
    Filter,
    GraphPattern,
    Group,
    GroupOrUnion,
    MinusPattern,
    Node,
    OptionalPattern,
    Predicate,
    Query,
    Step,
    Term,
    Triples,
    TriplesBlock,
    elements_of,
    groups_of,
)
from samgraf.sparql.syntax.terms import BLANK, IRI, NAME, NESTED, VARIABLE
from samgraf.sparql.tokens import Kind, Token, unquoted
from samgraf.vocab import RDF, XSD

#: What every query that needs a correction holds; most hold none of it and need not be read. The
#: stars of COUNT(*) and SELECT * are no paths.
_SUSPECT = re.compile(
    r"\b(?:GRAPH|ORDER|REGEX|REPLACE|GROUP_CONCAT|BNODE|STRDT)\b|(?<!\()(?<!\sSELECT )\*|\?(?!\w)"
    r"|\bCOUNT\s*\((?!\s*(?:DISTINCT\s*)?(?:[?$]\w+|\*)\s*\))"
    r"|(?:[?$]\w+|(?<=[\s(&|])(?:true|false))\s*[<>]=?\s*(?:[?$]\w|true\b|false\b)"
    r"|(?:\b(?:FILTER|HAVING|IF)\s*\(|&&|\|\||!)[\s(]*[?$]\w+\s*(?:[,)&|]|AS\b|$)|!\s*[?$]\w"
    r"|(?<!BOUND)(?<!IRI)(?<!BLANK)(?<!LITERAL)(?<!NUMERIC)\(\s*[?$]\w+[\s)]*(?:&&|\|\|)"
    r"|\^\^\s*\S{0,100}?:(?:byte|short|int|long|unsigned\w+|non\w+Integer|(?:posi|nega)tiveInteger)\b"
    r"|\^\^\s*\S{0,100}?:(?:double|float|dateTimeStamp|duration)\b|XMLSchema#\w"
    r"|(?<!\|)\|(?!\|)"
    r"|[:#](?:boolean|float|double|decimal|integer|time|date|dateTime|duration|\w+Duration)>?\s*\(",
    re.IGNORECASE,
)
#: What may be a condition that the store makes an error of, and what makes one of it.
_ANY_TERM = re.compile(
    r"\b(?:COALESCE|IF|STRLANG|STRLANGDIR|CONCAT|SUBSTR|[UL]CASE|STRBEFORE|STRAFTER|MIN|MAX|SAMPLE"
    r"|SUBJECT|PREDICATE|OBJECT)\b|[\"'](?:@|\^\^)",
    re.IGNORECASE,
)
_TESTED = re.compile(
    r"&&|\|\||!(?!=)|\b(?:FILTER|HAVING|IF)[\s(]*(?:[\"']|\w+\s*\()", re.IGNORECASE
)
#: How two truth values are ordered: https://www.w3.org/TR/sparql11-query/#OperatorMapping.
_ORDERS = {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}
_REGEX = "urn:samgraf:function:regex"
_REPLACE = "urn:samgraf:function:replace"
_CONCAT = "urn:samgraf:function:group-concat:"
_TRUTHS = "urn:samgraf:function:"
_COUNT = ox.NamedNode("urn:samgraf:function:count-distinct")
_ERROR = ox.NamedNode("urn:samgraf:error")
_CONDITION = ox.NamedNode("urn:samgraf:function:condition")
_STRDT = ox.NamedNode("urn:samgraf:function:strdt")
_PRODUCT = ox.NamedNode("urn:samgraf:function:product")
_CASTABLE = "urn:samgraf:function:castable:"


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
    if _SUSPECT.search(text) is not None:
        return True
    return _ANY_TERM.search(text) is not None and _TESTED.search(text) is not None


def is_plain(query: Query) -> bool:
    """Return whether ``query`` needs no correction, whatever constants stand in their places."""
    return _Corrector(query, tuple).finds_none()


def corrected(
    query: Query,
    named_graphs: Callable[[], Iterable[str]],
    mixes: Callable[[str], bool] = lambda _: True,
) -> Corrected:
    """Return ``query`` as the store is to be asked.

    ``named_graphs`` gives the graphs of its dataset; ``mixes`` tells of a property whether its
    values may be both numbers and other literals. Raise RefusedQueryError where the store cannot
    answer it rightly.
    """
    return _Corrector(query, named_graphs, mixes).run()


class _Corrector:
    """The corrections of one query: which parts of its text there are, and how each is written.

    A part is written with ``_text``, which corrects what stands within it.
    """

    def __init__(
        self,
        query: Query,
        named_graphs: Callable[[], Iterable[str]],
        mixes: Callable[[str], bool] = lambda _: True,
    ):
        self._query, self._source = query, query.text
        self._named_graphs, self._mixes = named_graphs, mixes
        self._parts: list[tuple[Node, Callable[[Any], str]]] = []
        self._starts: list[int] = []
        self._result = Corrected(query.text)
        pattern = query.select.where.start  # a template before it has labels of its own
        self._labels = [t for t in query.tokens if t.kind is Kind.BLANK and t.start >= pattern]
        self._variables: dict[str, str] = {}  # in whose place labels stand
        self._opened: set[int] = set()  # where brackets start in whose place variables stand
        self._copy = 0

    def finds_none(self) -> bool:
        """Return whether there is nothing to correct."""
        if not all(call.name == "ORDER" and self._is_of_one(call) for call in self._query.calls):
            return False
        self._find_patterns()
        return not self._parts

    def run(self) -> Corrected:
        """Return the corrected query."""
        self._refuse_misread()
        self._find_patterns()
        # before the call that may be all of the condition
        self._parts += [(c, self._condition) for c in self._query.calls if c.name == "CONDITION"]
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
            elif call.name == "ORDER" and (not self._is_of_one(call)):
                self._parts.append((call, self._order))
            elif call.name == "PRODUCT":
                self._parts.append((call, self._product))
            elif call.name == "CAST":
                self._parts.append((call, self._cast))
            elif call.name == "STRDT" and self._may_be_misread(call.arguments[1]):
                self._parts.append((call, self._strdt))
        if self._parts:
            self._parts.sort(key=lambda part: (part[0].start, -part[0].end))
            self._starts = [node.start for node, _ in self._parts]
            self._result.text = self._text(0, len(self._source))
        return self._result

    def _find_patterns(self) -> None:
        for element, _ in elements_of(self._query.select):
            if isinstance(element, TriplesBlock) and any(map(_is_split, element.triples)):
                self._open(element)
                self._parts.append((element, self._triples))
            elif isinstance(element, GraphPattern) and not is_settled(element):
                self._parts.append((element, self._graph))

    # how text is put together

    def _text(self, start: int, end: int, within: Node | None = None) -> str:
        """Return the text between two places, corrected: of a part, what is ``within`` it."""
        pieces, at = [], start
        for node, write in self._parts[bisect_left(self._starts, start) :]:
            if node.start >= end:
                break
            if at <= node.start and node.end <= end and node is not within:
                pieces += (self._plain(at, node.start), write(node))
                at = node.end
        pieces.append(self._plain(at, end))
        return "".join(pieces)

    def _plain(self, start: int, end: int) -> str:
        """Return text as it is, but that labels of blank nodes are those of the copy at hand."""
        if not self._copy and not self._variables:
            return self._source[start:end]
        pieces, at = [], start
        for label in self._labels:
            if start <= label.start and label.end <= end:
                suffix = f"_{self._copy}" if self._copy else ""
                written = self._variables.get(label.text, label.text + suffix)
                pieces.append(self._source[at : label.start] + written)
                at = label.end
        return "".join((*pieces, self._source[at:end]))

    @cached_property
    def _free(self) -> str:
        """Return how no name in the query begins."""
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
        """Give a choice of paths, and a path that may go over no step, patterns of their own.

        https://www.w3.org/TR/sparql11-query/#defn_evalPP_alternative: what two paths find is found
        twice. The store finds it once. https://www.w3.org/TR/sparql11-query/#defn_evalPP_ZeroOrOnePath:
        a term matches itself, though it stands in no triple. The store finds it only where it does.
        """
        plain, groups = [], []
        hidden = [t for t in _nested(block) if t.start not in self._opened]
        for triples in block.triples:
            subject, pairs = triples.subject, list(_pairs(triples))
            split = any(_is_apart(*pair) or pair[2].start in self._opened for pair in pairs)
            if subject is None or any(_holds(term, triples) for term in hidden):
                if split:
                    _refuse_path()
            elif not split and subject.start not in self._opened:
                plain.append(self._plain(triples.start, triples.end))
            else:
                for _, predicate, term in pairs:
                    if _is_apart(subject, predicate, term):
                        groups.append(self._path(subject, predicate, term))
                    else:
                        plain.append(" ".join(map(self._slice, (subject, predicate, term))))
        return f"{' . '.join(plain)} {''.join(groups)}"

    def _open(self, block: TriplesBlock) -> None:
        """Give a variable to each blank node of ``block`` that would stand in several groups."""
        labels: set[str] = set()
        opened: set[int] = set()
        times = Counter(token.text for token in self._labels)
        for triples in block.triples:
            pairs = list(_pairs(triples))
            for subject, predicate, term in pairs:
                if not _is_apart(subject, predicate, term):
                    continue
                for end in filter(None, (subject, term)):
                    label = self._source[end.start : end.end]
                    is_alone = end is term or len(pairs) == 1
                    if end.key == BLANK and is_alone and times[label] == 1:
                        self._variables[label] = "[]"
                    elif end.key == BLANK:
                        labels.add(label)
                    elif _is_nested(end) or (end.key == "[" and not is_alone):
                        opened.add(end.start)
        for term in _nested(block):
            if any(term.start <= start < term.end for start in opened):
                if term.key != "[":
                    _refuse_path()
                opened.add(term.start)
        if labels or opened:
            if self._chooses_all():
                _refuse_path()
            self._opened |= opened
            self._variables |= {
                label: f"?{self._free}_{label[2:].encode().hex()}" for label in labels
            }

    def _chooses_all(self) -> bool:
        """Return whether some * stands for all variables, as in SELECT * and COUNT(DISTINCT *)."""
        tokens = self._query.tokens
        words = {"SELECT", "DISTINCT", "REDUCED", "DESCRIBE"}
        return any(
            star.text == "*" and word.text.upper() in words for word, star in pairwise(tokens)
        )

    def _slice(self, node: Node) -> str:
        if isinstance(node, Term) and node.start in self._opened:
            return f"?{self._free}{node.start}"
        return self._plain(node.start, node.end)

    def _ways(self, choices: Choices) -> list[str]:
        """Return the paths of which there is a choice."""
        found: list[str] = []
        for steps in choices:
            sequences = product(*map(self._step_ways, steps))
            found += map(" / ".join, islice(sequences, PATH_WAYS + 1))
            if len(found) > PATH_WAYS:
                raise RefusedQueryError(
                    f"A path is a choice (|) of more than {PATH_WAYS} paths, which are found each "
                    "for itself (SPARQL 1.1, section 18.4). Ask in several parts."
                )
        return found

    def _step_ways(self, step: Step) -> list[str]:
        ways = [self._slice(step)]
        if step.choices:
            ways = self._ways(step.choices)
        elif step.excluded:
            ways = [f"!({'|'.join(map(self._slice, step.excluded))})"]
        return [f"^({way})" for way in ways] if step.is_inverse else ways

    def _path(self, subject: Term, predicate: Predicate, term: Term) -> str:
        start, end, free = self._slice(subject), self._slice(term), self._free
        ways = self._ways(predicate.choices) if predicate.choices else [self._slice(predicate)]
        paths = [f"{{ {start} {way} {end} }}" for way in ways]
        fixed, other = (subject, term) if _is_constant(subject) else (term, subject)
        itself, given = self._slice(fixed), self._slice(other)
        absent = (
            f"FILTER NOT EXISTS {{ {itself} ?{free}1 ?{free}2 }} "
            f"FILTER NOT EXISTS {{ ?{free}1 ?{free}2 {itself} }}"
        )
        if given[0] in "?$":
            zero = f"VALUES {given} {{ {itself} }} {absent}"
        elif given == "[]":
            zero = absent
        else:
            zero = f"FILTER(sameTerm({itself}, {given})) {absent}"
        paths += [f"{{ {zero} }}"] * _times(predicate, subject, term)
        return " UNION ".join(paths) + " "

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
            first, second = map(literals.truth, (left, right))
            known = first is not None and second is not None
            return ox.Literal(order(first, second)) if known else None

        self._result.functions[name] = compare
        left, right = map(self._slice, call.arguments)
        return f"COALESCE({left} {call.name} {right}, {name}({left}, {right}))"

    def _condition(self, call: Call) -> str:
        """Judge what is ill-formed or has a language, of which the store makes an error.

        https://www.w3.org/TR/sparql11-query/#ebv
        """
        (argument,) = call.arguments
        self._result.functions[_CONDITION] = _worth
        text = self._text(argument.start, argument.end, call)
        judged = f"{_CONDITION}({text})"
        tokens = self._query.within(argument.start, argument.end)
        if any(token.kind not in (Kind.VARIABLE, Kind.MARK) for token in tokens):
            return f"({judged})"
        # most values of a variable the store judges itself, and faster
        return f"(COALESCE(!(!{text}), {judged}))"

    def _refuse_misread(self) -> None:
        """Refuse constants that are ill-formed, and values of their type to the store."""
        tokens = self._query.tokens
        for text, mark, name in zip(tokens, tokens[1:], tokens[2:], strict=False):
            if mark.text == "^^" and text.kind is Kind.STRING:
                value, datatype = unquoted(text.text), self._query.prologue.iri(name)
                if literals.is_misread(value, datatype):
                    raise _misread(value, datatype)

    def _may_be_misread(self, datatype: Node) -> bool:
        """Return whether the store may misread a value of ``datatype``."""
        token, *more = self._query.within(datatype.start, datatype.end)
        if more or token.kind not in (Kind.IRI, Kind.NAME):
            return True
        return self._query.prologue.iri(token).startswith((XSD, RDF))

    def _strdt(self, call: Call) -> str:
        """Make nothing that the store would misread, and no text of a language without one.

        https://www.w3.org/TR/sparql11-query/#func-strdt
        """

        def typed(text: Any, datatype: Any) -> ox.Literal | None:
            if not _is_text(text) or not isinstance(datatype, ox.NamedNode):
                return None
            if literals.is_misread(text.value, datatype.value):
                self._result.refusal = _misread(text.value, datatype.value)
                return None
            try:
                return ox.Literal(text.value, datatype=datatype)
            except ValueError:
                return None

        self._result.functions[_STRDT] = typed
        written = [self._text(node.start, node.end) for node in call.arguments]
        return f"{_STRDT}({', '.join(written)})"

    def _order(self, call: Call) -> str:
        """Order numbers apart from each other type, between which the store's order goes in rings.

        https://www.w3.org/TR/sparql11-query/#modOrderBy
        """
        (argument,) = call.arguments
        key = self._text(argument.start, argument.end, call)
        first = f"IF(isNumeric({key}), 0, DATATYPE({key}))"
        return f" {call.separator}({first}) {call.separator}({key}) "

    def _is_of_one(self, call: Call) -> bool:
        """Return whether what is ordered by are all numbers, or none is."""
        (argument,) = call.arguments
        tokens = self._query.within(argument.start, argument.end)
        terms = [token for token in tokens if token.kind is not Kind.MARK]
        found = self._values.get(f"?{terms[0].text[1:]}") if len(terms) == 1 else None
        return found is not None and (not found or not self._mixes(found))

    def _property(self, verb: Token) -> str:
        return RDF + "type" if verb.text == "a" else self._query.prologue.iri(verb)

    @cached_property
    def _values(self) -> dict[str, str | None]:
        """Return the property whose values each variable has, if it is one; nothing of subjects."""
        found: dict[str, str | None] = {}
        for element, _ in elements_of(self._query.select):
            for triples in element.triples if isinstance(element, TriplesBlock) else ():
                for subject, predicate, term in _pairs(triples):
                    if subject is not None and subject.key == VARIABLE:
                        found.setdefault(f"?{self._source[subject.start + 1 : subject.end]}", "")
                    if term.key != VARIABLE:
                        continue
                    name = f"?{self._source[term.start + 1 : term.end]}"
                    (verb, *more) = self._query.within(predicate.start, predicate.end)
                    is_one = not more and verb.kind is not Kind.VARIABLE
                    iri = self._property(verb) if is_one else None
                    found[name] = iri if found.get(name, iri) in ("", iri) else None
        return found

    def _product(self, call: Call) -> str:
        """Cut what has more decimals than the store keeps, of which it makes an error.

        https://www.w3.org/TR/xpath-functions/#op.numeric
        """
        self._result.functions[_PRODUCT] = literals.product
        first, *others = call.arguments
        written, is_simple = self._text(first.start, first.end), self._is_simple(first)
        for sign, node in zip(call.separator, others, strict=True):
            factor = self._text(node.start, node.end)
            plain = f"{written} {sign} {factor}"
            if sign == "*":
                written = f"{_PRODUCT}({written}, {factor})"
                if is_simple and self._is_simple(node):
                    # most products the store makes itself, and faster
                    written = f"COALESCE({plain}, {written})"
            else:
                written = plain
            is_simple = False
        return written

    def _is_simple(self, node: Node) -> bool:
        return len(self._query.within(node.start, node.end)) == 1

    def _cast(self, call: Call) -> str:
        """Cast what the store casts otherwise than XML Schema has it, and a number only nearly.

        https://www.w3.org/TR/xpath-functions/#casting
        """
        (argument,) = call.arguments
        target = self._query.prologue.iri(self._query.within(call.start, argument.start)[0])
        name = target.removeprefix(XSD)
        function = ox.NamedNode(_CASTABLE + name)
        self._result.functions[function] = lambda term: _castable(term, name)
        text = self._text(argument.start, argument.end)
        before = self._plain(call.start, argument.start)
        return f"{before}{function}({text}){self._plain(argument.end, call.end)}"


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
    if _is_text(term):
        text = term.value.strip(" \t\r\n")
        return None if literals.is_misread(text, XSD + "double") else ox.Literal(text)
    if name in ("decimal", "integer"):
        return literals.as_decimal(term)
    if name in ("double", "float") and term.datatype.value == XSD + "decimal":
        return ox.Literal(term.value)
    return term


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
        "A path that is a choice (|), or may go over no step (* or ?), leads here from or to a "
        "blank node (SPARQL 1.1, section 18.4), which cannot be evaluated as written. Put a "
        "variable in the place of the blank node, and name the variables in the place of *."
    )


def _pairs(triples: Triples) -> Iterator[tuple[Term | None, Predicate, Term]]:
    for predicate in triples.predicates:
        for term in predicate.objects:
            yield triples.subject, predicate, term


def _is_split(triples: Triples) -> bool:
    return any(_is_apart(*pair) for pair in _pairs(triples))


def _is_apart(subject: Term | None, predicate: Predicate, term: Term) -> bool:
    """Return whether a path is written as a group of its own."""
    return bool(predicate.choices) or _times(predicate, subject, term) > 0


def _needed(triples: Triples) -> bool:
    """Return whether a path in ``triples`` may match a term that stands in no triple."""
    return any(_times(p, subject, term) > 0 for subject, p, term in _pairs(triples))


def _nested(block: TriplesBlock) -> list[Term]:
    """Return the terms of ``block`` that hold triples themselves, the inner first."""
    terms = {
        end.start: end
        for triples in block.triples
        for subject, _, term in _pairs(triples)
        for end in (subject, term)
        if end is not None and _is_nested(end)
    }
    return sorted(terms.values(), key=lambda term: term.end - term.start)


def _is_nested(term: Term) -> bool:
    return term.key in NESTED and term.end - term.start > len("[]")


def _holds(term: Term, triples: Triples) -> bool:
    return term.start <= triples.start and triples.end <= term.end


def _times(predicate: Predicate, subject: Term | None, term: Term) -> int:
    """Return how often a path matches a term with itself, though it stands in no triple."""
    constants = _is_constant(term) + (subject is not None and _is_constant(subject))
    return (0, predicate.zero, predicate.closed)[constants]


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
