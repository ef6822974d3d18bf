"""The address ``/sparql``: answers for programs, an editor with its results for readers.

To readers it is one page: the form with the query, and below it the answer or what went wrong.
The page is whole without JavaScript; ``static/editor`` makes it quicker to work with.
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request

from samgraf.site.context import address_of, the_service
from samgraf.site.errors import render_problem
from samgraf.site.language import reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.query import names
from samgraf.site.query.page import PAGE_BYTES, answer_page, form_page, problem_page
from samgraf.sparql.description import describe
from samgraf.sparql.evaluation import Answer, QueryKind
from samgraf.sparql.federated.outcome import outcomes_of
from samgraf.sparql.formats import HTML, content_type
from samgraf.sparql.headers import OPTIONS, answer_headers, knows, tag
from samgraf.sparql.negotiation import Choice, choose
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import METHODS, WITH_BODY, Operation, read_operation
from samgraf.sparql.service import Prepared, Service

bp = Blueprint("query", __name__)


def init_app(app: Flask) -> None:
    """Add the address ``/sparql`` and what its page asks for."""
    app.register_blueprint(bp)
    names.init_app(app)
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
    if prepared.choice.sent == HTML:
        prepared = _for_a_page(prepared)
    answer = service.wait(service.answer(prepared))
    body = answer.read()
    answer.close()
    if prepared.choice.sent == HTML:
        outcomes = outcomes_of(answer)
        body = answer_page(operation, prepared, body, truncated=answer.truncated, outcomes=outcomes)
    response = Response(body, content_type=content_type(prepared.choice.sent))
    return _finish(response, prepared, answer)


@bp.errorhandler(ProblemError)
def show_problem(problem: ProblemError) -> Response:
    """Tell the problem; to a reader on the page with the query, to be changed there."""
    if request.endpoint == "query.sparql" and request.method in ("GET", "HEAD"):
        return render_problem(problem, problem_page)
    return render_problem(problem)


def _for_a_page(prepared: Prepared) -> Prepared:
    """Return ``prepared`` for the beginning of its answer: nobody reads more than that."""
    most = prepared.request.max_bytes
    most = PAGE_BYTES if most is None else min(most, PAGE_BYTES)
    request = prepared.request._replace(max_bytes=most, partial=True)
    return prepared._replace(request=request)


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
        return Response(form_page(operation), content_type=content_type(HTML))
    body = describe(service, address_of("query.sparql"), choice.written)
    return Response(body, content_type=content_type(choice.sent))


def _is_known(etag: str | None) -> bool:
    safe = request.method != "POST"
    return safe and etag is not None and knows(request.headers.get("If-None-Match"), tag(etag))


def _finish(response: Response, prepared: Prepared, answer: Answer | None) -> Response:
    response.headers.update(answer_headers(prepared, answer))
    return response
