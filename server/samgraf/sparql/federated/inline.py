"""Write solutions into a query: https://www.w3.org/TR/sparql11-query/#inline-data.

Terms are written as in N-Triples, which SPARQL reads alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

Row = tuple[str | None, ...]
#: Where IRIs that stand for blank nodes begin, below the base.
GENID = ".well-known/genid/"


def values(variables: Sequence[str], rows: Iterable[Row]) -> str:
    """Return a VALUES clause with ``rows``, in which ``None`` is an unbound variable."""
    names = " ".join(f"?{v}" for v in variables)
    lines = " ".join("(" + " ".join("UNDEF" if t is None else t for t in row) + ")" for row in rows)
    return f"VALUES ({names}) {{ {lines} }}"


def is_blank(term: str | None) -> bool:
    """Return whether ``term`` is a blank node."""
    return term is not None and term.startswith("_:")


def skolemised(rows: Iterable[Row], base: str, source: str) -> tuple[list[Row], int]:
    """Return ``rows`` with IRIs in place of blank nodes, and how many nodes there were.

    A blank node has no name outside of the answer that it came in, and VALUES cannot hold one; so
    it gets an IRI of ours, the same again where it comes in the same answer (``source``):
    https://www.w3.org/TR/rdf11-concepts/#section-skolemization.
    """
    known: dict[str, str] = {}

    def named(term: str | None) -> str | None:
        if term is None or not is_blank(term):
            return term
        if term not in known:
            known[term] = f"<{skolem_iri(base, source, term)}>"
        return known[term]

    return [tuple(map(named, row)) for row in rows], len(known)


def skolem_iri(base: str, source: str, label: str) -> str:
    """Return the IRI that stands for the blank node that ``source`` calls ``label``."""
    digest = hashlib.sha256(f"{source}\0{label}".encode()).hexdigest()[:32]
    return f"{base}{GENID}{digest}"
