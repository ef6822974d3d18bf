"""The catalogue and its data sets, for readers and for machines, at the same addresses."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from samgraf.limits import DATASET_PLACES
from samgraf.release import names
from samgraf.release.file_formats import FILE_FORMATS
from samgraf.site.context import the_service
from samgraf.site.datasets.read import (
    GROUPS,
    begin_dumps,
    catalogue_graph,
    known_stems,
    markup_of,
    read_datasets,
)
from samgraf.site.geo.geojson import MEDIA_TYPE as GEOJSON
from samgraf.site.geo.geojson import collection
from samgraf.site.graph import address, ask, iri_of, read_query
from samgraf.site.language import reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.representations import (
    EXTENSIONS,
    chosen,
    document,
    graph_answer,
    json_text,
    localised,
    send,
)
from samgraf.site.result_views import ResultTable
from samgraf.site.result_views.maps import places_of
from samgraf.site.things.pages import below_base
from samgraf.sparql.binding import bind
from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.formats import HTML
from samgraf.sparql.negotiation import best_match, offered
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import Operation, graph_query

bp = Blueprint("datasets", __name__)
PROFILE = "https://data.norge.no/specification/dcat-ap-no"


def init_app(app: Flask) -> None:
    """Add the addresses ``/datasets…`` and ``/.well-known/void``."""
    app.register_blueprint(bp)
    add_to_navigation(app, "datasets.catalogue", "datasets", 70, for_developers=True)


@bp.get("/datasets")
@bp.get(f"/datasets.<any({', '.join(EXTENSIONS)}):extension>")
def catalogue(extension: str | None = None) -> Response:
    """Show all data sets; to machines the record by DCAT-AP-NO."""
    query = bind(read_query(__package__, "catalogue.rq"), graph=catalogue_graph())
    return document(query, _catalogue_page, extension)


def _catalogue_page() -> str:
    found = read_datasets(reader_language(), known_stems())
    whole = found.pop(names.WHOLE)
    groups = {g: [d for d in found.values() if d.group == g] for g in GROUPS}
    begin_dumps()
    return render_template(
        "datasets/catalogue.html",
        whole=whole,
        groups={g: parts for g, parts in groups.items() if parts},
        profile_address=PROFILE,
        markup=markup_of(whole, groups["data"]),
        formats=FILE_FORMATS,
        hosts=_hosts,
    )


@bp.get("/datasets/<path:stem>")
def dataset(stem: str) -> AnyResponse:
    """Show one data set with its files; to machines its record and its numbers.

    A graph that has become part of a data set of several leads on to it.
    """
    path, dot, suffix = stem.rpartition(".")
    base, known = the_service().base, known_stems()
    if suffix == "geojson" and path in known:
        return _places(known[path])
    joined = names.stem_of(base + (path if dot else stem), base)
    if joined in names.JOINED and joined in known and joined != (path if dot else stem):
        return redirect(address(names.dataset(base, joined)), 301)
    return below_base("/datasets/" + stem)


def _places(graphs: Iterable[str]) -> Response:
    """Return what has a place by ``graphs`` as GeoJSON."""
    nodes = [ox.NamedNode(graph) for graph in graphs]
    rows = ask(__package__, "places.rq", graphs=nodes, most=DATASET_PLACES) if nodes else []
    rows = [row for row in rows if "feature" in row]
    if not rows:
        raise ProblemError(404, "This data set has no places.")
    found = places_of(ResultTable(["feature", "wkt"], rows, reader_language()))
    told = collection(found.places, (), found.left_out)
    return localised(json_text(told), GEOJSON)


@bp.get("/.well-known/void")
def void() -> AnyResponse:
    """Describe the data by VoID; lead readers to the page."""
    if chosen(None).sent == HTML:
        return redirect(address(the_service().base + names.CATALOGUE), 303)
    query = bind(read_query(__package__, "statistics.rq"), graph=catalogue_graph())
    return graph_answer(query, None)


def _hosts(sources: list[str]) -> list[str]:
    """Return where the sources stand, each host once; nothing of our own."""
    base = the_service().base or "\0"
    found = (urlsplit(iri).hostname for iri in sources if not iri.startswith(base))
    return list(dict.fromkeys(host.removeprefix("www.") for host in found if host))


@bp.get("/graph/<path:name>")
def graph(name: str) -> Response:
    """Send the triples of a named graph to who asks its IRI for RDF, else the page about it.

    https://www.w3.org/TR/sparql11-http-rdf-update/#direct-graph-identification
    """
    path, service = "/graph/" + name, the_service()
    iri = iri_of(path)
    types = [HTML, *offered(QueryKind.GRAPH)]
    if (
        iri is None
        or iri not in service.graphs
        or best_match(request.headers.get("Accept"), types) == HTML
    ):
        return below_base(path)
    operation = Operation(query=graph_query(iri), graph=iri)
    response = send(service.prepare(operation, request.headers.get("Accept"), html=False))
    described = f'<{address(iri)}>; rel="describedby"; type="{HTML}"'
    response.headers["Link"] = described
    return response
