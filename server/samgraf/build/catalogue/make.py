"""Make the catalogue out of everything else that a release will hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import pyoxigraph as ox

from samgraf.build.catalogue.authority import authority_triples
from samgraf.build.catalogue.editors import example_triples, prefix_triples
from samgraf.build.catalogue.parts import Part, parts_of
from samgraf.build.catalogue.records import Records
from samgraf.build.catalogue.statistics import part_statistics, whole_statistics
from samgraf.build.catalogue.terms import TYPE, dct, foaf, number, sh, void
from samgraf.build.content import Loaded
from samgraf.release import names
from samgraf.release.file_formats import GRAPH_FORMATS, RDF_XML, WHOLE_FORMATS, FileFormat
from samgraf.release.serialise import UnwritableResultError, write_graph

#: Kinds of graphs that the default graph leaves out.
_APART = ("report", "mirror")


def catalogue_quads(
    loaded: Loaded, queries: Iterable[str], quads: Collection[ox.Quad]
) -> Iterator[ox.Quad]:
    """Yield what the catalogue says beyond ``data/catalogue.ttl``, in its graph.

    ``queries`` are the paths of those that people may run, ``quads`` are all others of the
    release. The same quads give the same catalogue: its dates are those of the data.
    """
    graph = ox.NamedNode(loaded.header.base + names.GRAPH)
    said = {ox.Triple(q.subject, q.predicate, q.object) for q in quads if q.graph_name == graph}
    made = set(_triples(loaded, queries, quads, said))
    made |= set(authority_triples(made | said))
    made -= said
    own = ox.NamedNode(names.dataset(loaded.header.base, names.GRAPH))
    # the number of its triples counts the statement of it, too
    made.add(ox.Triple(own, void("triples"), number(len(made) + len(said) + 1)))
    return (ox.Quad(t.subject, t.predicate, t.object, graph) for t in made)


def _triples(
    loaded: Loaded,
    queries: Iterable[str],
    quads: Collection[ox.Quad],
    said: Collection[ox.Triple],
) -> Iterator[ox.Triple]:
    header = loaded.header
    parts = parts_of(loaded, quads)
    records = Records(header, said)
    modified = _last(part.said(dct("modified"), dct("issued")) for part in parts)
    union = {t: None for part in parts if part.kind not in _APART for t in part.triples}
    yield from _document(header.base, records.whole)
    yield from records.catalogue_record(modified)
    yield from records.service_record()
    yield from records.whole_record(modified, WHOLE_FORMATS)
    yield from whole_statistics(union, header)
    for part in parts:
        yield from records.part_record(part, _formats_of(part))
        yield from part_statistics(header.base, part.stem, part.triples)
    graph = ox.NamedNode(header.base + names.GRAPH)
    itself = Part(graph, names.GRAPH, "catalogue", list(said), graph)
    yield from records.part_record(itself, GRAPH_FORMATS)
    own = ox.NamedNode(names.dataset(header.base, names.GRAPH))
    yield ox.Triple(own, TYPE, void("Dataset"))
    yield ox.Triple(records.whole, void("subset"), own)
    declared = {t.object.value for t in union if t.predicate == sh("prefix")}
    yield from prefix_triples(header, declared)
    yield from example_triples(queries, header)


def _document(base: str, whole: ox.NamedNode) -> Iterator[ox.Triple]:
    """Yield the document at the well-known address: https://www.w3.org/TR/void/#well-known."""
    document = ox.NamedNode(base + ".well-known/void")
    yield ox.Triple(document, TYPE, void("DatasetDescription"))
    yield ox.Triple(document, foaf("primaryTopic"), whole)


def _last(dates: Iterable[list]) -> list[ox.Literal]:
    """Return the last of the dates, nothing where there is none."""
    found = [date for some in dates for date in some if isinstance(date, ox.Literal)]
    return [max(found, key=lambda date: date.value)] if found else []


def _formats_of(part: Part) -> list[FileFormat]:
    """Return the formats that can hold a graph: RDF/XML cannot write every text and every name."""
    try:
        write_graph(part.triples, RDF_XML.media_type, {})
    except UnwritableResultError:
        return [f for f in GRAPH_FORMATS if f != RDF_XML]
    return list(GRAPH_FORMATS)
