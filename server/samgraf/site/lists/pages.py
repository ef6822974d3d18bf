"""The pages ``/things`` and ``/things/{Class}``, and the same for programs by Accept or suffix."""

from __future__ import annotations

import re

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from samgraf.limits import LIST_NEAR, LIST_PAGE, LIST_SORTED, LIST_WORD
from samgraf.site.context import local, the_service
from samgraf.site.errors import render_unknown
from samgraf.site.geo.geojson import MEDIA_TYPE as GEOJSON
from samgraf.site.graph import address, list_address, read_query
from samgraf.site.language import interface_text, reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.lists.classes import read_contents
from samgraf.site.lists.read import ThingList, read_list
from samgraf.site.lists.written import contents_of, csv_of, geojson_of, json_of, table_of
from samgraf.site.representations import (
    DESCRIPTION,
    DESCRIPTIONS,
    PAGE,
    Offer,
    json_text,
    localised,
    page_number,
    send,
    wanted,
)
from samgraf.site.things.suggestions import likeness
from samgraf.sparql.binding import bind
from samgraf.sparql.formats import HTML
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import Operation
from samgraf.vocab import is_iri

bp = Blueprint("lists", __name__)
TABLE, DATA, PLACES = "table", "data", "places"
CSV = Offer(TABLE, "text/csv", "csv", "CSV")
JSON = Offer(DATA, "application/json", "json", "JSON")
OFFERS = (Offer(PAGE, HTML), CSV, JSON, Offer(PLACES, GEOJSON, "geojson", "GeoJSON"), *DESCRIPTIONS)


def init_app(app: Flask) -> None:
    """Add the lists."""
    app.register_blueprint(bp)
    add_to_navigation(app, "lists.contents", "contents", 5)


@bp.get("/things", defaults={"suffix": ""})
@bp.get("/things.<suffix>")
def contents(suffix: str) -> AnyResponse:
    """Show the classes with how many things each has; with ``?class=`` the list of one."""
    if iri := request.args.get("class", ""):
        if not is_iri(iri):
            raise ProblemError(400, "Name a class by its IRI: /things?class=https://…")
        if (path := list_address(iri)).partition("?")[0] != local("/things"):
            return redirect(path, 301)
        return listed(iri, suffix or request.args.get("format", ""))
    offer = wanted([Offer(PAGE, HTML), CSV, JSON], suffix)
    found = read_contents(reader_language())
    if offer.what == PAGE:
        page = render_template("lists/contents.html", contents=found, offers=[CSV, JSON])
        return localised(page, HTML)
    told = contents_of(found)
    if offer.what == DATA:
        return localised(json_text(told), JSON.media_type)
    heads = ["class", "name", "things", "list"]
    return localised(csv_of([heads, *([each[h] for h in heads] for each in told)]), CSV.media_type)


@bp.get("/things/<path:name>")
def things(name: str) -> AnyResponse:
    """Show the things of a class of the content's own by its local name."""
    namespace = the_service().manifest.get("namespace") or ""
    stem, dot, suffix = name.rpartition(".")
    if not dot or suffix not in {offer.suffix for offer in OFFERS}:
        stem, suffix = name, ""
    if not namespace or not is_iri(namespace + stem):
        raise ProblemError(404, "No class of this content is called so. The page /things has all.")
    return listed(namespace + stem, suffix)


def listed(iri: str, suffix: str) -> AnyResponse:
    """Return the list of the things of the class ``iri``, in the form that the client wants."""
    language = reader_language()
    word = request.args.get("q", "").strip()[:LIST_WORD]
    offer = wanted(OFFERS, suffix)
    if offer.what == DESCRIPTION:
        return _graph(iri, offer)
    page = page_number()
    try:
        found = read_list(iri, language, word, page if offer.what == PAGE else None)
    except ValueError as error:
        raise ProblemError(
            406,
            f"The list has {error} things; lists of at most {LIST_SORTED} can be had as "
            f"{offer.title}. Take a format of RDF, or ask the endpoint for them in parts.",
        ) from None
    if found is None:
        return _unknown(iri)
    match offer.what:
        case "page":
            return localised(_page(found, word, page), HTML)
        case "table":
            return localised(table_of(found), offer.media_type)
        case "data":
            return localised(json_of(found), offer.media_type)
    if not found.has_place:
        raise ProblemError(404, "None of these things has a place.")
    return localised(geojson_of(found, language), offer.media_type)


def _page(found: ThingList, word: str, page: int) -> str:
    iri = found.listed.iri
    kept = {"q": word} if word else {}
    offers = [o for o in OFFERS if o.suffix and (o.what != PLACES or found.has_place)]
    if not found.is_sorted:
        offers = [o for o in offers if o.what == DESCRIPTION]
    return render_template(
        "lists/list.html",
        found=found,
        word=word,
        page=page,
        action=list_address(iri).partition("?")[0],
        by_iri=list_address(iri).partition("?")[0] == local("/things"),
        before=list_address(iri, **kept, page=str(page - 1)) if page > 1 else None,
        after=list_address(iri, **kept, page=str(page + 1)) if found.has_more else None,
        is_whole=page == 1 and not word and not found.has_more,
        downloads=[(o, _representation(iri, o.suffix)) for o in offers],
        term=address(iri),
        most=LIST_PAGE,
    )


def _representation(iri: str, suffix: str) -> str:
    path, mark, query = list_address(iri).partition("?")
    is_named = path != local("/things")
    return f"{path}.{suffix}{mark}{query}" if is_named else f"{path}{mark}{query}&format={suffix}"


def _graph(iri: str, offer: Offer) -> Response:
    query = bind(read_query(__package__, "things.rq"), **{"class": ox.NamedNode(iri)})
    return send(the_service().prepare(Operation(query=query), offer.media_type, html=False))


def _unknown(iri: str) -> Response:
    """Tell that the class has no things, with classes called much like it that have some."""
    found = list(read_contents(reader_language()))
    end = _end(iri)[:LIST_WORD]
    alike = {c.iri: likeness(end, (_end(c.iri), c.label.text.lower())) for c in found}
    near = sorted((c for c in found if alike[c.iri] > 0.5), key=lambda c: -alike[c.iri])[:LIST_NEAR]
    members = [{"iri": c.iri, "label": c.label.text, "page": c.href} for c in near]
    detail = "The graph has no thing of this class. The list /things has all classes."
    return render_unknown(
        ProblemError(404, detail, iri=iri, near=members),
        title="lists_unknown",
        lead=interface_text(reader_language(), "lists_unknown_lead", iri=iri),
        heading="things_near",
        near=[(c.label, c.href) for c in near],
        back=("lists.contents", "contents"),
    )


def _end(iri: str) -> str:
    return re.split(r"[/#]", iri)[-1].lower()
