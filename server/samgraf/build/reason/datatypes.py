"""Find literals that are not of their own datatype, or not of the one that a property asks for.

https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules (dt-not-type)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from samgraf.build.literals import is_well_formed

_XSD = "http://www.w3.org/2001/XMLSchema#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RANGE = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#range")
_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "nonPositiveInteger": (None, 0),
    "positiveInteger": (1, None),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 65535),
    "unsignedByte": (0, 255),
}
_STRINGS = {"string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN"}
_ANY = {
    "http://www.w3.org/2000/01/rdf-schema#Literal",
    "http://www.w3.org/2000/01/rdf-schema#Resource",
    "http://www.w3.org/2002/07/owl#Thing",
}


def misfits(
    asserted: Iterable[ox.Triple], entailed: Iterable[ox.Triple]
) -> Iterator[tuple[str, str, tuple[ox.Triple, ...]]]:
    """Yield (rule, sentence, triples) for each literal that does not fit."""
    asserted = list(asserted)
    ranges: dict[str, list[ox.Triple]] = {}
    for t in (*asserted, *entailed):
        if t.predicate == _RANGE and isinstance(t.object, ox.NamedNode):
            ranges.setdefault(t.subject.value, []).append(t)
    judged: dict[ox.Literal, bool] = {}
    for t in asserted:
        if not isinstance(t.object, ox.Literal):
            continue
        if t.object not in judged:
            judged[t.object] = is_well_formed(t.object)
        if not judged[t.object]:
            kind = t.object.datatype.value.rsplit("#", 1)[-1]
            yield "dt-not-type", f"the value is not written as its datatype ({kind}) asks", (t,)
            continue
        for axiom in ranges.get(t.predicate.value, ()):
            if not _fits(t.object, axiom.object.value):
                yield (
                    "dt-not-type",
                    "the value is not of the datatype that is asked for",
                    (t, axiom),
                )


def _fits(literal: ox.Literal, wanted: str) -> bool:
    """Return whether the value of ``literal`` lies in ``wanted``; unknown datatypes fit."""
    actual = literal.datatype.value
    if wanted in _ANY or actual == wanted:
        return True
    if wanted == _RDF + "PlainLiteral":
        return actual in (_XSD + "string", _RDF + "langString")
    if not wanted.startswith((_XSD, _RDF)):
        return True
    name, kind = wanted.removeprefix(_XSD), actual.removeprefix(_XSD)
    if name in _BOUNDS and kind in _BOUNDS:
        low, high = _BOUNDS[name]
        value = int(literal.value)
        return (low is None or value >= low) and (high is None or value <= high)
    if name == "decimal":
        return kind in _BOUNDS
    if name in _STRINGS and kind in _STRINGS:
        return True  # whitespace facets are left to validation
    return name == "dateTime" and kind == "dateTimeStamp"
