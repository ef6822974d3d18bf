import re

import pytest

from samgraf import limits
from samgraf.errors import UsageError
from samgraf.gateway.rate_limit import Client, RateLimit, networks, read_address
from samgraf.settings import Settings

PROXIES = "127.0.0.1, 10.0.0.0/8, fd00::/8"
LIMITS = {
    "client_seconds": 60,
    "client_burst": 120,
    "client_errors": 30,
    "client_error_burst": 60,
}
AWAY = Client("0123456789ab", local=False)
HERE = Client("ba9876543210", local=True)


class Clock:
    time = 5.0

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def rate(clock):
    return RateLimit(Settings(trusted_proxies=PROXIES, **LIMITS), clock)


def test_same_address_is_the_same_client_whatever_its_port(rate):
    assert rate.client_of("192.0.2.1:4711", None) == rate.client_of("192.0.2.1", None)
    assert rate.client_of("192.0.2.1", None) != rate.client_of("192.0.2.2", None)


def test_ipv6_clients_are_told_apart_by_their_64(rate):
    one = rate.client_of("[2001:db8:1:2::1]:80", None)
    assert one == rate.client_of("2001:db8:1:2:ffff::9", None)
    assert one != rate.client_of("2001:db8:1:3::1", None)


@pytest.mark.parametrize("peer", ["127.0.0.9", "127.1.2.3:80", "[::1]:80", "::ffff:127.0.0.2"])
def test_this_machine_is_local_whatever_it_claims(peer):
    rate = RateLimit(Settings())
    assert rate.client_of(peer, None).local
    assert rate.client_of(peer, "192.0.2.1").local


@pytest.mark.parametrize(
    ("peer", "header", "origin"),
    [
        ("10.0.0.1", "192.0.2.1", "192.0.2.1"),
        ("10.0.0.1", "192.0.2.1, 10.1.1.1, 10.2.2.2", "192.0.2.1"),
        ("10.0.0.1", "203.0.113.5, 192.0.2.1", "192.0.2.1"),
        ("10.0.0.1", "127.0.0.1, 192.0.2.1", "192.0.2.1"),
        ("10.0.0.1", "10.9.9.9, 10.1.1.1", "10.9.9.9"),
        ("10.0.0.1", "192.0.2.1:8080", "192.0.2.1"),
        ("fd00::1", "[2001:db8::1]:8080", "2001:db8::1"),
        ("127.0.0.1:99", " 192.0.2.1 ", "192.0.2.1"),
        ("10.0.0.1", "nonsense, 192.0.2.1", "192.0.2.1"),
        # malformed: the peer itself
        ("10.0.0.1", "192.0.2.1, nonsense", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.1,", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.1," * 1000 + "192.0.2.1", "10.0.0.1"),
        # no trusted proxy: what it says is nothing
        ("198.51.100.1", "192.0.2.1", "198.51.100.1"),
        ("198.51.100.1", "127.0.0.1", "198.51.100.1"),
    ],
)
def test_forwarded_for_is_walked_from_the_right_over_trusted_proxies(rate, peer, header, origin):
    found = rate.client_of(peer, header)
    assert found.key == rate.client_of(origin, None).key
    assert not found.local


def test_nobody_becomes_local_through_a_proxy(rate):
    assert rate.client_of("127.0.0.1", None).local
    for header in ("127.0.0.1", "::1", "garbage", "", "127.0.0.1, 127.0.0.1"):
        assert not rate.client_of("127.0.0.1", header).local


def test_peer_without_an_address_is_limited(rate):
    assert not rate.client_of("unix:", None).local
    assert not rate.client_of("", "127.0.0.1").local


def test_keys_change_by_the_day_and_are_no_hash_of_the_address_alone(rate, clock):
    first = rate.client_of("192.0.2.1", None)
    assert first != RateLimit(Settings()).client_of("192.0.2.1", None)
    clock.time += 86_399
    assert rate.client_of("192.0.2.1", None) == first
    clock.time += 1
    assert rate.client_of("192.0.2.1", None) != first


@pytest.mark.parametrize("text", ["10.0.0.0/33", "proxy.example", "10.0.0.1 10.0.0.2"])
def test_setting_that_is_no_network_is_told(text):
    with pytest.raises(UsageError, match="SAMGRAF_TRUSTED_PROXIES"):
        networks(text)
    with pytest.raises(UsageError, match="SAMGRAF_TRUSTED_PROXIES"):
        RateLimit(Settings(trusted_proxies=text))


@pytest.mark.parametrize(
    "text", ["", "a", "1.2.3", "1.2.3.4.5", "[::1", "[::1]x", ":::", "1::2::3", "1" * 100_000]
)
def test_text_that_is_no_address(text):
    assert read_address(text) is None


def test_client_that_used_its_burst_waits_until_it_has_filled(rate, clock):
    rate.spend(AWAY, 119.5, False)
    assert rate.check(AWAY).retry_after == pytest.approx(0.5)
    clock.time += 0.5
    assert rate.check(AWAY) is None
    clock.time += 1_000
    rate.spend(AWAY, 100, False)
    assert rate.check(AWAY) is None


def test_errors_have_a_bucket_of_their_own(rate, clock):
    for _ in range(60):
        assert rate.check(AWAY) is None
        rate.spend(AWAY, 0, True)
    assert rate.check(AWAY).retry_after == pytest.approx(2)
    clock.time += 2
    assert rate.check(AWAY) is None


def test_debt_is_bounded(rate):
    for _ in range(100):
        rate.spend(AWAY, 20, False)
    assert rate.check(AWAY).retry_after == pytest.approx(121)


def test_one_client_does_not_pay_for_another(rate):
    rate.spend(AWAY, 1000, True)
    assert rate.check(Client("0123456789ac", local=False)) is None


def test_this_machine_is_never_limited_and_not_told_of_limits(rate):
    rate.spend(HERE, 10_000, True)
    assert rate.check(HERE) is None
    assert rate.headers(HERE) == {}


def test_headers_tell_policy_and_what_is_left(rate):
    rate.spend(AWAY, 20.5, True)
    headers = rate.headers(AWAY)
    assert headers["RateLimit-Policy"] == '"seconds";q=120;w=120, "errors";q=60;w=120'
    assert headers["RateLimit"] == '"seconds";r=99;t=21, "errors";r=59;t=2'


def test_header_of_a_limited_client_says_that_nothing_is_left(rate):
    rate.spend(AWAY, 200, False)
    left = re.fullmatch(r'"seconds";r=(\d+);t=(\d+), .*', rate.headers(AWAY)["RateLimit"])
    assert left.groups() == ("0", "200")


def test_client_unseen_for_longest_makes_room(rate, monkeypatch):
    monkeypatch.setattr(limits, "RATE_LIMITED_CLIENTS", 8)
    clients = [Client(f"{n:012x}", local=False) for n in range(9)]
    for client in [*clients[:8], clients[0], clients[8]]:
        rate.spend(client, 130, False)
    assert rate.check(clients[1]) is None
    assert all(rate.check(c) for c in [clients[0], *clients[2:]])
