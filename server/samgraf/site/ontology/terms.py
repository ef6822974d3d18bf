"""The terms of the ontology's namespace: what each is, its place in a tree, its properties."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox
from flask import request

from samgraf.limits import TREE_TERMS
from samgraf.site.context import the_service
from samgraf.site.graph import LabelLookup, ask, graphs
from samgraf.site.language import in_order
from samgraf.vocab import OWL, RDF, RDFS

#: Kinds of terms by the class that says so, the first that fits; their trees stand in this order.
KINDS = {
    OWL + "Class": "class",
    RDFS + "Class": "class",
    RDFS + "Datatype": "datatype",
    OWL + "ObjectProperty": "object",
    OWL + "DatatypeProperty": "data",
    OWL + "AnnotationProperty": "annotation",
    RDF + "Property": "property",
}
ORDER = tuple(dict.fromkeys(KINDS.values()))


def namespace() -> str:
    """Return the namespace whose terms have pages."""
    return the_service().manifest.get("namespace") or ""


def local_name(iri: str) -> str:
    """Return what stands behind the namespace, or the whole IRI of a foreign term."""
    return iri.removeprefix(namespace())


@dataclass
class OntologyTerm:
    """One term: its local name and kind, what is stated above it, whether it is deprecated."""

    iri: str
    name: str
    kind: str
    parents: list[str] = field(default_factory=list)
    deprecated: bool = False


def read_terms() -> dict[str, OntologyTerm]:
    """Return the terms of the ontology's namespaces by IRI."""
    others = [ox.Literal(n) for n in the_service().manifest.get("namespaces", ())]
    rows = ask(
        __package__,
        "terms.rq",
        namespace=ox.Literal(namespace()),
        others=others or [ox.Literal("")],
        **graphs(),
    )
    kinds: dict[str, set[str]] = {}
    for row in rows:
        kinds.setdefault(row["term"]["value"], set()).add(row["kind"]["value"])
    terms: dict[str, OntologyTerm] = {}
    for row in rows:
        iri = row["term"]["value"]
        if iri not in terms:
            kind = next(KINDS[k] for k in KINDS if k in kinds[iri])
            terms[iri] = OntologyTerm(iri, local_name(iri), kind)
        term = terms[iri]
        parent = row["parent"]["value"] if "parent" in row else None
        if parent and parent not in term.parents:
            term.parents.append(parent)
        if "deprecated" in row and row["deprecated"]["value"] in ("true", "1"):
            term.deprecated = True
    return terms


def ancestors(terms: Mapping[str, OntologyTerm], iri: str) -> set[str]:
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


ALL = "*"  # in ``?open=``: every branch
_DEEP = 100


@dataclass
class TreeNode:
    """One place in a tree; a term with several parents has several, the ``first`` unfolds.

    ``hidden`` is the number of terms below it that the tree leaves out because it is large.
    """

    term: OntologyTerm
    children: list[TreeNode] = field(default_factory=list)
    is_open: bool = False
    first: bool = True
    found: bool = False
    hidden: int = 0


class TreeRoots(list[TreeNode]):
    """The roots of a tree, and the number of those that it leaves out."""

    hidden = 0


@dataclass(frozen=True)
class BrowserState:
    """What the address says: the names of open branches, the filter, the chosen term."""

    open: frozenset[str] = frozenset()
    filter: str = ""
    chosen: str | None = None


def tree_state() -> BrowserState:
    """Return what the address says of the trees: ``open``, as names with commas, and ``filter``."""
    names = (name for value in request.args.getlist("open") for name in value.split(","))
    return BrowserState(
        frozenset(n for n in names if n), request.args.get("filter", "").strip()[:100]
    )


def words_of(term: OntologyTerm, labels: LabelLookup) -> list[str]:
    """Return what a term is called: in the reader's language first, its local name last."""
    return [labels[term.iri].text, *(p.text for p in labels.all(term.iri)), term.name]


def trees(
    terms: Mapping[str, OntologyTerm], words: Mapping[str, Collection[str]], state: BrowserState
) -> dict[str, TreeRoots]:
    """Return the roots of the tree of each kind that has terms, every level by its words.

    ``words`` are what each term is called, the reader's first; a filter leaves the terms that hold
    it and those above them, all open. Of many terms only the open branches are in the tree, and of
    these as many as a page holds.
    """
    wanted = state.filter.casefold()
    kept = set(terms)
    found: set[str] = set()
    if wanted:
        found = {i for i in terms if any(wanted in w.casefold() for w in words[i])}
        kept = found.union(*(ancestors(terms, i) for i in found)) & terms.keys()
    opened = {i for i, t in terms.items() if ALL in state.open or t.name in state.open}
    if wanted:
        opened |= kept
    if state.chosen:
        opened |= ancestors(terms, state.chosen)
    way = {state.chosen, *ancestors(terms, state.chosen)} if state.chosen else set()
    is_large = len(kept) > TREE_TERMS
    if is_large and state.chosen:
        opened.add(state.chosen)
    below: dict[str, list[str]] = {}
    roots: list[str] = []
    for iri, term in terms.items():
        above = [p for p in term.parents if p in terms and terms[p].kind == term.kind]
        for parent in above:
            below.setdefault(parent, []).append(iri)
        if not above:
            roots.append(iri)
    seen: set[str] = set()

    def order(iri: str) -> tuple[bool, tuple, str]:
        return terms[iri].deprecated, in_order(next(iter(words[iri]), "")), iri

    def node(iri: str, path: frozenset[str]) -> TreeNode:
        first = iri not in seen
        seen.add(iri)
        # what stands in several places is unfolded in the first, lest the tree grow without bound
        under = below.get(iri, ()) if first and len(path) < _DEEP else ()
        children = sorted((c for c in under if c in kept and c not in path), key=order)
        hidden = 0
        if is_large:
            # what is on the way to the chosen term is never left out
            room = max(0, TREE_TERMS - len(seen)) if iri in opened else 0
            shown = [c for n, c in enumerate(children) if n < room or c in way]
            hidden, children = len(children) - len(shown), shown
        return TreeNode(
            terms[iri],
            [node(c, path | {c}) for c in children],
            iri in opened and bool(children),
            first,
            iri in found,
            hidden,
        )

    # what stands in a circle has no root: it begins where the names begin
    made = {i: node(i, frozenset((i,))) for i in sorted(roots, key=order) if i in kept}
    circling = kept - _reached(below, made)
    for iri in sorted(circling, key=order):
        if iri not in seen:
            made[iri] = node(iri, frozenset((iri,)))
    by_kind: dict[str, TreeRoots] = {}
    for kind in ORDER:
        all_roots = [(i, n) for i, n in made.items() if n.term.kind == kind]
        shown = [r for n, (i, r) in enumerate(all_roots) if n < TREE_TERMS or i in way]
        if shown:
            by_kind[kind] = TreeRoots(shown)
            by_kind[kind].hidden = len(all_roots) - len(shown)
    return by_kind


def _reached(below: Mapping[str, Collection[str]], roots: Collection[str]) -> set[str]:
    """Return all terms that stand below ``roots``, and these."""
    found, ahead = set(roots), list(roots)
    while ahead:
        new = [c for c in below.get(ahead.pop(), ()) if c not in found]
        found.update(new)
        ahead += new
    return found


def name_in_order(labels: LabelLookup, iri: str | None) -> tuple:
    """Return a key that sorts things by what they are called; those without a name come first."""
    return in_order(labels[iri].text if iri else "")
