"""Compare values in a query, and what VALUES and FILTER say of variables, with those in use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest

import pyoxigraph as ox

from samgraf.datatypes import BOUNDS, is_well_formed
from samgraf.sparql.hints.near import end_of
from samgraf.sparql.hints.needs import FEW, Hint, Needs, Place, Written, constants, nodes, read_term
from samgraf.sparql.hints.usage import Usage, kind_of
from samgraf.sparql.syntax.nodes import Filter, InlineData
from samgraf.sparql.tokens import Kind, Token
from samgraf.vocab import XSD

_STRING = XSD + "string"
_TEXT_FUNCTIONS = frozenset(
    (
        *("CONTAINS", "STRSTARTS", "STRENDS", "STRBEFORE", "STRAFTER", "REGEX", "REPLACE"),
        *("SUBSTR", "LCASE", "UCASE", "STRLEN"),
    )
)
_COMPARED = frozenset(("=", "<", ">", "<=", ">="))
_DISTANCE = "http://www.opengis.net/def/function/geosparql/distance"
#: The datatypes whose values are compared as numbers.
_NUMBERS = frozenset(XSD + name for name in ("decimal", "double", "float", *BOUNDS))


def value_hints(
    usage: Usage, property_: str, value: Written | None, place: Place, *, compared: bool = False
) -> Iterator[Hint]:
    """Yield a hint where ``value`` is never one of ``property_``.

    ``compared`` values need not be of the very type: numbers of all types are comparable.
    """
    kinds = (usage.kinds or {}).get(property_)
    if kinds and isinstance(value, ox.NamedNode):
        yield from _thing_hints(usage, property_, value.value, kinds, place)
    elif kinds and isinstance(value, ox.Literal):
        if set(kinds) == {""}:
            instead = _things(usage, property_, value.value)
            yield Hint("literal_for_thing", *place, instead, property_)
        elif not (compared and kind_of(value) in _NUMBERS and _NUMBERS & kinds.keys()):
            yield from _literal_hints(usage, property_, value, kinds, place)


def _thing_hints(
    usage: Usage, property_: str, iri: str, kinds: Mapping[str, int], place: Place
) -> Iterator[Hint]:
    if "" not in kinds:
        instead = _literals(usage, property_, usage.near(end_of(iri), "texts", property_))
        yield Hint("thing_for_literal", *place, instead, property_)
        return
    objects, known = (usage.objects or {}).get(property_), usage.known
    if objects is None or known is None or iri in objects:
        return
    if iri in known:
        yield Hint("other_value", *place, _things(usage, property_, iri), property_)
    else:
        near = usage.near(iri, "objects", property_) or usage.near(iri, "known")
        yield Hint("unknown_thing", *place, nodes(near), property_)


def _literal_hints(
    usage: Usage, property_: str, value: ox.Literal, kinds: Mapping[str, int], place: Place
) -> Iterator[Hint]:
    text, kind = value.value, kind_of(value)
    is_text = kind == _STRING or kind.startswith("@")
    texts = (usage.texts or {}).get(property_, {})
    same = [k for k in kinds if text in texts.get(k, ())]
    if kind in kinds and (kind in same or not is_text or usage.texts is None):
        return
    if kind in kinds and not same:
        near = usage.near(text, "texts", property_)
        instead = _literals(usage, property_, near, (kind,)) if near else ()
        yield Hint("unknown_value", *place, instead, property_)
        return
    used = _in_order(same or [k for k in kinds if k and _fits(text, k)], kinds)
    instead = tuple(_retyped(text, k) for k in used[:FEW]) or _literals(usage, property_)
    yield Hint(_difference(kind, used[0] if used else ""), *place, instead, property_)


def _retyped(text: str, kind: str) -> ox.Literal:
    """Return the literal with this text that is of ``kind``."""
    if kind.startswith("@"):
        return ox.Literal(text, language=kind[1:])
    return ox.Literal(text, datatype=ox.NamedNode(kind))


def _fits(text: str, kind: str) -> bool:
    """Return whether ``text`` may be a literal of ``kind``."""
    return kind.startswith("@") or is_well_formed(_retyped(text, kind))


def _difference(asked: str, used: str) -> str:
    """Return which hint tells that a value has another kind."""
    if used.startswith("@"):
        return "language" if asked == _STRING or asked.startswith("@") else "datatype"
    return "no_language" if asked.startswith("@") and used == _STRING else "datatype"


def _things(usage: Usage, property_: str, iri: str) -> tuple[Written, ...]:
    """Return those values of a property that are spelled as ``iri``, else its commonest."""
    objects = (usage.objects or {}).get(property_, {})
    near = usage.near(iri, "objects", property_)
    return nodes(near or nsmallest(FEW, objects, key=lambda iri: (-objects[iri], iri)))


def _literals(
    usage: Usage, property_: str, near: Sequence[str] = (), first: Sequence[str] = ()
) -> tuple[Written, ...]:
    """Return literals of a property with the texts ``near``, else some of it.

    Where several have the same text, that of the kind ``first`` is taken, then the commonest.
    """
    if not near:
        return tuple(_retyped(text, kind) for text, kind in usage.examples.get(property_, ()))
    kinds = (usage.kinds or {}).get(property_, {})
    texts = (usage.texts or {}).get(property_, {})
    ranked = (*first, *_in_order(kinds, kinds))
    return tuple(
        _retyped(text, next(k for k in ranked if text in texts.get(k, ()))) for text in near[:FEW]
    )


def _in_order(kinds: Iterable[str], uses: Mapping[str, int]) -> list[str]:
    return sorted(kinds, key=lambda kind: (-uses.get(kind, 0), kind))


def data_hints(
    needs: Needs, usage: Usage, data: InlineData, budget: Iterator[object]
) -> Iterator[Hint]:
    """Yield hints on the values of a VALUES, each of which takes one from ``budget``."""
    tokens = needs.query.within(data.start, data.end)
    at = next((n for n, t in enumerate(tokens) if t.text == "{"), len(tokens))
    count = len(data.variables)
    found = constants(needs.query, tokens[at:])
    for column, ((value, place), _) in enumerate(zip(found, budget, strict=False)):
        variable = data.variables[column % count] if count else ""
        for property_ in needs.leading.get(variable, ()):
            yield from value_hints(usage, property_, value, place)


def filter_hints(
    needs: Needs, usage: Usage, element: Filter, budget: Iterator[object]
) -> Iterator[Hint]:
    """Yield hints on the comparisons and calls of a FILTER, each of which takes from ``budget``."""
    expression = element.expression
    tokens = needs.query.within(expression.start, expression.end)
    texts = [t.text for t in tokens]
    if not expression.exists and "!" not in texts and "NOT" not in map(str.upper, texts):
        yield from _comparison_hints(needs, usage, tokens, budget)
    for at, token in enumerate(tokens[:-2]):
        if texts[at + 1] != "(" or next(budget, None) is None:
            continue
        behind = tokens[at + 2]
        if token.kind is Kind.WORD and token.text.upper() in _TEXT_FUNCTIONS:
            if behind.kind is Kind.VARIABLE and _is_thing(needs, usage, behind.text[1:]):
                instead = (f"STR({behind.text})",)
                yield Hint("thing_as_text", behind.start, behind.end, instead)
        elif token.kind in (Kind.IRI, Kind.NAME):
            yield from _unit_hints(needs, usage, token, tokens[at:])


def _comparison_hints(
    needs: Needs, usage: Usage, tokens: Sequence[Token], budget: Iterator[object]
) -> Iterator[Hint]:
    for at, token in enumerate(tokens):
        if token.text.upper() == "LANG":
            yield from _language_hints(needs, usage, tokens[at + 1 : at + 6])
        if token.kind is not Kind.VARIABLE or next(budget, None) is None:
            continue
        for value, place in _compared_with(needs, tokens, at):
            for property_ in needs.leading.get(token.text[1:], ()):
                yield from value_hints(usage, property_, value, place, compared=True)


def _compared_with(needs: Needs, tokens: Sequence[Token], at: int) -> list[tuple[Written, Place]]:
    """Return the constants that the variable at ``at`` is compared with."""
    behind = tokens[at + 1].text if at + 1 < len(tokens) else ""
    if behind in _COMPARED:
        found = constants(needs.query, tokens[at + 2 : at + 6])[:1]
        return [f for f in found if f[1][0] == tokens[at + 2].start]
    if behind.upper() == "IN":
        close = next((n for n in range(at, len(tokens)) if tokens[n].text == ")"), at)
        return constants(needs.query, tokens[at + 2 : close])
    if at and tokens[at - 1].text in _COMPARED:
        found = constants(needs.query, tokens[max(0, at - 5) : at - 1])[-1:]
        return [f for f in found if f[1][1] == tokens[at - 2].end]
    return []


def _language_hints(needs: Needs, usage: Usage, behind: Sequence[Token]) -> Iterator[Hint]:
    """Yield a hint where no value of the variable has the language that LANG is compared with."""
    if len(behind) < 5 or behind[1].kind is not Kind.VARIABLE:
        return
    sign, said = behind[3].text, behind[4]
    if sign not in ("=", ",") or said.kind is not Kind.STRING:
        return
    wanted = "@" + said.text.strip("\"'").lower()
    properties = needs.leading.get(behind[1].text[1:], ())
    kinds = {k: n for p in properties for k, n in (usage.kinds or {}).get(p, {}).items()}
    if not kinds or wanted in ("@*", "@"):
        return
    if any(k == wanted or (sign == "," and k.startswith(wanted + "-")) for k in kinds):
        return
    tags = [k[1:] for k in _in_order(kinds, kinds) if k.startswith("@")]
    yield Hint("unknown_language", said.start, said.end, tuple(map(ox.Literal, tags[:FEW])))


def _is_thing(needs: Needs, usage: Usage, variable: str) -> bool:
    """Return whether a variable is bound to things alone, of which no text can be asked."""
    if any(p.subject in (f"?{variable}", f"${variable}") for p in needs.patterns):
        return True
    kinds = usage.kinds or {}
    return any(set(kinds.get(p, ())) == {""} for p in needs.leading.get(variable, ()))


def _unit_hints(needs: Needs, usage: Usage, name: Token, tokens: Sequence[Token]) -> Iterator[Hint]:
    """Yield a hint where the function ``name``, whose call ``tokens`` begin with, lacks a unit."""
    function = needs.query.prologue.iri(name)
    units = usage.units.get(function)
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
    known = nodes(units[:FEW])
    if len(arguments) < (3 if function == _DISTANCE else 2):
        yield Hint("unit_missing", name.start, name.end, known, function)
        return
    last = arguments[-1]
    unit = read_term(needs.query, last[0].start, last[-1].end) if last else None
    if isinstance(unit, ox.NamedNode) and unit.value not in units:
        yield Hint("unit", last[0].start, last[-1].end, known, function)
    elif function == _DISTANCE:
        yield Hint("points", name.start, name.end, (), function)
