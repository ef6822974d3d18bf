"""Tell in plain words what the last check looked at and what it found.

All of it is in the release: the manifest and the report graph. A release that did not pass the
check does not come to be, so that the stages need no verdict of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, jsonify, render_template

from samgraf.limits import STATUS_RESULTS
from samgraf.site.cells import Cell, cell
from samgraf.site.context import the_service
from samgraf.site.graph import LabelLookup, address, ask, named
from samgraf.site.language import Phrase, phrase_of, pick, reader_language
from samgraf.site.layout import add_to_navigation
from samgraf.site.representations import JSON, accepted
from samgraf.sparql.formats import HTML
from samgraf.vocab import SH

bp = Blueprint("status", __name__)
STAGES = ("load", "profile", "asserted", "reason", "inferred", "questions", "release")


@dataclass
class CheckResult:
    """One result of validation in the reader's language."""

    iri: str
    severity: str
    focus: dict[str, str]
    path: str | None = None
    value: dict[str, str] | None = None
    messages: list[Phrase] = field(default_factory=list)
    message: Phrase | None = None


def init_app(app: Flask) -> None:
    """Add the address ``/status``."""
    app.register_blueprint(bp)
    add_to_navigation(app, "status.status", "status", 10, footer=True)


@bp.get("/status")
@bp.get("/status.<any(json):extension>")
def status(extension: str | None = None) -> str | Response:
    """Show the last check: numbers, stages, remarks, questions, tools."""
    language = reader_language()
    sent = JSON if extension else accepted((JSON, HTML))
    manifest = the_service().manifest
    results, numbers = read_results(language), numbers_of(manifest)
    if sent == JSON:
        return jsonify(_document(manifest, results, numbers))
    questions = manifest.get("questions", [])
    iris = {q["id"]: f"{the_service().base}questions/{q['id']}" for q in questions}
    things = [r.focus["value"] for r in results if r.focus["type"] == "uri"]
    labels = LabelLookup([*iris.values(), *things], language)
    return render_template(
        "status.html",
        manifest=manifest,
        numbers=numbers,
        stages=STAGES,
        results=[(r, named(r.focus, labels), _shown(r.value)) for r in results],
        most=STATUS_RESULTS,
        questions=[(q, address(iris[q["id"]]), labels[iris[q["id"]]]) for q in questions],
    )


def read_results(language: str) -> list[CheckResult]:
    """Return the first results of validation."""
    graph = the_service().manifest.get("report_graph")
    if not graph:
        return []
    found: dict[str, CheckResult] = {}
    for row in ask(__package__, "report.rq", graph=ox.NamedNode(graph), most=STATUS_RESULTS):
        iri = row["result"]["value"]
        severity = row["severity"]["value"].removeprefix(SH)
        path = row["path"]["value"] if "path" in row else None
        result = found.setdefault(
            iri, CheckResult(iri, severity, row["focus"], path, row.get("value"))
        )
        if "message" in row:
            message = phrase_of(row["message"])
            if message not in result.messages:
                result.messages.append(message)
    for result in found.values():
        result.message = pick(result.messages, language)
    return list(found.values())


def numbers_of(manifest: Mapping[str, Any]) -> dict[str, int]:
    """Return the numbers that sum up the release."""
    graphs, base = manifest["graphs"], manifest.get("base") or ""
    from_files = sum(g["quads"] for g in graphs if g.get("file"))
    questions = manifest.get("questions", [])
    report = manifest.get("report", {})
    return {
        "files": sum(1 for g in graphs if g.get("file")),
        "graphs": len(graphs),
        "statements": manifest.get("statements") or 0,
        "asserted": manifest.get("asserted", from_files),
        "inferred": sum(g["quads"] for g in graphs if g["iri"] == base + "graph/inferred"),
        "violations": report.get("violations", 0),
        "warnings": report.get("warnings", 0),
        "questions": len(questions),
        "passed": sum(bool(q["passed"]) for q in questions),
    }


def _document(
    manifest: Mapping[str, Any], results: list[CheckResult], numbers: dict[str, int]
) -> dict[str, Any]:
    return {
        "release": manifest["release"],
        "version": manifest.get("version") or "",
        "base": manifest.get("base"),
        "title": manifest.get("title", {}),
        "numbers": numbers,
        "tools": manifest.get("tools", {}),
        "questions": manifest.get("questions", []),
        "notes": manifest.get("notes", []),
        "results": [
            {
                "iri": r.iri,
                "severity": r.severity,
                "focus": r.focus["value"],
                "path": r.path,
                "value": None if r.value is None else r.value["value"],
                "messages": {m.language: m.text for m in sorted(r.messages)},
            }
            for r in results
        ],
    }


def _shown(term: dict[str, str] | None) -> Cell:
    shown = cell(term, the_service().prefixes, the_service().base)
    return shown._replace(href=None)
