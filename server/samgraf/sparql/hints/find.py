"""Compare a query whose answer is empty with what the release holds, and say what does not fit.

Only patterns that have to match are looked at: what stands in OPTIONAL, MINUS, SERVICE or EXISTS
makes no answer empty. A hint is true by itself, yet need not be the only reason; where a statistic
is missing, nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice

import pyoxigraph as ox

from samgraf.limits import HINT_NAMES, HINT_QUERY, HINTS
from samgraf.sparql.evaluation import QueryRequest
from samgraf.sparql.hints.near import Names, end_of
from samgraf.sparql.hints.terms import NUMBERS, QueryTerms, Written, fits, kind_of_term, retyped
from samgraf.sparql.hints.usage import Usage
from samgraf.sparql.syntax.nodes import (
    Filter,
    GraphPattern,
    Group,
    GroupOrUnion,
    InlineData,
    Predicate,
    Query,
    Triples,
    TriplesBlock,
)
from samgraf.sparql.tokens import Kind, Token
from samgraf.vocab import RDF, XSD

_TYPE = RDF + "type"
_STRING = XSD + "string"
_TEXT_FUNCTIONS = frozenset(
    (
        *("CONTAINS", "STRSTARTS", "STRENDS", "STRBEFORE", "STRAFTER", "REGEX", "REPLACE"),
        *("SUBSTR", "LCASE", "UCASE", "STRLEN"),
    )
)
_COMPARED = frozenset(("=", "<", ">", "<=", ">="))
_DISTANCE = "http://www.opengis.net/def/function/geosparql/distance"
_FEW = 3  # values that are offered


@dataclass(frozen=True)
class Hint:
    """Something in the query that does not fit the release.

    ``code`` says what; ``start`` and ``end`` are its place in the query, both 0 where it stands
    outside. ``instead`` are terms that fit there, or text of a query; ``about`` and ``other`` the
    IRIs of what else is spoken of.
    """

    code: str
    start: int
    end: int
    instead: tuple[Written, ...] = ()
    about: str = ""
    other: str = ""


@dataclass(frozen=True)
class _Pattern:
    """One triple pattern: subject (a key that is the same wherever it stands), path, object."""

    subject: str
    subject_term: Written | None
    subject_place: tuple[int, int]
    predicate: Predicate
    property: str | None
    object: Written | None
    object_place: tuple[int, int]


def find_hints(
    query: Query,
    request: QueryRequest,
    usage: Usage,
    graphs: Collection[str],
    apart: Collection[str] = (),
) -> list[Hint]:
    """Return what in ``query``, asked as ``request`` says, does not fit the release.

    ``graphs`` are its named graphs, ``apart`` those that the default graph leaves out. The hints
    are in the order of their places, and few.
    """
    if len(query.text) > HINT_QUERY:
        return []
    finder = _Finder(query, request, usage, graphs, apart)
    # what is found first is told: to find more costs as much again
    found = sorted(islice(finder.run(), HINTS), key=lambda h: (h.code == "points", h.start))
    return list({(h.start, h.end, h.code): h for h in reversed(found)}.values())[::-1]


class _Finder:
    """What one query asks for, gathered first and compared then."""

    def __init__(
        self,
        query: Query,
        request: QueryRequest,
        usage: Usage,
        graphs: Collection[str],
        apart: Collection[str],
    ):
        self._query, self._usage, self._graphs, self._apart = query, usage, graphs, set(apart)
        self._terms = QueryTerms(query)
        self._default, self._named = request.default_graphs, request.named_graphs
        self._restricted = self._default is not None or self._named is not None
        self._union = request.union
        self._patterns: list[_Pattern] = []
        self._classes: dict[str, list[str]] = {}
        self._leading: dict[str, list[str]] = {}  # the properties that lead to a variable
        self._filters: list[Filter] = []
        self._data: list[InlineData] = []
        self._graph_hints: list[Hint] = []
        self._looked_up = 0

    def run(self) -> Iterator[Hint]:
        """Yield the hints."""
        self._check_dataset()
        # statistics are those of the default graph: they say nothing of the graphs beside it
        self._gather(self._query.select.where, not self._beside(self._default or ()))
        yield from self._graph_hints
        if self._query.form == "DESCRIBE":
            yield from self._described()
        for pattern in self._patterns:
            if self._spent():
                return
            yield from self._check_pattern(pattern)
        for data in self._data:
            yield from self._check_data(data)
        for filter in self._filters:
            yield from self._check_filter(filter)

    def _spent(self) -> bool:
        self._looked_up += 1
        return self._looked_up > HINT_NAMES

    # what there is to look at

    def _beside(self, graphs: Iterable[str]) -> bool:
        return not self._apart.isdisjoint(graphs)

    def _gather(self, group: Group, told: bool) -> None:
        """Note what ``group`` asks for; ``told`` says whether the statistics tell of it."""
        if group.select is not None:
            self._gather(group.select.where, told)
        for element in group.elements:
            if isinstance(element, TriplesBlock) and told:
                for triples in element.triples:
                    self._note(triples)
            elif isinstance(element, GroupOrUnion):
                for inner in element.groups:
                    self._gather(inner, told)
            elif isinstance(element, GraphPattern):
                self._check_graph(element)
                known = element.iri is not None and element.iri not in self._apart
                self._gather(element.group, told and known and self._union)
            elif isinstance(element, Filter):
                self._filters.append(element)
            elif isinstance(element, InlineData):
                self._data.append(element)

    def _note(self, triples: Triples) -> None:
        subject, place = f" {id(triples)}", (triples.start, triples.start)
        subject_term = None
        if triples.subject is not None:
            place = (triples.subject.start, triples.subject.end)
            subject = self._query.text[slice(*place)]
            subject_term = self._terms.read(*place)
        for predicate in triples.predicates:
            named = self._terms.read(predicate.start, predicate.end)
            property_ = named.value if isinstance(named, ox.NamedNode) else None
            for found in predicate.objects:
                value = self._terms.read(found.start, found.end)
                self._patterns.append(
                    _Pattern(
                        subject,
                        subject_term,
                        place,
                        predicate,
                        property_,
                        value,
                        (found.start, found.end),
                    )
                )
                if property_ == _TYPE and isinstance(value, ox.NamedNode):
                    self._classes.setdefault(subject, []).append(value.value)
                elif property_ is not None and isinstance(value, ox.Variable):
                    self._leading.setdefault(value.value, []).append(property_)

    # graphs

    def _check_dataset(self) -> None:
        asked = {*(self._default or ()), *(self._named or ())}
        if not asked - set(self._graphs):
            return
        places = {iri: (t.start, t.end) for t, iri in self._query.names() if iri in asked}
        for iri in sorted(asked - set(self._graphs)):
            self._graph_hints.append(self._no_graph(iri, *places.get(iri, (0, 0))))

    def _check_graph(self, element: GraphPattern) -> None:
        start = self._query.text.find(element.name, element.start)
        place = (start, start + len(element.name))
        if self._restricted and not self._named:
            self._graph_hints.append(Hint("no_named_graphs", *place))
        elif element.iri is not None:
            if element.iri not in self._graphs:
                self._graph_hints.append(self._no_graph(element.iri, *place))
            elif self._named is not None and element.iri not in self._named:
                self._graph_hints.append(Hint("graph_left_out", *place))

    def _no_graph(self, iri: str, start: int, end: int) -> Hint:
        near = Names(self._graphs).nearest(iri)
        return Hint("unknown_graph", start, end, tuple(map(ox.NamedNode, near)))

    # names

    def _described(self) -> Iterator[Hint]:
        end = self._query.select.where.start
        for token, iri in self._query.names():
            if token.start >= end or self._spent():
                return
            yield from self._check_thing(iri, (token.start, token.end))

    def _check_pattern(self, pattern: _Pattern) -> Iterator[Hint]:
        if isinstance(pattern.subject_term, ox.NamedNode):
            yield from self._check_thing(pattern.subject_term.value, pattern.subject_place)
        if pattern.property is None:
            for token in self._terms.tokens(pattern.predicate.start, pattern.predicate.end):
                if token.kind in (Kind.IRI, Kind.NAME):
                    iri = self._query.prologue.iri(token)
                    yield from self._check_property(iri, (token.start, token.end))
            return
        place = (pattern.predicate.start, pattern.predicate.end)
        if pattern.property == _TYPE:
            if isinstance(pattern.object, ox.NamedNode):
                yield from self._check_class(pattern.object.value, pattern.object_place)
            return
        found = list(self._check_property(pattern.property, place))
        yield from found
        if found:
            return
        yield from self._check_ends(pattern, place)
        if isinstance(pattern.object, ox.NamedNode | ox.Literal):
            yield from self._check_value(pattern.property, pattern.object, pattern.object_place)

    def _check_thing(self, iri: str, place: tuple[int, int]) -> Iterator[Hint]:
        known = self._usage.known
        if known is not None and iri not in known:
            yield Hint("unknown_thing", *place, self._nodes(self._usage.near(iri, "known")))

    def _check_property(self, iri: str, place: tuple[int, int]) -> Iterator[Hint]:
        kinds, classes = self._usage.kinds, self._usage.classes
        if kinds is None or iri in kinds or iri == _TYPE:
            return
        near = self._nodes(self._usage.near(iri, "kinds"))
        if classes is not None and iri in classes:
            yield Hint("class_as_property", *place)
        elif self._usage.known is not None and iri in self._usage.known:
            yield Hint("unused_property", *place, near)
        else:
            yield Hint("unknown_property", *place, near)

    def _check_class(self, iri: str, place: tuple[int, int]) -> Iterator[Hint]:
        classes, known = self._usage.classes, self._usage.known
        if classes is None or iri in classes:
            return
        near = self._nodes(self._usage.near(iri, "classes"))
        if self._usage.kinds is not None and iri in self._usage.kinds:
            yield Hint("property_as_class", *place)
        elif known is not None and iri in known:
            yield Hint("unused_class", *place, near)
        else:
            yield Hint("unknown_class", *place, near)

    def _check_ends(self, pattern: _Pattern, place: tuple[int, int]) -> Iterator[Hint]:
        """Yield a hint where things of the class on either side never stand there."""
        subjects, ranges, property_ = self._usage.subjects, self._usage.ranges, pattern.property
        if property_ is None:
            return
        leads = {} if ranges is None else ranges.get(property_, {})
        for class_ in self._classes.get(pattern.subject, ()):
            if subjects is None or property_ in subjects.get(class_, {}):
                continue
            if class_ not in subjects:
                continue  # nothing is of this class, which is told of the class itself
            if class_ in leads:
                turned = f"^{self._query.text[slice(*place)]}"
                yield Hint("backwards", *place, (turned,), class_)
                continue
            having = {c: n[property_] for c, n in subjects.items() if property_ in n}
            usual = next(iter(self._closest(having)), "")
            near = self._nodes(Names(subjects[class_]).nearest(property_))
            code = "on_other_class" if usual else "never_on_class"
            yield Hint(code, *place, near, class_, usual)
        value = pattern.object
        key = self._query.text[slice(*pattern.object_place)]
        if ranges is None or not isinstance(value, ox.Variable) or property_ not in ranges:
            return
        for class_ in self._classes.get(key, ()):
            if class_ not in leads and subjects is not None and class_ in subjects:
                yield Hint(
                    "never_to_class", *place, self._nodes(self._closest(leads)[:_FEW]), class_
                )

    def _closest(self, classes: Mapping[str, int]) -> list[str]:
        """Return classes, those with the most in common first, the narrowest of these first."""
        sizes = self._usage.classes or {}
        return sorted(classes, key=lambda c: (-classes[c], sizes.get(c, 0), c))

    # values

    def _check_value(
        self, property_: str, value: Written, place: tuple[int, int], *, compared: bool = False
    ) -> Iterator[Hint]:
        """Yield a hint where ``value`` is never one of ``property_``.

        ``compared`` values need not be of the very type: numbers of all types are comparable.
        """
        kinds = (self._usage.kinds or {}).get(property_)
        if not kinds:
            return
        if isinstance(value, ox.NamedNode):
            yield from self._check_object(property_, value.value, kinds, place)
            return
        if not isinstance(value, ox.Literal):
            return
        if set(kinds) == {""}:
            objects = (self._usage.objects or {}).get(property_, {})
            near = self._usage.near(value.value, "objects", property_) or self._few(objects)
            yield Hint("literal_for_thing", *place, self._nodes(near), property_)
            return
        kind = kind_of_term(value)
        texts = (self._usage.texts or {}).get(property_, {})
        if kind in NUMBERS and compared and not NUMBERS.isdisjoint(kinds):
            return
        same = [k for k in kinds if value.value in texts.get(k, ())]
        is_text = kind == _STRING or kind.startswith("@")
        if kind in kinds and (kind in same or not is_text or self._usage.texts is None):
            return
        if compared and not is_text and kind in kinds:
            return
        if others := [k for k in same if k != kind]:
            named = _in_order(others, kinds)
            instead = tuple(retyped(value.value, k) for k in named[:_FEW])
            yield Hint(_difference(kind, named[0]), *place, instead, property_)
        elif kind not in kinds:
            named = [k for k in _in_order(kinds, kinds) if k and fits(value.value, k)]
            instead = tuple(retyped(value.value, k) for k in named[:_FEW])
            instead = instead or self._literals(property_)
            code = _difference(kind, named[0]) if named else "datatype"
            yield Hint(code, *place, instead, property_)
        else:
            near = self._usage.near(value.value, "texts", property_)
            offered = self._literals(property_, near, (kind,)) if near else ()
            yield Hint("unknown_value", *place, offered, property_)

    def _check_object(
        self, property_: str, iri: str, kinds: Mapping[str, int], place: tuple[int, int]
    ) -> Iterator[Hint]:
        if "" not in kinds:
            near = self._usage.near(end_of(iri), "texts", property_)
            yield Hint("thing_for_literal", *place, self._literals(property_, near), property_)
            return
        objects, known = (self._usage.objects or {}).get(property_), self._usage.known
        if objects is None or known is None or iri in objects:
            return
        if iri in known:
            near = self._usage.near(iri, "objects", property_) or self._few(objects)
            yield Hint("other_value", *place, self._nodes(near), property_)
        else:
            near = self._usage.near(iri, "objects", property_) or self._usage.near(iri, "known")
            yield Hint("unknown_thing", *place, self._nodes(near), property_)

    def _literals(
        self, property_: str, near: Sequence[str] = (), first: Sequence[str] = ()
    ) -> tuple[Written, ...]:
        """Return literals of a property with the texts ``near``, else some of it.

        Where several have the same text, that of the kind ``first`` is taken, then the commonest.
        """
        if not near:
            examples = self._usage.examples.get(property_, ())
            return tuple(retyped(text, kind) for text, kind in examples)
        kinds = (self._usage.kinds or {}).get(property_, {})
        texts = (self._usage.texts or {}).get(property_, {})
        ranked = (*first, *_in_order(kinds, kinds))
        return tuple(
            retyped(text, next(k for k in ranked if text in texts.get(k, ())))
            for text in near[:_FEW]
        )

    @staticmethod
    def _few(objects: Mapping[str, int]) -> list[str]:
        return nsmallest(_FEW, objects, key=lambda iri: (-objects[iri], iri))

    @staticmethod
    def _nodes(iris: Iterable[str]) -> tuple[Written, ...]:
        return tuple(ox.NamedNode(iri) for iri in iris)

    # VALUES and FILTER

    def _check_data(self, data: InlineData) -> Iterator[Hint]:
        tokens = self._terms.tokens(data.start, data.end)
        at = next((n for n, t in enumerate(tokens) if t.text == "{"), len(tokens))
        count = len(data.variables)
        for column, (value, place) in enumerate(self._terms.constants(tokens[at:])):
            variable = data.variables[column % count] if count else ""
            if self._spent():
                return
            for property_ in dict.fromkeys(self._leading.get(variable, ())):
                yield from self._check_value(property_, value, place)

    def _check_filter(self, element: Filter) -> Iterator[Hint]:
        expression = element.expression
        tokens = self._terms.tokens(expression.start, expression.end)
        texts = [t.text for t in tokens]
        if not expression.exists and "!" not in texts and "NOT" not in map(str.upper, texts):
            yield from self._check_comparisons(tokens)
        for at, token in enumerate(tokens[:-2]):
            if texts[at + 1] != "(" or self._spent():
                continue
            behind = tokens[at + 2]
            if token.kind is Kind.WORD and token.text.upper() in _TEXT_FUNCTIONS:
                if behind.kind is Kind.VARIABLE and self._is_thing(behind.text[1:]):
                    instead = (f"STR({behind.text})",)
                    yield Hint("thing_as_text", behind.start, behind.end, instead)
            elif token.kind in (Kind.IRI, Kind.NAME):
                yield from self._check_call(token, tokens[at:])

    def _check_comparisons(self, tokens: Sequence[Token]) -> Iterator[Hint]:
        for at, token in enumerate(tokens):
            if token.text.upper() == "LANG":
                yield from self._check_language(tokens, at)
            if token.kind is not Kind.VARIABLE or self._spent():
                continue
            before = tokens[at - 1].text if at else ""
            behind = tokens[at + 1].text if at + 1 < len(tokens) else ""
            if behind in _COMPARED:
                values = self._terms.constants(tokens[at + 2 : at + 6])[:1]
                if values and values[0][1][0] != tokens[at + 2].start:
                    values = []
            elif behind.upper() == "IN":
                close = next((n for n in range(at, len(tokens)) if tokens[n].text == ")"), at)
                values = self._terms.constants(tokens[at + 2 : close])
            elif before in _COMPARED:
                values = self._terms.constants(tokens[max(0, at - 5) : at - 1])[-1:]
                if values and values[0][1][1] != tokens[at - 2].end:
                    values = []
            else:
                continue
            for value, place in values:
                for property_ in dict.fromkeys(self._leading.get(token.text[1:], ())):
                    yield from self._check_value(property_, value, place, compared=True)

    def _check_language(self, tokens: Sequence[Token], at: int) -> Iterator[Hint]:
        """Yield a hint where no value of the variable has the language that is asked for."""
        around = tokens[at + 1 : at + 6]
        if len(around) < 5 or around[1].kind is not Kind.VARIABLE:
            return
        sign, said = around[3].text, around[4]
        if sign not in ("=", ",") or said.kind is not Kind.STRING:
            return
        wanted = "@" + said.text.strip("\"'").lower()
        properties = self._leading.get(around[1].text[1:], ())
        kinds = {k: n for p in properties for k, n in (self._usage.kinds or {}).get(p, {}).items()}
        if not kinds or wanted in ("@*", "@"):
            return
        if any(k == wanted or (sign == "," and k.startswith(wanted + "-")) for k in kinds):
            return
        tags = [k[1:] for k in _in_order(kinds, kinds) if k.startswith("@")]
        yield Hint("unknown_language", said.start, said.end, tuple(map(ox.Literal, tags[:_FEW])))

    def _is_thing(self, variable: str) -> bool:
        """Return whether a variable is bound to things alone, of which no text can be asked."""
        if any(p.subject[1:] == variable and p.subject[0] in "?$" for p in self._patterns):
            return True
        kinds = self._usage.kinds or {}
        properties = self._leading.get(variable, ())
        return bool(properties) and any(set(kinds.get(p, ())) == {""} for p in properties)

    def _check_call(self, name: Token, tokens: Sequence[Token]) -> Iterator[Hint]:
        function = self._query.prologue.iri(name)
        units = self._usage.units.get(function)
        if not units:
            return
        depth, start = 0, 0
        arguments: list[Sequence[Token]] = []
        for at, token in enumerate(tokens):
            if token.text == "(":
                depth += 1
                start = start or at + 1
            elif depth == 1 and token.text in (",", ")"):
                arguments.append(tokens[start:at])
                start = at + 1
            depth -= token.text == ")"
            if at and not depth:
                break
        known = self._nodes(units[:_FEW])
        if len(arguments) < (3 if function == _DISTANCE else 2):
            yield Hint("unit_missing", name.start, name.end, known, function)
            return
        last = arguments[-1]
        unit = self._terms.read(last[0].start, last[-1].end) if last else None
        if isinstance(unit, ox.NamedNode) and unit.value not in units:
            yield Hint("unit", last[0].start, last[-1].end, known, function)
        elif function == _DISTANCE:
            yield Hint("points", name.start, name.end, (), function)


def _in_order(kinds: Iterable[str], uses: Mapping[str, int]) -> list[str]:
    return sorted(kinds, key=lambda kind: (-uses.get(kind, 0), kind))


def _difference(asked: str, used: str) -> str:
    """Return which hint tells that a value has another kind."""
    if used.startswith("@"):
        return "language" if asked == _STRING or asked.startswith("@") else "datatype"
    return "no_language" if asked.startswith("@") and used == _STRING else "datatype"
