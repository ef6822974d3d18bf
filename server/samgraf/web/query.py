"""The address ``/sparql``: answers for programs, a form and tables for readers."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Flask, Response, render_template, request

from samgraf.engine import Answer, QueryKind
from samgraf.sparql.description import describe
from samgraf.sparql.formats import HTML, content_type, formats_for
from samgraf.sparql.headers import OPTIONS, answer_headers, knows, tag
from samgraf.sparql.negotiation import Choice, choose
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import METHODS, WITH_BODY, Operation, read_operation
from samgraf.sparql.service import Prepared, Service
from samgraf.web.cells import cell
from samgraf.web.context import address_of, the_service
from samgraf.web.language import reader_language
from samgraf.web.layout import add_to_navigation
from samgraf.web.questions import read_questions

bp = Blueprint("query", __name__)
MAX_ROWS = 1000  # rows shown on a page; the answer itself is never cut


def init_app(app: Flask) -> None:
    """Add the address ``/sparql``."""
    app.register_blueprint(bp)
    add_to_navigation(app, "query.sparql", "query_page", 60)


@bp.route("/sparql", methods=[*METHODS, "PUT", "DELETE", "PATCH"], provide_automatic_options=False)
def sparql() -> Response:
    """Answer a query, or without one show the form or the description of the service."""
    if request.method == "OPTIONS":
        return Response(status=204, headers=OPTIONS)
    service = the_service()
    body = request.get_data() if request.method in WITH_BODY else b""
    operation = read_operation(
        request.method, request.query_string, request.headers.get("Content-Type"), body
    )
    if operation.query is None or (operation.query == "" and _prefers_page(operation)):
        return _without_query(service, operation)
    prepared = service.prepare(
        operation, request.headers.get("Accept"), html=True, variant=reader_language()
    )
    if _is_known(prepared.etag):
        return _finish(Response(status=304), prepared, None)
    answer = service.wait(service.answer(prepared))
    body = answer.read()
    answer.close()
    if prepared.choice.sent == HTML:
        body = _page(service, operation, prepared, body)
    response = Response(body, content_type=content_type(prepared.choice.sent))
    return _finish(response, prepared, answer)


def _prefers_page(operation: Operation) -> bool:
    choice = _service_choice(operation)
    return choice is not None and choice.sent == HTML


def _service_choice(operation: Operation) -> Choice | None:
    return choose(QueryKind.GRAPH, request.headers.get("Accept"), operation.format, html=True)


def _without_query(service: Service, operation: Operation) -> Response:
    choice = _service_choice(operation)
    if choice is None:
        # a client that wants results, not a description, has left out the query
        raise ProblemError(400, "The request holds no query: give one as the parameter query.")
    if choice.sent == HTML:
        page = render_template("sparql.html", query="", prefixes=service.prefixes)
        return Response(page, content_type=content_type(HTML))
    body = describe(service, address_of("query.sparql"), choice.written)
    return Response(body, content_type=content_type(choice.sent))


def _is_known(etag: str | None) -> bool:
    safe = request.method != "POST"
    return safe and etag is not None and knows(request.headers.get("If-None-Match"), tag(etag))


def _finish(response: Response, prepared: Prepared, answer: Answer | None) -> Response:
    response.headers.update(answer_headers(prepared, answer))
    return response


def _page(service: Service, operation: Operation, prepared: Prepared, body: bytes) -> str:
    asked = (operation.query or "").strip()
    questions = read_questions(reader_language())
    values: dict[str, Any] = {
        "question": next((q.label for q in questions if q.query == asked), None),
        "query": operation.query,
        "kind": prepared.kind.value,
        "formats": formats_for(prepared.kind),
        "dataset": {
            "default-graph-uri": operation.default_graphs,
            "named-graph-uri": operation.named_graphs,
        },
        "max_rows": MAX_ROWS,
    }
    if prepared.kind is QueryKind.GRAPH:
        values["turtle"] = body.decode("utf-8")
    else:
        values |= _table(json.loads(body), service)
    return render_template("results.html", **values)


def _table(document: dict[str, Any], service: Service) -> dict[str, Any]:
    if "boolean" in document:
        return {"boolean": document["boolean"]}
    variables = document["head"]["vars"]
    bindings = document["results"]["bindings"]
    rows = [
        [cell(binding.get(name), service.prefixes, service.base) for name in variables]
        for binding in bindings[:MAX_ROWS]
    ]
    return {"variables": variables, "rows": rows, "count": len(bindings)}
