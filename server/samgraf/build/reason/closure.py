"""The seam between the pipeline and a reasoner: triples in, inferred triples out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

_WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
_HAS_KEY = "http://www.w3.org/2002/07/owl#hasKey"


@dataclass(frozen=True)
class Closure:
    """What follows from the asserted triples and is not among them.

    ``inferred`` is what is published, sorted; ``entailed`` holds the rest as well, for checks;
    ``errors`` are contradictions in the words of the reasoner.
    """

    inferred: list[ox.Triple]
    entailed: list[ox.Triple]
    errors: tuple[str, ...] = ()


def closure(asserted: Iterable[ox.Triple]) -> Closure:
    """Return the OWL 2 RL closure of ``asserted``, less ``asserted``.

    Geometry literals are left out, since no rule looks into them and they are long; keys
    (``owl:hasKey``) are left to validation, since owlrl compares too few of the values.
    """
    # imported here: owlrl and rdflib take long, and by_owlrl needs the class above
    from samgraf.build.reason.by_owlrl import infer

    return infer([t for t in asserted if not _kept_away(t)])


def _kept_away(triple: ox.Triple) -> bool:
    if triple.predicate.value == _HAS_KEY:
        return True
    return isinstance(triple.object, ox.Literal) and triple.object.datatype.value == _WKT
