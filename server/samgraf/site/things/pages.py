"""Lead from IRIs to pages and documents: the addresses, the choice of format, the headers.

https://www.rfc-editor.org/rfc/rfc9110#section-12 (negotiation), https://www.rfc-editor.org/rfc/rfc8288
(Link), https://www.rfc-editor.org/rfc/rfc6596 (canonical), https://www.rfc-editor.org/rfc/rfc8574
(cite-as) and https://www.rfc-editor.org/rfc/rfc7089 (timegate).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, g, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from samgraf.limits import DOCUMENT_POINTING, EMBEDDED_JSON_LD
from samgraf.release import names
from samgraf.site.answers import style_sheets
from samgraf.site.context import absolute, local, the_service
from samgraf.site.datasets.read import stem_of
from samgraf.site.errors import render_unknown
from samgraf.site.graph import address, ask, iri_of, iris_of, path_of, read_query, to_uri
from samgraf.site.language import interface_text, reader_language
from samgraf.site.releases.memento import timegate
from samgraf.site.representations import (
    SUFFIXES,
    chosen,
    cut_suffix,
    graph_answer,
    json_text,
    page_number,
    send,
)
from samgraf.site.things.annotations import annotations_of
from samgraf.site.things.page import make_page
from samgraf.site.things.statements import IN, OUT, Wanted
from samgraf.site.things.suggestions import near
from samgraf.site.things.values import language_name
from samgraf.sparql.binding import Term, bind
from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.formats import HTML, content_type, formats_for
from samgraf.sparql.negotiation import Choice
from samgraf.sparql.problems import ProblemError, RequestOutcome
from samgraf.sparql.protocol import Operation
from samgraf.vocab import is_iri

bp = Blueprint("things", __name__)
#: What a query holds besides letters and digits: https://www.rfc-editor.org/rfc/rfc3986#section-3.4.
_QUERY = "%!$&'()*+,/:;=?@-._~"


def init_app(app: Flask) -> None:
    """Add the pages about things; the last route of all takes whatever no other does."""
    app.register_blueprint(bp)
    app.add_template_global(lambda tag: language_name(tag, reader_language()), "tongue")


@bp.get("/id/<path:name>")
def thing(name: str) -> AnyResponse:
    """Answer 303 with the document: a thing that is no document cannot be sent."""
    iri = iri_of("/doc/" + name)
    if iri is None:
        raise ProblemError(404, "No IRI is written like this.")
    path = path_of(iri)
    if path is None or path.startswith("/doc/"):
        path = "/doc/" + name  # with the escapes that were sent
    query = quote(request.query_string, safe=_QUERY)
    path = local(path)
    response = redirect(path + ("?" + query if query else ""), 303)
    response.headers["Link"] = f'<{path}>; rel="describedby"'
    return response


@bp.get("/doc/<path:name>")
def doc(name: str) -> Response:
    """Show what the graph says of the thing at ``/id/…``."""
    return below_base("/doc/" + name)


@bp.get("/doc")
def elsewhere() -> AnyResponse:
    """Show what the graph says of a thing that is named elsewhere: ``?iri=``."""
    iri = request.args.get("iri", "")
    if not is_iri(iri):
        raise ProblemError(400, "Name a thing by its IRI: /doc?iri=https://…")
    suffix = request.args.get("format") or None
    if suffix is not None and suffix not in SUFFIXES:
        raise ProblemError(400, f"format is {suffix!r}; it can be {', '.join(SUFFIXES)}.")
    if path_of(iri) is not None:
        return redirect(_representation(iri, suffix) if suffix else address(iri), 301)
    return describe(iri, suffix)


@bp.get("/<path:name>")
def anything(name: str) -> Response:
    """Show what the graph says of any other IRI below the base: graphs, schemes, versions."""
    return below_base("/" + name)


def below_base(path: str) -> Response:
    """Show what stands at ``path``, or send it in the format of the path's suffix."""
    iris = iris_of(path)
    stem, suffix = cut_suffix(path)
    if suffix:
        if found := known(iris):  # the suffix is part of the name
            return describe(found)
        iris = iris_of(stem)
    if not iris:
        raise ProblemError(404, "Nothing is here.")
    # a letter and its escape have one address; most names hold neither
    return describe((known(iris) if len(iris) > 1 else None) or iris[0], suffix)


def describe(iri: str, suffix: str | None = None) -> Response:
    """Return the page or the document about ``iri``, in the format that the client wants.

    Raise ProblemError 404 where the graph does not know it, 406 where no format fits.
    """
    g.subject = iri
    choice = chosen(suffix)
    if choice.sent != HTML:
        if not known([iri]):
            return _unknown(iri)
        return _finish(graph_answer(_document_query(iri), suffix), iri, choice)
    page = make_page(iri, reader_language(), _wanted())
    if page is None:
        return _unknown(iri)
    body = render_template(
        page.template,
        page=page,
        **page.extra,
        styles=style_sheets(section.answer for section in page.sections),
        alternates=_alternates(iri),
        canonical=_absolute(iri),
        annotations=annotations_of(iri, reader_language()),
        embedded=lambda: _embedded(iri),
        most=DOCUMENT_POINTING,
    )
    return _finish(Response(body, content_type=content_type(HTML)), iri, choice)


def _finish(response: Response, iri: str, choice: Choice) -> Response:
    suffix = _SUFFIX_OF[choice.written]
    response.headers["Content-Location"] = _representation(iri, suffix)
    if suffix == "html":
        # one address for each language and each opened list
        asked = request.args.to_dict() | {"lang": reader_language()}
        asked = {k: v for k, v in asked.items() if k not in ("iri", "format")}
        mark = "&" if "?" in response.headers["Content-Location"] else "?"
        response.headers["Content-Location"] += mark + urlencode(asked)
    links = [f'<{to_uri(iri)}>; rel="describes"', f'<{_absolute(iri)}>; rel="canonical"']
    html = _representation(iri, "html")
    links.append(f'<{html}>; rel="alternate"; type="{HTML}"')
    links += [f'<{a["href"]}>; rel="alternate"; type="{a["type"]}"' for a in _alternates(iri)]
    if (path := path_of(iri)) is not None:
        links.append(timegate(path[1:]))
    response.headers["Link"] = ", ".join(links)
    g.cite_as = to_uri(iri)
    return response


def _unknown(iri: str) -> Response:
    """Lead to the triples of a graph: the one called so, or the report that holds the thing."""
    report = ox.NamedNode(the_service().manifest.get("report_graph") or iri)
    if graphs := ask(__package__, "graphs.rq", this=ox.NamedNode(iri), report=report):
        graph = graphs[0]["graph"]["value"]
        there = local("/sparql") + "?" + urlencode({"graph": graph})
        return Response(status=303, headers={"Location": there})
    return _not_found(iri)


def _not_found(iri: str) -> Response:
    language = reader_language()
    found = near(iri, language)
    members = [{"iri": i, "label": label.text, "page": href} for i, label, href in found]
    problem = ProblemError(404, "The graph says nothing of this thing.", iri=iri, near=members)
    return render_unknown(
        problem,
        title="things_nothing",
        lead=interface_text(language, "things_unknown", iri=iri),
        heading="things_near",
        near=[(label, href) for _, label, href in found],
        back=("home.home", "back"),
    )


def known(iris: Sequence[str]) -> str | None:
    """Return the first of ``iris`` that the graph says something of."""
    things = [ox.NamedNode(iri) for iri in iris]
    found = {row["thing"]["value"] for row in ask(__package__, "known.rq", things=things)}
    return next((iri for iri in iris if iri in found or stem_of(iri)), None)


def _wanted() -> Wanted | None:
    """Return the list that the reader has opened: ``?in=`` or ``?out=`` with ``page=``."""
    for way in (OUT, IN):
        if is_iri(name := request.args.get(way, "")):
            return Wanted(way, name, page_number())
    return None


def _absolute(iri: str) -> str:
    """Return the public address of the page about ``iri``, without parameters of the reader's."""
    return absolute(local(path_of(iri) or "/doc?" + urlencode({"iri": iri})))


def _document_query(iri: str) -> str:
    """Return the query for the document about ``iri``."""
    service, path = the_service(), path_of(iri) or "/doc?" + urlencode({"iri": iri})
    # only pages about data are described, below a base; a literal is the subject of nothing
    document: Term = ox.Literal("")
    dataset: Term = ox.Literal("")
    if service.base and path.startswith("/doc"):
        document = ox.NamedNode(service.base + path[1:])
        dataset = ox.NamedNode(names.dataset(service.base, names.WHOLE))
    return bind(
        read_query(__package__, "document.rq"),
        this=ox.NamedNode(iri),
        document=document,
        dataset=dataset,
        most=DOCUMENT_POINTING,
    )


def _embedded(iri: str) -> str | None:
    """Return the document about ``iri`` as JSON-LD for its page.

    None where it is too long, or cannot be said in JSON-LD, as triple terms.

    No text in it can end the element: https://www.w3.org/TR/json-ld11/#restrictions-for-contents-of-json-ld-script-elements
    """
    try:
        operation = Operation(query=_document_query(iri), format="jsonld")
        body = send(the_service().prepare(operation, None, html=False)).data
    except ProblemError as problem:
        if problem.outcome is RequestOutcome.BUSY:
            raise
        return None
    if len(body) > EMBEDDED_JSON_LD:
        return None
    text = json_text(json.loads(body))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _representation(iri: str, suffix: str) -> str:
    """Return the address of the document about ``iri`` in the format of ``suffix``."""
    path = path_of(iri)
    if path is None:
        return local("/doc?" + urlencode({"iri": iri, "format": suffix}))
    return local(f"{path}.{suffix}")


_FORMATS = formats_for(QueryKind.GRAPH)
_NAMES = {name: suffix for suffix, name in SUFFIXES.items()}
_SUFFIX_OF = {HTML: "html", **{f.media_type: _NAMES[f.name] for f in _FORMATS}}


def _alternates(iri: str) -> list[Mapping[str, str]]:
    """Return the representations for programs: title, media type, address."""
    return [
        {"title": f.title, "type": f.media_type, "href": _representation(iri, _NAMES[f.name])}
        for f in _FORMATS
    ]
