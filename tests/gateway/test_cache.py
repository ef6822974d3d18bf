import asyncio
import random

from samgraf.gateway.cache import (
    CachedAnswer,
    QueryFacts,
    Representation,
    RequestKey,
    ResponseCache,
)
from samgraf.gateway.compression import accepted_encoding
from samgraf.limits import CACHE_OVERHEAD as OVERHEAD
from samgraf.limits import CACHE_REQUESTS, CACHE_SHARE

KEPT = 1000  # bytes of each answer


def entry(name, size=KEPT):
    return CachedAnswer(name, b"x" * size, 0.1)


def sent(of):
    return Representation([], [], of.body, '"t"', QueryFacts(), of)


def key(name, size=0):
    """Return the key of a request, which holds ``size`` bytes."""
    text = str(name).encode()
    return RequestKey(text, b"x" * (size - len(text)), b"", None, None, None)


async def packed(cache, held, coding):
    await cache.represent(held, [], "t", accepted_encoding(coding), QueryFacts())


def test_least_recently_used_goes_first():
    cache = ResponseCache(10 * (KEPT + OVERHEAD + 3))
    for number in range(10):
        cache.put(entry(str(number)))
    cache.get("0")
    cache.put(entry("new"))
    assert cache.get("1") is None
    assert cache.get("0") is not None
    assert cache.get("new") is not None


def test_answer_above_its_part_of_the_cache_is_not_kept():
    cache = ResponseCache(100_000)
    cache.put(entry("large", 100_000 // CACHE_SHARE + 1))
    assert len(cache) == cache.bytes == 0


def test_coded_forms_and_requests_count():
    cache = ResponseCache(100_000)
    held = entry("a")
    cache.put(held)
    for _ in range(2):
        asyncio.run(packed(cache, held, "gzip, identity;q=0"))
        cache.remember(key("q", 50), sent(held))
    assert len(held.coded["gzip"]) > 10
    assert cache.bytes == KEPT + len("a") + OVERHEAD + len(held.coded["gzip"]) + 50 + OVERHEAD


def test_request_goes_with_its_answer():
    cache = ResponseCache(3 * (KEPT + 2 * OVERHEAD))
    first = entry("first")
    cache.put(first)
    cache.remember(key("request"), sent(first))
    assert cache.recall(key("request")).answer is first
    for number in range(5):
        cache.put(entry(str(number)))
    assert cache.get("first") is None
    assert cache.recall(key("request")) is None


def test_recall_keeps_an_answer_young():
    cache = ResponseCache(10 * (KEPT + OVERHEAD + 3) + OVERHEAD)
    old = entry("old")
    cache.put(old)
    cache.remember(key("request"), sent(old))
    for number in range(30):
        assert cache.recall(key("request")) is not None
        cache.put(entry(str(number)))
    assert cache.get("old") is old


def test_requests_of_one_answer_are_bounded():
    cache = ResponseCache(10_000_000)
    held = entry("a")
    cache.put(held)
    for number in range(10 * CACHE_REQUESTS):
        cache.remember(key(number, 10), sent(held))
    assert len(held.requests) == CACHE_REQUESTS
    assert cache.recall(key(0, 10)) is None
    assert cache.recall(key(10 * CACHE_REQUESTS - 1, 10)) is not None


def test_request_of_a_dropped_answer_is_not_kept():
    cache = ResponseCache(10_000)
    cache.remember(key("request"), sent(entry("never put")))
    assert cache.recall(key("request")) is None


def test_bytes_stay_within_the_bound_whatever_is_done():
    chance = random.Random(3)  # noqa: S311 - the same each time
    cache = ResponseCache(60_000)
    for _ in range(1000):
        name = str(chance.randrange(200))
        held = cache.get(name)
        if held is None:
            held = entry(name, chance.randrange(9000))
            cache.put(held)
        asyncio.run(packed(cache, held, chance.choice(("gzip, identity;q=0", "zstd"))))
        cache.remember(key(f"{name} {chance.randrange(50)}", chance.randrange(100)), sent(held))
        assert 0 <= cache.bytes <= cache.limit
    held = [cache.get(str(number)) for number in range(200)]
    assert sum(e.size for e in held if e) == cache.bytes
