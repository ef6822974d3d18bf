"""Give every page its frame: title, addresses that keep the language, the release."""

from __future__ import annotations

from flask import Flask, request, url_for

from samgraf.web.context import the_service
from samgraf.web.language import Phrase, pick, reader_language


def init_app(app: Flask) -> None:
    """Give the templates what the frame needs."""

    @app.context_processor
    def frame_context() -> dict[str, object]:
        service = the_service()
        titles = service.manifest.get("title", {})
        phrases = (Phrase(text, tag) for tag, text in titles.items())
        return {
            "site_title": pick(phrases, reader_language()) or Phrase("SPARQL", ""),
            "release": service.release,
            "link": link,
            "translation": translation,
        }


def link(endpoint: str, **parameters: object) -> str:
    """Return the address of a page, in the language that the reader chose on this one."""
    chosen = request.args.get("lang")
    return url_for(endpoint, **({"lang": chosen} if chosen else {}), **parameters)


def translation(language: str) -> str:
    """Return the address of this page in ``language``."""
    if request.endpoint is None:
        return url_for("home.home", lang=language)
    parameters = request.args.to_dict(flat=False) | {"lang": [language]}
    return url_for(request.endpoint, **{**(request.view_args or {}), **parameters})
