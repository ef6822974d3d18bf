"""Write what was found as JSON, for programs: the shape is told in ``server/README.md``."""

from __future__ import annotations

import json
from typing import Any

from flask import Response

from samgraf.site.graph import address
from samgraf.site.language import Phrase, reader_language
from samgraf.site.search.finding import Results
from samgraf.site.search.index.snippet import Snippet


def as_json(results: Results) -> Response:
    """Return ``results`` as JSON."""
    told = {
        "query": results.query,
        "language": reader_language(),
        "class": results.chosen.iri if results.chosen else None,
        "total": results.found.total,
        "page": results.page,
        "pages": results.pages,
        "match": "all" if results.found.all_words else "some",
        "hits": [
            {
                "iri": shown.hit.iri,
                "page": address(shown.hit.iri),
                "label": _marked(shown.label),
                "classes": [{"iri": k.iri, "label": _said(k.label)} for k in shown.kinds],
                "snippet": _marked(shown.hit.snippet) if shown.hit.snippet else None,
                "score": shown.hit.score,
            }
            for shown in results.hits
        ],
        "facets": [
            {"class": kind.iri, "label": _said(kind.label), "count": count}
            for kind, count in results.facets
        ],
        "suggestions": results.found.corrections,
    }
    return Response(json.dumps(told, ensure_ascii=False), content_type="application/json")


def _said(phrase: Phrase) -> dict[str, Any]:
    return {"value": phrase.text, "language": phrase.language or None}


def _marked(snippet: Snippet) -> dict[str, Any]:
    return {
        "value": snippet.text,
        "language": snippet.language or None,
        "marks": [list(place) for place in snippet.marks],
    }
