"""Write paths as SPARQL has them: https://www.w3.org/TR/sparql11-query/#PropertyPathPatterns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice, pairwise, product
from typing import NoReturn

from samgraf.limits import PATH_WAYS
from samgraf.sparql.corrections.writing import Writing
from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.syntax.nodes import (
    Bind,
    Choices,
    Filter,
    GraphPattern,
    Group,
    MinusPattern,
    Node,
    Predicate,
    Select,
    ServicePattern,
    Step,
    Term,
    Triples,
    TriplesBlock,
    groups_of,
)
from samgraf.sparql.syntax.reading import BLANK, IRI, NAME
from samgraf.sparql.syntax.terms import NESTED


class Paths:
    """The paths of one query, and the blank nodes that they lead from and to."""

    def __init__(self, writing: Writing):
        self._writing = writing
        self._opened: set[int] = set()  # where brackets start in whose place variables stand
        self._counted: set[int] = set()  # where paths start of which every solution counts
        self._apart: set[int] = set()  # where paths start that may be put into a select

    def find(self) -> Iterator[TriplesBlock]:
        """Yield the blocks that are to be written by ``triples``."""
        query = self._writing.query
        counts = query.form == "SELECT" or query.volatile
        for block, is_counted, is_in_any_graph in _blocks(query.select, counts):
            starts = {p.start for triples in block.triples for p in triples.predicates}
            if is_counted:
                self._counted |= starts
            if not is_in_any_graph:
                self._apart |= starts
            if any(self._is_apart(*pair) for t in block.triples for pair in pairs_of(t)):
                self._open_blanks(block)
                yield block

    def triples(self, block: TriplesBlock) -> str:
        """Give a choice of paths, and a path that may go over no step, patterns of their own.

        https://www.w3.org/TR/sparql11-query/#defn_evalPP_alternative: what two paths find is found
        twice. The store finds it once. https://www.w3.org/TR/sparql11-query/#defn_evalPP_ZeroOrOnePath:
        a term matches itself, though it stands in no triple. The store finds it only where it does.
        """
        plain, groups = [], []
        hidden = [t for t in _nested(block) if t.start not in self._opened]
        for triples in block.triples:
            subject, pairs = triples.subject, list(pairs_of(triples))
            split = any(self._is_apart(*pair) or pair[2].start in self._opened for pair in pairs)
            if subject is None or any(_holds(term, triples) for term in hidden):
                if split:
                    _refuse_path()
            elif not split and subject.start not in self._opened:
                plain.append(self._writing.plain(triples.start, triples.end))
            else:
                for _, predicate, term in pairs:
                    if self._is_apart(subject, predicate, term):
                        groups.append(self._path(subject, predicate, term))
                    else:
                        plain.append(" ".join(map(self._slice, (subject, predicate, term))))
        return f"{' . '.join(plain)} {''.join(groups)}"

    def _open_blanks(self, block: TriplesBlock) -> None:
        """Give a variable to each blank node of ``block`` that would stand in several groups."""
        labels: set[str] = set()
        opened: set[int] = set()
        times = Counter(token.text for token in self._writing.labels)
        for triples in block.triples:
            pairs = list(pairs_of(triples))
            for subject, predicate, term in pairs:
                if not self._is_apart(subject, predicate, term):
                    continue
                for end in filter(None, (subject, term)):
                    label = self._writing.source[end.start : end.end]
                    is_alone = end is term or len(pairs) == 1
                    if end.key == BLANK and is_alone and times[label] == 1:
                        self._writing.variables[label] = "[]"
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
            self._writing.variables |= {
                label: f"?{self._writing.free}_{label[2:].encode().hex()}" for label in labels
            }

    def _is_apart(self, subject: Term | None, predicate: Predicate, term: Term) -> bool:
        """Return whether a path is written as a group of its own."""
        return bool(self._choices(predicate)) or _times(predicate, subject, term) > 0

    def _choices(self, predicate: Predicate) -> Choices:
        """Return the paths of which there is a choice, where each counts for itself."""
        return predicate.choices if predicate.start in self._counted else ()

    def _chooses_all(self) -> bool:
        """Return whether some * stands for all variables, as in SELECT * and COUNT(DISTINCT *)."""
        tokens = self._writing.query.tokens
        words = {"SELECT", "DISTINCT", "REDUCED", "DESCRIBE"}
        return any(
            star.text == "*" and word.text.upper() in words for word, star in pairwise(tokens)
        )

    def _slice(self, node: Node) -> str:
        if isinstance(node, Term) and node.start in self._opened:
            return f"?{self._writing.free}{node.start}"
        return self._writing.plain(node.start, node.end)

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
        start, end, free = self._slice(subject), self._slice(term), self._writing.free
        choices = self._choices(predicate)
        ways = self._ways(choices) if choices else [self._slice(predicate)]
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
        whole = " UNION ".join(paths) + " "
        found = dict.fromkeys(end for end in (start, end) if end[0] in "?$")
        if found and predicate.start in self._apart and any("*" in w or "+" in w for w in ways):
            # the store would walk the paths for each solution of the patterns beside them
            return f"{{ SELECT {' '.join(found)} {{ {whole}}} }} "
        return whole


def _refuse_path() -> NoReturn:
    raise RefusedQueryError(
        "A path that is a choice (|), or may go over no step (* or ?), leads here from or to a "
        "blank node (SPARQL 1.1, section 18.4), which cannot be evaluated as written. Put a "
        "variable in the place of the blank node, and name the variables in the place of *."
    )


def _blocks(
    part: Group | Select, counts: bool, in_any_graph: bool = False
) -> Iterator[tuple[TriplesBlock, bool, bool]]:
    """Yield the blocks of triple patterns in ``part``, less those of SERVICE.

    With each, whether a solution that is found twice counts twice (as it does for an aggregate, and
    does not where DISTINCT follows, or EXISTS or MINUS only tests), and whether it stands in GRAPH
    with a variable.
    """
    select = part if isinstance(part, Select) else part.select
    if select is not None:
        inner = select.grouped or ((counts or select.cut) and not select.distinct)
        yield from _blocks(select.where, inner, in_any_graph)
        for expression in select.expressions:
            for group in expression.exists:
                yield from _blocks(group, False, in_any_graph)
    for element in part.elements if isinstance(part, Group) else ():
        if isinstance(element, TriplesBlock):
            yield element, counts, in_any_graph
        elif not isinstance(element, ServicePattern):
            tests = isinstance(element, Filter | Bind | MinusPattern)
            anywhere = in_any_graph
            if isinstance(element, GraphPattern):
                anywhere = element.variable is not None
            for group in groups_of(element):
                yield from _blocks(group, counts and not tests, anywhere)


def pairs_of(triples: Triples) -> Iterator[tuple[Term | None, Predicate, Term]]:
    """Yield the triple patterns of ``triples``: subject, property or path, object."""
    for predicate in triples.predicates:
        for term in predicate.objects:
            yield triples.subject, predicate, term


def needed(triples: Triples) -> bool:
    """Return whether a path in ``triples`` may match a term that stands in no triple."""
    return any(_times(p, subject, term) > 0 for subject, p, term in pairs_of(triples))


def _nested(block: TriplesBlock) -> list[Term]:
    """Return the terms of ``block`` that hold triples themselves, the inner first."""
    terms = {
        end.start: end
        for triples in block.triples
        for subject, _, term in pairs_of(triples)
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
