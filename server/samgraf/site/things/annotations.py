"""What is said of the statements about a thing by annotations that have no name.

https://www.w3.org/TR/rdf12-turtle/#annotation-syntax. What has a name has a page of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pyoxigraph as ox

from samgraf.limits import THING_LIST
from samgraf.site.context import once_per_release, the_service
from samgraf.site.graph import LabelLookup, NamedTerm, ask, named, read_query


@dataclass
class Annotation:
    """A statement about the thing, and what is said of it: (property, value) pairs."""

    property: NamedTerm
    value: NamedTerm
    said: list[tuple[NamedTerm, NamedTerm]] = field(default_factory=list)


def annotations_of(iri: str, language: str) -> list[Annotation]:
    """Return the statements about ``iri`` that have annotations without a name, with these."""
    if not _has_any():
        return []  # most releases have none, and other stores cannot be asked for them
    rows = ask(__package__, "annotations.rq", this=ox.NamedNode(iri), most=THING_LIST)
    labels = LabelLookup(
        (term["value"] for row in rows for term in row.values() if term["type"] == "uri"), language
    )
    found: dict[str, Annotation] = {}
    for row in rows:
        key = "\0".join((row["reifier"]["value"], row["property"]["value"], str(row["value"])))
        annotation = found.get(key)
        if annotation is None:
            annotation = found[key] = Annotation(
                named(row["property"], labels), named(row["value"], labels)
            )
        annotation.said.append((named(row["said"], labels), named(row["what"], labels)))
    return list(found.values())


@once_per_release
def _has_any() -> bool:
    """Return whether the release has annotations at all."""
    return bool(the_service().rows(read_query(__package__, "reifiers.rq")))
