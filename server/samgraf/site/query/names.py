"""What the editor's scripts ask for: names for queries, labels, places and triples of an answer.

All come from the graph, in the reader's language. Places are GeoJSON and triples are rows of the
SPARQL JSON format, so that the scripts read neither well-known text nor RDF.
"""

from __future__ import annotations

import json

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, jsonify, request

from samgraf.limits import HINT_TEXT, LABELS_REQUEST_BYTES
from samgraf.release.canonical import json_of, term_of
from samgraf.site.context import once_per_release, the_service
from samgraf.site.geo.geojson import MEDIA_TYPE, collection
from samgraf.site.graph import LabelLookup, ask
from samgraf.site.language import Phrase, reader_language
from samgraf.site.query.hints import written
from samgraf.site.query.page import answer_to, asked
from samgraf.site.representations import JSON, localised
from samgraf.site.result_views import ResultTable
from samgraf.site.result_views.maps import places_of
from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.hints import usage_of
from samgraf.sparql.problems import ProblemError

bp = Blueprint("names", __name__)
MOST_TERMS = 2000
MOST_THINGS = 1000  # that one request may ask the labels of
MOST_SHAPES = 2000  # that a browser draws at ease
MOST_VALUES = 500  # of a property, among which a reader finds one by its label
RESULTS, N_TRIPLES = "application/sparql-results+json", "application/n-triples"
VIEWS = {"/sparql/places": RESULTS, "/sparql/triples": N_TRIPLES}
_NAMELESS = Phrase("", "")


def init_app(app: Flask) -> None:
    """Add the addresses."""
    app.register_blueprint(bp)


@bp.get("/sparql/terms")
def terms() -> Response:
    """Return the classes and properties in use: name in a query, label, its language, uses.

    ``of`` has, for each class by its name, the numbers of the properties that its things have.
    """
    return localised(_terms(reader_language()), JSON)


@bp.get("/sparql/values")
def values() -> Response:
    """Return the values of ``property``, the commonest first, and the datatypes among them.

    Each has its text in a query, its label with the language, and its uses. Where there are none,
    the things are told that stand in the range of the property. Instead of a property, a
    ``prefix`` may be given: then the things whose names begin with it are told.
    """
    if "prefix" in request.args:
        prefix = request.args["prefix"]
        if prefix not in the_service().prefixes:
            raise ProblemError(404, "There is no such prefix.")
        return localised(_things(reader_language(), prefix), JSON)
    try:
        property_ = ox.NamedNode(request.args.get("property", ""))
    except ValueError:
        raise ProblemError(400, "The parameter property is no IRI.") from None
    return localised(_values(reader_language(), property_.value), JSON)


@bp.post("/sparql/labels")
def labels() -> Response:
    """Return the labels of the things in the JSON list that is posted, as far as there are any."""
    if (request.content_length or 0) > LABELS_REQUEST_BYTES:
        raise ProblemError(413, f"The list has more than {LABELS_REQUEST_BYTES} bytes.")
    try:
        iris = request.get_json(silent=True)
    except RecursionError:  # lists within lists
        iris = None
    if not isinstance(iris, list) or not all(isinstance(iri, str) for iri in iris):
        raise ProblemError(400, "Post a JSON list of IRIs.")
    if len(iris) > MOST_THINGS:
        raise ProblemError(413, f"Ask for the labels of at most {MOST_THINGS} things at a time.")
    found = LabelLookup(iris, reader_language())
    return jsonify({iri: found[iri] for iri in iris if iri in found})


@bp.route("/sparql/places", methods=["GET", "POST"])
def places() -> Response:
    """Return the places in the answer to a query of solutions, as GeoJSON."""
    kind, body = _answer(RESULTS)
    if kind is not QueryKind.SOLUTIONS:
        raise ProblemError(400, "Only a SELECT query has places.")
    document = json.loads(body)
    result = ResultTable(
        document["head"]["vars"], document["results"]["bindings"], reader_language()
    )
    found, left_out, _ = places_of(result)
    document = collection(found[:MOST_SHAPES], (), left_out)
    return _once(Response(json.dumps(document), content_type=MEDIA_TYPE))


@bp.route("/sparql/triples", methods=["GET", "POST"])
def triples() -> Response:
    """Return the triples of the answer to a query of a graph, as rows."""
    kind, body = _answer(N_TRIPLES)
    if kind is not QueryKind.GRAPH:
        raise ProblemError(400, "Only CONSTRUCT and DESCRIBE queries have triples.")
    # a triple term of the format has the members that a row of triples has
    rows = [json_of(quad.triple)["value"] for quad in ox.parse(body, ox.RdfFormat.N_TRIPLES)]
    results = {"head": {"vars": ["subject", "predicate", "object"]}, "results": {"bindings": rows}}
    return _once(Response(json.dumps(results), content_type=RESULTS))


def _answer(media_type: str) -> tuple[QueryKind | None, bytes]:
    """Return the kind of the query that is asked, and its answer as far as a page shows it."""
    operation = asked()
    if not operation.query:
        raise ProblemError(400, "The request holds no query: give one as the parameter query.")
    prepared, answer = answer_to(operation, media_type)
    try:
        return prepared.kind, answer.read()
    finally:
        answer.close()


def _once(response: Response) -> Response:
    # the endpoint keeps the answer itself
    response.headers["Cache-Control"] = "no-store"
    return response


@once_per_release
def _terms(language: str) -> str:
    """Return the document."""
    rows = ask("samgraf.site.query", "terms.rq", most=MOST_TERMS)
    called = LabelLookup((row["term"]["value"] for row in rows), language)
    listed: dict[str, list] = {"class": [], "property": []}
    numbers: dict[str, int] = {}
    iris: list[str] = []
    for row in rows:
        iri, entries = row["term"]["value"], listed[row["kind"]["value"]]
        if row["kind"]["value"] == "property":
            numbers[iri] = len(entries)
            iris.append(iri)
        entries.append([_name(iri), *_label(called, iri), int(row["uses"]["value"])])
    subjects = usage_of(the_service()).subjects or {}
    of = {
        # those of most things first, and of these the ones that few other things have
        _name(class_): sorted(
            (numbers[p] for p in had if p in numbers),
            key=lambda number: (-had[iris[number]], listed["property"][number][-1], number),
        )
        for class_, had in subjects.items()
    }
    return json.dumps({"classes": listed["class"], "properties": listed["property"], "of": of})


@once_per_release
def _values(language: str, property_: str) -> str:
    """Return the document."""
    node = ox.NamedNode(property_)
    rows = ask(
        "samgraf.site.query", "values.rq", property=node, longest=HINT_TEXT, most=MOST_VALUES
    )
    rows = rows or ask("samgraf.site.query", "range.rq", property=node, most=MOST_VALUES)
    found = [(row["value"], int(row["uses"]["value"]) if "uses" in row else 0) for row in rows]
    called = LabelLookup((v["value"] for v, _ in found if v["type"] == "uri"), language)
    listed = []
    for value, uses in found:
        label = _label(called, value["value"]) if value["type"] == "uri" else _NAMELESS
        listed.append([written(the_service(), term_of(value)), *label, uses])
    kinds = {v["datatype"] for v, _ in found if "datatype" in v}
    return json.dumps({"values": listed, "kinds": sorted(_name(kind) for kind in kinds)})


@once_per_release
def _things(language: str, prefix: str) -> str:
    """Return the document."""
    service = the_service()
    namespace = service.prefixes[prefix]
    known = usage_of(service).known or ()
    iris = sorted(iri for iri in known if iri.startswith(namespace))[:MOST_VALUES]
    called = LabelLookup(iris, language)
    return json.dumps({"values": [[_name(i), *_label(called, i), 0] for i in iris], "kinds": []})


def _label(called: LabelLookup, iri: str) -> Phrase:
    if iri not in called:
        return _NAMELESS
    return called[iri]


def _name(iri: str) -> str:
    return written(the_service(), ox.NamedNode(iri))
