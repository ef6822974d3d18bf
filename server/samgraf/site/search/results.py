"""What a request searches for and what was found, named in the reader's language; as JSON too."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, request, url_for

from samgraf import limits
from samgraf.site.cells import shorten
from samgraf.site.context import the_service
from samgraf.site.graph import LabelLookup, address, list_address
from samgraf.site.language import Phrase, day_in, period, reader_language
from samgraf.site.layout import link
from samgraf.site.representations import page_number
from samgraf.site.search.index import Found, Hit, Index, Search, Snippet
from samgraf.site.search.keeper import Keeper
from samgraf.sparql.problems import ProblemError

KEEPER = "samgraf.search"  # where the application has it
SIZE = 20  # hits on a page


@dataclass(frozen=True)
class HitKind:
    """A class: its IRI, its short form for addresses, its label."""

    iri: str
    short: str
    label: Phrase

    @property
    def things(self) -> str:
        """Return the address of the list of its things."""
        return list_address(self.iri)


@dataclass(frozen=True)
class ShownHit:
    """A hit as it is shown: the label is in the reader's language where there is one."""

    hit: Hit
    label: Snippet
    kinds: list[HitKind]
    dates: str


@dataclass(frozen=True)
class Results:
    """A page of hits, and the classes that are named so or that the graph covers."""

    query: str
    chosen: HitKind | None
    found: Found
    hits: list[ShownHit]
    facets: list[tuple[HitKind, int]]
    named: list[HitKind]
    covered: list[tuple[HitKind, int]]

    def link(
        self,
        *,
        page: int = 1,
        kind: HitKind | None = None,
        query: str | None = None,
        **changed: str,
    ) -> str:
        """Return the address of another page of hits; ``changed`` are parameters of it."""
        parameters: dict[str, str | int] = {"q": self.query if query is None else query}
        parameters |= {"class": kind.short} if kind else {}
        parameters |= {n: request.args[n] for n in ("model", "exact") if request.args.get(n)}
        parameters |= {"page": page} if page > 1 else {}
        return link("search.search", **{k: v for k, v in (parameters | changed).items() if v})

    @property
    def as_json(self) -> str:
        """Return the address of these hits as JSON."""
        names = ("q", "class", "page", "lang", "model", "exact")
        asked = {name: request.args[name] for name in names if name in request.args}
        return url_for("search.search_json", **asked)  # ty: ignore[invalid-argument-type]


class NotReadyError(ProblemError):
    """The index is still being made."""

    def __init__(self) -> None:
        super().__init__(
            503,
            "The search index of this release is being made. Ask again shortly.",
            {"Retry-After": str(limits.SEARCH_RETRY)},
            outcome="busy",
        )


def the_index() -> Index:
    """Return the index; raise NotReadyError while it is being made."""
    keeper: Keeper = current_app.extensions[KEEPER]
    index = keeper.index(limits.SEARCH_WAIT)
    if index is None:
        raise NotReadyError
    return index


def results() -> Results:
    """Return what the parameters of the request ask for.

    They are ``q``, ``class``, ``page``, and, where they hold anything, ``model`` and ``exact``.
    """
    query, language = request.args.get("q", ""), reader_language()
    chosen = _class(request.args.get("class", ""))
    model, exact = bool(request.args.get("model")), bool(request.args.get("exact"))
    search = Search(query, language, chosen, page_number(), SIZE, model, exact)
    found = the_index().search(search)
    classes = [iri for iri, _ in (*found.facets, *found.covered)] + found.named
    classes += [iri for hit in found.hits for iri in hit.classes]
    things = [hit.iri for hit in found.hits]
    labels = LabelLookup([*things, *classes, *([chosen] if chosen else [])], language)

    def kind(iri: str) -> HitKind:
        return HitKind(iri, shorten(iri, the_service().prefixes), labels[iri])

    def counted(pairs: list[tuple[str, int]]) -> list[tuple[HitKind, int]]:
        # a class without a name says nothing to a reader
        return [(kind(iri), count) for iri, count in pairs if iri in labels]

    return Results(
        query=query,
        chosen=kind(chosen) if chosen else None,
        found=found,
        hits=[
            ShownHit(
                hit,
                _label(hit, labels[hit.iri]),
                [kind(c) for c in hit.classes if c in labels],
                _dates(hit, language),
            )
            for hit in found.hits
        ],
        facets=counted(found.facets),
        named=[kind(iri) for iri in found.named],
        covered=counted(found.covered),
    )


def as_json(results: Results) -> Response:
    """Return ``results`` as JSON, in the shape that ``server/README.md`` tells."""
    found = results.found
    document = {
        "query": results.query,
        "language": reader_language(),
        "class": results.chosen.iri if results.chosen else None,
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
        "match": "all" if found.all_words else "some",
        "mended": found.mended or None,
        "model": {"count": found.model, "shown": not found.apart},
        "named": [kind.iri for kind in results.named],
        "hits": [
            {
                "iri": shown.hit.iri,
                "page": address(shown.hit.iri),
                "label": _snippet(shown.label),
                "classes": [{"iri": k.iri, "label": _phrase(k.label)} for k in shown.kinds],
                "snippet": _snippet(shown.hit.snippet) if shown.hit.snippet else None,
                "since": shown.hit.since,
                "until": shown.hit.until,
                "score": shown.hit.score,
            }
            for shown in results.hits
        ],
        "facets": _counts(results.facets),
        "suggestions": found.corrections,
        "covered": _counts(results.covered),
    }
    return Response(json.dumps(document, ensure_ascii=False), content_type="application/json")


def _label(hit: Hit, label: Phrase) -> Snippet:
    """Return the label with the words asked for marked, where it is among what was found."""
    found = (s.marks for s in (hit.label, hit.snippet) if s and s.text == label.text)
    return Snippet(label.text, label.language, next(found, []))


def _dates(hit: Hit, language: str) -> str:
    """Return since when and until when a thing holds: what tells it from another of its name."""
    begin, end = day_in(hit.since or "", first=True), day_in(hit.until or "", first=False)
    return period(begin, end, language) if begin or end else ""


def _phrase(phrase: Phrase) -> dict[str, Any]:
    return {"value": phrase.text, "language": phrase.language or None}


def _snippet(snippet: Snippet) -> dict[str, Any]:
    marks = [list(place) for place in snippet.marks]
    return {"value": snippet.text, "language": snippet.language or None, "marks": marks}


def _counts(kinds: list[tuple[HitKind, int]]) -> list[dict[str, Any]]:
    return [{"class": k.iri, "label": _phrase(k.label), "count": count} for k, count in kinds]


def _class(text: str) -> str:
    """Return the IRI of a class that an address names, whole or by a prefix."""
    prefix, colon, local = text.partition(":")
    if colon and (namespace := the_service().prefixes.get(prefix)):
        return namespace + local
    return text
