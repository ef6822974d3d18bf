"""Those who ask the same share one request and one answer, and a partner is never pressed."""

from __future__ import annotations

import asyncio
import threading
import time
from email.utils import formatdate

import pytest
from faulty_partner import MODES, reply, rows, sending
from partner_rig import QUERY, Clock, ask, client_of, partner_at, run

from samgraf import limits
from samgraf.release.partner import XML
from samgraf.sparql.federated.faults import Fault, PartnerError

SOON = 0.3
PATIENCE = 30.0  # waited out only where a test fails


def later(mode: str = "answer", seconds: float = SOON):
    """Return what acts by ``mode`` after a while."""

    def act(partner, sock, request):
        time.sleep(seconds)
        MODES[mode](partner, sock, request)

    return act


async def settled(condition, patience: float = PATIENCE) -> bool:
    until = time.monotonic() + patience
    while not condition() and time.monotonic() < until:
        await asyncio.sleep(0.01)
    return condition()


async def gather(*work):
    return await asyncio.gather(*work, return_exceptions=True)


def test_no_more_than_the_parallel_requests_of_the_record_are_under_way(partner):
    def crowded(partner, sock, request):
        until = time.monotonic() + PATIENCE
        while partner.most < 3 and time.monotonic() < until:
            time.sleep(0.01)
        later(seconds=0.1)(partner, sock, request)  # so that a fourth would be seen

    partner.mode = crowded
    client = client_of(partner.url, parallel=3)
    told = run(lambda: gather(*(ask(client, f"SELECT {n}") for n in range(12))))
    assert all(len(given.rows) == 2 for given in told)
    assert (len(partner.requests), partner.most) == (12, 3)


def test_who_waits_in_vain_for_its_turn_hears_that_the_partner_is_busy(partner):
    partner.mode = "hung"
    client = client_of(partner.url, parallel=1)
    first, second = run(
        lambda: gather(ask(client, "SELECT 1", seconds=3.0), ask(client, "SELECT 2", seconds=1.5))
    )
    assert (first.fault, second.fault) == (Fault.TIMEOUT, Fault.BUSY)
    assert len(partner.requests) == 1


def test_equal_questions_at_the_same_time_are_one_request(partner):
    partner.mode = later()
    client = client_of(partner.url)
    told = run(lambda: gather(*(ask(client) for _ in range(20))))
    assert len(partner.requests) == 1
    assert not any(given.cached for given in told)
    assert sum(given.size for given in told) == max(given.size for given in told)


def test_a_request_goes_on_while_one_who_asked_remains(partner):
    partner.mode = later()
    client = client_of(partner.url)

    async def first_leaves():
        leaving = asyncio.ensure_future(ask(client))
        staying = asyncio.ensure_future(ask(client))
        await settled(lambda: partner.requests)
        leaving.cancel()
        return await staying

    assert len(run(first_leaves).rows) == 2
    assert len(partner.requests) == 1


def test_one_who_waited_long_enough_leaves_the_others_their_answer(partner):
    left = threading.Event()

    def act(partner, sock, request):
        left.wait(PATIENCE)
        MODES["answer"](partner, sock, request)

    partner.mode = act
    client = client_of(partner.url)

    async def asks():
        first, second = (asyncio.ensure_future(ask(client, seconds=s)) for s in (1.0, 30.0))
        told = await gather(first)
        left.set()
        return *told, await second

    short, long = run(asks)
    assert short.fault is Fault.TIMEOUT
    assert len(long.rows) == 2
    assert len(partner.requests) == 1


def test_one_who_joins_late_and_waits_in_vain_hears_that_the_partner_did_not_answer(partner):
    partner.mode = "hung"
    client = client_of(partner.url)
    told = run(lambda: gather(ask(client, seconds=2.0), ask(client, seconds=1.0)))
    assert [error.fault for error in told] == [Fault.TIMEOUT] * 2
    assert len(partner.requests) == 1


def test_the_connection_is_closed_at_once_when_nobody_waits_any_more(partner):
    partner.mode = "hung"
    client = client_of(partner.url, parallel=1)

    async def all_leave():
        asking = [asyncio.ensure_future(ask(client)) for _ in range(2)]
        await settled(lambda: partner.answering)
        for task in asking:
            task.cancel()
        assert await settled(lambda: not partner.open)
        # and its place is free for the next
        partner.mode = "answer"
        return await ask(client)

    assert len(run(all_leave).rows) == 2
    assert client.state.outcomes == {"cancelled": 1, "ok": 1}


def test_a_time_out_of_the_asker_is_the_partners_last_contact(partner):
    partner.mode = "hung"
    client = client_of(partner.url)

    async def waits():
        with pytest.raises(PartnerError):
            await ask(client, seconds=1.0)
        await settled(lambda: client.state.last)

    run(waits)
    last = client.state.last
    assert last.fault == "timeout"


def test_an_answer_is_fresh_for_the_time_of_the_record(partner):
    clock = Clock()
    client = client_of(partner.url, cache_seconds=300, now=clock)

    async def asks():
        first, second = await ask(client), await ask(client)
        other = await ask(client, "SELECT 2")
        clock.seconds += 301
        return first, second, other, await ask(client)

    first, second, other, third = run(asks)
    assert [g.cached for g in (first, second, other, third)] == [False, True, False, False]
    assert second.rows is first.rows
    assert second.size == 0
    assert third.at == clock()
    assert len(partner.requests) == 3
    assert client.state.cached == 2


def test_a_last_good_answer_serves_for_a_day_where_it_is_wanted(partner):
    clock = Clock()
    client = client_of(partner.url, cache_seconds=0, now=clock)
    begun = clock()

    async def asks(*, last_good=True, after=3600.0):
        clock.seconds = begun + after
        return await ask(client, seconds=0.5, last_good=last_good)

    async def all_asks():
        good = await ask(client)
        for mode in ("500", "hung", "html"):
            partner.mode = mode
            old = await asks()
            assert old.cached
            assert old.rows is good.rows
            with pytest.raises(PartnerError):
                await asks(last_good=False)
        with pytest.raises(PartnerError):
            await asks(after=86_401.0)

    run(all_asks)


def test_a_newer_answer_takes_the_place_of_an_old_one(partner):
    client = client_of(partner.url, cache_seconds=0)

    async def asks():
        await ask(client)
        partner.mode = sending(reply(rows("new")))
        await ask(client)
        partner.mode = "500"
        return await ask(client, last_good=True)

    assert len(run(asks).rows) == 1


def test_the_cache_keeps_to_its_bytes(partner):
    partner.mode = sending(reply(rows("x" * 10_000)))
    client = client_of(partner.url, cache_bytes=60_000)

    async def asks():
        for number in range(10):
            await ask(client, f"SELECT {number}")
        kept = client.state.cached
        hit = await ask(client, "SELECT 9"), await ask(client, "SELECT 0")
        partner.mode = sending(reply(rows("x" * 20_000)))
        await ask(client, "SELECT large")
        return kept, [g.cached for g in hit], (await ask(client, "SELECT large")).cached

    assert run(asks) == (5, [True, False], False)


def test_a_kept_answer_is_too_large_for_who_wants_fewer_rows(partner):
    client = client_of(partner.url)

    async def asks():
        await ask(client)
        return await ask(client, most=1)

    with pytest.raises(PartnerError) as error:
        run(asks)
    assert error.value.fault is Fault.TOO_LARGE


def test_a_fault_is_not_kept(partner):
    partner.mode = "500"
    client = client_of(partner.url)

    async def asks():
        with pytest.raises(PartnerError):
            await ask(client)
        partner.mode = "answer"
        return await ask(client)

    assert not run(asks).cached


@pytest.mark.parametrize(
    ("status", "after"),
    [
        ("429 T", "300"),
        ("503 S", "300"),
        ("429 T", lambda: formatdate(time.time() + 300, usegmt=True)),
        ("503 S", lambda: formatdate(time.time() + 300, localtime=True)),
        ("429 T", "9" * 400),
    ],
    ids=["429", "503", "date", "local date", "for ever"],
)
def test_nobody_asks_while_a_partner_wants_a_pause(partner, status, after):
    wait = after() if callable(after) else after
    partner.mode = sending(reply(status=status, Retry_After=wait))
    client = client_of(partner.url)

    async def asks():
        told = await gather(*(ask(client, f"SELECT {n}") for n in range(3)))
        partner.mode = "answer"
        told += await gather(ask(client, "SELECT 3"))
        return told

    told = run(asks)
    assert [error.fault for error in told] == [Fault.BUSY] * 4
    longest = 3600 if len(str(wait)) > 100 else 301
    assert all(longest - 60 < error.retry_after <= longest for error in told)
    assert len(partner.requests) <= 2  # those that were under way at once
    assert client.state.paused > 240


def test_a_short_pause_is_waited_for(partner):
    def once(partner, sock, request):
        partner.mode = "answer"
        sock.sendall(reply(status="429 T", Retry_After=1))

    partner.mode = once
    client = client_of(partner.url)
    assert len(run(lambda: ask(client)).rows) == 2
    assert len(partner.requests) == 2


def test_a_short_pause_that_does_not_fit_is_told_at_once(partner, monkeypatch):
    monkeypatch.setattr(limits, "RETRY_AFTER_WAIT_SECONDS", 60.0)
    partner.mode = sending(reply(status="429 T", Retry_After=40))
    client = client_of(partner.url)
    with pytest.raises(PartnerError) as error:
        run(lambda: ask(client, seconds=30.0))
    assert error.value.fault is Fault.BUSY
    assert error.value.retry_after > 30.0  # it was not waited for


@pytest.mark.parametrize("word", ["soon", "-1", "1e9", "", "Wed, 99 Foo 2026 99:99:99 GMT"])
def test_a_pause_without_a_length_is_short(partner, word, monkeypatch):
    monkeypatch.setattr(limits, "RETRY_AFTER_WAIT_SECONDS", 0.5)  # none is waited for
    partner.mode = sending(reply(status="429 T", Retry_After=word))
    with pytest.raises(PartnerError) as error:
        run(lambda: ask(client_of(partner.url)))
    assert error.value.retry_after <= 1.0


def test_a_request_is_what_the_record_says(partner):
    partner.mode = "answer"
    run(
        lambda: ask(
            client_of(f"{partner.url}?default-graph-uri=urn%3Ax", method="GET"), "SELECT æ&"
        )
    )
    run(lambda: ask(client_of(partner.url, format=XML), "SELECT æ&"))
    get, post = partner.requests
    assert get.target == "/sparql?default-graph-uri=urn%3Ax&query=SELECT+%C3%A6%26"
    assert (get.method, get.body, "content-type" in get.headers) == ("GET", b"", False)
    assert (post.method, post.target, post.query) == ("POST", "/sparql", "SELECT æ&")
    assert post.headers["content-type"] == "application/x-www-form-urlencoded"
    assert get.headers["accept"].startswith("application/sparql-results+json,")
    assert post.headers["accept"].startswith("application/sparql-results+xml,")
    for request in (get, post):
        assert request.headers["user-agent"].startswith("samgraf/")
        assert request.headers["user-agent"].endswith(" (+mailto:test@example.org)")
        assert request.headers["accept-encoding"] == "identity"
        assert request.headers["host"] == f"127.0.0.1:{partner.port}"


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "APPLICATION/JSON"])
def test_parameters_of_the_media_type_are_no_fault(partner, media_type):
    partner.mode = sending(reply(rows("x"), media_type=media_type))
    assert len(run(lambda: ask(client_of(partner.url))).rows) == 1


def test_a_partner_whose_address_is_refused_is_left_out_and_the_others_go_on(partner):
    bad = partner_at("http://2130706433/", name="bad")
    client = client_of(partner.url)
    client.client.use([client.partner, bad])

    async def asks():
        with pytest.raises(PartnerError) as error:
            await client.client.ask(bad, QUERY, 1.0, 10)
        assert error.value.fault is Fault.ADDRESS
        return await ask(client)

    assert len(run(asks).rows) == 2
    states = client.client.states()
    assert [(s.partner, bool(s.refused)) for s in states] == [("it", False), ("bad", True)]


def test_a_contact_of_any_kind_makes_a_header(partner):
    from samgraf.federation.partner_http import user_agent

    told = user_agent("Øystein (drift) <drift@example.org>\r\nX-Evil: 1")
    assert told.isascii()
    assert told.isprintable()
    assert told.count("(") == told.count(")") == 1


def test_a_partner_that_keeps_failing_is_left_alone_and_asked_again_later(partner, monkeypatch):
    monkeypatch.setattr(limits, "BREAKER_FIRST_SECONDS", 6.0)
    monkeypatch.setattr(limits, "RETRY_AFTER_WAIT_SECONDS", 0.5)
    partner.mode = "no answer"
    client = client_of(partner.url)

    async def asks():
        told = [(await gather(ask(client, f"SELECT {n}")))[0] for n in range(5)]
        partner.mode = "answer"
        monkeypatch.setattr(limits, "RETRY_AFTER_WAIT_SECONDS", 6.0)
        told += await gather(ask(client, "SELECT 5"))  # what is left is waited for
        return told

    *told, last = run(asks)
    assert [error.fault for error in told] == [Fault.UNREACHABLE] * 3 + [Fault.BUSY] * 2
    assert "3 times in a row" in str(told[-1])
    assert len(last.rows) == 2
    assert len(partner.requests) == 4


def test_whoever_allows_little_time_does_not_keep_a_partner_from_others(partner):
    partner.mode = "hung"
    client = client_of(partner.url, deadline=30.0)

    async def asks():
        told = [(await gather(ask(client, f"SELECT {n}", seconds=0.5)))[0] for n in range(5)]
        partner.mode = "answer"
        return told, await ask(client, "SELECT 9")

    told, last = run(asks)
    assert {error.fault for error in told} == {Fault.TIMEOUT}
    assert len(last.rows) == 2
