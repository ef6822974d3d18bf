"""What a request searches for and what was found, named in the reader's language; as JSON too."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Response, current_app, request, url_for

from samgraf import limits
from samgraf.site.cells import shorten
from samgraf.site.context import the_service
from samgraf.site.graph import LabelLookup, address
from samgraf.site.language import Phrase, reader_language
from samgraf.site.layout import link
from samgraf.site.search.index import Found, Hit, Index, Search, Snippet, TooBroadError
from samgraf.site.search.keeper import Keeper
from samgraf.sparql.problems import ProblemError

T = TypeVar("T")
KEEPER = "samgraf.search"  # where the application has it
SIZE = 20  # hits on a page


@dataclass(frozen=True)
class HitKind:
    """A class: its IRI, its short form for addresses, its label."""

    iri: str
    short: str
    label: Phrase


@dataclass(frozen=True)
class ShownHit:
    """A hit as it is shown: the label is in the reader's language where there is one."""

    hit: Hit
    label: Snippet
    kinds: list[HitKind]


@dataclass(frozen=True)
class Results:
    """A page of hits."""

    query: str
    chosen: HitKind | None
    page: int
    pages: int
    found: Found
    hits: list[ShownHit]
    facets: list[tuple[HitKind, int]]

    def link(self, *, page: int = 1, kind: HitKind | None = None, query: str | None = None) -> str:
        """Return the address of another page of hits."""
        parameters: dict[str, str | int] = {"q": self.query if query is None else query}
        parameters |= {"class": kind.short} if kind else {}
        parameters |= {"page": page} if page > 1 else {}
        return link("search.search", **parameters)

    @property
    def as_json(self) -> str:
        """Return the address of these hits as JSON."""
        names = ("q", "class", "page", "lang")
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
    """Return what the parameters ``q``, ``class`` and ``page`` of the request ask for."""
    query, language = request.args.get("q", ""), reader_language()
    chosen, page = _class(request.args.get("class", "")), _page(request.args.get("page", ""))
    search = Search(query, language, chosen, page, SIZE)
    found = within_deadline(lambda: the_index().search(search))
    classes = [*(f.iri for f in found.facets), *(c for h in found.hits for c in h.classes)]
    labels = LabelLookup(
        [*(h.iri for h in found.hits), *classes, *([chosen] if chosen else [])], language
    )

    def kind(iri: str) -> HitKind:
        return HitKind(iri, shorten(iri, the_service().prefixes), labels[iri])

    return Results(
        query=query,
        chosen=kind(chosen) if chosen else None,
        page=page,
        pages=max(1, -(-found.total // SIZE)),
        found=found,
        hits=[
            ShownHit(
                hit, _label(hit, labels[hit.iri]), [kind(c) for c in hit.classes if c in labels]
            )
            for hit in found.hits
        ],
        # a class without a name says nothing to a reader
        facets=[(kind(f.iri), f.count) for f in found.facets if f.iri in labels],
    )


def as_json(results: Results) -> Response:
    """Return ``results`` as JSON, in the shape that ``server/README.md`` tells."""
    document = {
        "query": results.query,
        "language": reader_language(),
        "class": results.chosen.iri if results.chosen else None,
        "total": results.found.total,
        "page": results.page,
        "pages": results.pages,
        "match": "all" if results.found.all_words else "some",
        "hits": [
            {
                "iri": shown.hit.iri,
                "page": address(shown.hit.iri),
                "label": _snippet(shown.label),
                "classes": [{"iri": k.iri, "label": _phrase(k.label)} for k in shown.kinds],
                "snippet": _snippet(shown.hit.snippet) if shown.hit.snippet else None,
                "score": shown.hit.score,
            }
            for shown in results.hits
        ],
        "facets": [
            {"class": kind.iri, "label": _phrase(kind.label), "count": count}
            for kind, count in results.facets
        ],
        "suggestions": results.found.corrections,
    }
    return Response(json.dumps(document, ensure_ascii=False), content_type="application/json")


def within_deadline(search: Callable[[], T]) -> T:
    """Return what ``search`` returns; raise ProblemError 503 where it takes too long."""
    try:
        return search()
    except TooBroadError as error:
        raise ProblemError(503, "This search takes too long. Ask for rarer words.") from error


def _label(hit: Hit, label: Phrase) -> Snippet:
    """Return the label with the words asked for marked, where it is among what was found."""
    found = (s.marks for s in (hit.label, hit.snippet) if s and s.text == label.text)
    return Snippet(label.text, label.language, next(found, []))


def _phrase(phrase: Phrase) -> dict[str, Any]:
    return {"value": phrase.text, "language": phrase.language or None}


def _snippet(snippet: Snippet) -> dict[str, Any]:
    marks = [list(place) for place in snippet.marks]
    return {"value": snippet.text, "language": snippet.language or None, "marks": marks}


def _class(text: str) -> str:
    """Return the IRI of a class that an address names, whole or by a prefix."""
    prefix, colon, local = text.partition(":")
    if colon and (namespace := the_service().prefixes.get(prefix)):
        return namespace + local
    return text


def _page(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 9:
        return min(max(int(text), 1), limits.SEARCH_PAGES)
    return 1
