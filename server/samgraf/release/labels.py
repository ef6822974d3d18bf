"""Names for people: the label of a thing in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from samgraf.text import pick_text
from samgraf.vocab import LABELS


class Labels:
    """The labels found in some triples."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        """Collect the labels of every thing in ``triples``."""
        self._texts: dict[str, dict[str, dict[str, str]]] = {}
        for t in triples:
            if t.predicate.value in LABELS and isinstance(t.object, ox.Literal):
                thing = t.subject.value if isinstance(t.subject, ox.NamedNode) else str(t.subject)
                by_property = self._texts.setdefault(thing, {})
                texts = by_property.setdefault(t.predicate.value, {})
                texts.setdefault(t.object.language or "", t.object.value)

    def of(self, iri: str, lang: str = "nb") -> str | None:
        """Return the label of ``iri`` in ``lang`` or the nearest language, None where unnamed."""
        return pick_text(self.texts(iri), lang)

    def texts(self, iri: str) -> dict[str, str]:
        """Return the labels of ``iri`` by language, all of the first property that names it."""
        by_property = self._texts.get(iri, {})
        return next((by_property[name] for name in LABELS if name in by_property), {})
