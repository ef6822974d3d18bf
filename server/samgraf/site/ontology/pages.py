"""The addresses ``/ontology``, ``/ontology/{Term}`` and that of the diagram's data."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, jsonify, render_template, request

from samgraf import __version__
from samgraf.site.cells import shorten
from samgraf.site.context import the_service
from samgraf.site.errors import OFFERS
from samgraf.site.graph import Labels, address, ask, iri_of
from samgraf.site.graph.ask import Row, read_query
from samgraf.site.language import reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.negotiated import EXTENSIONS
from samgraf.site.ontology.diagram import neighbourhood, overview
from samgraf.site.ontology.document import DOWNLOADS, cut_suffix, document
from samgraf.site.ontology.header import read_header
from samgraf.site.ontology.names import graphs, is_foreign, namespace
from samgraf.site.ontology.term_page import read_statements, read_term_page
from samgraf.site.ontology.terms import Term, near, read_terms
from samgraf.site.ontology.tree import ALL, State, trees
from samgraf.sparql.binding import bind
from samgraf.sparql.formats import HTML
from samgraf.sparql.headers import REVALIDATE, knows, tag
from samgraf.sparql.negotiation import best_match
from samgraf.sparql.problems import ProblemError

bp = Blueprint("ontology", __name__)


def init_app(app: Flask) -> None:
    """Add the pages of the ontology."""
    app.register_blueprint(bp)
    add_to_navigation(app, "ontology.ontology", "ontology_page", 30)

    @app.context_processor
    def names_context() -> dict[str, object]:
        return {
            "address": address,
            "compact": lambda iri: shorten(iri, the_service().prefixes),
            "is_foreign": is_foreign,
        }


@bp.get("/ontology")
@bp.get(f"/ontology.<any({', '.join(EXTENSIONS)}):suffix>")
def ontology(suffix: str | None = None) -> Response:
    """Show the ontology, or send it."""
    iri = the_service().manifest.get("ontology")
    if not iri:
        raise ProblemError(404, "This content has no ontology.")
    query = bind(read_query(__package__, "ontology.rq"), ontology=ox.NamedNode(iri), **graphs())
    return document(query, _ontology_page, suffix)


@bp.get("/ontology/<path:name>")
def term(name: str) -> Response:
    """Show a term of the ontology or send it; the address of a version leads to the ontology."""
    cut, suffix = cut_suffix(name)
    iri = iri_of("/ontology/" + cut)
    statements = read_statements(iri) if iri else []
    if iri is None or not statements:
        if f"{the_service().base}ontology/{cut}" in read_header(reader_language()).versions:
            return ontology(suffix)
        return _missing(cut)
    query = bind(read_query(__package__, "term.rq"), this=ox.NamedNode(iri), **graphs())
    return document(query, lambda: _term_page(iri, statements), suffix)


@bp.get("/ontology/diagram.json")
def diagram() -> Response:
    """Return what the diagram draws: the overview by ``open``, or round the term ``term``."""
    language = reader_language()
    parts = (the_service().release, __version__, language, request.full_path)
    etag = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    if knows(request.headers.get("If-None-Match"), tag(etag)):
        response = Response(status=304)
    else:
        name = request.args.get("term")
        shown = (
            neighbourhood(namespace() + name, language) if name else overview(_state(), language)
        )
        response = jsonify(shown)
    response.headers.update({"ETag": tag(etag), "Cache-Control": REVALIDATE})
    response.vary.add("Accept-Language")
    return response


def _state(chosen: str | None = None) -> State:
    """Return what the address says of the trees."""
    names = (name for value in request.args.getlist("open") for name in value.split(","))
    return State(
        frozenset(n for n in names if n), request.args.get("filter", "").strip()[:100], chosen
    )


def _words(terms: dict[str, Term], labels: Labels) -> dict[str, list[str]]:
    """Return what each term is called: in the reader's language first, its local name last."""
    return {
        iri: [labels[iri].text, *(p.text for p in labels.all(iri)), term.name]
        for iri, term in terms.items()
    }


def _ontology_page() -> str:
    language, state = reader_language(), _state()
    header, terms = read_header(language), read_terms()
    counts = {
        row["term"]["value"]: int(row["things"]["value"])
        for row in ask(__package__, "counts.rq", namespace=ox.Literal(namespace()))
    }
    labels = Labels((header.iri, *header.things, *terms), language)
    return render_template(
        "ontology/ontology.html",
        header=header,
        labels=labels,
        trees=trees(terms, _words(terms, labels), state),
        totals=_totals(terms.values()),
        counts=counts,
        state=state,
        everything=ALL,
        prefix=the_service().manifest.get("prefix") or "",
        namespace=namespace(),
        downloads=DOWNLOADS,
    )


def _totals(terms: Sequence[Term]) -> dict[str, int]:
    kinds = [term.kind for term in terms]
    return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}


def _term_page(iri: str, statements: list[Row]) -> str:
    language = reader_language()
    page = read_term_page(iri, statements, language)
    beside = {i: t for i, t in page.terms.items() if t.kind == page.term.kind}
    state = State(_state().open, "", iri)
    return render_template(
        "ontology/term.html",
        page=page,
        labels=page.labels,
        tree=trees(beside, _words(beside, page.labels), state).get(page.term.kind, []),
        query=bind(
            read_query(__package__, "things.rq" if page.is_class else "values.rq"),
            this=ox.NamedNode(iri),
        ),
        prefix=the_service().manifest.get("prefix") or "",
        namespace=namespace(),
        downloads=DOWNLOADS,
    )


def _missing(name: str) -> Response:
    """Return 404: where the client reads pages, with the terms that are called much the same."""
    detail = "The ontology has no such term."
    if best_match(request.headers.get("Accept"), OFFERS) != HTML:
        raise ProblemError(404, detail)
    terms = read_terms()
    labels = Labels(terms, reader_language())
    words = {iri: [p.text for p in labels.all(iri)] for iri in terms}
    found = near(terms.values(), name, words)
    page = render_template("ontology/missing.html", name=name, near=found, labels=labels)
    response = Response(page, 404, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response
