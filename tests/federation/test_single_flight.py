"""Callers with the same key at the same time share one piece of work: no network, no clock."""

from __future__ import annotations

import asyncio

import pytest

from samgraf.federation.single_flight import TIMED_OUT, NotStartedError, SingleFlight


class Work:
    """Work that ends when a test says so; ``cancelled`` has why it was cancelled."""

    def __init__(self) -> None:
        self.begun, self.cancelled = 0, []
        self.result: asyncio.Future = asyncio.get_running_loop().create_future()

    async def __call__(self, progress):
        self.begun += 1
        progress.started = True
        try:
            return await asyncio.shield(self.result)
        except asyncio.CancelledError as error:
            self.cancelled.append(error.args)
            raise


async def turn(times: int = 5) -> None:
    for _ in range(times):
        await asyncio.sleep(0)


def test_callers_share_one_result_and_the_first_began_it():
    async def main():
        flights, work = SingleFlight(), Work()
        calls = [asyncio.ensure_future(flights.do("key", work)) for _ in range(5)]
        await turn()
        work.result.set_result("done")
        assert await asyncio.gather(*calls) == [("done", True)] + [("done", False)] * 4
        assert work.begun == 1

    asyncio.run(main())


def test_the_next_has_the_result_first_when_the_one_who_began_has_gone():
    async def main():
        flights, work = SingleFlight(), Work()
        calls = [asyncio.ensure_future(flights.do("key", work)) for _ in range(3)]
        await turn()
        calls[0].cancel()
        await turn()
        work.result.set_result("done")
        assert await asyncio.gather(*calls[1:]) == [("done", True), ("done", False)]
        assert (work.begun, work.cancelled) == (1, [])

    asyncio.run(main())


def test_another_key_and_a_later_call_are_work_of_their_own():
    async def main():
        flights, work = SingleFlight(), Work()
        work.result.set_result("done")
        await asyncio.gather(flights.do("a", work), flights.do("b", work))
        await flights.do("a", work)
        assert work.begun == 3

    asyncio.run(main())


def test_an_error_is_told_to_every_caller():
    async def main():
        flights, work = SingleFlight(), Work()
        calls = [asyncio.ensure_future(flights.do("key", work)) for _ in range(3)]
        await turn()
        work.result.set_exception(ValueError("no"))
        told = await asyncio.gather(*calls, return_exceptions=True)
        assert [str(error) for error in told] == ["no"] * 3

    asyncio.run(main())


def test_work_goes_on_while_a_caller_remains_and_ends_with_the_last():
    async def main():
        flights, work = SingleFlight(), Work()
        first, second = (asyncio.ensure_future(flights.do("key", work)) for _ in range(2))
        await turn()
        first.cancel()
        await turn()
        assert work.cancelled == []
        second.cancel()
        await turn()
        assert work.cancelled == [()]
        # and who comes now begins anew
        third = asyncio.ensure_future(flights.do("key", work))
        await turn()
        assert work.begun == 2
        work.result.set_result("done")
        assert await third == ("done", True)

    asyncio.run(main())


def test_the_work_hears_that_the_last_caller_ran_out_of_time():
    async def main():
        flights, work = SingleFlight(), Work()
        with pytest.raises(TimeoutError) as error:
            await flights.do("key", work, 0.0)
        await turn()
        assert not isinstance(error.value, NotStartedError) or not work.begun
        assert work.cancelled in ([], [(TIMED_OUT,)])

    asyncio.run(main())


def test_a_caller_whose_time_is_over_before_the_work_started_is_told_so():
    async def waits_for_its_turn(_):
        await asyncio.get_running_loop().create_future()

    async def main():
        with pytest.raises(NotStartedError):
            await SingleFlight().do("key", waits_for_its_turn, 0.01)

    asyncio.run(main())


def test_a_timeout_of_the_work_itself_is_an_error_like_others():
    async def times_out(progress):
        raise TimeoutError("its own")

    async def main():
        with pytest.raises(TimeoutError, match="its own"):
            await SingleFlight().do("key", times_out, 30.0)

    asyncio.run(main())
