"""Names for people: the label of a thing in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from samgraf.build.rdf import value_of
from samgraf.text import pick_text
from samgraf.vocab import LABELS


class Labels:
    """The labels found in some triples."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        """Collect the labels of every thing in ``triples``."""
        self._texts: dict[str, dict[str, dict[str, str]]] = {}
        for t in triples:
            if t.predicate.value in LABELS and isinstance(t.object, ox.Literal):
                by_property = self._texts.setdefault(value_of(t.subject), {})
                texts = by_property.setdefault(t.predicate.value, {})
                texts.setdefault(t.object.language or "", t.object.value)

    def of(self, iri: str, lang: str = "nb") -> str | None:
        """Return the label of ``iri`` in ``lang`` or the nearest language, None where unnamed."""
        by_property = self._texts.get(iri, {})
        for name in LABELS:
            if name in by_property:
                return pick_text(by_property[name], lang)
        return None
