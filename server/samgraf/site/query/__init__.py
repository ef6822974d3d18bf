"""The page of ``/sparql``: an editor with its results for readers.

It is one page: the form with the query, and below it the answer or what went wrong. The page is
whole without JavaScript; ``static/editor`` makes it quicker to work with. Programs are answered by
the gateway, which also evaluates the query of the page and hands its answer over (``ANSWER``).
"""

from __future__ import annotations

import logging
import threading

from flask import Blueprint, Flask, Response, request

from samgraf.site.context import WHEN_IDLE, the_service
from samgraf.site.errors import render_problem
from samgraf.site.language import reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.query import names
from samgraf.site.query.hints import hints_on, is_empty
from samgraf.site.query.page import (
    ANSWER,
    PREPARED,
    answer_page,
    answer_to,
    asked,
    form_page,
    page_query,
    problem_page,
)
from samgraf.sparql.federated.outcome import outcomes_of
from samgraf.sparql.formats import HTML, content_type
from samgraf.sparql.headers import answer_headers, knows, tag
from samgraf.sparql.hints import usage_of
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import METHODS
from samgraf.sparql.service import Prepared, Service, etag_of

#: Other addresses that show the answer to a query, and the media type that they are made of.
VIEWS = names.VIEWS
__all__ = ["ANSWER", "PREPARED", "VIEWS", "bp", "init_app", "page_query"]
log = logging.getLogger(__name__)
bp = Blueprint("query", __name__)


def init_app(app: Flask) -> None:
    """Add the address ``/sparql`` and what its page asks for."""
    app.register_blueprint(bp)
    names.init_app(app)
    app.extensions[WHEN_IDLE].append(lambda: _make_ready(app))
    add_to_navigation(app, "query.sparql", "query_page", 60, for_developers=True)


def _make_ready(app: Flask) -> None:
    """Begin to read and make what the first empty answer and the first problem would wait for.

    Those are the statistics, and the templates: many heavy queries that end at once, each told on
    a page, would compile them as often.
    """
    service: Service = app.extensions["samgraf"]

    def make() -> None:
        try:
            with app.test_request_context("/sparql"):
                problem_page(ProblemError(503, ""))
            usage_of(service)
        except ProblemError as problem:  # busy, or about to end: the first who needs it asks again
            log.info("The statistics of the release wait: %s", problem.detail)
        except Exception:
            log.exception("The statistics of release %s cannot be read.", service.release[:12])

    threading.Thread(target=make, name="query page", daemon=True).start()


@bp.route("/sparql", methods=[m for m in METHODS if m != "OPTIONS"])
def sparql() -> Response:
    """Show the form, and the answer if there is a query."""
    operation = asked()
    if not operation.query:
        return Response(form_page(operation), content_type=content_type(HTML))
    service, variant = the_service(), reader_language()
    prepared, answer = answer_to(operation, None)
    if prepared.key is not None:
        prepared = prepared._replace(etag=etag_of(prepared.key, prepared.choice, variant))
    try:
        response = Response(status=304)
        if not _is_known(prepared.etag):
            body = answer.read()
            hints = None
            if is_empty(prepared.choice.evaluated, body) and not answer.truncated:
                prepared, hints = _why_empty(service, prepared)
            shown = answer_page(
                operation,
                prepared,
                body,
                truncated=answer.truncated,
                outcomes=outcomes_of(answer),
                hints=hints,
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


def _why_empty(service: Service, prepared: Prepared) -> tuple[Prepared, list[dict] | None]:
    """Return what can be said of an empty answer; None, and nothing to keep, where it is busy."""
    try:
        return prepared, hints_on(service, prepared)
    except ProblemError:
        return prepared._replace(etag=None), None


def _is_known(etag: str | None) -> bool:
    safe = request.method != "POST"
    return safe and etag is not None and knows(request.headers.get("If-None-Match"), tag(etag))
