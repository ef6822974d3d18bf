"""Store a dated extract of a partner's data as a file of the content.

The same data give the same bytes but for the date; where anything goes wrong the file stays as it
was. https://www.w3.org/TR/prov-o/ has the terms in which the extract tells where it is from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

import pyoxigraph as ox

from samgraf.build.catalogue import words
from samgraf.build.content import Content, Header
from samgraf.build.content.layout import MIRRORS
from samgraf.build.rdf import value_of
from samgraf.errors import UsageError
from samgraf.release.partner import Partner
from samgraf.release.serialise import write_graph
from samgraf.release.write import canonicalise, put_file
from samgraf.sparql.federated.faults import Fault, PartnerError
from samgraf.sparql.federated.inline import skolem_iri
from samgraf.vocab import DCT, FEDERATION, PROV, RDF, SH, VOID, XSD

T = TypeVar("T")
Fetch = Callable[[], list[ox.Triple]]


class Change(NamedTuple):
    """Tell what a new extract is beside the old: its size, and triples that came and went.

    ``before`` is the date of the old one, or None where there was none.
    """

    path: Path
    triples: int
    came: int
    went: int
    before: str | None


def store_mirror(
    content: Content, header: Header, partner: Partner, licence: str | None, fetch: Fetch
) -> Change:
    """Put what ``fetch`` returns at ``data/mirrors/NAME.ttl`` in one step; return the change.

    Raise PartnerError where it is empty or speaks of things of ours, UsageError where the file
    cannot be written.
    """
    graph = ox.NamedNode(f"{header.base}graph/mirrors/{partner.name}")
    triples = _settled(fetch(), header.base, partner)
    path = content.root / MIRRORS / f"{partner.name}.ttl"
    before = _read(path)
    known = {t for t in before if t.subject != graph}
    now = datetime.now(UTC).replace(microsecond=0)
    about = list(_about(graph, partner, licence, len(triples), now))
    body = write_graph([*triples, *about], "text/turtle", header.prefixes)
    head = (
        f"# A dated extract of the data of {partner.endpoint}, made by `samgraf mirror "
        f"{partner.name}`,\n# which puts the next one in its place. It answers where the partner "
        "does not.\n\n"
    )
    try:
        put_file(path, head.encode() + body)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}.") from error
    dates = [
        value_of(t.object)
        for t in before
        if (t.subject, t.predicate) == (graph, ox.NamedNode(DCT + "created"))
    ]
    return Change(
        path=path,
        triples=len(triples),
        came=len(set(triples) - known),
        went=len(known - set(triples)),
        before=dates[0] if dates else None,
    )


def _settled(triples: list[ox.Triple], base: str, partner: Partner) -> list[ox.Triple]:
    """Return ``triples`` as a store keeps them, with IRIs in place of blank nodes.

    The names of blank nodes come from the graph, not from the answer, so that they last.
    """
    if not triples:
        raise PartnerError(Fault.FORMAT, f"The partner {partner.name} answered with nothing.")
    for t in triples:
        if isinstance(t.subject, ox.NamedNode) and t.subject.value.startswith(base):
            told = f"The partner {partner.name} answered with statements about {t.subject}."
            raise PartnerError(Fault.FORMAT, told)
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    lines = "\n".join(canonicalise(list(store)))
    named = ox.parse(input=lines, format=ox.RdfFormat.N_QUADS)

    def settle(term: T) -> T | ox.NamedNode:
        if not isinstance(term, ox.BlankNode):
            return term
        return ox.NamedNode(skolem_iri(base, partner.name, term.value))

    return [ox.Triple(settle(q.subject), q.predicate, settle(q.object)) for q in named]


def _about(
    graph: ox.NamedNode, partner: Partner, licence: str | None, triples: int, now: datetime
) -> Iterable[ox.Triple]:
    yield ox.Triple(graph, ox.NamedNode(RDF + "type"), ox.NamedNode(VOID + "Dataset"))
    for what in ("title", "description"):
        for language, title in partner.titles.items():
            for text in words("mirror", what, name=title):
                if text.language == language:
                    yield ox.Triple(graph, ox.NamedNode(DCT + what), text)
    yield ox.Triple(graph, ox.NamedNode(FEDERATION + "mirrorOf"), ox.NamedNode(partner.iri))
    yield ox.Triple(graph, ox.NamedNode(DCT + "source"), ox.NamedNode(partner.endpoint))
    if licence:
        yield ox.Triple(graph, ox.NamedNode(DCT + "license"), ox.NamedNode(licence))
    yield ox.Triple(graph, ox.NamedNode(SH + "construct"), ox.Literal(partner.mirror_query))
    yield ox.Triple(
        graph,
        ox.NamedNode(VOID + "triples"),
        ox.Literal(str(triples), datatype=ox.NamedNode(XSD + "integer")),
    )
    date = ox.Literal(now.date().isoformat(), datatype=ox.NamedNode(XSD + "date"))
    yield ox.Triple(graph, ox.NamedNode(DCT + "created"), date)
    time = ox.Literal(
        now.isoformat().replace("+00:00", "Z"), datatype=ox.NamedNode(XSD + "dateTime")
    )
    yield ox.Triple(graph, ox.NamedNode(PROV + "generatedAtTime"), time)


def _read(path: Path) -> set[ox.Triple]:
    """Return the triples of the file that stands there; none where it cannot be read."""
    try:
        parsed = ox.parse(path=path, format=ox.RdfFormat.TURTLE)
        return {ox.Triple(q.subject, q.predicate, q.object) for q in parsed}
    except (OSError, SyntaxError):
        return set()
