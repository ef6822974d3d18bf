"""Find what somebody may have meant who asked for a thing that the graph does not know."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from urllib.parse import unquote

import pyoxigraph as ox

from samgraf.limits import NEAR_COMPARED, NEAR_LABELS, NEAR_LENGTH, NEAR_SHOWN
from samgraf.site.context import the_service
from samgraf.site.graph import address, ask
from samgraf.site.language import Phrase, phrase_of, pick

_ALIKE = 0.55


def near(iri: str, language: str) -> list[tuple[str, Phrase, str]]:
    """Return up to five things like ``iri``, the likeliest first: IRI, label, address."""
    end = re.split("[/#]", iri)[-1]
    folder = iri[: len(iri) - len(end)]
    base = the_service().base
    wide = folder in (base, base + "id/", "")
    word = _plain(unquote(end[:NEAR_LENGTH]))
    if not word:
        return []
    labels: dict[str, list[Phrase]] = {}
    rows = ask(
        __package__,
        "near.rq",
        folder=ox.Literal("\0" if wide else folder),
        word=ox.Literal(word),
        most=NEAR_LABELS,
        found=NEAR_COMPARED,
    )
    for row in rows:
        said = phrase_of(row["label"])
        labels.setdefault(row["thing"]["value"], []).append(said)
    scored = sorted(
        ((likeness(word, _names(thing, texts)), thing) for thing, texts in labels.items()),
        key=lambda pair: (-pair[0], pair[1]),
    )
    return [
        (thing, pick(labels[thing], language) or Phrase(thing, ""), address(thing))
        for score, thing in scored[:NEAR_SHOWN]
        if score > _ALIKE
    ]


def _names(thing: str, labels: Iterable[Phrase]) -> list[str]:
    names = (unquote(re.split(r"[/#]", thing)[-1]), *(p.text for p in labels))
    return [_plain(name) for name in names]


def likeness(word: str, names: Iterable[str]) -> float:
    """Return how much ``word`` is like the likest of ``names``, from 0 to 1."""
    matcher = difflib.SequenceMatcher(b=word)  # which is looked through once
    scores = []
    for name in names:
        matcher.set_seq1(name[:NEAR_LENGTH])
        scores.append(max(matcher.ratio(), 0.7 if word in name else 0.0))
    return max(scores)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name[:NEAR_LENGTH]).strip().lower()
