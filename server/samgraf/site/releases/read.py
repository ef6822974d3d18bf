"""Find a release by its hash, and ask it: the one that is served, or one that is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Coroutine, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import current_app

from samgraf.engine.past import PastReleases
from samgraf.errors import SamgrafError
from samgraf.limits import PAGE_ANSWER_BYTES
from samgraf.release.kept import kept_releases
from samgraf.site.context import the_service
from samgraf.sparql.evaluation import Answer, QueryRequest
from samgraf.sparql.problems import ProblemError, problem_of
from samgraf.sparql.protocol import Operation
from samgraf.sparql.service import Prepared, Service

PAST = "samgraf.past"
_HASH = re.compile(r"[0-9a-f]{64}")
_RESULTS = "application/sparql-results+json"


class FoundRelease:
    """A release that can be asked: its files, its manifest, and since when it was served."""

    def __init__(self, folder: Path | None, manifest: Mapping[str, Any], since: datetime | None):
        self.folder, self.manifest, self.since = folder, manifest, since
        self.release: str = manifest["release"]
        self.version: str = manifest.get("version") or ""
        self.date: str = manifest.get("date") or ""
        self.statements: int | None = manifest.get("statements")
        self.is_present = self.release == the_service().release

    @cached_property
    def name(self) -> str:
        """Return what it is called: its version, else the beginning of its hash."""
        return self.version or self.release[:12]

    def prepare(self, operation: Operation, accept: str | None) -> Prepared:
        """Return ``operation`` ready to be asked, with the prefixes and graphs of this release."""
        service = the_service()
        if not self.is_present:
            service = Service(service.engine, self.manifest, service.settings)
        return service.prepare(operation, accept, html=False)

    def answer(self, prepared: Prepared) -> Answer:
        """Return the whole answer; raise ProblemError where it cannot be had."""
        service = the_service()
        if self.is_present:
            return service.wait(service.answer(prepared))
        if prepared.query.services:
            raise ProblemError(400, "SERVICE asks a partner, who knows nothing of this release.")
        return self._asked(prepared.request, prepared.choice.evaluated)

    def ask(self, query: str, media_type: str = _RESULTS) -> bytes:
        """Return the answer to ``query``, one of our own, as far as a page shows it."""
        service = the_service()
        request = QueryRequest(
            query, base=service.base or None, max_bytes=PAGE_ANSWER_BYTES, partial=True
        )
        if self.is_present:
            answer = _waited(service.engine.answer(request, media_type))
        else:
            answer = self._asked(request, media_type)
        try:
            return answer.read()
        finally:
            answer.close()

    def rows(self, query: str) -> list[dict[str, dict[str, str]]]:
        """Return the solutions of ``query``, one of our own."""
        return json.loads(self.ask(query))["results"]["bindings"]

    def _asked(self, request: QueryRequest, media_type: str) -> Answer:
        past: PastReleases = current_app.extensions[PAST]
        if self.folder is None:
            raise ProblemError(404, "The files of this release are not at hand.")
        return _waited(past.answer(self.folder, self.manifest, request, media_type))


def _waited(asking: Coroutine[Any, Any, Answer]) -> Answer:
    async def told() -> Answer:
        try:
            return await asking
        except SamgrafError as error:
            raise problem_of(error) from error

    return the_service().wait(told())


def found_releases() -> list[FoundRelease]:
    """Return the releases that can be asked: first the one that is served."""
    service = the_service()
    kept = kept_releases(service.settings, service.manifest)
    since = next((k.since for k in kept if k.release == service.release), None)
    served = FoundRelease(service.folder, service.manifest, since)
    others = (k for k in kept if k.release != service.release)
    return [served, *(FoundRelease(k.folder, k.manifest, k.since) for k in others)]


def present() -> FoundRelease:
    """Return the release that is served."""
    return found_releases()[0]


def find(release: str) -> FoundRelease:
    """Return the release whose hash is ``release``.

    Raise ProblemError 404 where this is no hash, 410 where the release is not kept.
    """
    if not _HASH.fullmatch(release):
        raise ProblemError(404, "A release is named by its SHA-256: 64 digits and letters a to f.")
    for one in found_releases():
        if one.release == release:
            return one
    listed = the_service().manifest.get("released", ())
    known = next((entry for entry in listed if entry["release"] == release), None)
    told = {"version": known["version"], "date": known["date"]} if known else {}
    called = f" Version {known['version']} of {known['date']}." if known else ""
    raise ProblemError(
        410,
        f"The release {release} is not kept here.{called} The release that is served is "
        f"{the_service().release}.",
        release=release,
        present=the_service().release,
        **told,
    )
