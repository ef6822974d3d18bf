"""Describe data sets for catalogues: DCAT-AP-NO, https://data.norge.no/specification/dcat-ap-no.

What a person must decide (publisher, contact point, themes, rights) is said by the content in
``data/catalogue.ttl`` of the whole; parts that say nothing else have it from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from samgraf.build.catalogue.parts import Part, words
from samgraf.build.catalogue.terms import TYPE, dcat, dct, foaf, prov, xsd
from samgraf.build.content import Header
from samgraf.release import names
from samgraf.release.file_formats import GZIP, FileFormat
from samgraf.release.licences import authority_name

#: What a part has from the whole where it does not say it itself.
_INHERITED = (
    dct("publisher"),
    dct("license"),
    dct("accessRights"),
    dcat("contactPoint"),
    dcat("theme"),
)
Said = dict[str, dict[ox.NamedNode, list[ox.NamedNode | ox.BlankNode | ox.Literal]]]


class Records:
    """Write the records of one catalogue, of which the content has ``said`` some itself."""

    def __init__(self, header: Header, said: Iterable[ox.Triple]):
        self.base, self.header = header.base, header
        self._said: Said = {}
        for t in said:
            if isinstance(t.subject, ox.NamedNode):
                by_property = self._said.setdefault(t.subject.value, {})
                by_property.setdefault(t.predicate, []).append(t.object)
        self.catalogue = ox.NamedNode(self.base + names.CATALOGUE)
        self.whole = ox.NamedNode(names.dataset(self.base, names.WHOLE))
        self.service = ox.NamedNode(self.base + "sparql")

    def said(self, node: ox.NamedNode, predicate: ox.NamedNode) -> list:
        """Return what the content says itself."""
        return self._said.get(node.value, {}).get(predicate, [])

    def catalogue_record(self, modified: list[ox.Literal]) -> Iterator[ox.Triple]:
        """Yield the catalogue's own record."""
        node = self.catalogue
        yield ox.Triple(node, TYPE, dcat("Catalog"))
        yield from self._fill(node, dct("title"), _texts(self.header.title))
        yield from self._fill(node, dct("description"), words("catalogue", "description"))
        yield from self._fill(node, dct("modified"), modified)
        yield from self._fill(node, dct("publisher"), self.said(self.whole, dct("publisher")))
        yield from self._fill(
            node, dcat("contactPoint"), self.said(self.whole, dcat("contactPoint"))
        )
        yield from self._common(node)
        yield ox.Triple(node, foaf("homepage"), ox.NamedNode(self.base))
        yield ox.Triple(node, dcat("dataset"), self.whole)
        yield ox.Triple(node, dcat("service"), self.service)

    def service_record(self) -> Iterator[ox.Triple]:
        """Yield the record of the SPARQL endpoint, which describes itself at its own address."""
        node = self.service
        yield ox.Triple(node, TYPE, dcat("DataService"))
        yield from self._fill(node, dct("title"), words("service", "title"))
        yield from self._fill(node, dct("description"), words("service", "description"))
        for predicate in (dct("publisher"), dcat("contactPoint"), dct("accessRights")):
            yield from self._fill(node, predicate, self.said(self.whole, predicate))
        yield from self._common(node)
        yield ox.Triple(node, dcat("endpointURL"), node)
        yield ox.Triple(node, dcat("endpointDescription"), node)
        yield ox.Triple(node, dcat("servesDataset"), self.whole)

    def whole_record(
        self, modified: list[ox.Literal], formats: Iterable[FileFormat]
    ) -> Iterator[ox.Triple]:
        """Yield the record of the whole."""
        node = self.whole
        yield ox.Triple(node, TYPE, dcat("Dataset"))
        yield from self._fill(node, dct("title"), words("whole", "title"))
        yield from self._fill(node, dct("description"), words("whole", "description"))
        yield from self._fill(node, dct("modified"), modified)
        yield from self._common(node)
        yield ox.Triple(node, dcat("landingPage"), ox.NamedNode(self.base))
        licences = [n for n in self.said(node, dct("license")) if isinstance(n, ox.NamedNode)]
        yield from self._distributions(node, names.WHOLE, licences, formats)

    def part_record(self, part: Part, formats: Iterable[FileFormat]) -> Iterator[ox.Triple]:
        """Yield the record of one graph's data set."""
        node = ox.NamedNode(names.dataset(self.base, part.stem))
        yield ox.Triple(self.catalogue, dcat("dataset"), node)
        yield ox.Triple(self.whole, dct("hasPart"), node)
        yield ox.Triple(node, TYPE, dcat("Dataset"))
        yield ox.Triple(node, dct("relation"), part.graph)
        yield from self._fill(node, dct("title"), part.titles())
        yield from self._fill(node, dct("description"), part.descriptions())
        yield from self._fill(node, dct("modified"), part.said(dct("modified"), dct("issued"))[:1])
        for source in part.sources():
            yield ox.Triple(node, prov("wasDerivedFrom"), source)
        licences = [ox.NamedNode(authority_name(n.value)) for n in part.said(dct("license"))[:1]]
        for predicate in _INHERITED:
            given = licences if predicate == dct("license") else []
            yield from self._fill(node, predicate, given or self.said(self.whole, predicate))
        yield from self._common(node)
        licences = licences or self.said(self.whole, dct("license"))
        yield from self._distributions(node, part.stem, licences, formats)

    def _fill(self, node: ox.NamedNode, predicate: ox.NamedNode, values: Iterable) -> Iterator:
        """Yield ``values``, unless the content gives its own, which stand there already."""
        if not self.said(node, predicate):
            for value in values:
                yield ox.Triple(node, predicate, value)

    def _common(self, node: ox.NamedNode) -> Iterator[ox.Triple]:
        identifier = ox.Literal(node.value, datatype=xsd("anyURI"))
        yield from self._fill(node, dct("identifier"), [identifier])

    def _distributions(
        self,
        node: ox.NamedNode,
        stem: str,
        licences: list[ox.NamedNode],
        formats: Iterable[FileFormat],
    ) -> Iterator[ox.Triple]:
        for format in formats:
            file = ox.NamedNode(names.dump(self.base, stem, format.extension))
            of = ox.NamedNode(names.part(node.value, format.name))
            yield ox.Triple(node, dcat("distribution"), of)
            yield ox.Triple(of, TYPE, dcat("Distribution"))
            yield ox.Triple(of, dcat("accessURL"), node)
            yield ox.Triple(of, dcat("downloadURL"), file)
            yield ox.Triple(of, dct("format"), ox.NamedNode(format.file_type_iri))
            yield ox.Triple(of, dcat("mediaType"), ox.NamedNode(format.media_type_iri))
            yield ox.Triple(of, dcat("compressFormat"), ox.NamedNode(GZIP))
            for licence in licences[:1]:
                yield ox.Triple(of, dct("license"), licence)


def _texts(by_language: dict[str, str]) -> Iterator[ox.Literal]:
    for language, text in by_language.items():
        yield ox.Literal(text, language=language) if language else ox.Literal(text)
