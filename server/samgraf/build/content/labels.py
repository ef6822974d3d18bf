"""Names for people: the label of a thing in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from samgraf.build.rdf import value_of

#: Properties that name a thing, the preferred first.
LABELS = (
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://purl.org/dc/terms/title",
    "https://schema.org/name",
    "http://xmlns.com/foaf/0.1/name",
)
#: Languages to fall back to, in order, for each language of the interface.
FALLBACK = {"nb": ("nb", "nn", "no", "en"), "nn": ("nn", "nb", "no", "en"), "en": ("en", "nb")}


def choose(texts: dict[str, str], lang: str) -> str | None:
    """Return the text in ``lang`` or the nearest language, None where there is none."""
    for candidate in (*FALLBACK.get(lang, (lang, "en")), ""):
        if candidate in texts:
            return texts[candidate]
    return texts[min(texts)] if texts else None


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
                return choose(by_property[name], lang)
        return None
