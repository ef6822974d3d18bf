"""A partner that fails again and again, or asks for a pause, is not asked: by a clock of a test."""

from __future__ import annotations

import asyncio

import pytest

from samgraf import limits
from samgraf.federation.circuit_breaker import CircuitBreaker
from samgraf.sparql.federated.faults import Fault, PartnerError


class Time:
    """A clock on which sleeping takes no time."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def breaker(time: Time) -> CircuitBreaker:
    return CircuitBreaker("it", time, time.sleep)


def refusal(breaker: CircuitBreaker, deadline: float) -> PartnerError:
    with pytest.raises(PartnerError) as error:
        asyncio.run(breaker.closed(deadline))
    assert error.value.fault is Fault.BUSY
    return error.value


def test_it_opens_after_some_failures_in_a_row_for_longer_each_time(breaker):
    opened = []
    for _ in range(9):
        breaker.record_failure()
        opened.append(breaker.seconds_open)
    assert opened == [0.0, 0.0, 5.0, 10.0, 20.0, 40.0, 60.0, 60.0, 60.0]


def test_an_answer_makes_it_count_from_nothing_again(breaker):
    for _ in range(limits.BREAKER_FAILURES - 1):
        breaker.record_failure()
    breaker.record_answer()
    breaker.record_failure()
    assert breaker.seconds_open == 0


def test_while_it_is_open_callers_hear_so_at_once(breaker, time):
    for _ in range(3):
        breaker.record_failure()
    error = refusal(breaker, time() + 1000)
    assert (error.retry_after, time.slept) == (5.0, [])
    assert "3 times in a row" in str(error)
    time.seconds += 5
    asyncio.run(breaker.closed(time() + 1))


@pytest.mark.parametrize(("asked", "given"), [(None, 1.0), (7.5, 7.5), (1e9, 3600.0)])
def test_a_pause_is_as_long_as_the_partner_asks_within_bounds(breaker, asked, given):
    breaker.pause(asked)
    assert breaker.seconds_open == given


def test_a_short_pause_is_waited_for_where_the_deadline_allows(breaker, time):
    breaker.pause(1.5)
    asyncio.run(breaker.closed(time() + 10))
    assert time.slept == [1.5]
    breaker.pause(1.5)
    assert "asked for a pause" in str(refusal(breaker, time() + 1.0))
    assert time.slept == [1.5]
