"""Describe data sets by numbers: https://www.w3.org/TR/void/.

The catalogue is not counted into the whole, so that its numbers do not depend on themselves; of
itself it says only how many triples it has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pyoxigraph as ox

from samgraf.build.catalogue.count import Counts, Partitions, count, partition
from samgraf.build.catalogue.terms import TYPE, number, void
from samgraf.build.content import Header
from samgraf.release import names
from samgraf.release.file_formats import GRAPH_FORMATS, WHOLE_FORMATS

_FORMATS = "http://www.w3.org/ns/formats/"
#: What every thing of the graph can be had as, by its IRI.
_FEATURES = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML")
_EXAMPLES = 3


def whole_statistics(triples: Collection[ox.Triple], header: Header) -> Iterator[ox.Triple]:
    """Yield what is so of all data: sizes, partitions, vocabularies, examples, ways to get it."""
    base = header.base
    node = ox.NamedNode(names.dataset(base, names.WHOLE))
    found = partition(triples)
    yield from sizes(node, count(triples, base))
    yield ox.Triple(node, void("uriSpace"), ox.Literal(base))
    yield ox.Triple(node, void("sparqlEndpoint"), ox.NamedNode(base + "sparql"))
    for format in WHOLE_FORMATS:
        file = names.dump(base, names.WHOLE, format.extension)
        yield ox.Triple(node, void("dataDump"), ox.NamedNode(file))
    for feature in _FEATURES:
        yield ox.Triple(node, void("feature"), ox.NamedNode(_FORMATS + feature))
    for namespace in _vocabularies(found, header):
        yield ox.Triple(node, void("vocabulary"), ox.NamedNode(namespace))
    for example in _examples(triples, found, header):
        yield ox.Triple(node, void("exampleResource"), example)
    yield from _partitions(node, found, header)


def part_statistics(base: str, stem: str, triples: Collection[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield the sizes of one graph's data set, which is a part of the whole."""
    node = ox.NamedNode(names.dataset(base, stem))
    yield ox.Triple(ox.NamedNode(names.dataset(base, names.WHOLE)), void("subset"), node)
    yield from sizes(node, count(triples, base))
    file = names.dump(base, stem, GRAPH_FORMATS[0].extension)
    yield ox.Triple(node, void("dataDump"), ox.NamedNode(file))


def sizes(node: ox.NamedNode, counts: Counts) -> Iterator[ox.Triple]:
    """Yield ``counts`` as the statistics of ``node``."""
    yield ox.Triple(node, TYPE, void("Dataset"))
    yield ox.Triple(node, void("triples"), number(counts.triples))
    yield ox.Triple(node, void("entities"), number(counts.entities))
    yield ox.Triple(node, void("distinctSubjects"), number(counts.subjects))
    yield ox.Triple(node, void("distinctObjects"), number(counts.objects))
    yield ox.Triple(node, void("classes"), number(counts.classes))
    yield ox.Triple(node, void("properties"), number(counts.properties))


def _partitions(node: ox.NamedNode, found: Partitions, header: Header) -> Iterator[ox.Triple]:
    """Yield the partitions; of the ontology's own classes also which properties they have.

    Editors complete from these: classes, properties, and properties of a class. Engines that join
    several endpoints reckon with them how much a pattern finds.
    """
    for kind, instances in found.classes.items():
        of_class = _partition(node, header, kind)
        yield ox.Triple(node, void("classPartition"), of_class)
        yield ox.Triple(of_class, void("class"), kind)
        yield ox.Triple(of_class, void("entities"), number(instances))
        if kind.value.startswith(header.namespace):
            for property, uses in found.inside[kind].items():
                inside = _partition(node, header, kind, property)
                yield ox.Triple(of_class, void("propertyPartition"), inside)
                yield ox.Triple(inside, void("property"), property)
                yield ox.Triple(inside, void("triples"), number(uses))
    for property, uses in found.properties.items():
        of_property = _partition(node, header, property)
        yield ox.Triple(node, void("propertyPartition"), of_property)
        yield ox.Triple(of_property, void("property"), property)
        yield ox.Triple(of_property, void("triples"), number(uses))
        yield ox.Triple(of_property, void("distinctSubjects"), number(found.subjects[property]))
        yield ox.Triple(of_property, void("distinctObjects"), number(found.objects[property]))


def _partition(node: ox.NamedNode, header: Header, *terms: ox.NamedNode) -> ox.NamedNode:
    shortened = (header.shorten(t.value).strip("<>") for t in terms)
    return ox.NamedNode(names.part(node.value, *shortened))


def _vocabularies(found: Partitions, header: Header) -> list[str]:
    """Return the declared namespaces that the classes and properties come from."""
    used = set()
    for term in (*found.classes, *found.properties):
        fits = [ns for ns in header.prefixes.values() if ns and term.value.startswith(ns)]
        used.add(max(fits, key=len, default=""))
    return sorted(used - {""})


def _examples(
    triples: Collection[ox.Triple], found: Partitions, header: Header
) -> list[ox.NamedNode]:
    """Return the first instance of each of the ontology's classes that have the most."""
    own = [c for c in found.classes if c.value.startswith(header.namespace)]
    most = sorted(own, key=lambda c: (-found.classes[c], c.value))
    instances: dict[object, list[str]] = {c: [] for c in most}
    for t in triples:
        is_named = isinstance(t.subject, ox.NamedNode) and t.subject.value.startswith(header.base)
        if t.predicate == TYPE and t.object in instances and is_named:
            instances[t.object].append(t.subject.value)
    first = dict.fromkeys(min(i) for c in most if (i := instances[c]))
    return [ox.NamedNode(iri) for iri in list(first)[:_EXAMPLES]]
