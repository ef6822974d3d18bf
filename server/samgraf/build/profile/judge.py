"""Decide what becomes of that which is outside OWL 2 RL: a fault, or a note.

The rules only find; what a content holds itself to stands in its header (``content:keeps``).
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from samgraf.build.content import Loaded, LoadedFile, Note
from samgraf.build.content.layout import DESCRIBED
from samgraf.build.content.notes import note_of
from samgraf.build.profile import Violation
from samgraf.errors import ContentError
from samgraf.limits import NOTE_EXAMPLES
from samgraf.vocab import CONTENT

#: What a content holds itself to that keeps some rules of the profile apart from the others, and
#: the kind of the note where it does not.
_KEPT_APART = {
    "undeclared-class": ("declaredTerms", "undeclared"),
    "undeclared-property": ("declaredTerms", "undeclared"),
    "undeclared-datatype": ("declaredTerms", "undeclared"),
    "blank-node": ("namedNodes", "unnamed"),
    "plain-list": ("owl2rl", "unnamed"),
}


def described_quads(loaded: Loaded) -> list[ox.Quad]:
    """Return what the profile is about, each triple in the graph of its file.

    What a content says of itself is left out.
    """
    return [
        ox.Quad(t.subject, t.predicate, t.object, f.graph)
        for f in loaded.files
        if f.file.kind in DESCRIBED
        for t in f.triples
        if not t.predicate.value.startswith(CONTENT)
    ]


def judge_profile(
    violations: Iterable[Violation], loaded: Loaded
) -> tuple[list[ContentError], list[Note]]:
    """Return what is outside OWL 2 RL: as faults where the content holds itself to the rule.

    The rest are notes, one for each kind and file.
    """
    files = {g: f for f in loaded.files for g in f.graphs}
    faults: list[ContentError] = []
    noted: dict[tuple[str, str | None], list[Violation]] = {}
    for violation in violations:
        rule, kind = _KEPT_APART.get(violation.rule, ("owl2rl", "outside-rl"))
        file = files.get(violation.graph)
        if rule in loaded.header.keeps:
            place = _place_of(violation, loaded, file) or (None, None)
            faults.append(ContentError(f"Outside OWL 2 RL: {violation}", *place))
        else:
            name = file.file.name if file else None
            noted.setdefault((kind, name), []).append(violation)
    notes = [
        note_of(
            kind,
            name,
            [f"{_at(_place_of(v, loaded, None))}{v.message}" for v in some[:NOTE_EXAMPLES]],
            count=len(some),
        )
        for (kind, name), some in noted.items()
    ]
    return faults, notes


def _place_of(
    violation: Violation, loaded: Loaded, file: LoadedFile | None
) -> tuple[str, int | None] | None:
    iri = loaded.header.expand(violation.subject)
    place = loaded.place(iri) if iri else None
    if place is None and violation.axiom is not None and file is not None:
        place = file.file.name, file.line_of_triple(violation.axiom)
    return place


def _at(place: tuple[str, int | None] | None) -> str:
    return f"{place[0]}:{place[1]}: " if place and place[1] else ""
