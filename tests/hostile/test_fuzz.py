"""A live server is sent queries that nobody wrote, several at once.

SAMGRAF_FUZZ_QUERIES=10000 sends as many; the default is a few hundred.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hostile.corpus import BOUNDED, DIRECT
from hostile.fuzz import queries
from hostile.sending import ACCEPT, Listener, ask, exchange, faults
from hostile.server import front
from live import Live
from small_release import LINES

QUERIES = int(os.environ.get("SAMGRAF_FUZZ_QUERIES", "320"))
AT_ONCE = 8
DEADLINE = 0.5
EXPECTED = BOUNDED | {406}


def good_queries(root) -> list[str]:
    """Return the questions of the content, and those of the release that is asked."""
    texts = [p.read_text("utf-8") for p in sorted((root / "ontology" / "questions").glob("*.rq"))]
    own = [line[2].strip('"') for line in LINES if line[1].endswith(("select>", "ask>"))]
    assert len(texts) > 10
    assert len(own) == 2
    return own * 5 + texts


@pytest.fixture(scope="module")
def live(release_dir):
    with Live("--release", release_dir, query_timeout=DEADLINE, worker_memory=268_435_456) as live:
        yield live


def test_any_query_is_answered_or_refused_in_plain_words(live, root):
    assert ask(live.port, "ASK {}").status == 200
    listener, before, sent = Listener(), front(live), [0]
    headers = {"Accept": ACCEPT, "Content-Type": DIRECT}

    def send(query: str) -> list[str]:
        body = query.encode("utf-8", "surrogatepass").replace(b":9/", b":%d/" % listener.port)
        answer = exchange(live.port, "POST", "/sparql", body, headers)
        found = faults(answer, EXPECTED)
        if answer.seconds > DEADLINE + 10:
            found.append(f"took {answer.seconds} s")
        return [f"{fault}: {query!r}" for fault in found]

    with ThreadPoolExecutor(AT_ONCE) as pool:

        @settings(
            max_examples=max(1, QUERIES // AT_ONCE),
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(queries(good_queries(root)), min_size=AT_ONCE, max_size=AT_ONCE))
        def fuzz(batch):
            sent[0] += len(batch)
            assert [fault for found in pool.map(send, batch) for fault in found] == []

        fuzz()
    assert sent[0] >= QUERIES * 0.9
    assert listener.connections == 0
    listener.close()
    assert live.process.poll() is None
    assert set(front(live)) == set(before)
    assert ask(live.port, "ASK {}").status == 200
