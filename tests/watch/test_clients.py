import pytest
from samgraf.gateway.watch.clients import DAY, Clients, networks, read_address

from samgraf.errors import UsageError

PROXIES = "127.0.0.1, 10.0.0.0/8, fd00::/8"


class Clock:
    def __init__(self):
        self.time = 1_000 * DAY + 5.0

    def __call__(self):
        return self.time


@pytest.fixture
def clients(tmp_path):
    return Clients(PROXIES, tmp_path, Clock())


def test_same_address_is_the_same_client_whatever_its_port(clients):
    assert clients.client("192.0.2.1:4711", None) == clients.client("192.0.2.1", None)
    assert clients.client("192.0.2.1", None) != clients.client("192.0.2.2", None)


def test_ipv6_clients_are_told_apart_by_their_64(clients):
    one = clients.client("[2001:db8:1:2::1]:80", None)
    assert one == clients.client("2001:db8:1:2:ffff::9", None)
    assert one != clients.client("2001:db8:1:3::1", None)


@pytest.mark.parametrize("remote", ["127.0.0.9", "127.1.2.3:80", "[::1]:80", "::ffff:127.0.0.2"])
def test_this_machine_is_local_whatever_it_claims(tmp_path, remote):
    clients = Clients("", tmp_path)
    assert clients.client(remote, None).local
    assert clients.client(remote, "192.0.2.1").local


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
def test_forwarded_for_is_walked_from_the_right_over_trusted_proxies(clients, peer, header, origin):
    found = clients.client(peer, header)
    assert found.key == clients.client(origin, None).key
    assert not found.local


def test_nobody_becomes_local_through_a_proxy(clients):
    assert clients.client("127.0.0.1", None).local
    for header in ("127.0.0.1", "::1", "garbage", "", "127.0.0.1, 127.0.0.1"):
        assert not clients.client("127.0.0.1", header).local


def test_peer_without_an_address_is_limited(clients):
    assert not clients.client("unix:", None).local
    assert not clients.client("", "127.0.0.1").local


def test_keys_change_by_the_day_and_are_forgotten(tmp_path):
    clock = Clock()
    clients = Clients("", tmp_path, clock)
    first = clients.client("192.0.2.1", None)
    clock.time += DAY
    assert clients.client("192.0.2.1", None).key != first.key
    assert [p.name for p in tmp_path.iterdir()] == ["salt-1001"]
    assert (tmp_path / "salt-1001").stat().st_mode & 0o777 == 0o600


def test_processes_share_the_salt_and_runs_do_not(tmp_path):
    (tmp_path / "other").mkdir()
    one, two = (Clients("", tmp_path, Clock()).client("192.0.2.1", None) for _ in range(2))
    assert one == two
    assert Clients("", tmp_path / "other", Clock()).client("192.0.2.1", None) != one


def test_memory_of_clients_is_bounded(clients):
    for n in range(10_000):
        clients.client(f"192.0.{n % 256}.{n // 256}", None)
    assert len(clients._known) <= 4096


@pytest.mark.parametrize("text", ["10.0.0.0/33", "proxy.example", "10.0.0.1 10.0.0.2"])
def test_setting_that_is_no_network_is_told(text):
    with pytest.raises(UsageError, match="SAMGRAF_TRUSTED_PROXIES"):
        networks(text)


@pytest.mark.parametrize(
    "text", ["", "a", "1.2.3", "1.2.3.4.5", "[::1", "[::1]x", ":::", "1::2::3"]
)
def test_text_that_is_no_address(text):
    assert read_address(text) is None
