"""Fetch a graph from a partner by a CONSTRUCT query, whole or not at all.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pyoxigraph as ox

from samgraf.engine.remote.http import Exchange
from samgraf.federation.network import Network, hosts_of
from samgraf.federation.partner_http import Requests
from samgraf.release.partner import Partner
from samgraf.settings import Settings
from samgraf.sparql.federated.partner_error import Fault, PartnerError

#: Seconds that a partner may take over an extract: nobody waits at a page meanwhile.
SECONDS = 120.0
#: Triples that an extract may have: it is read at every build.
MOST = 50_000
_FORMATS = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
}
_ACCEPT = "application/n-triples, text/turtle;q=0.9"


def fetch_graph(partner: Partner, query: str, settings: Settings) -> list[ox.Triple]:
    """Return the triples that ``partner`` answers ``query`` with, each once.

    Raise PartnerError where it gives no whole graph of at most MOST triples in time.
    """
    patient = replace(partner, deadline=SECONDS)
    network = Network(hosts_of(settings.partner_hosts))
    requests = Requests(patient, settings.contact, network)
    exchange = Exchange(time.monotonic() + SECONDS)
    # each wait is bounded by the request itself; this bounds all of them together
    alarm = threading.Timer(SECONDS, exchange.abort)
    alarm.daemon = True
    alarm.start()
    try:
        reply = requests.send(query, _ACCEPT, exchange)
    except PartnerError as error:
        # a single wait may end a moment before the alarm does
        if exchange.aborted or error.fault is Fault.TIMEOUT:
            told = f"The partner {partner.name} did not answer within {SECONDS:g} s."
            raise PartnerError(Fault.TIMEOUT, told) from error
        raise
    finally:
        alarm.cancel()
        requests.close()
    if (format := _FORMATS.get(reply.media_type)) is None:
        raise requests.unexpected(reply)
    return _read(requests, reply.body, format, partner.name)


def _read(requests: Requests, body: bytes, format: ox.RdfFormat, name: str) -> list[ox.Triple]:
    triples: dict[ox.Triple, None] = {}
    try:
        for quad in ox.parse(input=body, format=format):
            if isinstance(quad.object, ox.Triple):
                raise requests.misshapen("with a triple about a triple, which RDF 1.1 has not")
            triples[ox.Triple(quad.subject, quad.predicate, quad.object)] = None
            if len(triples) > MOST:
                told = f"The partner {name} answered with more than {MOST:,} triples."
                raise PartnerError(Fault.TOO_LARGE, told)
    except SyntaxError as error:
        raise requests.misshapen(f"with a graph that cannot be read ({error.msg})") from error
    return list(triples)
