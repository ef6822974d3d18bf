"""The pages ``/release/HASH/…``: what a release is, its files, its answers, things as they were."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from samgraf.engine.past import PastReleases
from samgraf.limits import DOCUMENT_POINTING, THING_STATEMENTS
from samgraf.release import MANIFEST, QUADS, names
from samgraf.release.dumps import Dumps
from samgraf.release.file_formats import TURTLE
from samgraf.site.context import the_service
from samgraf.site.downloads import FOREVER, SUMS, sums_of, the_dumps, whole_dump, whole_file
from samgraf.site.graph import LabelLookup, address, iris_of, named, path_of, read_query
from samgraf.site.language import Phrase, pick, reader_language
from samgraf.site.query.hints import is_empty
from samgraf.site.releases.memento import bp as memento_bp
from samgraf.site.releases.memento import mark
from samgraf.site.releases.read import PAST, FoundRelease, find
from samgraf.site.representations import JSON, accepted, chosen, cut_suffix, sent
from samgraf.sparql.binding import bind
from samgraf.sparql.formats import HTML, content_type
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import read_operation
from samgraf.text import moment

bp = Blueprint("releases", __name__)
_TYPES = {QUADS: "application/n-quads", MANIFEST: JSON}
#: What the page of a release is about, as a path of the site.
WHOLE = f"{names.CATALOGUE}/{names.WHOLE}"


def init_app(app: Flask) -> None:
    """Add the addresses."""
    app.register_blueprint(bp)
    app.register_blueprint(memento_bp)
    app.extensions[PAST] = PastReleases(app.extensions["samgraf"].settings)


@bp.get("/release/<release>")
def bare(release: str) -> AnyResponse:
    """Lead to the page of the release."""
    find(release)
    return redirect(url_for("releases.release", release=release), 308)


@bp.get("/release/<release>/")
def release(release: str) -> Response:
    """Show what a release is and what it holds; to programs its manifest."""
    found = find(release)
    if accepted((HTML, JSON)) == JSON:
        return release_file(release, MANIFEST)
    language, manifest = reader_language(), found.manifest
    dumps = _dumps(found)
    files = [d for d in dumps.by_name.values() if d.is_packed] if dumps else []
    questions = manifest.get("questions", [])
    page = render_template(
        "releases/release.html",
        found=found,
        titles=pick((Phrase(t, k) for k, t in manifest.get("title", {}).items()), language),
        since=None if found.since is None else moment(found.since, language),
        graphs=len(manifest["graphs"]),
        passed=sum(bool(q["passed"]) for q in questions),
        questions=len(questions),
        whole=[d for d in files if not d.graphs],
        parts=[d for d in files if d.graphs and d.format == TURTLE],
        tools=manifest.get("tools", {}),
    )
    return mark(Response(page, content_type=content_type(HTML)), found, WHOLE)


@bp.get(f"/release/<release>/<any({QUADS!r}, {MANIFEST!r}):name>")
def release_file(release: str, name: str) -> Response:
    """Send one of the two files of the release."""
    found = find(release)
    digest = release if name == QUADS else None
    return mark(whole_file(_folder(found) / name, _TYPES[name], digest, FOREVER), found, WHOLE)


@bp.get(f"/release/<release>/dumps/{SUMS}")
def sums(release: str) -> Response:
    """List the hashes of the files of the release."""
    found = find(release)
    return mark(sums_of(_dumps(found)), found, f"dumps/{SUMS}")


@bp.get("/release/<release>/dumps/<path:name>")
def dump(release: str, name: str) -> Response:
    """Send a file of the release, made now if it is the first time."""
    found = find(release)
    return mark(whole_dump(_dumps(found), name), found, f"dumps/{name}")


@bp.get("/release/<release>/sparql")
def sparql(release: str) -> Response:
    """Answer a query over the release."""
    found = find(release)
    operation = read_operation("GET", request.query_string, None, b"")
    if not operation.query:
        raise ProblemError(400, "Give a query as the parameter query.")
    prepared = found.prepare(operation, request.headers.get("Accept"))
    response = sent(prepared, found.answer(prepared))
    response.headers["Samgraf-Release"] = found.release
    return response


@bp.get("/release/<release>/doc")
def elsewhere(release: str) -> AnyResponse:
    """Show what the release says of a thing that is named by its IRI: ``?iri=``.

    Without a thing this is the address of a form, and leads to the page on which the form stands.
    """
    found, iri = find(release), request.args.get("iri")
    if iri is None:
        return redirect(url_for("releases.release", release=release), 303)
    try:
        ox.NamedNode(iri)
    except ValueError:
        raise ProblemError(400, "Name a thing by its IRI: doc?iri=https://…") from None
    if (path := path_of(iri)) is not None:
        return redirect(url_for("releases.release", release=release) + path[1:], 303)
    return _thing(found, iri, "doc", None)


@bp.get("/release/<release>/<path:path>")
def thing(release: str, path: str) -> Response:
    """Show what the release says of the thing whose page stands at ``path`` of the site."""
    found = find(release)
    stem, suffix = cut_suffix("/" + path)
    iris = iris_of(stem)
    if not iris:
        raise ProblemError(404, "Nothing is here.")
    return _thing(found, iris[0], path, suffix)


def _thing(found: FoundRelease, iri: str, path: str, suffix: str | None) -> Response:
    g.subject = iri
    choice = chosen(suffix)
    this = ox.NamedNode(iri)
    if choice.sent == HTML:
        body: str | bytes = _page(found, this)
    else:
        nothing = ox.Literal("")
        query = bind(
            read_query("samgraf.site.things", "document.rq"),
            this=this,
            document=nothing,
            dataset=nothing,
            most=DOCUMENT_POINTING,
        )
        body = found.ask(query, choice.evaluated)
        if is_empty(choice.evaluated, body):
            raise _unknown(found, iri)
    response = Response(body, content_type=content_type(choice.sent))
    return mark(response, found, path)


def _page(found: FoundRelease, this: ox.NamedNode) -> str:
    """Return the page with all that ``found`` says of ``this``, by graph."""
    language = reader_language()
    query = read_query(__package__, "statements.rq")
    rows = found.rows(bind(query, this=this, most=THING_STATEMENTS))
    if not rows:
        raise _unknown(found, this.value)
    iris = [t["value"] for row in rows for t in row.values() if t["type"] == "uri"]
    labels = LabelLookup([this.value, *iris], language)
    return render_template(
        "releases/thing.html",
        found=found,
        iri=this.value,
        title=labels[this.value],
        since=None if found.since is None else moment(found.since, language),
        present=address(this.value),
        ways={
            way: [
                [named(row[name], labels) for name in ("property", "value", "graph")]
                for row in rows
                if row["way"]["value"] == way
            ]
            for way in ("out", "in")
        },
        most=THING_STATEMENTS if len(rows) == THING_STATEMENTS else None,
    )


def _unknown(found: FoundRelease, iri: str) -> ProblemError:
    return ProblemError(404, f"Release {found.name} says nothing of this thing.", iri=iri)


def _folder(found: FoundRelease) -> Path:
    if found.folder is None:
        raise ProblemError(404, "The files of this release are not at hand.")
    return found.folder


def _dumps(found: FoundRelease) -> Dumps | None:
    """Return the files to download of ``found``; those that are being made stay the same object."""
    if found.is_present:
        return the_dumps()
    made: dict[str, Dumps] = current_app.extensions.setdefault("samgraf.past_dumps", {})
    if found.release not in made:
        made[found.release] = Dumps(_folder(found), found.manifest, the_service().settings)
    return made[found.release]
