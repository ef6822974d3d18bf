"""What every page needs: the service that answers, and the addresses of pages."""

from __future__ import annotations

from flask import current_app, g, request, url_for

from samgraf.site.routing import without_prefix
from samgraf.sparql.service import Service

#: Where an application has what may be made ready before it is asked for: calls that do not wait.
WHEN_IDLE = "samgraf.when_idle"


def the_service() -> Service:
    """Return the service that answers this request, the same from its start to its end."""
    context = g._get_current_object()  # each page asks this a hundred times
    if "samgraf" not in context:
        context.samgraf = current_app.extensions["samgraf"]
    return context.samgraf


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
