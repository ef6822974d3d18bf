"""Fetch a graph from a partner by a CONSTRUCT query, whole or not at all.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

import asyncio

import pyoxigraph as ox

from samgraf import limits
from samgraf.federation.network import PinnedBackend, hosts_of
from samgraf.federation.partner_http import PartnerEndpoint, within
from samgraf.http_connections import HttpReply
from samgraf.release.partner import Partner
from samgraf.settings import Settings
from samgraf.sparql.federated.faults import Fault, PartnerError

_FORMATS = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
}
_ACCEPT = "application/n-triples, text/turtle;q=0.9"


def fetch_graph(partner: Partner, query: str, settings: Settings) -> list[ox.Triple]:
    """Return the triples that ``partner`` answers ``query`` with, each once.

    Raise PartnerError where it gives no whole graph within limits.MIRROR_SECONDS and
    limits.MIRROR_TRIPLES.
    """
    backend = PinnedBackend(hosts_of(settings.partner_hosts))
    endpoint = PartnerEndpoint(partner, settings.contact, backend)
    answer = asyncio.run(_fetched(endpoint, query, partner.name))
    if (format := _FORMATS.get(answer.media_type)) is None:
        raise endpoint.unexpected(answer)
    return _triples(endpoint, answer.body, format, partner.name)


async def _fetched(endpoint: PartnerEndpoint, query: str, name: str) -> HttpReply:
    try:
        async with within(limits.MIRROR_SECONDS, name):
            return await endpoint.ask(query, _ACCEPT)
    finally:
        await endpoint.aclose()


def _triples(
    endpoint: PartnerEndpoint, body: bytes, format: ox.RdfFormat, name: str
) -> list[ox.Triple]:
    triples: dict[ox.Triple, None] = {}
    try:
        for quad in ox.parse(input=body, format=format):
            if isinstance(quad.object, ox.Triple):
                raise endpoint.malformed("with a triple about a triple, which RDF 1.1 has not")
            triples[ox.Triple(quad.subject, quad.predicate, quad.object)] = None
            if len(triples) > limits.MIRROR_TRIPLES:
                message = (
                    f"The partner {name} answered with more than {limits.MIRROR_TRIPLES:,} triples."
                )
                raise PartnerError(Fault.TOO_LARGE, message)
    except SyntaxError as error:
        raise endpoint.malformed(f"with a graph that cannot be read ({error.msg})") from error
    return list(triples)
