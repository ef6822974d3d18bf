import multiprocessing
import re

import pytest
from samgraf.gateway.watch import Client
from samgraf.gateway.watch.fair_use import SETS, WAYS, FairUse
from watched import AWAY, HERE

from samgraf.settings import Settings

SETTINGS = Settings(client_seconds=60, client_burst=120, client_errors=30, client_error_burst=60)


class Clock:
    time = 1_000_000.0

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def fair(tmp_path, clock):
    fair = FairUse(SETTINGS, tmp_path, clock)
    yield fair
    fair.close()


def test_client_that_used_its_burst_waits_until_it_has_filled(fair, clock):
    fair.charge(AWAY, 119.5, 0)
    verdict = fair.admit(AWAY)
    assert verdict.refused
    assert verdict.retry_after == pytest.approx(0.5)
    clock.time += 0.5
    assert not fair.admit(AWAY).refused
    clock.time += 1_000
    fair.charge(AWAY, 100, 0)
    assert not fair.admit(AWAY).refused


def test_errors_have_a_bucket_of_their_own(fair, clock):
    for _ in range(60):
        assert not fair.admit(AWAY).refused
        fair.charge(AWAY, 0, 1)
    verdict = fair.admit(AWAY)
    assert verdict.refused
    assert verdict.retry_after == pytest.approx(2)
    clock.time += 2
    assert not fair.admit(AWAY).refused


def test_debt_is_bounded(fair):
    for _ in range(100):
        fair.charge(AWAY, 20, 0)
    assert fair.admit(AWAY).retry_after == pytest.approx(121)


def test_one_client_does_not_pay_for_another(fair):
    fair.charge(AWAY, 1000, 1000)
    assert not fair.admit(Client("0123456789ac", local=False)).refused


def test_this_machine_is_never_limited_and_not_told_of_limits(fair):
    fair.charge(HERE, 10_000, 10_000)
    verdict = fair.admit(HERE)
    assert (verdict.refused, verdict.headers) == (False, {})


def test_clock_that_goes_back_gives_nothing_and_takes_nothing(fair, clock):
    fair.charge(AWAY, 130, 0)
    clock.time -= 500
    assert fair.admit(AWAY).retry_after == pytest.approx(11)


def test_headers_tell_policy_and_what_is_left(fair):
    fair.charge(AWAY, 20.5, 1)
    headers = fair.admit(AWAY).headers
    assert headers["RateLimit-Policy"] == '"seconds";q=120;w=120, "errors";q=60;w=120'
    assert headers["RateLimit"] == '"seconds";r=99;t=21, "errors";r=59;t=2'


def test_header_of_a_limited_client_says_that_nothing_is_left(fair):
    fair.charge(AWAY, 200, 0)
    left = re.fullmatch(r'"seconds";r=(\d+);t=(\d+), .*', fair.admit(AWAY).headers["RateLimit"])
    assert left.groups() == ("0", "200")


def test_oldest_client_of_a_set_makes_room(fair, clock):
    clients = [Client(f"000001{n:06x}", local=False) for n in range(WAYS + 1)]
    for client in clients:
        clock.time += 1
        fair.charge(client, 130, 0)
    assert not fair.admit(clients[0]).refused
    assert all(fair.admit(c).refused for c in clients[1:])


def test_file_does_not_grow(fair, tmp_path):
    before = (tmp_path / "fair-use").stat().st_size
    for n in range(SETS * 3):
        fair.charge(Client(f"{n * 7919:012x}", local=False), 1, 0)
    assert (tmp_path / "fair-use").stat().st_size == before


def _charge(folder, times):
    fair = FairUse(Settings(client_seconds=0.001, client_burst=1e6), folder)
    for _ in range(times):
        fair.charge(AWAY, 1.0, 0)


def test_processes_charge_the_same_bucket_and_lose_nothing(tmp_path):
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_charge, args=(tmp_path, 2000)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [p.exitcode for p in processes] == [0, 0, 0]
    fair = FairUse(Settings(client_seconds=0.001, client_burst=1e6), tmp_path)
    left = re.search(r"r=(\d+)", fair.admit(AWAY).headers["RateLimit"])[1]
    fair.close()
    assert 1_000_000 - 6_000 <= int(left) <= 1_000_000 - 5_999
