"""Grow trees of things, by what stands above each: terms of an ontology, concepts of a scheme."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

_DEEP = 100


@dataclass
class Branch:
    """A place in a tree. A thing below several others has several, and unfolds in the first.

    ``hidden`` is how many of those below it are left out.
    """

    iri: str
    below: list[Branch]
    is_first: bool
    hidden: int


def grow(
    above: Mapping[str, Collection[str]],
    order: Callable[[str], Any],
    shown: Callable[[str, list[str]], list[str]] = lambda _, below: below,
) -> list[Branch]:
    """Return the trees of the things of ``above``, every level by ``order``.

    What stands ``above`` them and is none of them counts for nothing. ``shown`` is given a thing,
    once for each of its places, with those below it, and returns which of these to show.
    """
    below: dict[str, list[str]] = {iri: [] for iri in above}
    tops = []
    for iri, over in above.items():
        parents = [each for each in over if each in above and each != iri]
        for parent in parents:
            below[parent].append(iri)
        if not parents:
            tops.append(iri)
    placed: set[str] = set()

    def place(iri: str, path: frozenset[str]) -> Branch:
        is_first, path = iri not in placed, path | {iri}
        placed.add(iri)
        # unfolded once, lest the tree grow without bound, and never within itself
        under = below[iri] if is_first and len(path) <= _DEEP else ()
        under = sorted((each for each in under if each not in path), key=order)
        kept = shown(iri, under)
        return Branch(iri, [place(i, path) for i in kept], is_first, len(under) - len(kept))

    trees = [place(iri, frozenset()) for iri in sorted(tops, key=order)]
    # what stands in a circle has no top: it begins where the names begin
    circling = sorted(above.keys() - _reached(below, tops), key=order)
    return trees + [place(iri, frozenset()) for iri in circling if iri not in placed]


def _reached(below: Mapping[str, Collection[str]], tops: Collection[str]) -> set[str]:
    """Return all that stand below ``tops``, and these."""
    found, ahead = set(tops), list(tops)
    while ahead:
        new = [iri for iri in below[ahead.pop()] if iri not in found]
        found.update(new)
        ahead += new
    return found
