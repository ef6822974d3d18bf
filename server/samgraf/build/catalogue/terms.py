"""The foreign terms that the catalogue is written in."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox


def _vocabulary(namespace: str) -> Callable[[str], ox.NamedNode]:
    return lambda name: ox.NamedNode(namespace + name)


dcat = _vocabulary("http://www.w3.org/ns/dcat#")
dct = _vocabulary("http://purl.org/dc/terms/")
foaf = _vocabulary("http://xmlns.com/foaf/0.1/")
prov = _vocabulary("http://www.w3.org/ns/prov#")
rdf = _vocabulary("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
rdfs = _vocabulary("http://www.w3.org/2000/01/rdf-schema#")
schema = _vocabulary("https://schema.org/")
sh = _vocabulary("http://www.w3.org/ns/shacl#")
void = _vocabulary("http://rdfs.org/ns/void#")
xsd = _vocabulary("http://www.w3.org/2001/XMLSchema#")

TYPE = rdf("type")


def number(value: int) -> ox.Literal:
    """Return a count as a literal."""
    return ox.Literal(str(value), datatype=xsd("integer"))
