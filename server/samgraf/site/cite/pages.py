"""The addresses of citations: ``/cite?iri=`` of a thing, ``/cite/query?query=`` of an answer.

Each ends in ``.bib``, ``.ris``, ``.csl`` or ``.txt`` for one format. ``Link: …; rel="cite-as"``:
https://www.rfc-editor.org/rfc/rfc8574.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, g, render_template, request, url_for

from samgraf.site.cite.answers import Comparison, canonical_answer, compare
from samgraf.site.cite.citation import FORMATS, Citation, CitationFormat, as_text
from samgraf.site.cite.read import read_works
from samgraf.site.context import absolute, the_service
from samgraf.site.graph import LabelLookup, address, compact, to_uri
from samgraf.site.language import reader_language
from samgraf.site.questions import read_questions
from samgraf.site.releases.read import FoundRelease, find, present
from samgraf.site.representations import JSON, accepted
from samgraf.site.things.pages import known
from samgraf.sparql.formats import HTML, content_type
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import Operation, read_operation
from samgraf.vocab import is_iri

bp = Blueprint("cite", __name__)
_HASH = re.compile(r"[0-9a-f]{64}")
_SUFFIXES = {format.suffix: format for format in FORMATS}
_WITH_SUFFIX = f"<any({', '.join(_SUFFIXES)}):suffix>"


@dataclass(frozen=True)
class Cited:
    """What the box shows: the citation, in words and in each format, and those of the sources.

    ``endpoint`` and ``parameters`` make the addresses of the files.
    """

    citation: Citation
    text: str
    written: list[tuple[CitationFormat, str]]
    sources: list[tuple[Citation, str]]
    endpoint: str
    parameters: Mapping[str, Any]

    def address(self, format: CitationFormat) -> str:
        """Return the address of the citation in ``format``."""
        return url_for(self.endpoint, suffix=format.suffix, **self.parameters)

    def markup(self, page: str) -> dict[str, Any]:
        """Return what search engines read: https://schema.org/citation, which works alone have.

        That is the data set, or else ``page``, the address of the page about what is cited.
        """
        works = [self.text, *(text for _, text in self.sources)]
        about = {"@id": self.citation.iri, "name": self.citation.title}
        if self.citation.kind == "dataset":
            work = {"@type": "Dataset", **about}
        else:
            work = {"@type": "WebPage", "url": page, "mainEntity": about}
        if self.citation.version:
            work["version"] = self.citation.version
        return {"@context": "https://schema.org/", **work, "citation": works}


def init_app(app: Flask) -> None:
    """Add the addresses, the box for templates, and the header ``cite-as``."""
    app.register_blueprint(bp)
    app.add_template_global(cite_thing, "cite")
    app.add_template_global(cite_release)

    @app.after_request
    def tell_what_to_cite(response: Response) -> Response:
        if "cite_as" in g and response.status_code in (200, 304):
            response.headers.add("Link", f'<{g.cite_as}>; rel="cite-as"')
        return response


def cite_thing(iri: str, title: str | None = None) -> Cited:
    """Return how to cite what the graph says of ``iri``, and have the answer tell it.

    ``title`` is what the page calls it.
    """
    language = reader_language()
    whole, sources = read_works(iri, language)
    told = {"iri": iri, **_language()}
    if iri == whole.iri:
        return _cited(whole, [], "cite.thing", told)
    part = replace(
        whole,
        kind="entry",
        title=title or LabelLookup([iri], language)[iri].text,
        iri=to_uri(iri),
        container=whole.title,
        language=language,
    )
    return _cited(part, sources, "cite.thing", told)


def cite_release(found: FoundRelease) -> Cited:
    """Return how to cite the release ``found`` as a whole."""
    whole, _ = read_works(None, reader_language())
    place = absolute(url_for("releases.release", release=found.release))
    cited = replace(
        whole, iri=place, version=found.version, issued=found.date, release=found.release
    )
    return _cited(cited, [], "cite.release", {"release": found.release, **_language()})


def _cited(
    citation: Citation, sources: list[Citation], endpoint: str, parameters: Mapping[str, Any]
) -> Cited:
    language = reader_language()
    g.cite_as = citation.iri
    return Cited(
        citation,
        as_text(citation, language),
        [(f, f.write([citation], language)) for f in FORMATS if f.write_one is not as_text],
        [(source, as_text(source, language)) for source in sources],
        endpoint,
        parameters,
    )


@bp.get("/cite", defaults={"suffix": None})
@bp.get(f"/cite.{_WITH_SUFFIX}")
def thing(suffix: str | None) -> Response:
    """Tell how to cite a thing of the graph, or the whole without ``iri``."""
    iri = request.args.get("iri") or read_works(None, reader_language())[0].iri
    if not is_iri(iri):
        raise ProblemError(400, "Name a thing by its IRI: /cite?iri=https://…")
    if not known([iri]):
        raise ProblemError(404, "The graph says nothing of this thing.", iri=iri)
    return _answered(cite_thing(iri), suffix)


@bp.get("/cite/release/<release>", defaults={"suffix": None})
@bp.get(f"/cite/release/<release>.{_WITH_SUFFIX}")
def release(release: str, suffix: str | None) -> Response:
    """Tell how to cite a release."""
    return _answered(cite_release(find(release)), suffix)


@bp.get("/cite/query", defaults={"suffix": None})
@bp.get(f"/cite/query.<any({', '.join(['json', *_SUFFIXES])}):suffix>")
def query(suffix: str | None) -> Response:
    """Tell how to cite an answer; hold the answer of today against a cited one where there is one.

    ``release`` and ``sha256`` are those of the citation.
    """
    operation = read_operation("GET", request.query_string, None, b"")
    if not operation.query:
        raise ProblemError(400, "Give the query as the parameter query.")
    cited_release, cited_hash = (_hash_in(name) for name in ("release", "sha256"))
    found = present()
    now = canonical_answer(found, operation)
    comparison = compare(now, operation, cited_release, cited_hash) if cited_hash else None
    shown = _cite_answer(operation, now.sha256)
    if suffix is None:
        suffix = "json" if accepted((HTML, JSON)) == JSON else None
    if suffix == "json":
        told = {
            "query": operation.query,
            "release": found.release,
            "sha256": now.sha256,
            "rows": len(now.lines),
            "address": shown.citation.iri,
            "citation": shown.text,
        }
        if comparison is not None:
            told["cited"] = {"release": cited_release, "sha256": cited_hash, **_told(comparison)}
        response = Response(json.dumps(told, ensure_ascii=False) + "\n", content_type=JSON)
    elif suffix is not None:
        return _answered(shown, suffix)
    else:
        page = render_template(
            "cite/query.html",
            query=operation.query,
            cited=shown,
            now=now,
            found=found,
            comparison=comparison,
            cited_release=cited_release,
            cited_hash=cited_hash,
            term=_term,
        )
        response = Response(page, content_type=content_type(HTML))
    # which releases are kept is another matter tomorrow
    response.headers["Cache-Control"] = "no-store"
    return response


def _cite_answer(operation: Operation, sha256: str) -> Cited:
    """Return how to cite the answer to ``operation`` with that hash."""
    whole, _ = read_works(None, reader_language())
    parameters: dict[str, Any] = {"query": operation.query}
    if operation.default_graphs:
        parameters["default-graph-uri"] = list(operation.default_graphs)
    if operation.named_graphs:
        parameters["named-graph-uri"] = list(operation.named_graphs)
    parameters |= {"release": the_service().release, "sha256": sha256}
    place = absolute(url_for("cite.query")) + "?" + urlencode(parameters, doseq=True)
    language, asked = reader_language(), (operation.query or "").strip()
    asking = next((q.label for q in read_questions(language) if q.query == asked), None)
    text = " ".join(asked.split())
    title = asking.text if asking else text if len(text) < 80 else text[:77] + "…"
    cited = replace(
        whole,
        title=title,
        iri=place,
        container=whole.title,
        answer=sha256,
        language=language,
    )
    return _cited(cited, [], "cite.query", {**parameters, **_language()})


def _told(comparison: Comparison) -> dict[str, Any]:
    found: dict[str, Any] = {"verdict": comparison.verdict}
    if comparison.verdict == "changed" and comparison.added and comparison.removed:
        found["columns"] = comparison.columns
        for name, part in (("added", comparison.added), ("removed", comparison.removed)):
            found[name] = {"count": part.count, "rows": part.rows}
    return found


def _answered(cited: Cited, suffix: str | None) -> Response:
    """Return the citation in the format of ``suffix``, else as Accept wants it, or as a page."""
    if suffix is not None:
        format = _SUFFIXES[suffix]
    else:
        sent = accepted([HTML, *(f.media_type for f in FORMATS), JSON])
        if sent == HTML:
            page = render_template("cite/page.html", cited=cited)
            return Response(page, content_type=content_type(HTML))
        by_type = {f.media_type: f for f in FORMATS} | {JSON: _SUFFIXES["csl"]}
        format = by_type[sent]
    cites = [cited.citation, *(source for source, _ in cited.sources)]
    body = format.write(cites, reader_language())
    return Response(body, content_type=f"{format.media_type}; charset=utf-8")


def _hash_in(name: str) -> str | None:
    value = request.args.get(name) or None
    if value is not None and not _HASH.fullmatch(value):
        raise ProblemError(400, f"{name} is {value!r}; give a SHA-256 in hexadecimal.")
    return value


def _language() -> dict[str, str]:
    chosen = request.args.get("lang")
    return {"lang": chosen} if chosen else {}


def _term(text: str) -> tuple[str, str | None]:
    """Return a term of a row for readers, and the address of its page where it has one."""
    if text.startswith("<") and text.endswith(">"):
        iri = text[1:-1]
        return compact(iri), address(iri)
    return text, None
