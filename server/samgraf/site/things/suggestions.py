"""Find what somebody may have meant who asked for a thing that the graph does not know."""

from __future__ import annotations

import difflib
import re
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
    word = re.sub(r"[\W_]+", " ", unquote(end[:NEAR_LENGTH])).strip().lower()
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
        ((_likeness(word, thing, texts), thing) for thing, texts in labels.items()),
        key=lambda pair: (-pair[0], pair[1]),
    )
    return [
        (thing, pick(labels[thing], language) or Phrase(thing, ""), address(thing))
        for score, thing in scored[:NEAR_SHOWN]
        if score > _ALIKE
    ]


def _likeness(word: str, thing: str, labels: list[Phrase]) -> float:
    names = [unquote(re.split(r"[/#]", thing)[-1]), *(p.text for p in labels)]
    scores = []
    for name in names:
        plain = re.sub(r"[\W_]+", " ", name[:NEAR_LENGTH]).strip().lower()
        alike = difflib.SequenceMatcher(None, word, plain).ratio()
        scores.append(max(alike, 0.7 if word in plain else 0.0))
    return max(scores)
