"""The catalogue and its data sets, for readers and for machines, at the same addresses."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, redirect, render_template

from samgraf.release import names
from samgraf.release.file_formats import GRAPH_FORMATS
from samgraf.site import units
from samgraf.site.context import the_service
from samgraf.site.datasets.markup import markup_of
from samgraf.site.datasets.read import GROUPS, Dataset, catalogue_graph, known_stems, read_datasets
from samgraf.site.dumping import the_dumps
from samgraf.site.graph import Labels, address, ask
from samgraf.site.graph.ask import read_query
from samgraf.site.language import reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.negotiated import EXTENSIONS, chosen, graph_answer, of_suffix
from samgraf.sparql.formats import HTML, content_type
from samgraf.sparql.problems import ProblemError

bp = Blueprint("datasets", __name__)
PROFILE = "https://data.norge.no/specification/dcat-ap-no"
FOLDED = ("alignments", "shapes")
_FIRST = 12  # classes and properties shown at once


def init_app(app: Flask) -> None:
    """Add the addresses ``/datasets…`` and ``/.well-known/void``."""
    app.register_blueprint(bp)
    add_to_navigation(app, "datasets.catalogue", "datasets", 70)


@bp.get("/datasets")
@bp.get(f"/datasets.<any({', '.join(EXTENSIONS)}):extension>")
def catalogue(extension: str | None = None) -> Response:
    """Show all data sets; to machines the record by DCAT-AP-NO."""
    choice = chosen(extension)
    if choice.sent != HTML:
        return graph_answer(
            read_query(__package__, "catalogue.rq"), extension, graph=catalogue_graph()
        )
    found = read_datasets(reader_language(), known_stems())
    whole = found.pop(names.WHOLE)
    groups = {g: [d for d in found.values() if d.group == g] for g in GROUPS}
    return _page(
        "datasets/catalogue.html",
        whole=whole,
        groups={g: parts for g, parts in groups.items() if parts},
        folded=FOLDED,
        profile_address=PROFILE,
        markup=markup_of(whole, groups["data"]),
        **_named([whole]),
    )


@bp.get("/datasets/<path:stem>")
def dataset(stem: str) -> Response:
    """Show one data set with its files; to machines its record and its numbers."""
    stem, extension = of_suffix(stem, known_stems())
    if stem not in known_stems():
        raise ProblemError(404, f"No data set is called {stem!r}. The page /datasets lists them.")
    choice = chosen(extension)
    node = ox.NamedNode(names.dataset(the_service().base, stem))
    if choice.sent != HTML:
        query = read_query(__package__, "one.rq")
        start = ox.Literal(node.value + "#")
        return graph_answer(query, extension, graph=catalogue_graph(), dataset=node, start=start)
    found = read_datasets(reader_language(), [stem])[stem]
    return _page(
        "datasets/dataset.html",
        dataset=found,
        markup=markup_of(found, ()),
        partitions=_partitions(node) if stem == names.WHOLE else {},
        first=_FIRST,
        **_named([found]),
    )


@bp.get("/.well-known/void")
def void() -> Response:
    """Describe the data by VoID; lead readers to the page."""
    choice = chosen(None)
    if choice.sent == HTML:
        return redirect(address(the_service().base + names.CATALOGUE), 303)
    return graph_answer(read_query(__package__, "statistics.rq"), None, graph=catalogue_graph())


def _page(template: str, **values: Any) -> Response:
    dumps = the_dumps()
    if dumps is not None:
        dumps.begin()  # whoever looks at the list may want a file next
    page = render_template(
        template,
        extensions=EXTENSIONS,
        media_types={f.name: f.media_type for f in GRAPH_FORMATS},
        titles={f.name: f.title for f in GRAPH_FORMATS},
        number=units.number,
        size=units.size,
        hosts=_hosts,
        **values,
    )
    return Response(page, content_type=content_type(HTML))


def _named(shown: list[Dataset]) -> dict[str, Any]:
    """Return the labels of what the data sets point at."""
    iris = [i for d in shown for i in (d.publisher, d.rights, *d.sources) if i]
    return {"labels": Labels(iris, reader_language()), "address": address, "is_own": _is_own}


def _hosts(sources: list[str]) -> list[str]:
    """Return where the sources stand, each host once; nothing of our own."""
    found = (urlsplit(iri).hostname for iri in sources if not _is_own(iri))
    return list(dict.fromkeys(host.removeprefix("www.") for host in found if host))


def _is_own(iri: str) -> bool:
    return iri.startswith(the_service().base or "\0")


def _partitions(node: ox.NamedNode) -> dict[str, list[tuple[str, str, Any, int]]]:
    """Return (address, IRI, label, count) of the classes and of the properties.

    Those of the content's own namespace come first, of these the most used.
    """
    namespace = the_service().manifest.get("namespace") or "\0"
    rows = ask(__package__, "partitions.rq", graph=catalogue_graph(), dataset=node)
    found: dict[str, list[tuple[str, int]]] = {"class": [], "property": []}
    for row in rows:
        for kind, entries in found.items():
            if kind in row:
                entries.append((row[kind]["value"], int(row["count"]["value"])))
    for entries in found.values():
        entries.sort(key=lambda entry: not entry[0].startswith(namespace))
    labels = Labels((iri for entries in found.values() for iri, _ in entries), reader_language())
    return {
        kind: [(address(iri), iri, labels[iri], count) for iri, count in entries]
        for kind, entries in found.items()
    }
