"""Answer with a graph in the format that the client likes best, by Accept or by the suffix.

https://www.rfc-editor.org/rfc/rfc9110#section-12.1 (proactive negotiation)
"""

from __future__ import annotations

from collections.abc import Container

from flask import Response, request

from samgraf.release.file_formats import GRAPH_FORMATS
from samgraf.site.context import the_service
from samgraf.sparql.binding import Term, bind
from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.formats import content_type
from samgraf.sparql.headers import answer_headers, knows, tag
from samgraf.sparql.negotiation import Choice, choose, offered
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import Operation
from samgraf.sparql.service import Prepared

#: The format by the end of an address.
EXTENSIONS = {format.extension: format.name for format in GRAPH_FORMATS}


def of_suffix(path: str, known: Container[str]) -> tuple[str, str | None]:
    """Return ``path`` without the suffix that names a format, and that suffix."""
    stem, dot, extension = path.rpartition(".")
    if path not in known and dot and extension in EXTENSIONS:
        return stem, extension
    return path, None


def chosen(extension: str | None) -> Choice:
    """Return the format to answer in, a page among them; raise ProblemError 406 where none fits."""
    name = EXTENSIONS[extension] if extension else request.args.get("format")
    choice = choose(QueryKind.GRAPH, request.headers.get("Accept"), name, html=True)
    if choice is None:
        types = offered(QueryKind.GRAPH)
        raise ProblemError(406, f"This can be had as {', '.join(types)}, or a page.", offered=types)
    return choice


def graph_answer(query: str, extension: str | None, **values: Term) -> Response:
    """Return what ``query`` constructs, with ``values`` bound, in the format of ``chosen``."""
    format = EXTENSIONS[extension] if extension else request.args.get("format")
    operation = Operation(query=bind(query, **values), format=format)
    accept = request.headers.get("Accept")
    return send(the_service().prepare(operation, accept, html=False))


def is_known(prepared: Prepared) -> bool:
    """Say whether the client has the answer already: If-None-Match names its tag."""
    etag = prepared.etag
    return etag is not None and knows(request.headers.get("If-None-Match"), tag(etag))


def send(prepared: Prepared) -> Response:
    """Return the answer in the format chosen, with its tag; 304 where the client has it."""
    if is_known(prepared):
        return Response(status=304, headers=answer_headers(prepared, None))
    service = the_service()
    answer = service.wait(service.answer(prepared))
    try:
        response = Response(answer.read(), content_type=content_type(prepared.choice.sent))
    finally:
        answer.close()
    response.headers.update(answer_headers(prepared, answer))
    return response
