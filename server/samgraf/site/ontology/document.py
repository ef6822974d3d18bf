"""Answer with a page or with RDF, as the suffix of the address or the client's Accept wants it.

https://www.w3.org/TR/cooluris/ and https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from flask import Response, request

from samgraf.release.file_formats import GRAPH_FORMATS
from samgraf.site.context import the_service
from samgraf.site.language import reader_language
from samgraf.site.negotiated import EXTENSIONS, is_known, send
from samgraf.sparql.formats import HTML, content_type
from samgraf.sparql.headers import answer_headers
from samgraf.sparql.protocol import Operation

#: The formats that a page links: its suffix, its name, its media type.
DOWNLOADS = tuple((f.extension, f.title, f.media_type) for f in GRAPH_FORMATS)


def cut_suffix(path: str) -> tuple[str, str | None]:
    """Return ``path`` without the suffix of a format, and that suffix if it had one."""
    name, _, suffix = path.rpartition(".")
    return (name, suffix) if name and suffix in EXTENSIONS else (path, None)


def document(query: str, page: Callable[[], str], suffix: str | None = None) -> Response:
    """Return the page, or the graph that ``query`` constructs, with its tag; 304 where known.

    ``page`` makes the page and is called only where one is wanted. Raise ProblemError 406.
    """
    operation = Operation(query=query, format=EXTENSIONS[suffix] if suffix else None)
    variant = f"{reader_language()} {request.full_path}"  # a page is of its whole address
    accept = request.headers.get("Accept")
    prepared = the_service().prepare(operation, accept, html=suffix is None, variant=variant)
    if prepared.choice.sent == HTML and not is_known(prepared):
        response = Response(page(), content_type=content_type(HTML))
        response.headers.update(answer_headers(prepared, None))
    else:
        response = send(prepared)
    for suffix, _, media_type in DOWNLOADS:
        address = f"{cut_suffix(request.path)[0]}.{suffix}"
        response.headers.add("Link", f'<{_ascii(address)}>; rel="alternate"; type="{media_type}"')
    return response


def _ascii(path: str) -> str:
    return quote(path, safe="/:@!$&'()*+,;=~-._")
