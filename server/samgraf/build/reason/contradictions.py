"""Find what cannot all be true, and name it.

One query for each rule that concludes ``false``, in ``rules/``, named as in
https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules; and the rule
dt-not-type, which needs the values of literals, in Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from samgraf.build.content.load import Loaded
from samgraf.build.rdf import own_queries, solutions_of, value_of
from samgraf.datatypes import BOUNDS, is_well_formed, is_within
from samgraf.errors import ContentError
from samgraf.vocab import OWL, RDF, RDFS, XSD

if TYPE_CHECKING:
    from samgraf.build.reason.closure import Closure

#: More clashes of one rule than this are counted, not told one by one.
_TOLD = 20
#: The rule by which a value has to be of the datatype that is asked for.
_MISFIT = "dt-not-type"


@dataclass(frozen=True)
class Clash:
    """A contradiction: the rule, what it says of the first triple's subject, and the triples."""

    rule: str
    sentence: str
    triples: tuple[ox.Triple, ...]


def clashes(asserted: Iterable[ox.Triple], closure: Closure) -> list[Clash]:
    """Return every contradiction in ``asserted`` and its closure, by rule."""
    asserted = list(asserted)
    store = ox.Store()
    store.bulk_extend(ox.Quad(*t) for t in (*asserted, *closure.entailed))
    rules = own_queries("samgraf.build.reason", "rules")
    found = [c for name, text in rules for c in _ask(store, name, text)]
    found += [Clash(*m) for m in misfits(asserted, closure.entailed)]
    if not found:
        # the reasoner sees a contradiction that no query of ours names: its words must do
        found = [Clash("owlrl", message, ()) for message in closure.errors]
    return found


def _ask(store: ox.Store, rule: str, query: str) -> Iterator[Clash]:
    sentence = query.splitlines()[0].removeprefix("# ")
    solutions = solutions_of(store, query)
    names = {v.value for v in solutions.variables}
    for number, row in enumerate(solutions):
        if number == _TOLD:
            return
        triples = [
            ox.Triple(row[f"s{i}"], row[f"p{i}"], row[f"o{i}"])
            for i in (1, 2, 3)
            if f"s{i}" in names and row[f"s{i}"] is not None
        ]
        yield Clash(rule, sentence, tuple(triples))


def tell(clash: Clash, loaded: Loaded, lang: str = "nb") -> ContentError:
    """Return the clash as one line that names thing, rule, triples and place."""
    short = loaded.header.shorten

    def term(node: object) -> str:
        return short(node.value) if isinstance(node, ox.NamedNode) else str(node)

    if not clash.triples:
        return ContentError(f"The data contradicts itself: {clash.sentence}.")
    thing = clash.triples[0].subject
    name = loaded.called(thing.value, lang) if isinstance(thing, ox.NamedNode) else str(thing)
    shown = "; ".join(
        f"{term(t.subject)} {term(t.predicate).replace('rdf:type', 'a')} {term(t.object)}"
        for t in clash.triples
    )
    said = map(loaded.place_of, (t for t in clash.triples if t.subject == thing))
    described = loaded.place(thing.value) if isinstance(thing, ox.NamedNode) else None
    return ContentError(
        f"Contradiction ({clash.rule}): {name}: {clash.sentence}: {shown}.",
        *(next(filter(None, said), described) or (None, None)),
        "Correct the value."
        if clash.rule == _MISFIT
        else "Remove one of these statements, or what it was inferred from.",
    )


_RANGE = ox.NamedNode(RDFS + "range")
_STRINGS = {"string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN"}
_ANY = {RDFS + "Literal", RDFS + "Resource", OWL + "Thing"}


def misfits(
    asserted: Iterable[ox.Triple], entailed: Iterable[ox.Triple]
) -> Iterator[tuple[str, str, tuple[ox.Triple, ...]]]:
    """Yield (rule, sentence, triples) for each literal that does not fit."""
    asserted = list(asserted)
    ranges: dict[str, list[ox.Triple]] = {}
    for t in (*asserted, *entailed):
        if t.predicate == _RANGE and isinstance(t.object, ox.NamedNode):
            ranges.setdefault(value_of(t.subject), []).append(t)
    judged: dict[ox.Literal, bool] = {}
    for t in asserted:
        if not isinstance(t.object, ox.Literal):
            continue
        if t.object not in judged:
            judged[t.object] = is_well_formed(t.object)
        if not judged[t.object]:
            kind = t.object.datatype.value.rsplit("#", 1)[-1]
            yield _MISFIT, f"the value is not written as its datatype ({kind}) asks", (t,)
            continue
        for axiom in ranges.get(t.predicate.value, ()):
            if not _fits(t.object, value_of(axiom.object)):
                yield (
                    _MISFIT,
                    "the value is not of the datatype that is asked for",
                    (t, axiom),
                )


def _fits(literal: ox.Literal, wanted: str) -> bool:
    """Return whether the value of ``literal`` lies in ``wanted``; unknown datatypes fit."""
    actual = literal.datatype.value
    if wanted in _ANY or actual == wanted:
        return True
    if wanted == RDF + "PlainLiteral":
        return actual in (XSD + "string", RDF + "langString")
    if not wanted.startswith((XSD, RDF)):
        return True
    name, kind = wanted.removeprefix(XSD), actual.removeprefix(XSD)
    if name in BOUNDS and kind in BOUNDS:
        return is_within(literal.value, name)
    if name == "decimal":
        return kind in BOUNDS
    if name in _STRINGS and kind in _STRINGS:
        return True  # whitespace facets are left to validation
    return name == "dateTime" and kind == "dateTimeStamp"
