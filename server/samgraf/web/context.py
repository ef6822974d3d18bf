"""What every page needs: the service that answers, and the addresses of pages."""

from __future__ import annotations

from flask import current_app, url_for

from samgraf.sparql.service import Service


def the_service() -> Service:
    """Return the service of the application that answers now."""
    return current_app.extensions["samgraf"]


def address_of(endpoint: str) -> str:
    """Return the absolute address of a page: under the setting ``base``, if there is one."""
    base = the_service().settings.base
    if base:
        return base.rstrip("/") + url_for(endpoint)
    return url_for(endpoint, _external=True)
