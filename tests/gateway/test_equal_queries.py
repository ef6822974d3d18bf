"""Equal queries asked at once, and answers that are kept."""

import asyncio
import re
from collections import Counter

import pytest

from samgraf.engine.in_process import BytesAnswer, InProcessEngine
from samgraf.sparql.evaluation import QueryTimeoutError
from small_release import A

QUERY = "SELECT ?s WHERE { ?s a ex:Flower }"


class Held:
    """Answer as the engine beneath does, but only once it is let go; count what is asked."""

    def __init__(self, engine):
        self._engine = engine
        self.go = asyncio.Event()
        self.asked, self.cancelled = [], 0
        self.fails: Exception | None = None
        self.answers = []
        self.truncated = False

    async def answer(self, request, media_type):
        self.asked.append(request)
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.fails:
            raise self.fails
        answer = await self._engine.answer(request, media_type)
        answer.truncated = self.truncated
        self.answers.append(answer)
        return answer

    async def close(self):
        await self._engine.close()


@pytest.fixture
def engine(front):
    service = front.service
    assert isinstance(service.engine, InProcessEngine)
    service.engine = Held(service.engine)
    return service.engine


def start(front, query=QUERY, **more):
    scope, proto = front.request(query_string={"query": query, **more})
    return front.loop.create_task(front.call(scope, proto)), proto


def turn(front, seconds=0.01):
    """Let a while pass, and all that is to be done on the loop be done, however late it began."""

    async def turns():
        await asyncio.sleep(seconds)
        for _ in range(100):
            await asyncio.sleep(0)

    front.run(turns())


def comes_true(front, condition):
    """Return once ``condition()`` comes true, which takes other threads."""

    async def wait():
        while not condition():
            await asyncio.sleep(0.005)

    front.run(wait())


def outcomes(front):
    """Return how many queries came to each outcome that there was."""
    found = Counter()
    for line in front.get("/metrics").text.splitlines():
        if line.startswith("samgraf_queries_total{"):
            found[re.search('outcome="([^"]+)"', line)[1]] += int(float(line.split()[-1]))
    return +found


def test_equal_queries_at_once_are_evaluated_once(front, engine):
    started = [start(front, query) for query in (QUERY, QUERY + " # same", QUERY)]
    turn(front)
    assert len(engine.asked) == 1
    engine.go.set()
    front.run(asyncio.gather(*(task for task, _ in started)))
    assert [proto.status for _, proto in started] == [200] * 3
    assert len({proto.body for _, proto in started}) == 1
    assert len(engine.asked) == 1


@pytest.mark.parametrize(
    "more", [{"format": "csv"}, {"default-graph-uri": A}, {"timeout": "5"}, {"partial": "allow"}]
)
def test_queries_that_differ_are_evaluated_each(front, engine, more):
    started = [start(front), start(front, **more)]
    turn(front)
    assert len(engine.asked) == 2
    engine.go.set()
    front.run(asyncio.gather(*(task for task, _ in started)))
    assert [proto.status for _, proto in started] == [200] * 2


def test_the_others_get_the_answer_when_the_first_has_gone(front, engine):
    (first, left), *others = (start(front) for _ in range(4))
    turn(front, 0.1)
    left.leave()
    turn(front)
    assert first.done()
    assert (engine.cancelled, len(engine.asked)) == (0, 1)
    engine.go.set()
    front.run(asyncio.gather(*(task for task, _ in others)))
    assert [proto.status for _, proto in others] == [200] * 3
    assert len(engine.asked) == 1


def test_first_goes_on_when_a_waiter_has_gone(front, engine):
    (first, proto), (second, left) = start(front), start(front)
    turn(front, 0.1)
    left.leave()
    turn(front)
    assert second.done()
    assert engine.cancelled == 0
    engine.go.set()
    front.run(first)
    assert proto.status == 200
    assert len(engine.asked) == 1


def test_client_that_goes_ends_its_query(front, engine):
    task, proto = start(front)
    turn(front, 0.1)
    proto.leave()
    front.run(task)
    assert engine.cancelled == 1
    assert proto.status is None
    assert outcomes(front)["gone"] == 1
    engine.go.set()
    assert front.get(query_string={"query": QUERY}).status_code == 200


def test_error_reaches_all_who_wait_and_is_not_kept(front, engine):
    engine.fails = QueryTimeoutError(20)
    started = [start(front), start(front)]
    turn(front)
    engine.go.set()
    front.run(asyncio.gather(*(task for task, _ in started)))
    assert [proto.status for _, proto in started] == [503] * 2
    assert len(engine.asked) == 1
    engine.fails = None
    assert front.get(query_string={"query": QUERY}).status_code == 200


def test_cut_answer_is_told_and_not_kept(front, engine):
    engine.truncated = True
    engine.go.set()
    for asked in (1, 2):
        response = front.get(query_string={"query": QUERY, "partial": "allow"})
        assert response.headers["Samgraf-Truncated"] == "true"
        assert response.headers["Samgraf-Truncated-Reason"]
        assert response.headers["Cache-Control"] == "no-store"
        assert "ETag" not in response.headers
        assert len(engine.asked) == asked
    assert outcomes(front)["partial"] == 2


def test_cut_answer_is_not_shared(front, engine):
    engine.truncated = True
    started = [start(front, partial="allow"), start(front, partial="allow")]
    turn(front)
    assert len(engine.asked) == 1
    engine.go.set()
    front.run(asyncio.gather(*(task for task, _ in started)))
    assert len(engine.asked) == 2
    assert all(("samgraf-truncated", "true") in proto.headers for _, proto in started)


def test_volatile_queries_are_evaluated_each_time(front, engine):
    engine.go.set()
    bodies = {front.get(query_string={"query": "SELECT (UUID() AS ?u) {}"}).data for _ in "123"}
    assert len(bodies) == len(engine.asked) == 3


def test_pages_and_programs_share_an_answer(front, engine):
    engine.go.set()
    front.get(query_string={"query": QUERY})
    before = len(engine.asked)
    page = front.get(query_string={"query": QUERY}, headers={"Accept": "text/html"})
    assert page.mimetype == "text/html"
    assert QUERY not in [request.query for request in engine.asked[before:]]


def test_client_of_a_page_that_goes_ends_its_query(front, engine):
    scope, proto = front.request(query_string={"query": QUERY}, headers={"Accept": "text/html"})
    task = front.loop.create_task(front.call(scope, proto))
    comes_true(front, lambda: engine.asked)
    assert len(engine.asked) == 1
    proto.leave()
    front.run(task)
    comes_true(front, lambda: engine.cancelled)
    assert engine.cancelled == 1
    assert proto.status is None
    engine.go.set()


class Spooled(BytesAnswer):
    """Come in pieces, and know whether it was let go."""

    closed = False

    def chunks(self):
        body = self.read()
        for at in range(0, len(body), 65_536):
            yield body[at : at + 65_536]

    def close(self):
        self.closed = True


@pytest.fixture
def spooled(front):
    answer = Spooled(b"x" * 10_000_000, 0.1)

    class Engine:
        async def answer(self, request, media_type):
            return answer

        async def close(self):
            pass

    front.service.engine = Engine()
    return answer


def test_large_answer_is_sent_in_pieces_and_let_go(front, spooled):
    response = front.get(query_string={"query": QUERY})
    assert response.data == spooled.read()
    assert response.headers["Content-Length"] == "10000000"
    assert spooled.closed
    assert len(front.service.cache) == 0


def test_large_answer_is_compressed_on_its_way(front, spooled):
    import gzip

    response = front.get(query_string={"query": QUERY}, headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.data) == spooled.read()


def test_head_of_a_large_answer_sends_nothing(front, spooled):
    response = front.head(query_string={"query": QUERY})
    assert response.headers["Content-Length"] == "10000000"
    assert response.data == b""
    assert spooled.closed


def test_client_that_goes_while_it_is_sent_ends_the_sending(front, spooled):
    scope, proto = front.request(query_string={"query": QUERY})

    async def read_a_little():
        task = asyncio.ensure_future(front.call(scope, proto))
        while proto.streamed < 3:
            await asyncio.sleep(0)
        proto.leave()
        await task

    front.run(read_a_little())
    assert proto.streamed < 10
    assert spooled.closed
    assert outcomes(front)["gone"] == 1
