"""Fetch a graph from a partner, for a mirror of it: a call of its own, outside the desk.

The network is the same: checked addresses, one try, every wait and every answer bounded.
"""

from __future__ import annotations

import threading
import time

import pyoxigraph as ox

from samgraf.errors import UsageError
from samgraf.federation.desk.network import Network, hosts_of
from samgraf.federation.desk.request import Requests
from samgraf.federation.partner import Partner
from samgraf.federation.reply import Fault, PartnerError
from samgraf.remote.http import Exchange
from samgraf.settings import Settings

_ACCEPT = "application/n-triples, text/turtle;q=0.5"
_FORMATS = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
}


def fetch_graph(partner: Partner, query: str, settings: Settings) -> list[ox.Triple]:
    """Return the triples that ``partner`` answers to a CONSTRUCT query.

    Raise PartnerError where it gives no whole answer within its deadline, UsageError where no
    contact is set.
    """
    if not settings.contact.strip():
        raise UsageError("Partners are asked only where SAMGRAF_CONTACT says by whom.")
    requests = Requests(partner, settings.contact, Network(hosts_of(settings.partner_hosts)))
    exchange = Exchange(time.monotonic() + partner.deadline)
    timer = threading.Timer(partner.deadline, exchange.abort)
    timer.daemon = True
    timer.start()
    try:
        reply = requests.send(query, _ACCEPT, exchange)
    except PartnerError as error:
        if exchange.aborted:
            raise PartnerError(
                Fault.TIMEOUT,
                f"The partner {partner.name} did not answer within {partner.deadline:g} s.",
            ) from error
        raise
    finally:
        timer.cancel()
        requests.close()
    if reply.media_type not in _FORMATS:
        raise requests.unexpected(reply)
    try:
        found = ox.parse(input=reply.body, format=_FORMATS[reply.media_type])
        triples = [quad.triple for quad in found]
    except (SyntaxError, ValueError) as error:
        why = str(error)[:200]
    else:
        if any(isinstance(t.object, ox.Triple) for t in triples):
            raise requests.misshapen("with triples in triples, which RDF 1.1 does not know")
        return triples
    raise requests.misshapen(f"with a graph that cannot be used: {why}")
