"""The views of a content: read from ``ontology/views/NAME.rq``, and published as RDF."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from samgraf.build.content import Content, ContentErrors, Header
from samgraf.build.questions.file import (
    LABEL,
    QueryFile,
    parsed,
    query_quads,
    read_query_files,
)
from samgraf.build.questions.questions import ORDER
from samgraf.errors import ContentError
from samgraf.vocab import DISPLAY

#: The pages that a view names by a word, and their paths below the base.
PAGES = {"about": "about", "home": "", "map": "map", "sources": "sources"}
#: The ways to show a view that is a sentence: under the heading of a page, and as a name.
LEAD, NAME = "lead", "name"
_PREFIXED = re.compile(r"([A-Za-z][\w.-]*):([\w-]+)")


@dataclass(frozen=True, kw_only=True)
class View(QueryFile):
    """One view: ``on`` is a page of PAGES or the IRI of a class, ``sentences`` are what it says."""

    on: str


def read_views(content: Content, prefixes: Mapping[str, str]) -> list[View]:
    """Return the views of ``content`` by name; raise ContentErrors listing each that is amiss."""
    views, faults = read_query_files(content, content.views(), lambda read: _view(read, prefixes))
    if faults:
        raise ContentErrors(faults)
    return views


def _view(read: QueryFile, prefixes: Mapping[str, str]) -> View:
    on = read.hints.get("on", "")
    named = _PREFIXED.fullmatch(on)
    page_or_class = on if on in PAGES else None
    if named and named[1] in prefixes and page_or_class is None:
        page_or_class = prefixes[named[1]] + named[2]
    if page_or_class is None:
        raise ContentError(
            "The view does not say where it is shown.",
            read.file,
            1,
            f"Add a class, or one of {', '.join(f'# on: {page}' for page in PAGES)}.",
        )
    scope = _PREFIXED.fullmatch(read.scope)
    if "scope" in read.hints and (scope is None or scope[1] not in prefixes):
        raise ContentError(
            "The scope of a view is a thing by a declared prefix.", read.file, read.line_of("scope")
        )
    parsed(read, prefixes, **({} if on in PAGES else {"this": ox.NamedNode(page_or_class)}))
    return View(**vars(read), on=page_or_class)


def check_sentences(views: Iterable[View], languages: Collection[str]) -> None:
    """Raise ContentErrors for each view that has a sentence, and is lacking in a language.

    It must be said in the languages of the view's title, and in those that the content names.
    """
    faults = []
    for view in views:
        if not view.sentences and view.view not in (LEAD, NAME):
            continue
        if view.on in PAGES:
            told = "The view has a sentence, which stands only on pages of things."
            mend = "Name a class after '# on:'."
            faults.append(ContentError(told, view.file, view.lines.get("on"), mend))
        if missing := sorted({*languages, *view.texts} - view.sentences.keys()):
            mend = f"Add '# text-{missing[0]}: …' to the header."
            told = f"The view has no sentence in {', '.join(missing)}."
            faults.append(ContentError(told, view.file, 1, mend))
    if faults:
        raise ContentErrors(faults)


_TEXT = ox.NamedNode(DISPLAY + "text")


def view_quads(
    views: Iterable[View], header: Header, named: Iterable[tuple[str, str, str]] = ()
) -> Iterator[ox.Quad]:
    """Yield each view as ``{base}view/{slug}`` in the graph ``{base}graph/views``.

    Where it is on a page of the site, that stands below the base; the base itself is the home page.
    ``named`` are the names that views give to things: IRI, language and name.
    """
    base = header.base
    graph = ox.NamedNode(base + "graph/views")
    for thing, lang, name in named:
        yield ox.Quad(ox.NamedNode(thing), LABEL, ox.Literal(name, language=lang), graph)
    for view in views:
        node = ox.NamedNode(f"{base}view/{view.slug}")
        yield from query_quads(node, graph, header, view)
        on = ox.NamedNode(base + PAGES[view.on] if view.on in PAGES else view.on)
        yield ox.Quad(node, ox.NamedNode(DISPLAY + "on"), on, graph)
        yield ox.Quad(node, ORDER, ox.Literal(view.order), graph)
        for lang, said in view.sentences.items():
            yield ox.Quad(node, _TEXT, ox.Literal(said.source, language=lang), graph)
