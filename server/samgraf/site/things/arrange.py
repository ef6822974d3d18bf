"""Arrange the statements of a thing into sections, by the lenses of its classes.

What no lens names stands under *more*. What is inferred and says no more than an asserted
statement between the same two things is folded away with the other inferences.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from samgraf.site.things.display import HIDE, HIDE_INVERSE, SHOW, SHOW_INVERSE, Lens
from samgraf.site.things.statements import IN, OUT, Statement, Statements

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
#: What the head of the page shows already.
HEAD = frozenset(
    (
        RDF_TYPE,
        "http://www.w3.org/2000/01/rdf-schema#label",
        "http://www.w3.org/2004/02/skos/core#prefLabel",
    )
)

Key = tuple[str, str]


@dataclass
class Arranged:
    """Hold which lists stand in which lens's section, and what is left over."""

    sections: list[tuple[Lens, list[Key]]] = field(default_factory=list)
    more: list[Key] = field(default_factory=list)
    pointing: list[Key] = field(default_factory=list)
    inferred: list[Key] = field(default_factory=list)
    elsewhere: list[Key] = field(default_factory=list)


def arrange(
    statements: Statements, lenses: Iterable[Lens], inferred: str, elsewhere: Iterable[Key] = ()
) -> Arranged:
    """Return the lists of ``statements`` in their places; other parts show those ``elsewhere``."""
    left = dict.fromkeys(sorted(statements.counts, key=lambda k: (k[0] == IN, k[1])))
    found = Arranged(elsewhere=[key for key in elsewhere if key in left])
    for key in (*((OUT, name) for name in HEAD), *found.elsewhere):
        left.pop(key, None)
    lenses = list(lenses)
    for lens in lenses:
        named = [(OUT, p) for p in lens.named(SHOW)]
        named += [(IN, p) for p in lens.named(SHOW_INVERSE)]
        taken = [key for key in named if key in left]
        for key in taken:
            left.pop(key)
        if taken:
            found.sections.append((lens, taken))
    for lens in lenses:
        for way, says in ((OUT, HIDE), (IN, HIDE_INVERSE)):
            for name in lens.named(says):
                left.pop((way, name), None)
    for key in left:
        read = statements.read.get(key)
        if read and all(is_inferred(s, inferred) for s in read):
            found.inferred.append(key)
        elif key[0] == OUT:
            found.more.append(key)
        else:
            found.pointing.append(key)
    return found


def is_inferred(statement: Statement, inferred: str) -> bool:
    """Say whether ``statement`` stands nowhere but in the graph of what is inferred."""
    return set(statement.graphs) == {inferred}


def without_repeats(statements: Statements, keys: list[Key], inferred: str) -> list[Key]:
    """Drop from the lists ``keys`` what is inferred of a pair that an asserted one there is on.

    Return the lists that still hold something.
    """
    asserted = {
        (key[0], s.key)
        for key in keys
        for s in statements.read.get(key, ())
        if not is_inferred(s, inferred)
    }
    kept = []
    for key in keys:
        read = statements.read.get(key)
        if read is None:
            kept.append(key)
            continue
        fewer = [s for s in read if not is_inferred(s, inferred) or (key[0], s.key) not in asserted]
        if len(fewer) < len(read):
            statements.counts[key] -= len(read) - len(fewer)
            statements.read[key] = fewer
        if fewer:
            kept.append(key)
    return kept
