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
from samgraf.site.trees import Branch, grow
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
    seen: set[str] = set()

    def shown(iri: str, below: list[str]) -> list[str]:
        seen.add(iri)
        # what is on the way to the chosen term is never left out
        room = max(0, TREE_TERMS - len(seen)) if iri in opened else 0
        return [c for n, c in enumerate(below) if not is_large or n < room or c in way]

    def order(iri: str) -> tuple[bool, tuple, str]:
        return terms[iri].deprecated, in_order(next(iter(words[iri]), "")), iri

    def node(branch: Branch) -> TreeNode:
        iri, children = branch.iri, [node(each) for each in branch.below]
        is_open = iri in opened and bool(children)
        return TreeNode(terms[iri], children, is_open, branch.is_first, iri in found, branch.hidden)

    above = {
        iri: [p for p in terms[iri].parents if p in kept and terms[p].kind == terms[iri].kind]
        for iri in terms
        if iri in kept
    }
    made = grow(above, order, shown)
    by_kind: dict[str, TreeRoots] = {}
    for kind in ORDER:
        roots = [branch for branch in made if terms[branch.iri].kind == kind]
        tops = [b for n, b in enumerate(roots) if n < TREE_TERMS or b.iri in way]
        if tops:
            by_kind[kind] = TreeRoots(map(node, tops))
            by_kind[kind].hidden = len(roots) - len(tops)
    return by_kind


def name_in_order(labels: LabelLookup, iri: str | None) -> tuple:
    """Return a key that sorts things by what they are called; those without a name come first."""
    return in_order(labels[iri].text if iri else "")
