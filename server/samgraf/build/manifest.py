"""The manifest of a release: what it holds, and what it was made from."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from samgraf.build.cached import tools
from samgraf.build.content import Loaded
from samgraf.build.content.layout import PICTURE, Content
from samgraf.build.questions import Verdict
from samgraf.build.rdf import RDF_TYPE, value_of
from samgraf.errors import ContentError
from samgraf.limits import PICTURE_BYTES
from samgraf.release.write import quads_text
from samgraf.vocab import (
    CONTENT,
    DCAT,
    DCT,
    DISPLAY,
    FEDERATION,
    FRESNEL,
    OA,
    OWL,
    PROV,
    RDF,
    RDFS,
    SD,
    SH,
    SKOS,
    VOID,
)


def manifest_of(
    lines: list[str],
    loaded: Loaded,
    verdicts: Iterable[Verdict],
    report: dict[str, int],
) -> dict[str, Any]:
    """Return the manifest: what the release holds and what it was made from; no time, no place.

    Its size is told in ``statements``: the triples of the default graph, asserted and inferred,
    each counted once.
    """
    header = loaded.header
    apart = loaded.apart()
    by_graph: dict[str, list[str]] = defaultdict(list)
    statements: set[str] = set()
    for line in lines:
        # in canonical N-Quads a space parts the graph from what stands before and behind it, and
        # no IRI holds one
        statement, graph, _ = line.rsplit(" ", 2)
        iri = graph[1:-1]
        by_graph[iri].append(line)
        if iri not in apart:
            statements.add(statement)
    sources = {f.graph.value: (f.file.name, f.sha256) for f in loaded.files}
    graphs = []
    for iri in sorted({*by_graph, *sources}):
        own = by_graph.get(iri, [])
        file, sha256 = sources.get(iri) or (None, hashlib.sha256(quads_text(own)).hexdigest())
        graphs.append({"iri": iri, "file": file, "sha256": sha256, "quads": len(own)})
    return {
        "release": hashlib.sha256(quads_text(lines)).hexdigest(),
        "base": header.base,
        "ontology": header.iri,
        "namespace": header.namespace,
        "namespaces": list(header.namespaces),
        "prefix": header.prefix,
        "title": header.title,
        "report_graph": header.base + "graph/report",
        "apart": apart,
        "statements": len(statements),
        "graphs": graphs,
        "asserted": sum(len(f.triples) for f in loaded.files),
        "tools": tools(),
        "report": report,
        "questions": [
            {"id": v.question.slug, "passed": v.passed, "rows": v.rows, "sha256": v.sha256}
            for v in verdicts
        ],
        "prefixes": header.prefixes,
        "picture": picture_of(loaded.content),
    }


#: By what a graph says where it is from.
ORIGINS = (DCT + "source", PROV + "wasDerivedFrom")
#: Whose classes no list is of, as in samgraf/site/lists/classes.rq: those of the languages
#: themselves, of the catalogue and of how things are shown.
UNLISTED = (RDF, RDFS, OWL, SH, DCAT, SD, VOID, FRESNEL, CONTENT, DISPLAY, FEDERATION)


def empty_pages(
    quads: list[ox.Quad],
    loaded: Loaded,
    inferred: Iterable[ox.Quad],
    listed: Mapping[str, Sequence[object]],
) -> list[str]:
    """Return the pages, as the site calls them, that would show nothing of ``quads``.

    ``listed`` is what there is for those pages that show a list made by the build.
    """
    predicates = {q.predicate.value for q in quads}
    concepts = {ox.NamedNode(SKOS + n) for n in ("Concept", "ConceptScheme", "Collection")}
    map_page = ox.NamedNode(loaded.header.base + "map")
    typed = (
        t
        for t in (*loaded.quads(), *inferred)
        if t.predicate == RDF_TYPE and isinstance(t.subject, ox.NamedNode)
    )
    has = {
        "lists": any(not value_of(t.object).startswith(UNLISTED) for t in typed),
        "map": any(q.object == map_page for q in quads),
        "sources": OA + "hasSource" in predicates
        or any(q.subject == q.graph_name and q.predicate.value in ORIGINS for q in quads),
        "vocabularies": any(q.predicate == RDF_TYPE and q.object in concepts for q in quads),
        **{name: bool(things) for name, things in listed.items()},
    }
    return sorted(name for name, is_there in has.items() if not is_there)


def picture_of(content: Content) -> str | None:
    """Return the picture of the model as text, if there is one.

    Raise ContentError where it cannot be shown.
    """
    path = content.picture()
    if path is None:
        return None
    data = path.read_bytes()
    if len(data) > PICTURE_BYTES:
        raise ContentError(
            f"The picture has {len(data)} bytes; the limit is {PICTURE_BYTES}.", PICTURE
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ContentError(f"The picture is not UTF-8 at byte {error.start}.", PICTURE) from error
    if "<svg" not in text or "<title" not in text:
        raise ContentError(
            "The picture is no SVG with a title, which is read to the blind.", PICTURE
        )
    return text
