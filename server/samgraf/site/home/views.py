"""Read the views that the content shows on a page, as any client could."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyoxigraph as ox

from samgraf.site.graph import ask
from samgraf.site.language import Phrase, pick


@dataclass
class View:
    """Hold one view: its query, its form, and its title in the reader's language."""

    slug: str
    query: str
    form: str
    labels: list[Phrase] = field(default_factory=list)
    label: Phrase | None = None


def read_views(page: str, language: str) -> list[View]:
    """Return the views shown on ``page`` in order."""
    views: dict[str, View] = {}
    for row in ask(__package__, "views.rq", page=ox.NamedNode(page)):
        iri = row["view"]["value"]
        slug = iri.rstrip("/").rpartition("/")[2]
        view = views.setdefault(iri, View(slug, row["query"]["value"], row["form"]["value"]))
        view.labels.append(Phrase(row["label"]["value"], row["label"].get("xml:lang", "")))
    for view in views.values():
        view.label = pick(view.labels, language)
    return list(views.values())
