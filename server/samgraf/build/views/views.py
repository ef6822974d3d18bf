"""The views of a content: read from ``ontology/views/NAME.rq``, and published as RDF.

https://www.w3.org/TR/shacl/#sparql-constraints (SHACL's classes for executable queries)
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from samgraf.build.content import Content, ContentErrors
from samgraf.build.questions.file import QueryFile, read_query_file
from samgraf.build.questions.questions import EXECUTABLES, FORM, ORDER, SCOPE
from samgraf.errors import ContentError
from samgraf.sentences import Sentence
from samgraf.vocab import DISPLAY, SH

#: The pages that a view names by a word, and their paths below the base.
PAGES = {"about": "about", "home": "", "map": "map", "sources": "sources"}
#: The forms of a view that is a sentence: under the heading of a page, and as a name.
LEAD, NAME = "lead", "name"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_PREFIXED = re.compile(r"([A-Za-z][\w.-]*):([\w-]+)")


@dataclass(frozen=True)
class View:
    """One view: ``on`` is a page of PAGES or the IRI of a class, ``form`` how it is shown.

    ``sentences`` are what it says by language, and ``lines`` where each key of the header stands.
    ``scope`` is the IRI of the one thing that it is about, empty where it is about no one thing.
    """

    slug: str
    file: str
    texts: dict[str, str]
    query: str
    query_form: str
    form: str
    on: str
    order: int
    sentences: Mapping[str, Sentence] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    scope: str = ""


def read_views(content: Content, prefixes: Mapping[str, str]) -> list[View]:
    """Return the views of ``content`` by name; raise ContentErrors listing each that is amiss."""
    views, faults = [], []
    for path in content.views():
        file = path.relative_to(content.root).as_posix()
        try:
            if not _NAME.fullmatch(path.stem):
                raise ContentError("A view's file is named by small letters and hyphens.", file)
            views.append(_view(path.stem, file, read_query_file(path, file), prefixes))
        except ContentError as fault:
            faults.append(fault)
    if faults:
        raise ContentErrors(faults)
    return views


def _view(slug: str, file: str, read: QueryFile, prefixes: Mapping[str, str]) -> View:
    on, order = read.hints.get("on", ""), read.hints.get("order", "0")
    named = _PREFIXED.fullmatch(on)
    page_or_class = on if on in PAGES else None
    if named and named[1] in prefixes and page_or_class is None:
        page_or_class = prefixes[named[1]] + named[2]
    if page_or_class is None:
        raise ContentError(
            "The view does not say where it is shown.",
            file,
            1,
            f"Add a class, or one of {', '.join(f'# on: {page}' for page in PAGES)}.",
        )
    if not order.isascii() or not order.isdigit():
        raise ContentError("The order of a view is a whole number.", file, 1)
    scope = _PREFIXED.fullmatch(read.hints.get("scope", ""))
    if "scope" in read.hints and (scope is None or scope[1] not in prefixes):
        raise ContentError(
            "The scope of a view is a thing by a declared prefix.", file, read.line_of("scope")
        )
    return View(
        slug=slug,
        file=file,
        texts=read.texts,
        query=read.query,
        query_form=read.form,
        form=read.hints.get("view", "table"),
        on=page_or_class,
        order=int(order),
        sentences=read.sentences,
        lines=read.lines,
        scope=prefixes[scope[1]] + scope[2] if scope else "",
    )


def check_sentences(views: Iterable[View], languages: Collection[str]) -> None:
    """Raise ContentErrors for each view that has a sentence, and is lacking in a language.

    It must be said in the languages of the view's title, and in those that the content names.
    """
    faults = []
    for view in views:
        if not view.sentences and view.form not in (LEAD, NAME):
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


_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_TEXT = ox.NamedNode(DISPLAY + "text")
_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


def view_quads(
    views: Iterable[View], base: str, named: Iterable[tuple[str, str, str]] = ()
) -> Iterator[ox.Quad]:
    """Yield each view as ``{base}view/{slug}`` in the graph ``{base}graph/views``.

    Where it is on a page of the site, that stands below the base; the base itself is the home page.
    ``named`` are the names that views give to things: IRI, language and name.
    """
    graph = ox.NamedNode(base + "graph/views")
    for thing, lang, name in named:
        yield ox.Quad(ox.NamedNode(thing), _LABEL, ox.Literal(name, language=lang), graph)
    for view in views:
        node = ox.NamedNode(f"{base}view/{view.slug}")
        kind, predicate = EXECUTABLES[view.query_form]
        on = ox.NamedNode(base + PAGES[view.on] if view.on in PAGES else view.on)
        yield ox.Quad(node, _TYPE, ox.NamedNode(SH + kind), graph)
        yield ox.Quad(node, ox.NamedNode(SH + predicate), ox.Literal(view.query), graph)
        yield ox.Quad(node, FORM, ox.Literal(view.form), graph)
        yield ox.Quad(node, ox.NamedNode(DISPLAY + "on"), on, graph)
        yield ox.Quad(node, ORDER, ox.Literal(view.order), graph)
        for lang, said in view.sentences.items():
            yield ox.Quad(node, _TEXT, ox.Literal(said.source, language=lang), graph)
        if view.scope:
            yield ox.Quad(node, SCOPE, ox.NamedNode(view.scope), graph)
        for lang, text in view.texts.items():
            yield ox.Quad(node, _LABEL, ox.Literal(text, language=lang), graph)
