"""Give every page its frame: title, navigation, addresses that keep the language, the release.

A blueprint that is to be found in the navigation says so: ``add_to_navigation``. A page with
nothing to show, as the manifest's ``empty_pages`` tells, is left out of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask, request, url_for

from samgraf.site.cells import labelled
from samgraf.site.context import absolute, the_service
from samgraf.site.graph import address, compact, is_foreign
from samgraf.site.imprint import last_changed, report_link, repository, the_contact, the_imprint
from samgraf.site.language import Phrase, pick, reader_language
from samgraf.site.static_files import vendored

FOUND, DEVELOPERS, FOOTER = "found", "developers", "footer"
_SCHEMA = "https://schema.org/"
#: What schema.org calls a page, by its endpoint, where it is more than a page.
_PAGE_TYPES = {
    "about.about": "AboutPage",
    "questions.all_questions": "CollectionPage",
    "search.search": "SearchResultsPage",
}


@dataclass(frozen=True)
class Entry:
    """One link of the navigation: the page and the key of its text, its place and its part."""

    endpoint: str
    text: str
    order: int
    part: str


def add_to_navigation(
    app: Flask,
    endpoint: str,
    text: str,
    order: int,
    *,
    footer: bool = False,
    for_developers: bool = False,
) -> None:
    """Link ``endpoint`` by the interface text ``text`` from every page of ``app``.

    What was found stands first in the header; what is for developers has a part of its own.
    """
    part = FOOTER if footer else DEVELOPERS if for_developers else FOUND
    app.extensions.setdefault("samgraf.navigation", []).append(Entry(endpoint, text, order, part))


def init_app(app: Flask) -> None:
    """Give the templates what the frame needs."""
    app.jinja_env.filters["labelled"] = labelled
    addresses = (absolute, address, link, translation, vendored)
    for function in (*addresses, compact, is_foreign, page_markup):
        app.add_template_global(function)
    entries: list[Entry] = app.extensions.setdefault("samgraf.navigation", [])

    @app.context_processor
    def frame_context() -> dict[str, object]:
        service = the_service()
        titles = service.manifest.get("title", {})
        empty = service.manifest.get("empty_pages", ())
        shown = sorted(entries, key=lambda e: e.order)
        shown = [e for e in shown if e.endpoint.partition(".")[0] not in empty]
        phrases = (Phrase(text, tag) for tag, text in titles.items())
        return {
            "site_title": pick(phrases, reader_language()) or Phrase("SPARQL", ""),
            "release": service.release,
            "navigation": [e for e in shown if e.part == FOUND],
            "developers_navigation": [e for e in shown if e.part == DEVELOPERS],
            "footer_navigation": [e for e in shown if e.part == FOOTER],
            "imprint": the_imprint(),
            "changed": last_changed(reader_language()),
            "repository": repository(),
            "report": report_link(),
            "contact": the_contact(),
        }


def link(endpoint: str, **parameters: Any) -> str:
    """Return the address of a page, in the language that the reader chose on this one."""
    chosen = request.args.get("lang")
    values: dict[str, Any] = {"lang": chosen} if chosen else {}
    return url_for(endpoint, **values, **parameters)


def translation(language: str) -> str:
    """Return the address of this page in ``language``."""
    if request.endpoint is None:
        return url_for("home.home", lang=language)
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    # no parameter of the reader's steers how the address is made
    path = url_for(request.endpoint, **(request.view_args or {}))
    return f"{path}?{urlencode([*kept, ('lang', language)])}"


def page_markup(title: str, description: str, canonical: str) -> dict[str, Any]:
    """Return this page as https://schema.org/WebPage has it, of the site that it belongs to.

    ``canonical`` is its address.
    """
    manifest, language, imprint = the_service().manifest, reader_language(), the_imprint()
    named = pick((Phrase(t, tag) for tag, t in manifest.get("title", {}).items()), language)
    site: dict[str, Any] = {
        "@type": "WebSite",
        "url": absolute("/"),
        "name": named.text if named else "SPARQL",
    }
    if request.endpoint == "home.home":
        search = {
            "@type": "SearchAction",
            "target": absolute("/search?q={q}"),
            "query-input": "required name=q",
        }
        told = {"description": description, "inLanguage": language}
        return {"@context": _SCHEMA, **site, "potentialAction": search, **told}
    page: dict[str, Any] = {
        "@context": _SCHEMA,
        "@type": _PAGE_TYPES.get(request.endpoint or "", "WebPage"),
        "url": canonical,
        "name": title,
        "description": description,
        "inLanguage": language,
        "isPartOf": site,
    }
    if imprint.modified:
        page["dateModified"] = imprint.modified.isoformat()
    if imprint.licence:
        page["license"] = imprint.licence[0]
    return page
