"""Call things by their names in the reader's language, all things of a page in one query."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

import pyoxigraph as ox

from samgraf.site.cells import shorten
from samgraf.site.context import the_service
from samgraf.site.graph.ask import ask
from samgraf.site.language import Phrase, pick

_MOST = 2000  # things asked about at once
_END = re.compile("[/#:?]")


class Labels:
    """Hold the labels of ``iris``, looked up at once."""

    def __init__(self, iris: Iterable[str], language: str):
        self._language = language
        self._found: dict[str, dict[int, list[Phrase]]] = {}
        nodes = [n for iri in dict.fromkeys(iris) if (n := _node(iri))]
        for start in range(0, len(nodes), _MOST):
            for row in ask(__package__, "labels.rq", things=nodes[start : start + _MOST]):
                by_rank = self._found.setdefault(row["thing"]["value"], {})
                said = Phrase(row["label"]["value"], row["label"].get("xml:lang", ""))
                by_rank.setdefault(int(row["rank"]["value"]), []).append(said)

    def __contains__(self, iri: str) -> bool:
        """Say whether the graph has a label for ``iri``."""
        return iri in self._found

    def __getitem__(self, iri: str) -> Phrase:
        """Return the label of ``iri`` in the reader's language, else in another, else a name."""
        for _, phrases in sorted(self._found.get(iri, {}).items()):
            if found := pick(phrases, self._language):
                return found
        return Phrase(name_of(iri), "")

    def all(self, iri: str) -> list[Phrase]:
        """Return every label of ``iri`` by the property that comes first."""
        ranks = self._found.get(iri, {})
        return sorted(set(ranks[min(ranks)])) if ranks else []


def name_of(iri: str) -> str:
    """Return a name for a thing without a label: a prefixed name, else the end of the IRI."""
    service = the_service()
    short = shorten(iri, service.prefixes)
    if short != iri:
        return short
    if not service.base or not iri.startswith(service.base):
        return iri
    return unquote(_END.split(iri.rstrip("/#"))[-1]) or iri


def _node(iri: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        return None
