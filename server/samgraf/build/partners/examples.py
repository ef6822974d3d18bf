"""The federated examples of a content: queries in ``ontology/federated`` that name partners.

Each begins as a question does, and says which partners it needs: ``# partner: name, name``. They
have no expected answers, since those depend on others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from samgraf.build.content import Content, ContentErrors, Header
from samgraf.build.questions.file import QueryFile, parsed, read_query_files
from samgraf.build.questions.questions import executable_quads
from samgraf.errors import ContentError
from samgraf.release.partner import Partner
from samgraf.sparql.federated.faults import NoPartnerError
from samgraf.sparql.federated.partners import Partners
from samgraf.sparql.syntax.nodes import services_of
from samgraf.vocab import FEDERATION

_NEEDS = ox.NamedNode(FEDERATION + "needs")
FOLDER = "federated/"


@dataclass(frozen=True, kw_only=True)
class Example(QueryFile):
    """A federated example; ``needs`` are the short names of its partners, sorted."""

    needs: tuple[str, ...]


def read_examples(
    content: Content, partners: Mapping[str, Partner], prefixes: Mapping[str, str]
) -> list[Example]:
    """Return the federated examples of ``content``, by name.

    Raise ContentErrors listing each that cannot be parsed, holds no SERVICE, or names in SERVICE
    other partners than it says.
    """

    def make(read: QueryFile) -> Example:
        named = _named(read, partners, prefixes)
        told = set(read.names("partner"))
        if told != named:
            raise ContentError(
                f"The query asks {', '.join(sorted(named))}, the header says "
                f"{', '.join(sorted(told)) or 'nobody'}.",
                read.file,
                1,
                f"Write: # partner: {', '.join(sorted(named))}",
            )
        return Example(**vars(read), needs=tuple(sorted(named)))

    examples, faults = read_query_files(content, content.federated(), make, federated=True)
    if faults:
        raise ContentErrors(faults)
    return examples


def example_quads(examples: Iterable[Example], header: Header) -> Iterator[ox.Quad]:
    """Yield each example as ``{base}federated/{slug}`` in the graph ``{base}graph/federated``."""
    base = header.base
    graph = ox.NamedNode(base + "graph/federated")
    for e in examples:
        node = ox.NamedNode(f"{base}{FOLDER}{e.slug}")
        yield from executable_quads(node, graph, header, e)
        for name in e.needs:
            yield ox.Quad(node, _NEEDS, ox.NamedNode(f"{base}id/partner/{name}"), graph)


def _named(
    read: QueryFile, partners: Mapping[str, Partner], prefixes: Mapping[str, str]
) -> set[str]:
    """Return the short names of the partners that a query asks."""
    known, file = Partners(partners), read.file
    services = list(services_of(parsed(read, prefixes).select))
    if any(s.iri is None for s in services):
        mend = "Name each partner, so that it can be told who is needed."
        raise ContentError("A SERVICE of the query has a variable.", file, None, mend)
    try:
        named = {known.named(s).name for s in services}
    except NoPartnerError as error:
        mend = "Name a partner of data/partners.ttl."
        raise ContentError(str(error), file, None, mend) from error
    if not named:
        raise ContentError(
            "The query holds no SERVICE.", file, None, "Move it to ontology/questions."
        )
    return named
