"""Decide what becomes of that which is outside OWL 2 RL: a fault, or a note.

The rules only find; what a content holds itself to stands in its header (``content:keeps``).
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from samgraf.build.content import Loaded, LoadedFile
from samgraf.build.content.layout import DESCRIBED
from samgraf.build.content.notes import Note, notes_of
from samgraf.build.profile import Violation
from samgraf.errors import ContentError
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
    noted: dict[str, list[ContentError]] = {}
    for violation in violations:
        rule, kind = _KEPT_APART.get(violation.rule, ("owl2rl", "outside-rl"))
        is_kept = rule in loaded.header.keeps
        message = f"Outside OWL 2 RL: {violation.message}" if is_kept else violation.message
        mend = f"{violation.mend} See {violation.link}"
        place = _place_of(violation, loaded, files.get(violation.graph))
        fault = ContentError(message, *place, mend)
        (faults if is_kept else noted.setdefault(kind, [])).append(fault)
    return faults, [note for kind, some in noted.items() for note in notes_of(kind, some)]


def _place_of(
    violation: Violation, loaded: Loaded, file: LoadedFile | None
) -> tuple[str | None, int | None]:
    """Return where the axiom at fault stands, else where the term is described."""
    line = None
    if file is not None and violation.axiom is not None:
        line = file.line_of_triple(violation.axiom)
    iri = loaded.header.expand(violation.subject)
    described = None if line or iri is None else loaded.place(iri)
    return described or (file.file.name if file else None, line)
