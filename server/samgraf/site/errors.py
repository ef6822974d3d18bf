"""Tell errors in the form that the client reads: a page, or application/problem+json."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as AnyResponse

from samgraf.site.partners.outcomes import told_of
from samgraf.sparql.formats import HTML, content_type
from samgraf.sparql.negotiation import best_match, next_accept
from samgraf.sparql.problems import MEDIA_TYPE, ProblemError

OFFERS = (MEDIA_TYPE, "application/json", HTML)


def init_app(app: Flask) -> None:
    """Handle every error of ``app`` here."""
    app.add_template_global(told_of)
    app.register_error_handler(ProblemError, render_otherwise)
    app.register_error_handler(HTTPException, render_http_exception)
    app.register_error_handler(RecursionError, render_too_deep)


def render_otherwise(problem: ProblemError) -> AnyResponse:
    """Return the page in the next form that the client accepts, where one cannot say it.

    The problem where there is none.
    """
    unfit = problem.unfit
    while (accept := next_accept(request.headers.get("Accept"), unfit)) is not None:
        request.environ["HTTP_ACCEPT"] = accept
        try:
            return current_app.make_response(current_app.dispatch_request())
        except ProblemError as again:
            problem = problem if again.status == problem.status else again
            unfit = again.unfit
    return render_problem(problem)


def render_problem(
    problem: ProblemError, page: Callable[[ProblemError], str] | None = None
) -> Response:
    """Return ``problem`` as a page where the client prefers one, else as JSON.

    ``page`` writes it, where it is not the page for all problems.
    """
    sent = best_match(request.headers.get("Accept"), OFFERS) or MEDIA_TYPE
    if sent == HTML:
        body = page(problem) if page else render_template("problem.html", problem=problem)
    else:
        body, sent = problem.to_json(), MEDIA_TYPE
    response = Response(body, problem.status.value, content_type=content_type(sent))
    response.headers.update(problem.headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def render_unknown(problem: ProblemError, **told: object) -> Response:
    """Return a page with what may have been meant, where what was asked for is not known.

    ``told`` are its title, lead and heading, those that are near, and the way back.
    """
    return render_problem(problem, lambda _: render_template("unknown.html", **told))


def render_too_deep(_: RecursionError) -> Response:
    """Tell that terms stand in each other too deeply to be shown; files hold them at any depth."""
    types = ["application/n-triples", "text/turtle"]
    detail = f"Triples stand in each other too deeply to be shown; take {' or '.join(types)}."
    return render_problem(ProblemError(406, detail, offered=types))


def render_http_exception(error: HTTPException) -> AnyResponse:
    """Return an error of the framework as a problem, with the headers that it asks for."""
    if error.code is None or error.code < 400:
        return error.get_response()
    if isinstance(error, InternalServerError):
        # what went wrong inside is for the log, not for the client
        return render_problem(ProblemError(500, "The server failed on this request."))
    kept = {k: v for k, v in error.get_headers() if k in ("Allow", "Retry-After")}
    return render_problem(ProblemError(error.code, error.description or error.name, kept))
