import asyncio

from samgraf.alarm import Alarm


def rung(script, wait):
    """Return what rings within ``wait`` seconds after ``script(alarm, now)``."""

    async def run():
        found = []
        loop = asyncio.get_running_loop()
        alarm = Alarm(loop, found.append)
        script(alarm, loop.time())
        await asyncio.sleep(wait)
        return found

    return asyncio.run(run())


def test_rings_in_the_order_of_time():
    def script(alarm, now):
        alarm.set("later", now + 0.03)
        alarm.set("soon", now + 0.01)

    assert rung(script, 0.1) == ["soon", "later"]


def test_dropped_does_not_ring():
    def script(alarm, now):
        alarm.set("kept", now + 0.01)
        alarm.set("dropped", now + 0.01)
        alarm.drop("dropped")
        alarm.drop("never set")

    assert rung(script, 0.05) == ["kept"]


def test_set_anew_rings_once_at_the_new_time():
    def script(alarm, now):
        alarm.set("moved", now + 0.01)
        alarm.set("moved", now + 0.06)

    assert rung(script, 0.03) == []
    assert rung(script, 0.15) == ["moved"]


def test_ringing_may_set_and_drop():
    async def run():
        found = []
        loop = asyncio.get_running_loop()

        def ring(what):
            found.append(what)
            if what == "first":
                alarm.drop("second")
                alarm.set("third", loop.time() + 0.01)

        alarm = Alarm(loop, ring)
        alarm.set("first", loop.time() + 0.01)
        alarm.set("second", loop.time() + 0.01)
        await asyncio.sleep(0.1)
        return found

    assert asyncio.run(run()) == ["first", "third"]


def test_what_fails_on_ringing_does_not_silence_the_others():
    async def run():
        found = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda *_: None)

        def ring(what):
            if what == "bad":
                raise ValueError(what)
            found.append(what)

        alarm = Alarm(loop, ring)
        alarm.set("bad", loop.time() + 0.01)
        alarm.set("good", loop.time() + 0.01)
        alarm.set("later", loop.time() + 0.02)
        await asyncio.sleep(0.1)
        return found

    assert sorted(asyncio.run(run())) == ["good", "later"]
