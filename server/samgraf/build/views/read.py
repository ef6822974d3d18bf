"""Read the views: ``ontology/views/NAME.rq`` with its header comment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from samgraf.build.content import Content, ContentErrors
from samgraf.build.questions.file import QueryFile, read_query_file
from samgraf.errors import ContentError

#: The pages that a view names by a word, and their paths below the base.
PAGES = {"home": "", "map": "map", "sources": "sources"}
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_PREFIXED = re.compile(r"([A-Za-z][\w.-]*):([\w-]+)")


@dataclass(frozen=True)
class View:
    """Hold one view: ``on`` is a page of PAGES or the IRI of a class, ``form`` how it is shown."""

    slug: str
    file: str
    texts: dict[str, str]
    query: str
    query_form: str
    form: str
    on: str
    order: int


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
    if on not in PAGES and not (named and named[1] in prefixes):
        raise ContentError(
            "The view does not say where it is shown.",
            file,
            1,
            f"Add a class, or one of {', '.join(f'# on: {page}' for page in PAGES)}.",
        )
    if not order.isascii() or not order.isdigit():
        raise ContentError("The order of a view is a whole number.", file, 1)
    return View(
        slug=slug,
        file=file,
        texts=read.texts,
        query=read.query,
        query_form=read.form,
        form=read.hints.get("view", "table"),
        on=on if on in PAGES else prefixes[named[1]] + named[2],
        order=int(order),
    )
