import random

from samgraf.gateway.cache import LARGEST, MAX_ALIASES, OVERHEAD, AnswerCache, Entry, Sent

KEPT = 1000  # bytes of each answer


def entry(name, size=KEPT):
    return Entry(name, b"x" * size, 0.1)


def sent(of):
    return Sent([], of.body, '"t"', None, "SELECT", "json", of)


def test_least_recently_used_goes_first():
    cache = AnswerCache(10 * (KEPT + OVERHEAD))
    for number in range(10):
        cache.put(entry(str(number)))
    cache.get("0")
    cache.put(entry("new"))
    assert cache.get("1") is None
    assert cache.get("0") is not None
    assert cache.get("new") is not None


def test_answer_above_its_part_of_the_cache_is_not_kept():
    cache = AnswerCache(100_000)
    cache.put(entry("large", 100_000 // LARGEST + 1))
    assert len(cache) == cache.bytes == 0


def test_coded_forms_and_aliases_count():
    cache = AnswerCache(100_000)
    held = entry("a")
    cache.put(held)
    cache.code(held, "gzip", b"y" * 100)
    cache.code(held, "gzip", b"y" * 100)
    cache.remember(("q", None), 50, sent(held))
    cache.remember(("q", None), 50, sent(held))
    assert cache.bytes == KEPT + OVERHEAD + 100 + 50 + OVERHEAD


def test_alias_goes_with_its_answer():
    cache = AnswerCache(3 * (KEPT + 2 * OVERHEAD))
    first = entry("first")
    cache.put(first)
    cache.remember("alias", 0, sent(first))
    assert cache.recall("alias").entry is first
    for number in range(5):
        cache.put(entry(str(number)))
    assert cache.get("first") is None
    assert cache.recall("alias") is None


def test_recall_keeps_an_answer_young():
    cache = AnswerCache(10 * (KEPT + OVERHEAD) + OVERHEAD)
    old = entry("old")
    cache.put(old)
    cache.remember("alias", 0, sent(old))
    for number in range(30):
        assert cache.recall("alias") is not None
        cache.put(entry(str(number)))
    assert cache.get("old") is old


def test_aliases_of_one_answer_are_bounded():
    cache = AnswerCache(10_000_000)
    held = entry("a")
    cache.put(held)
    for number in range(10 * MAX_ALIASES):
        cache.remember(number, 10, sent(held))
    assert len(held.aliases) == MAX_ALIASES
    assert cache.recall(0) is None
    assert cache.recall(10 * MAX_ALIASES - 1) is not None


def test_alias_of_a_dropped_answer_is_not_kept():
    cache = AnswerCache(10_000)
    cache.remember("alias", 0, sent(entry("never put")))
    assert cache.recall("alias") is None


def test_bytes_stay_within_the_bound_whatever_is_done():
    chance = random.Random(3)  # noqa: S311 - the same each time
    cache = AnswerCache(60_000)
    for _ in range(3000):
        name = str(chance.randrange(200))
        held = cache.get(name)
        if held is None:
            held = entry(name, chance.randrange(9000))
            cache.put(held)
        cache.code(held, chance.choice(("gzip", "zstd")), b"z" * chance.randrange(500))
        cache.remember((name, chance.randrange(50)), chance.randrange(100), sent(held))
        assert 0 <= cache.bytes <= cache.limit
    held = [cache.get(str(number)) for number in range(200)]
    assert sum(e.size for e in held if e) == cache.bytes
