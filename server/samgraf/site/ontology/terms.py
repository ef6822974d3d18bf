"""The terms of the ontology's namespace: what each is, and what is stated above it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

import pyoxigraph as ox

from samgraf.site.graph import ask
from samgraf.site.ontology.names import KINDS, graphs, local_name, namespace


@dataclass
class Term:
    """Hold one term: its local name and kind, what is stated above it, whether it is deprecated."""

    iri: str
    name: str
    kind: str
    parents: list[str] = field(default_factory=list)
    deprecated: bool = False


def read_terms() -> dict[str, Term]:
    """Return the terms of the namespace by IRI."""
    rows = ask(__package__, "terms.rq", namespace=ox.Literal(namespace()), **graphs())
    kinds: dict[str, set[str]] = {}
    for row in rows:
        kinds.setdefault(row["term"]["value"], set()).add(row["kind"]["value"])
    terms: dict[str, Term] = {}
    for row in rows:
        iri = row["term"]["value"]
        if iri not in terms:
            kind = next(KINDS[k] for k in KINDS if k in kinds[iri])
            terms[iri] = Term(iri, local_name(iri), kind)
        term = terms[iri]
        parent = row["parent"]["value"] if "parent" in row else None
        if parent and parent not in term.parents:
            term.parents.append(parent)
        if "deprecated" in row and row["deprecated"]["value"] in ("true", "1"):
            term.deprecated = True
    return terms


def ancestors(terms: Mapping[str, Term], iri: str) -> set[str]:
    """Return the terms above ``iri`` by statement, itself left out; circles do no harm."""
    found: set[str] = set()
    ahead = [iri]
    while ahead:
        term = terms.get(ahead.pop())
        for parent in term.parents if term else ():
            if parent not in found:
                found.add(parent)
                ahead.append(parent)
    return found - {iri}


def near(terms: Iterable[Term], name: str, labels: Mapping[str, Iterable[str]]) -> list[Term]:
    """Return the terms whose local name or a label is like ``name``, the likest first."""
    by_word: dict[str, list[Term]] = {}
    for term in terms:
        for word in {term.name, *labels.get(term.iri, ())}:
            by_word.setdefault(word.casefold(), []).append(term)
    wanted = name.casefold()
    words = get_close_matches(wanted, by_word, n=8, cutoff=0.55)
    words += [w for w in sorted(by_word) if len(wanted) > 2 and wanted in w and w not in words]
    found = {term.iri: term for word in words for term in by_word[word]}
    return list(found.values())[:8]
