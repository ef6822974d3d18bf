"""What every page needs: the service that answers, and the addresses of pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from flask import Response, after_this_request, current_app, g, request, url_for

from samgraf.limits import KEPT_PER_RELEASE
from samgraf.site.routing import without_prefix
from samgraf.sparql.service import Service

#: Where an application has what may be made ready before it is asked for: calls that do not wait.
WHEN_IDLE = "samgraf.when_idle"
P = ParamSpec("P")
T = TypeVar("T")


def the_service() -> Service:
    """Return the service that answers this request, the same from its start to its end."""
    context = g._get_current_object()  # each page asks this a hundred times
    if "samgraf" not in context:
        context.samgraf = current_app.extensions["samgraf"]
    return context.samgraf


def subject() -> str | None:
    """Return the IRI of what this page is about, whichever of its addresses was asked for."""
    return g.get("subject")


def once_per_release(make: Callable[P, T]) -> Callable[P, T]:
    """Have ``make`` called once for each release that is served: a release never changes.

    Of one that takes arguments, what it made of the last ones is kept.
    """
    kept: WeakKeyDictionary[Service, Callable[..., T]] = WeakKeyDictionary()

    @wraps(make)
    def made(*arguments: P.args, **named: P.kwargs) -> T:
        service = the_service()
        if service not in kept:
            kept[service] = lru_cache(KEPT_PER_RELEASE)(make)
        return kept[service](*arguments, **named)

    return made


def keep_no_answer() -> None:
    """Have no cache keep the answer to this request: a later one may say more."""
    after_this_request(_not_stored)


def _not_stored(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def address_of(endpoint: str) -> str:
    """Return the absolute address of a page: under the setting ``base``, if there is one."""
    return absolute(url_for(endpoint))


def absolute(path: str) -> str:
    """Return the absolute address of a path of this site, with or without that of ``base``."""
    base = the_service().settings.base or request.host_url
    return base.rstrip("/") + without_prefix(path, request.script_root)


def local(path: str) -> str:
    """Return ``path`` as links have it: below the path of the setting ``base``, if it has one."""
    return request.script_root + path
