"""A graph for a mirror is fetched by the same network, whole or not at all."""

from __future__ import annotations

import pytest
from faulty_partner import reply, sending
from partner_rig import CONTACT, partner_at

from samgraf import limits
from samgraf.federation.mirror import fetch_graph
from samgraf.settings import Settings
from samgraf.sparql.federated.faults import Fault, PartnerError

SETTINGS = Settings(contact=CONTACT, partner_hosts="127.0.0.1")
QUERY = "CONSTRUCT WHERE { ?s ?p ?o }"
LINES = b'<u:s> <u:p> "o" .\n<u:s> <u:q> _:b .\n'


def fetch(partner, settings=SETTINGS, **told):
    return fetch_graph(partner_at(partner.url, **told), QUERY, settings)


@pytest.mark.parametrize("media_type", ["application/n-triples", "text/turtle;charset=utf-8"])
def test_triples_are_read_from_both_formats(partner, media_type):
    partner.mode = sending(reply(LINES, media_type=media_type))
    assert [t.predicate.value for t in fetch(partner)] == ["u:p", "u:q"]
    assert partner.requests[0].query == QUERY
    assert partner.requests[0].headers["accept"].startswith("application/n-triples")


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (reply(LINES[:-3], media_type="text/turtle"), Fault.FORMAT),
        (reply(LINES, media_type="text/turtle", Content_Length=None), Fault.FORMAT),
        (reply(b"<html>", media_type="text/html"), Fault.FORMAT),
        (reply(b"<u:s> <u:p> <<( <u:s> <u:p> <u:o> )>> .", media_type="text/turtle"), Fault.FORMAT),
        (reply(b'{"head":{}}'), Fault.FORMAT),
        (reply(status="302 F", Location="http://127.0.0.1/"), Fault.STATUS),
        (reply(status="500 E"), Fault.STATUS),
    ],
)
def test_nothing_else_is_taken(partner, answer, fault):
    partner.mode = sending(answer, hang_up=True)
    with pytest.raises(PartnerError) as error:
        fetch(partner)
    assert error.value.fault is fault


@pytest.mark.parametrize("mode", ["hung", "slow", "endless continue"])
def test_it_ends_by_its_deadline(partner, mode, monkeypatch):
    monkeypatch.setattr(limits, "MIRROR_SECONDS", 0.5)
    partner.mode = mode
    with pytest.raises(PartnerError) as error:
        fetch(partner)
    assert error.value.fault is Fault.TIMEOUT


def test_a_mirror_opens_no_way_to_loopback(partner):
    with pytest.raises(PartnerError, match="loopback"):
        fetch(partner, Settings(contact=CONTACT))
    assert partner.connections == 0
