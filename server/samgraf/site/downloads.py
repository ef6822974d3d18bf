"""Send the files to download, whole or not at all.

A file is never read into memory here: the gateway sends it. Its hash is told as
https://www.rfc-editor.org/rfc/rfc9530 (Repr-Digest) has it. An address without ``.gz`` is the file
itself, sent with ``Content-Encoding: gzip`` to those who take that, so that every tool that reads
RDF can read it where it stands. Ranges: https://www.rfc-editor.org/rfc/rfc9110#section-14.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    redirect,
    request,
    send_file,
    url_for,
)
from werkzeug.http import parse_range_header
from werkzeug.wrappers import Response as AnyResponse

from samgraf.limits import DOWNLOAD_WAIT, FILE_HASHES
from samgraf.release import names
from samgraf.release.dumps import PACKED, Dumps
from samgraf.site.context import the_service
from samgraf.sparql.formats import content_type
from samgraf.sparql.headers import REVALIDATE, knows
from samgraf.sparql.problems import ProblemError

bp = Blueprint("downloads", __name__)
SUMS = "SHA256SUMS"
FOREVER = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    """Add the addresses ``/dumps/…``."""
    app.register_blueprint(bp)
    service = app.extensions["samgraf"]
    if service.folder is not None:
        app.extensions["samgraf.dumps"] = Dumps(service.folder, service.manifest, service.settings)


def the_dumps() -> Dumps | None:
    """Return the files of the release that is served; None where it is not at hand."""
    return current_app.extensions.get("samgraf.dumps")


@bp.get("/dumps/<path:name>")
def dump(name: str) -> AnyResponse:
    """Send the file ``name``, made now if it is the first time."""
    dumps = the_dumps()
    known = {} if dumps is None else dumps.by_name
    if name not in known and (joined := _joined(name)) in known:
        return redirect(url_for("downloads.dump", name=joined), 301)
    return whole_dump(dumps, name)


def whole_dump(dumps: Dumps | None, name: str) -> Response:
    """Return the file ``name`` of ``dumps``; raise ProblemError 404 where there is none."""
    wanted = None if dumps is None else dumps.by_name.get(name)
    if dumps is None or wanted is None:
        raise ProblemError(404, f"No file is called {name!r}. The page /datasets lists them all.")
    made = dumps.wait_for(wanted, DOWNLOAD_WAIT)
    if made is None:
        raise _not_yet()
    if made.sha256 is None:
        raise ProblemError(
            404, f"This graph cannot be written as {wanted.format.title}. Take another format."
        )
    headers = {"Content-Disposition": f"attachment; filename={name.replace('/', '-')}"}
    media_type = "application/gzip" if wanted.is_packed else content_type(wanted.format.media_type)
    varies = not wanted.is_packed
    if varies:
        packed = dumps.by_name[name + PACKED]
        known = dumps.wait_for(packed, DOWNLOAD_WAIT)
        if known is not None and _takes_gzip():
            wanted, made = packed, known
            headers["Content-Encoding"] = "gzip"
    response = whole_file(dumps.path(wanted), media_type, made.sha256, REVALIDATE, **headers)
    if varies:
        response.vary.add("Accept-Encoding")
    return response


def _joined(name: str) -> str:
    """Return the name of the file that has what was in a file of a single graph before."""
    stem, dot, extension = name.partition(".")
    base = the_service().base
    return f"{names.stem_of(base + stem, base)}{dot}{extension}"


def _takes_gzip() -> bool:
    accepted = request.accept_encodings
    return accepted.quality("gzip") > 0 and accepted.quality("gzip") >= accepted.quality("identity")


@bp.get(f"/dumps/{SUMS}")
def sums() -> Response:
    """List the hashes of all files, as ``sha256sum --check`` reads them."""
    return sums_of(the_dumps())


def sums_of(dumps: Dumps | None) -> Response:
    """Return the hashes of all files of ``dumps``."""
    if dumps is None:
        abort(404)
    known = dumps.known()
    if len(known) < len(dumps.by_name):
        dumps.wait_for(list(dumps.by_name.values())[-1], DOWNLOAD_WAIT)
        known = dumps.known()
    if len(known) < len(dumps.by_name):
        raise _not_yet()
    lines = (f"{m.sha256}  {n}\n" for n, m in sorted(known.items()) if m.sha256 is not None)
    return Response("".join(lines), content_type="text/plain; charset=utf-8")


def whole_file(path: Path, media_type: str, sha256: str | None, keep: str, **more: str) -> Response:
    """Return the file at ``path``, or the range of it that is asked for, which the gateway sends.

    ``keep`` is its Cache-Control, ``more`` are further headers. Raise ProblemError 503 where it is
    gone.
    """
    try:
        state = path.stat()
    except FileNotFoundError:
        raise _not_yet() from None  # the cache was emptied behind our back
    length = state.st_size
    headers = {"Cache-Control": keep}
    if sha256 is not None:
        headers["ETag"] = f'"{sha256}"'
        digest = base64.b64encode(bytes.fromhex(sha256)).decode()
        headers["Repr-Digest"] = f"sha-256=:{digest}:"
        if knows(request.headers.get("If-None-Match"), headers["ETag"]):
            return Response(status=304, headers=headers, content_type=media_type)
        if _hash(path, state.st_ino, length, state.st_mtime_ns, state.st_ctime_ns) != sha256:
            raise ProblemError(
                503, "This file has been altered since it was made. It has to be made again."
            )
    status, first, last = _range(length, headers.get("ETag"))
    headers |= {"Accept-Ranges": "bytes", **more}
    if status == 416:
        headers["Content-Range"] = f"bytes */{length}"
        return Response(status=416, headers=headers)
    headers["Content-Length"] = str(last - first)
    if status == 206:
        headers["Content-Range"] = f"bytes {first}-{last - 1}/{length}"
    if request.method == "HEAD":
        return Response(headers=headers, content_type=media_type)
    response = send_file(path.resolve(), media_type, conditional=False, etag=False)
    # when it was made on this machine tells nothing of what it holds
    response.headers.pop("Last-Modified", None)
    response.headers.pop("Expires", None)
    response.headers.update(headers)
    response.status_code = status
    if status == 206 and not current_app.config["USE_X_SENDFILE"]:
        response.direct_passthrough = False
        response.set_data(response.get_data()[first:last])
    return response


@lru_cache(FILE_HASHES)
def _hash(path: Path, *_state: int) -> str:
    """Return the SHA-256 of a file, which is read anew when its state is another one."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _range(length: int, etag: str | None) -> tuple[int, int, int]:
    """Return the status for the range that is asked for, where it begins and where it has ended.

    Only a single range is served; others, and those of another state of the file, are not heeded.
    """
    asked = parse_range_header(request.headers.get("Range"))
    if request.method != "GET" or asked is None or asked.units != "bytes" or len(asked.ranges) > 1:
        return 200, 0, length
    condition = request.headers.get("If-Range")
    if condition is not None and condition.strip() != etag:
        return 200, 0, length
    found = asked.range_for_length(length)
    return (416, 0, 0) if found is None else (206, *found)


def _not_yet() -> ProblemError:
    return ProblemError(
        503,
        "The files to download are being made. Ask again shortly.",
        {"Retry-After": "5"},
        outcome="busy",
    )
