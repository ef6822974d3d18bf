"""Lead to a release by the time at which it was served: https://www.rfc-editor.org/rfc/rfc7089.

What stands at ``/PATH`` now stood, in an earlier release, at ``/release/HASH/PATH``. The address
``/release/at/PATH`` answers by ``Accept-Datetime``, ``/release/map/PATH`` lists them all.
"""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.http import http_date, parse_date
from werkzeug.wrappers import Response as AnyResponse

from samgraf.site.context import absolute, local
from samgraf.site.releases.read import FoundRelease, found_releases
from samgraf.sparql.problems import ProblemError

bp = Blueprint("memento", __name__)
LINKS = "application/link-format"


def mark(response: Response, found: FoundRelease, path: str) -> Response:
    """Say of ``response`` that it is what stood at ``path`` (below the site) in ``found``."""
    response.headers["Samgraf-Release"] = found.release
    if found.since is not None:
        response.headers["Memento-Datetime"] = http_date(found.since)
        response.headers.add("Link", ", ".join(_links(path)))
    return response


def timegate(path: str) -> str:
    """Return the link from what stands at ``path`` to what stood there at other times."""
    return f'<{absolute(_address("gate", path))}>; rel="timegate"'


@bp.get("/release/at/<path:path>")
def gate(path: str) -> AnyResponse:
    """Lead to the release that was served at the time that the client names, else to the last."""
    asked = request.headers.get("Accept-Datetime")
    wanted = None if asked is None else parse_date(asked)
    if asked is not None and wanted is None:
        raise ProblemError(400, f"Accept-Datetime is {asked!r}; give a date as HTTP has it.")
    times = _times()
    before = [found for since, found in times if wanted is None or since <= wanted]
    chosen = before[-1] if before else times[0][1]
    response = redirect(_of(chosen, path), 302)
    response.vary.add("Accept-Datetime")
    response.headers.add("Link", ", ".join(_links(path)))
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/release/map/<path:path>")
def timemap(path: str) -> Response:
    """List where ``path`` stood in each release: https://www.rfc-editor.org/rfc/rfc6690."""
    found = _times()
    lines = [*_links(path, "self")]
    for number, (since, one) in enumerate(found):
        ends = {0: "first ", len(found) - 1: "last "}
        relation = ("first last " if len(found) == 1 else ends.get(number, "")) + "memento"
        lines.append(
            f'<{absolute(_of(one, path))}>; rel="{relation}"; datetime="{http_date(since)}"'
        )
    response = Response(",\n".join(lines) + "\n", content_type=LINKS)
    response.headers["Cache-Control"] = "no-store"
    return response


def _times() -> list[tuple[datetime, FoundRelease]]:
    """Return the releases of which it is known when they were first served, in that order."""
    known = [(found.since, found) for found in found_releases() if found.since is not None]
    if not known:
        raise ProblemError(404, "This server keeps no releases, so it knows no other times.")
    return sorted(known, key=lambda pair: pair[0])


def _links(path: str, timemap: str = "timemap") -> list[str]:
    return [
        f'<{absolute(local("/" + path))}>; rel="original"',
        f'<{absolute(_address("gate", path))}>; rel="timegate"',
        f'<{absolute(_address("timemap", path))}>; rel="{timemap}"; type="{LINKS}"',
    ]


def _address(endpoint: str, path: str) -> str:
    return url_for(f"memento.{endpoint}", path=path)


def _of(found: FoundRelease, path: str) -> str:
    return url_for("releases.release", release=found.release) + path
