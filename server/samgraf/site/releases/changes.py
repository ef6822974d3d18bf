"""The page ``/changes``: what became other from one kept release to another, and which there are.

Releases are compared in a process of their own when somebody first asks; the outcome is kept in the
cache folder, since releases never change.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, render_template, request

from samgraf import __version__
from samgraf.child import command
from samgraf.limits import DIFF_SECONDS, PAST_WAIT
from samgraf.release.cache import cache_dir
from samgraf.release.write import put_file
from samgraf.site.context import the_service
from samgraf.site.language import reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.questions import read_questions
from samgraf.site.releases.read import FoundRelease, find, found_releases
from samgraf.site.releases.words import WAYS, Changes
from samgraf.site.representations import JSON, accepted
from samgraf.sparql.formats import HTML, content_type
from samgraf.sparql.problems import ProblemError
from samgraf.text import day

bp = Blueprint("changes", __name__)
_comparing = threading.Lock()  # one pair at a time


def init_app(app: Flask) -> None:
    """Add the address ``/changes``."""
    app.register_blueprint(bp)
    add_to_navigation(app, "changes.changes", "changes", 15, footer=True)


@bp.get("/changes")
@bp.get("/changes.<any(json):extension>")
def changes(extension: str | None = None) -> Response:
    """Show what changed to the release that is served, from the one before or from ``?from=``."""
    language = reader_language()
    sent = JSON if extension else accepted((HTML, JSON))
    kept = found_releases()
    new = find(request.args["to"]) if request.args.get("to") else kept[0]
    old = find(request.args["from"]) if request.args.get("from") else _before(new, kept)
    found = None if old is None else compared(old, new)
    if sent == JSON:
        response = jsonify({"releases": [_listed(one) for one in kept], "changes": found})
    else:
        page = render_template(
            "releases/changes.html",
            old=old,
            new=new,
            told=None if found is None else Changes(found, the_service().base, language),
            queries={} if found is None else {q.name: q.query for q in read_questions(language)},
            ways=WAYS,
            kept=[(one, one.since and day(one.since, language)) for one in kept],
            listed_versions=_versions(kept),
        )
        response = Response(page, content_type=content_type(HTML))
    # which releases are kept is another matter tomorrow
    response.headers["Cache-Control"] = "no-store"
    return response


def _before(new: FoundRelease, kept: list[FoundRelease]) -> FoundRelease | None:
    """Return the release that was served before ``new``; ``kept`` are in the order of serving."""
    later = [one.release for one in kept].index(new.release)
    return kept[later + 1] if later + 1 < len(kept) else None


def _listed(one: FoundRelease) -> dict[str, Any]:
    return {
        "release": one.release,
        "version": one.version,
        "date": one.date,
        "since": one.since and one.since.isoformat(),
        "statements": one.statements,
    }


def _versions(kept: list[FoundRelease]) -> list[dict[str, Any]]:
    """Return the versions that were released, the last first, and whether each is kept."""
    there = {one.release for one in kept}
    listed = reversed(the_service().manifest.get("released", ()))
    return [{**entry, "is_kept": entry["release"] in there} for entry in listed]


def compared(old: FoundRelease, new: FoundRelease) -> dict[str, Any]:
    """Return what changed from ``old`` to ``new``: ``samgraf.release.diff``.

    Raise ProblemError 503 where that takes too long.
    """
    if old.folder is None or new.folder is None:
        raise ProblemError(404, "The files of this release are not at hand.")
    pair = f"{old.release} {new.release} {__version__}"
    folder = cache_dir(the_service().settings) / "changes"
    path = folder / f"{hashlib.sha256(pair.encode()).hexdigest()[:32]}.json"
    with suppress(OSError, ValueError):
        return json.loads(path.read_bytes())
    if not _comparing.acquire(timeout=PAST_WAIT):
        raise _later("Releases are being compared for others at the moment.")
    try:
        body = the_service().wait(_compare(old.folder, new.folder))
    finally:
        _comparing.release()
    with suppress(OSError):  # it is told all the same
        put_file(path, body)
    return json.loads(body)


async def _compare(old: Path, new: Path) -> bytes:
    """Return the document, made in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *command("samgraf.release.diff", old.resolve(), new.resolve()),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        body, _ = await asyncio.wait_for(process.communicate(), DIFF_SECONDS)
    except TimeoutError:
        raise _later("Comparing these releases takes too long here: use samgraf diff.") from None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if process.returncode:
        raise ProblemError(503, "The releases could not be compared.")
    return body


def _later(detail: str) -> ProblemError:
    return ProblemError(503, detail, {"Retry-After": "5"}, outcome="busy")
