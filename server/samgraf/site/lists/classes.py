"""The classes that have things: how many each has, which stand below which, which stand aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from samgraf.limits import LISTED_CLASSES
from samgraf.site.context import the_service
from samgraf.site.graph import LabelLookup, Row, ask, graphs, list_address
from samgraf.site.language import Phrase, in_order, pick
from samgraf.site.things.display import Display, the_display


@dataclass
class ListedClass:
    """A class with things: how many, of how many that is stated, and the classes below it."""

    iri: str
    count: int
    asserted: int
    label: Phrase = field(default_factory=lambda: Phrase("", ""))
    below: list[ListedClass] = field(default_factory=list)

    @property
    def href(self) -> str:
        """Return the address of the list of its things."""
        return list_address(self.iri)


@dataclass
class Contents:
    """The classes of a content: its own in a tree, then others, and those that stand aside."""

    own: list[ListedClass]
    others: list[ListedClass]
    aside: list[ListedClass]

    def __iter__(self):
        """Yield every class once, those above before those below."""
        seen: set[str] = set()
        left = [*self.own, *self.others, *self.aside]
        while left:
            found = left.pop(0)
            left[:0] = found.below
            if found.iri not in seen:
                seen.add(found.iri)
                yield found


def read_classes() -> list[ListedClass]:
    """Return the classes that have things, those with most first, without their names."""
    return _listed(ask(__package__, "classes.rq", most=LISTED_CLASSES, **graphs()))


def count_things(classes: Iterable[str]) -> dict[str, ListedClass]:
    """Return those of ``classes`` that have things."""
    nodes = [ox.NamedNode(iri) for iri in classes]
    rows = ask(__package__, "counts.rq", classes=nodes, **graphs())
    return {found.iri: found for found in _listed(rows)}


def _listed(rows: Sequence[Row]) -> list[ListedClass]:
    return [
        ListedClass(
            row["class"]["value"], int(row["things"]["value"]), int(row["asserted"]["value"])
        )
        for row in rows
        if "class" in row
    ]


def read_contents(language: str) -> Contents:
    """Return all classes with things; what is inferred in others' terms alone says nothing more."""
    display = the_display()
    found = {c.iri: c for c in read_classes()}
    namespace = the_service().manifest.get("namespace") or "\0"
    aside = {row["class"]["value"] for row in ask(__package__, "aside.rq")}
    aside = {iri for iri in found if iri in aside or aside & display.above.get(iri, set())}
    kept = [c for c in found.values() if c.iri.startswith(namespace) or c.asserted]
    labels = LabelLookup((c.iri for c in kept), language)
    for listed in kept:
        listed.label = class_name(listed.iri, labels, display, language)
    by_name = sorted(kept, key=lambda c: in_order(c.label.text))
    own = [c for c in by_name if c.iri.startswith(namespace) and c.iri not in aside]
    return Contents(
        own=tree(own, display.above),
        others=[c for c in by_name if c.iri not in aside and not c.iri.startswith(namespace)],
        aside=[c for c in by_name if c.iri in aside],
    )


def class_name(iri: str, labels: LabelLookup, display: Display, language: str) -> Phrase:
    """Return what the things of a class are called: its name for many, else its label."""
    return pick(display.headings.get(iri, ()), language) or labels[iri]


def tree(classes: Sequence[ListedClass], above: Mapping[str, set[str]]) -> list[ListedClass]:
    """Return the tops of ``classes``, each with those right below it, in their order."""
    by_iri = {c.iri: c for c in classes}
    tops = []
    for listed in classes:
        over = {iri for iri in above.get(listed.iri, ()) if iri in by_iri}
        # classes that stand above each other are one class by two names, and neither is below
        over = {iri for iri in over if listed.iri not in above.get(iri, ())}
        nearest = [iri for iri in over if not any(iri in above.get(o, ()) for o in over - {iri})]
        for iri in nearest:
            by_iri[iri].below.append(listed)
        if not nearest:
            tops.append(listed)
    return tops
