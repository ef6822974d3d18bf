"""Read a partner's answer: JSON or XML results, whole or at fault."""

from __future__ import annotations

from collections.abc import Callable

from samgraf.engine.remote.http import Reply
from samgraf.federation.partner_http import Requests, first_words, quoted
from samgraf.federation.desk.results_json import read_json
from samgraf.federation.desk.results_xml import read_xml
from samgraf.federation.desk.rows import MalformedError, Rows
from samgraf.release.partner import JSON, XML

#: What to ask for, by the format of a partner's record; the other is taken too.
ACCEPT = {JSON: f"{JSON}, {XML};q=0.5", XML: f"{XML}, {JSON};q=0.5"}
_READERS = {
    JSON: read_json,
    "application/json": read_json,
    XML: read_xml,
    "application/xml": read_xml,
    "text/xml": read_xml,
}


def read_rows(requests: Requests, reply: Reply, most: int, gone: Callable[[], bool]) -> Rows:
    """Return the rows of a whole answer; raise PartnerError where it is not one."""
    reader = _READERS.get(reply.media_type)
    if reader is None:
        raise requests.unexpected(reply)
    try:
        return reader(reply.body, most, gone)
    except (ValueError, RecursionError) as error:
        why = _reason(error)
    said = first_words(reply.body) if reader is read_json and reply.body[:1] != b"{" else ""
    raise requests.misshapen(f"with results that cannot be used: {why}{quoted(said)}")


def _reason(error: Exception) -> str:
    if isinstance(error, MalformedError):
        return str(error)
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return f"a term of it is not well formed ({str(error)[:120]})"
