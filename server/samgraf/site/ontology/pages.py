"""The addresses ``/ontology``, ``/ontology/{Term}`` and that of the diagram's data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, render_template, request

from samgraf.site.cells import literal_text
from samgraf.site.context import the_service
from samgraf.site.graph import LabelLookup, Term, ask, graphs, read_query, said_of
from samgraf.site.language import Phrase, phrase_of, pick, reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.ontology.diagram import neighbourhood, overview
from samgraf.site.ontology.terms import (
    ALL,
    OntologyTerm,
    namespace,
    read_terms,
    tree_state,
    trees,
    words_of,
)
from samgraf.site.representations import (
    DESCRIPTIONS,
    EXTENSIONS,
    JSON,
    cut_suffix,
    document,
    json_text,
    localised,
)
from samgraf.site.things.pages import below_base
from samgraf.sparql.binding import bind
from samgraf.sparql.problems import ProblemError
from samgraf.vocab import DCT, OWL, RDFS

bp = Blueprint("ontology", __name__)


def init_app(app: Flask) -> None:
    """Add the pages of the ontology."""
    app.register_blueprint(bp)
    add_to_navigation(app, "ontology.ontology", "ontology_page", 30, for_developers=True)


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
    if f"{the_service().base}ontology/{cut}" in read_header(reader_language()).versions:
        return ontology(suffix)
    return below_base("/ontology/" + name)


@bp.get("/ontology/model.svg")
def model() -> Response:
    """Send the picture of the model that was made by hand."""
    picture = the_service().manifest.get("picture")
    if not picture:
        raise ProblemError(404, "This content has no picture of its model.")
    return Response(picture, content_type="image/svg+xml")


@bp.get("/ontology/diagram.json")
def diagram() -> Response:
    """Return what the diagram draws: the overview by ``open``, or round the term ``term``."""
    language, name = reader_language(), request.args.get("term")
    shown = (
        neighbourhood(namespace() + name, language) if name else overview(tree_state(), language)
    )
    return localised(json_text(shown), JSON)


def _ontology_page() -> str:
    language, state = reader_language(), tree_state()
    header, terms = read_header(language), read_terms()
    counts = {
        row["term"]["value"]: int(row["things"]["value"])
        for row in ask(__package__, "counts.rq", namespace=ox.Literal(namespace()))
    }
    labels = LabelLookup((header.iri, *header.things, *terms), language)
    return render_template(
        "ontology/ontology.html",
        header=header,
        labels=labels,
        trees=trees(terms, {iri: words_of(term, labels) for iri, term in terms.items()}, state),
        totals=_totals(terms.values()),
        counts=counts,
        state=state,
        everything=ALL,
        prefix=the_service().manifest.get("prefix") or "",
        namespace=namespace(),
        downloads=DESCRIPTIONS,
        picture=_picture(),
        written=lambda term: literal_text(term, language),
    )


@dataclass(frozen=True)
class ModelPicture:
    """The picture of the model: its size, its language, and what it says to those who hear it."""

    width: int
    height: int
    language: str
    title: str
    text: str


def _picture() -> ModelPicture | None:
    svg = the_service().manifest.get("picture")
    if not svg:
        return None
    root = re.search(r"<svg\b[^>]*>", svg)
    head = root[0] if root else ""
    size = re.search(r"viewBox=[\"']\s*\S+\s+\S+\s+(\d+)\S*\s+(\d+)", head)
    language = re.search(r"\blang=[\"']([A-Za-z-]+)", head)
    title, text = (
        unescape(found[1].strip()) if (found := re.search(pattern, svg)) else ""
        for pattern in (r"<title\b[^>]*>([^<]*)", r"<desc\b[^>]*>([^<]*)")
    )
    width, height = (int(size[1]), int(size[2])) if size else (1200, 800)
    return ModelPicture(width, height, language[1] if language else "", title, text)


def _totals(terms: Iterable[OntologyTerm]) -> dict[str, int]:
    kinds = [term.kind for term in terms]
    return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}


_TITLES = (DCT + "title", RDFS + "label", "http://purl.org/dc/elements/1.1/title")
_DESCRIPTIONS = (DCT + "abstract", DCT + "description", RDFS + "comment")
#: The facts in their order, by the key of the name; texts, or things.
_FACTS = {
    "ontology_version": (OWL + "versionInfo",),
    "ontology_version_iri": (OWL + "versionIRI",),
    "ontology_prior": (OWL + "priorVersion",),
    "ontology_created": (DCT + "created",),
    "ontology_issued": (DCT + "issued",),
    "ontology_modified": (DCT + "modified",),
    "ontology_creator": (DCT + "creator", "http://purl.org/dc/elements/1.1/creator"),
    "ontology_publisher": (DCT + "publisher",),
    "ontology_licence": (DCT + "license", DCT + "rights"),
    "ontology_source": (DCT + "source",),
    "ontology_imports": (OWL + "imports",),
}


@dataclass(frozen=True)
class OntologyHeader:
    """The ontology's title, description, versions and other facts (terms as JSON has them)."""

    iri: str
    title: Phrase | None
    description: Phrase | None
    versions: Sequence[str]
    facts: Mapping[str, Sequence[Term]]

    @property
    def things(self) -> list[str]:
        """Return the IRIs among the facts."""
        return [t["value"] for terms in self.facts.values() for t in terms if t["type"] == "uri"]


def read_header(language: str) -> OntologyHeader:
    """Return what the ontology of the release says of itself."""
    iri = the_service().manifest["ontology"]
    properties = {*_TITLES, *_DESCRIPTIONS, *(p for group in _FACTS.values() for p in group)}
    said = said_of([iri], properties).get(iri, {})
    facts = {}
    for key, properties in _FACTS.items():
        if found := [t for p in properties for t in said.get(p, ()) if t["type"] != "bnode"]:
            facts[key] = found
    return OntologyHeader(
        iri,
        _text(said, _TITLES, language),
        _text(said, _DESCRIPTIONS, language),
        [term["value"] for term in said.get(OWL + "versionIRI", ())],
        facts,
    )


def _text(
    said: Mapping[str, Sequence[Term]], properties: Sequence[str], language: str
) -> Phrase | None:
    for property_ in properties:
        texts = (phrase_of(t) for t in said.get(property_, ()))
        if found := pick(texts, language):
            return found
    return None
