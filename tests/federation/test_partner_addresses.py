"""No connection goes to this machine or its neighbours, however the way there is written."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from faulty_partner import FaultyPartner, reply, sending
from partner_rig import Resolver, ask, client_of, run

from samgraf.federation.addresses import check_endpoint
from samgraf.federation.network import PinnedBackend, hosts_of
from samgraf.sparql.federated.faults import Fault, PartnerError

pytestmark = pytest.mark.usefixtures("rigged")
REFUSED = [
    line
    for line in (Path(__file__).parent / "refused.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
NAME = "http://query.example.org"
PUBLIC = "198.41.0.4"  # never connected to: sockets are watched
ZERO = "0.0.0.0"  # noqa: S104 - to be refused
BAD = [
    "127.0.0.1", "127.8.8.8", ZERO, "10.1.2.3", "172.20.0.1", "192.168.0.1", "169.254.169.254",
    "100.64.0.1", "224.0.0.251", "255.255.255.255", "::1", "::", "::ffff:127.0.0.1", "::7f00:1",
    "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::1", "fe80::1",
    "fe80::1%lo", "fd12:3456::1", "fec0::1", "ff05::2", "2001:0:7f00:1::", "not an address",
]  # fmt: skip


@pytest.fixture
def listener():
    """Return what answers on loopback, if anything ever reaches it."""
    with FaultyPartner() as four:
        yield four


@pytest.fixture
def no_connections(monkeypatch):
    """Return the list of places that anything tried to connect to; none is let through."""
    tried = []

    class Watched(socket.socket):
        def connect(self, place):
            if self.type == socket.SOCK_DGRAM:
                return super().connect(place)
            tried.append(place[0])
            raise ConnectionRefusedError

    monkeypatch.setattr(socket, "socket", Watched)
    return tried


def fault_of(client, **asked) -> PartnerError:
    with pytest.raises(PartnerError) as error:
        run(lambda: ask(client, **asked))
    return error.value


def test_there_are_sixty_spellings_and_more():
    assert len(set(REFUSED)) >= 60


@pytest.mark.parametrize("spelling", REFUSED)
def test_no_spelling_leads_to_loopback(listener, spelling):
    client = client_of(spelling.format(port=listener.port), allowed=())
    error = fault_of(client)
    assert error.fault is Fault.ADDRESS, str(error)
    assert str(error).isprintable()
    assert listener.connections == 0


@pytest.mark.parametrize("address", BAD)
@pytest.mark.parametrize("others", [[], [PUBLIC]], ids=["alone", "beside a public one"])
@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
def test_one_refused_address_refuses_the_host(no_connections, address, others, first):
    found = [address, *others] if first else [*others, address]
    client = client_of(f"{NAME}/", allowed=(), resolve=Resolver(found))
    assert fault_of(client).fault is Fault.ADDRESS
    assert no_connections == []


def test_a_connection_goes_to_the_address_that_was_checked_by_one_look_up(no_connections):
    resolver = Resolver([PUBLIC], ["127.0.0.1"])
    client = client_of(f"{NAME}:8080/", allowed=(), resolve=resolver)
    assert fault_of(client).fault is Fault.UNREACHABLE
    assert (no_connections, resolver.asked) == ([PUBLIC], 1)
    # and the next one finds that the name has changed its mind
    assert fault_of(client).fault is Fault.ADDRESS
    assert (no_connections, resolver.asked) == ([PUBLIC], 2)


def test_every_address_is_tried_before_the_partner_is_given_up(no_connections):
    client = client_of(f"{NAME}/", allowed=(), resolve=Resolver([PUBLIC, "198.41.0.5", "2620::1"]))
    assert fault_of(client).fault is Fault.UNREACHABLE
    assert no_connections == [PUBLIC, "198.41.0.5", "2620::1"]


def test_a_look_up_that_gets_no_thread_leaves_none_behind_that_others_wait_for(
    no_connections, monkeypatch
):
    def start(_thread):
        raise RuntimeError("can't start new thread")

    client = client_of(f"{NAME}/", allowed=(), resolve=Resolver([PUBLIC]))
    with monkeypatch.context() as patch:
        patch.setattr("threading.Thread.start", start)
        assert fault_of(client).fault is Fault.UNREACHABLE
    assert no_connections == []
    assert fault_of(client).fault is Fault.UNREACHABLE
    assert no_connections == [PUBLIC]


@pytest.mark.parametrize("status", ["301 M", "302 F", "303 S", "307 T", "308 P", "300 C", "304 N"])
def test_no_redirect_is_followed(partner, listener, status):
    place = f"http://127.0.0.1:{listener.port}/secret"
    partner.mode = sending(reply(status=status, Location=place))
    error = fault_of(client_of(partner.url))
    assert error.fault is Fault.STATUS
    assert "redirects" in str(error)
    assert (len(partner.requests), listener.connections) == (1, 0)


def test_a_refresh_in_headers_leads_nowhere(partner, listener):
    place = f"http://127.0.0.1:{listener.port}/"
    headers = {"Refresh": f"0; url={place}", "Content-Location": place, "Link": f"<{place}>"}
    partner.mode = sending(reply(b"{}", **headers))
    assert fault_of(client_of(partner.url)).fault is Fault.FORMAT
    assert listener.connections == 0


def test_an_operator_may_let_a_host_stand_at_loopback(partner):
    client = client_of(
        f"http://stand-in.test:{partner.port}/", ("stand-in.test",), Resolver(["127.0.0.1"])
    )
    assert len(run(lambda: ask(client)).rows) == 2
    other = client_of(
        f"http://other.test:{partner.port}/", ("stand-in.test",), Resolver(["127.0.0.1"])
    )
    assert fault_of(other).fault is Fault.ADDRESS


@pytest.mark.parametrize("address", ["169.254.169.254", ZERO, "224.0.0.1", "fe80::1", "::"])
def test_a_host_that_is_let_in_still_has_no_odd_address(no_connections, address):
    client = client_of(f"{NAME}/", ("query.example.org",), Resolver([address]))
    assert fault_of(client).fault is Fault.ADDRESS
    assert no_connections == []


def test_a_public_address_of_this_machine_is_refused(monkeypatch, no_connections):
    monkeypatch.setattr("samgraf.federation.network._is_own", lambda family, place: True)
    client = client_of(f"{NAME}/", allowed=(), resolve=Resolver([PUBLIC]))
    assert "own" in str(fault_of(client))
    assert no_connections == []


def test_a_connection_that_led_elsewhere_is_given_up(monkeypatch, partner):
    backend = PinnedBackend(("it.test",), Resolver(["127.0.0.1"]))
    monkeypatch.setattr(socket.socket, "getpeername", lambda sock: ("127.0.0.9", 1))
    with pytest.raises(PartnerError, match=r"led to 127\.0\.0\.9"):
        run(lambda: backend.connect_tcp("it.test", partner.port))
    assert partner.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "https://query.wikidata.org/sparql",
        "https://qlever.cs.uni-freiburg.de/api/osm-planet",
        "http://example.org:8890/sparql?default-graph-uri=urn%3Ax",
        "https://xn--bl-yia.example/",
        "https://198.41.0.4/sparql",
        "https://[2620:0:2d0:200::7]:8443/",
        "https://example.org",
    ],
)
def test_addresses_of_real_partners_pass(url):
    assert check_endpoint(url).target.startswith("/")


def test_hosts_of_a_setting_are_read_without_care_for_case_and_space():
    assert hosts_of(" LocalHost, 127.0.0.1,[::1],,") == {"localhost", "127.0.0.1", "::1"}


def test_proxies_and_passwords_of_the_environment_are_not_used(
    partner, listener, monkeypatch, tmp_path
):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{listener.port}")
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    partner.mode = sending(reply(b"{}", Set_Cookie="a=b"))
    client = client_of(partner.url)
    for _ in range(2):
        fault_of(client)
    assert listener.connections == 0
    assert all(not {"authorization", "cookie"} & set(r.headers) for r in partner.requests)


def test_a_partner_that_wants_a_password_gets_none(partner):
    partner.mode = sending(reply(status="401 No", WWW_Authenticate='Basic realm="x"'))
    assert fault_of(client_of(partner.url)).fault is Fault.STATUS
    assert len(partner.requests) == 1
