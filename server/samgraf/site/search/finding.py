"""Find what a request asks for, and name what was found in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import current_app, request

from samgraf.site.cells import shorten
from samgraf.site.context import the_service
from samgraf.site.graph import Labels
from samgraf.site.language import Phrase, reader_language
from samgraf.site.layout import link
from samgraf.site.search.index import Asked, Found, Keeper, TooBroadError
from samgraf.site.search.index.ask import Hit, Index
from samgraf.site.search.index.snippet import Snippet, mark
from samgraf.sparql.problems import ProblemError

T = TypeVar("T")
KEEPER = "samgraf.search"  # where the application has it
PATIENCE = 8.0  # seconds that a reader waits for the index before being told so
SIZE = 20  # hits on a page
LAST_PAGE = 10_000
TRIED_AGAIN = 3  # seconds after which a client may ask again


@dataclass(frozen=True)
class Kind:
    """Hold a class: its IRI, its short form for addresses, its label."""

    iri: str
    short: str
    label: Phrase


@dataclass(frozen=True)
class Shown:
    """Hold a hit as it is shown: the label is in the reader's language where there is one."""

    hit: Hit
    label: Snippet
    kinds: list[Kind]


@dataclass(frozen=True)
class Results:
    """Hold what a page of hits shows."""

    query: str
    chosen: Kind | None
    page: int
    pages: int
    found: Found
    hits: list[Shown]
    facets: list[tuple[Kind, int]]

    def link(self, *, page: int = 1, kind: Kind | None = None, query: str | None = None) -> str:
        """Return the address of another page of hits."""
        parameters: dict[str, str | int] = {"q": self.query if query is None else query}
        parameters |= {"class": kind.short} if kind else {}
        parameters |= {"page": page} if page > 1 else {}
        return link("search.search", **parameters)


class NotReadyError(ProblemError):
    """The index is still being made."""

    def __init__(self) -> None:
        super().__init__(
            503,
            "The search index of this release is being made. Ask again shortly.",
            {"Retry-After": str(TRIED_AGAIN)},
            outcome="busy",
        )


def the_index() -> Index:
    """Return the index; raise NotReadyError while it is being made."""
    keeper: Keeper = current_app.extensions[KEEPER]
    index = keeper.index(PATIENCE)
    if index is None:
        raise NotReadyError
    return index


def results() -> Results:
    """Return what the parameters ``q``, ``class`` and ``page`` of the request ask for."""
    query, language = request.args.get("q", ""), reader_language()
    chosen, page = _class(request.args.get("class", "")), _page(request.args.get("page", ""))
    asked = Asked(query, language, (chosen,) if chosen else (), page, SIZE)
    found = within_deadline(lambda: the_index().search(asked))
    classes = [*(f.iri for f in found.facets), *(c for h in found.hits for c in h.classes)]
    labels = Labels(
        [*(h.iri for h in found.hits), *classes, *([chosen] if chosen else [])], language
    )

    def kind(iri: str) -> Kind:
        return Kind(iri, shorten(iri, the_service().prefixes), labels[iri])

    return Results(
        query=query,
        chosen=kind(chosen) if chosen else None,
        page=page,
        pages=max(1, -(-found.total // SIZE)),
        found=found,
        hits=[
            Shown(
                hit,
                mark(labels[hit.iri].text, labels[hit.iri].language, found.words),
                [kind(c) for c in hit.classes if c in labels],
            )
            for hit in found.hits
        ],
        # a class without a name says nothing to a reader
        facets=[(kind(f.iri), f.count) for f in found.facets if f.iri in labels],
    )


def within_deadline(search: Callable[[], T]) -> T:
    """Return what ``search`` returns; raise ProblemError 503 where it takes too long."""
    try:
        return search()
    except TooBroadError as error:
        raise ProblemError(503, "This search takes too long. Ask for rarer words.") from error


def _class(text: str) -> str:
    """Return the IRI of a class that an address names, whole or by a prefix."""
    prefix, colon, local = text.partition(":")
    if colon and (namespace := the_service().prefixes.get(prefix)):
        return namespace + local
    return text


def _page(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 9:
        return min(max(int(text), 1), LAST_PAGE)
    return 1
