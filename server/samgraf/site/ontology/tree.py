"""The trees of terms, with what the address says of them: open branches, a filter, one chosen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from samgraf.site.ontology.names import ORDER, in_order
from samgraf.site.ontology.terms import Term, ancestors

ALL = "*"  # in ``?open=``: every branch
_DEEP = 100


@dataclass
class Node:
    """Hold one place in a tree; a term with several parents has several, the ``first`` unfolds."""

    term: Term
    children: list[Node] = field(default_factory=list)
    is_open: bool = False
    first: bool = True
    found: bool = False


@dataclass(frozen=True)
class State:
    """Hold what the address says: the names of open branches, the filter, the chosen term."""

    open: frozenset[str] = frozenset()
    filter: str = ""
    chosen: str | None = None


def trees(
    terms: Mapping[str, Term], words: Mapping[str, Collection[str]], state: State
) -> dict[str, list[Node]]:
    """Return the roots of the tree of each kind that has terms, every level by its words.

    ``words`` are what each term is called, the reader's first; a filter leaves the terms that hold
    it and those above them, all open.
    """
    wanted = state.filter.casefold()
    kept = set(terms)
    found: set[str] = set()
    if wanted:
        found = {i for i in terms if any(wanted in w.casefold() for w in words[i])}
        kept = found.union(*(ancestors(terms, i) for i in found))
    opened = {i for i, t in terms.items() if ALL in state.open or t.name in state.open}
    if wanted:
        opened |= kept
    if state.chosen:
        opened |= ancestors(terms, state.chosen)
    below: dict[str, list[str]] = {}
    roots: list[str] = []
    for iri, term in terms.items():
        above = [p for p in term.parents if p in terms and terms[p].kind == term.kind]
        for parent in above:
            below.setdefault(parent, []).append(iri)
        if not above:
            roots.append(iri)
    seen: set[str] = set()

    def order(iri: str) -> tuple[str, str]:
        return in_order(next(iter(words[iri]), "")), iri

    def node(iri: str, path: frozenset[str]) -> Node:
        first = iri not in seen
        seen.add(iri)
        # what stands in several places is unfolded in the first, lest the tree grow without bound
        under = below.get(iri, ()) if first and len(path) < _DEEP else ()
        children = (c for c in under if c in kept and c not in path)
        return Node(
            terms[iri],
            [node(c, path | {c}) for c in sorted(children, key=order)],
            iri in opened,
            first,
            iri in found,
        )

    # what stands in a circle has no root: it begins where the names begin
    made = {i: node(i, frozenset((i,))) for i in sorted(roots, key=order) if i in kept}
    for iri in sorted(kept, key=order):
        if iri not in seen:
            made[iri] = node(iri, frozenset((iri,)))
    by_kind = {kind: [n for n in made.values() if n.term.kind == kind] for kind in ORDER}
    return {kind: nodes for kind, nodes in by_kind.items() if nodes}
