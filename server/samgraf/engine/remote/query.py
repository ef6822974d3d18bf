"""Write a query anew for a store that holds many releases and knows none of our prefixes.

The text ``{base}graph/`` becomes ``{base}release/{hash}/graph/`` wherever it stands (names of
graphs, IRIs and literals in triples, queries) and back in answers: a bijection, so that queries
keep their meaning. What lies outside it are functions that measure or cut such a text (STRLEN,
SUBSTR by position, hashes).

What reaches the store is written anew (``samgraf.sparql.outgoing``), with no dataset clause and no
prologue but one BASE.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from samgraf.errors import ContentError
from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.outgoing import written_anew
from samgraf.sparql.syntax import parse
from samgraf.sparql.tokens import Kind

HASH_LENGTH = 12  # hexadecimal digits of a release's hash in names
# Virtuoso's SQL functions and procedures, Jena's Java classes and JavaScript
_VENDOR_SCHEMES = ("bif:", "sql:", "java:", "js:")
_VENDOR_FUNCTIONS = (
    "http://jena.apache.org/ARQ/js#",
    "http://www.openlinksw.com/schemas/bif#",
)
_OXIGRAPH_WORDS = frozenset(("LATERAL", "ADJUST"))  # additions that no other store knows


class ReleaseNames:
    """The names that one release goes by in a store.

    ``root`` is the release itself; ``default`` its default graph, each triple once; ``empty`` a
    graph that nothing is ever put in; ``complete`` the graph that says, written last, that all is
    there; ``merge`` a second graph with one triple of ``complete``. Raise ContentError where the
    release has no base IRI.
    """

    def __init__(self, manifest: Mapping[str, Any]):
        self.base, self.release = manifest.get("base") or "", manifest["release"]
        if not self.base:
            raise ContentError(
                "The release has no base IRI, so its graphs cannot be told from other releases'."
            )
        self.root = f"{self.base}release/{self.release[:HASH_LENGTH]}"
        self.plain, self.versioned = f"{self.base}graph/", f"{self.root}/graph/"
        self.default, self.empty = f"{self.root}/default", f"{self.root}/empty"
        self.complete, self.merge = f"{self.root}/complete", f"{self.root}/merge"

    def to_store(self, text: str) -> str:
        """Return ``text`` as it stands in the store."""
        return text.replace(self.plain, self.versioned)

    def from_store(self, data: bytes) -> bytes:
        """Return text from the store (UTF-8) as it stands in the release."""
        return data.replace(self.versioned.encode(), self.plain.encode())


class StoreQuery(NamedTuple):
    """A query as a store is sent it: its text, what it answers with, and its dataset.

    The graphs have the store's names. ``named`` is empty where the text has no GRAPH.
    """

    text: str
    kind: QueryKind
    default: tuple[str, ...]
    named: tuple[str, ...]

    def form(self) -> bytes:
        """Return the body of the request: https://www.w3.org/TR/sparql11-protocol/#query-operation."""
        fields = [
            ("query", self.text),
            *(("default-graph-uri", graph) for graph in self.default),
            *(("named-graph-uri", graph) for graph in self.named),
        ]
        return urlencode(fields).encode()


def rewrite(
    query: str,
    names: ReleaseNames,
    prefixes: Mapping[str, str],
    base: str,
    default: Collection[str],
    named: Collection[str],
) -> StoreQuery:
    """Return ``query`` for the store, over the graphs ``default`` and ``named`` alone.

    ``prefixes`` need no declaration, ``base`` resolves relative IRIs; graphs have the store's
    names. Raise QuerySyntaxError where it is no query, RefusedQueryError where it calls functions
    of the store itself.
    """
    tree = parse(query, prefixes, base)
    words = {token.text.upper() for token in tree.tokens if token.kind is Kind.WORD}
    for word in sorted(words & _OXIGRAPH_WORDS):
        raise RefusedQueryError(f"{word} is no SPARQL, so it is not passed on.")
    clause_start, clause_end = tree.dataset
    # the plain base, which is what a name given to IRI() is relative to
    pieces = [f"BASE <{tree.base}>\n"] if tree.base else []
    for start, end in ((tree.start, clause_start), (clause_end, len(tree.text))):
        pieces.append(
            written_anew(
                tree, start, end, lambda iri: names.to_store(_standard(iri)), names.to_store
            )
        )
    graphs = tuple(named) if "GRAPH" in words else ()
    return StoreQuery(" ".join(pieces), tree.kind, tuple(default), graphs)


def _standard(iri: str) -> str:
    """Return ``iri``; raise RefusedQueryError where it is a function of a store itself."""
    if iri.lower().startswith(_VENDOR_SCHEMES) or iri.startswith(_VENDOR_FUNCTIONS):
        raise RefusedQueryError(
            f"<{iri}> may call into the store behind this service, so it is not passed on."
        )
    return iri
