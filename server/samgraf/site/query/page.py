"""The page of the query editor: the form, and the answer or what went wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import render_template, request

from samgraf.limits import PAGE_ANSWER_BYTES
from samgraf.site.cells import Cell, cell
from samgraf.site.context import keep_no_answer, the_service
from samgraf.site.graph import LabelLookup, address, is_foreign, read_query
from samgraf.site.language import Phrase, catalogue, reader_language
from samgraf.site.partners.outcomes import words_for_scripts
from samgraf.site.partners.read import names_of
from samgraf.site.query.hints import message
from samgraf.site.questions import QuestionEntry, read_examples
from samgraf.sparql.evaluation import Answer, QueryKind
from samgraf.sparql.federated.outcome import Outcome
from samgraf.sparql.formats import formats_for
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import WITH_BODY, Operation, read_operation
from samgraf.sparql.service import Prepared

MAX_ROWS = 200  # rows shown on a page; the answer itself is never cut
MOST_LABELS = 2000  # things whose labels are looked up, in one query
_KEPT = ("default-graph-uri", "named-graph-uri", "timeout")
_SCRIPT_WORDS = "editor_js_"
_TEMPLATE = "query/page.html"
#: In the WSGI environment, from the gateway: the query, read, and the answer to ``page_query``.
PREPARED, ANSWER = "samgraf.prepared", "samgraf.answer"


class ShownCell(NamedTuple):
    """A cell of the table, and what the thing in it is called."""

    cell: Cell
    label: Phrase | None


def page_query(prepared: Prepared) -> Prepared:
    """Return ``prepared`` for the beginning of its answer: nobody reads more than that."""
    most = prepared.request.max_bytes
    most = PAGE_ANSWER_BYTES if most is None else min(most, PAGE_ANSWER_BYTES)
    request = prepared.request._replace(max_bytes=most, partial=True)
    return prepared._replace(request=request)


def asked() -> Operation:
    """Return what the request asks."""
    body = request.get_data() if request.method in WITH_BODY else b""
    content_type = request.headers.get("Content-Type")
    return read_operation(request.method, request.query_string, content_type, body)


def answer_to(operation: Operation, accept: str | None) -> tuple[Prepared, Answer]:
    """Return the query and the beginning of its answer, of the gateway's making where it has any.

    They are those of a page where ``accept`` is None.
    """
    service, prepared = the_service(), request.environ.get(PREPARED)
    if prepared is None:
        operation = operation._replace(format="html" if accept is None else None)
        prepared = service.prepare(operation, accept, html=accept is None)
    answer = request.environ.get(ANSWER)
    if answer is None:
        answer = service.wait(service.answer(page_query(prepared)))
    return prepared, answer


def form_page(operation: Operation) -> str:
    """Return the page without an answer."""
    query = read_query("samgraf.site.query", "first.rq")
    return render_template(_TEMPLATE, query=query, **_workbench(_fields(operation)))


def answer_page(
    operation: Operation,
    prepared: Prepared,
    body: bytes,
    *,
    truncated: bool,
    outcomes: Sequence[Outcome] = (),
    hints: Sequence[Mapping[str, Any]] | None = None,
) -> str:
    """Return the page with the query and its answer: ``body`` is JSON or Turtle.

    ``outcomes`` are those of the partners that had a part in it; ``hints`` say why the answer is
    empty, where it is.
    """
    fields = _fields(operation)
    values = _workbench(fields)
    text = (operation.query or "").strip()
    kind = prepared.kind or QueryKind.SOLUTIONS
    values |= {
        "query": operation.query,
        "question": next((q.label for q in values["examples"] if q.query == text), None),
        "kind": kind.value,
        "formats": formats_for(kind),
        "asked": {name: fields[name] for name in fields if fields[name]},
        "repeatable": prepared.etag is not None,
        "truncated": truncated,
        "outcomes": [outcome.as_json() for outcome in outcomes],
        "max_rows": MAX_ROWS,
    }
    if hints is not None:
        language = reader_language()
        values["hints"] = [{**hint, "message": message(hint, language)} for hint in hints]
    if kind is QueryKind.GRAPH:
        values["turtle"] = body.decode("utf-8")
    else:
        values |= _answer(json.loads(body))
    return render_template(_TEMPLATE, **values)


def problem_page(problem: ProblemError) -> str:
    """Return the page with the query, as far as there is one, and what is wrong with it."""
    fields = {name: request.args.getlist(name) for name in _KEPT}
    return render_template(
        _TEMPLATE,
        query=request.args.get("query", ""),
        problem=problem,
        **_workbench(fields),
    )


def _fields(operation: Operation) -> dict[str, list[str]]:
    timeout = [] if operation.timeout is None else [f"{operation.timeout:g}"]
    graphs = (list(operation.default_graphs), list(operation.named_graphs))
    return dict(zip(_KEPT, (*graphs, timeout), strict=True))


def _workbench(fields: dict[str, list[str]]) -> dict[str, Any]:
    """Return what the form shows beside the query, and what the scripts need to know."""
    service, language = the_service(), reader_language()
    words, names = catalogue()[language], names_of(language)
    examples = _examples(language)
    return {
        "fields": fields,
        "examples": [e for e in examples if not e.needs or service.federation],
        "left_out": sum(bool(e.needs) for e in examples) if service.federation is None else 0,
        "prefixes": service.prefixes,
        "prefix_groups": _prefix_groups(service.prefixes, f"{service.base}id/"),
        "place": {
            "base": service.base,
            "root": request.script_root,
            "namespace": service.manifest.get("namespace") or "",
            "ontology": service.manifest.get("ontology") or "",
            "prefixes": dict(service.prefixes),
            "rows": MAX_ROWS,
            "formats": {k.value: [(f.name, f.title) for f in formats_for(k)] for k in QueryKind},
        },
        "words": {
            key.removeprefix(_SCRIPT_WORDS): text
            for key, text in words.items()
            if key.startswith(_SCRIPT_WORDS)
        }
        | words_for_scripts(language),
        "partner_names": names,
        "partners": {p.name: [*p.title, p.href] for p in names.values()},
    }


def _prefix_groups(
    prefixes: Mapping[str, str], things: str
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the prefixes of things of this graph, and those of vocabularies, by their names."""
    known = sorted(prefixes.items())
    return [
        ("editor_prefixes_terms", [p for p in known if not p[1].startswith(things)]),
        ("editor_prefixes_things", [p for p in known if p[1].startswith(things)]),
    ]


def _examples(language: str) -> list[QuestionEntry]:
    try:
        return read_examples(language)
    except ProblemError:
        keep_no_answer()
        return []  # the page may be telling of that very problem


def _answer(document: dict[str, Any]) -> dict[str, Any]:
    if "boolean" in document:
        return {"boolean": document["boolean"]}
    variables = document["head"]["vars"]
    bindings = document["results"]["bindings"]
    rows = [[binding.get(name) for name in variables] for binding in bindings[:MAX_ROWS]]
    iris = dict.fromkeys(t["value"] for row in rows for t in row if t and t["type"] == "uri")
    labels = LabelLookup(list(iris)[:MOST_LABELS], reader_language())
    table = [[_shown(term, labels, row) for term in row] for row in rows]
    return {"variables": variables, "rows": table, "count": len(bindings)}


def _shown(
    term: dict[str, Any] | None, labels: LabelLookup, row: list[dict[str, Any] | None]
) -> ShownCell:
    service = the_service()
    made = cell(term, service.prefixes, service.base)
    if term is None or term["type"] != "uri":
        return ShownCell(made, None)
    iri = term["value"]
    if not is_foreign(iri):
        made = made._replace(href=address(iri))
    if iri not in labels:
        return ShownCell(made, None)
    label = labels[iri]
    # what stands in the row already is not said twice
    said = any(t and t["value"] == label.text for t in row)
    return ShownCell(made, None if said else label)
