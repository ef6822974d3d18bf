"""The page of ``/sparql``: an editor with its results for readers.

It is one page: the form with the query, and below it the answer or what went wrong. The page is
whole without JavaScript; ``static/editor`` makes it quicker to work with. Programs are answered by
the gateway, which also evaluates the query of the page and hands its answer over (``ANSWER``).
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request

from samgraf.site.context import the_service
from samgraf.site.errors import render_problem
from samgraf.site.language import reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.query import names
from samgraf.site.query.page import PAGE_BYTES, answer_page, form_page, problem_page
from samgraf.sparql.evaluation import Answer
from samgraf.sparql.federated.outcome import outcomes_of
from samgraf.sparql.formats import HTML, content_type
from samgraf.sparql.headers import answer_headers, knows, tag
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import METHODS, WITH_BODY, read_operation
from samgraf.sparql.service import Prepared

#: In the WSGI environment: the answer to ``page_query``, evaluated by the gateway.
ANSWER = "samgraf.answer"
bp = Blueprint("query", __name__)


def init_app(app: Flask) -> None:
    """Add the address ``/sparql`` and what its page asks for."""
    app.register_blueprint(bp)
    names.init_app(app)
    add_to_navigation(app, "query.sparql", "query_page", 60)


@bp.route("/sparql", methods=[m for m in METHODS if m != "OPTIONS"])
def sparql() -> Response:
    """Show the form, and the answer if there is a query."""
    body = request.get_data() if request.method in WITH_BODY else b""
    operation = read_operation(
        request.method, request.query_string, request.headers.get("Content-Type"), body
    )
    if not operation.query:
        return Response(form_page(operation), content_type=content_type(HTML))
    page = operation._replace(format="html")
    prepared = the_service().prepare(page, None, html=True, variant=reader_language())
    answer: Answer | None = request.environ.get(ANSWER)
    if answer is None:
        answer = the_service().wait(the_service().answer(page_query(prepared)))
    try:
        response = Response(status=304)
        if not _is_known(prepared.etag):
            outcomes, cut = outcomes_of(answer), answer.truncated
            shown = answer_page(
                operation, prepared, answer.read(), truncated=cut, outcomes=outcomes
            )
            response = Response(shown, content_type=content_type(HTML))
    finally:
        answer.close()
    response.headers.update(answer_headers(prepared, answer))
    return response


@bp.errorhandler(ProblemError)
def show_problem(problem: ProblemError) -> Response:
    """Tell the problem; to a reader on the page with the query, to be changed there."""
    if request.endpoint == "query.sparql" and request.method in ("GET", "HEAD"):
        return render_problem(problem, problem_page)
    return render_problem(problem)


def page_query(prepared: Prepared) -> Prepared:
    """Return ``prepared`` for the beginning of its answer: nobody reads more than that."""
    most = prepared.request.max_bytes
    most = PAGE_BYTES if most is None else min(most, PAGE_BYTES)
    request = prepared.request._replace(max_bytes=most, partial=True)
    return prepared._replace(request=request)


def _is_known(etag: str | None) -> bool:
    safe = request.method != "POST"
    return safe and etag is not None and knows(request.headers.get("If-None-Match"), tag(etag))
