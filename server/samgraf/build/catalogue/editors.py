"""Say what query editors complete from: prefixes and example queries.

https://www.w3.org/TR/shacl/#sparql-prefixes; and the convention of
https://github.com/sib-swiss/sparql-examples, by which editors find examples of an endpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from samgraf.build.catalogue.terms import schema, sh, xsd
from samgraf.build.content import Header
from samgraf.release import names


def prefix_triples(header: Header, known: Iterable[str]) -> Iterator[ox.Triple]:
    """Yield the prefixes that the endpoint knows, save those that the content declares itself."""
    whole = names.dataset(header.base, names.WHOLE)
    for prefix, namespace in header.prefixes.items():
        if prefix in known:
            continue
        node = ox.NamedNode(names.part(whole, "prefix", prefix))
        yield ox.Triple(ox.NamedNode(header.iri), sh("declare"), node)
        yield ox.Triple(node, sh("prefix"), ox.Literal(prefix))
        yield ox.Triple(node, sh("namespace"), ox.Literal(namespace, datatype=xsd("anyURI")))


def example_triples(queries: Iterable[str], header: Header) -> Iterator[ox.Triple]:
    """Yield what makes each query, named by its path, an example of the endpoint."""
    endpoint = ox.NamedNode(header.base + "sparql")
    for path in queries:
        node = ox.NamedNode(header.base + path)
        yield ox.Triple(node, schema("target"), endpoint)
        yield ox.Triple(node, sh("prefixes"), ox.NamedNode(header.iri))
