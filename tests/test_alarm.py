import heapq
import itertools

from samgraf.alarm import Alarm


class Timer:
    """Hold what a loop is to call."""

    def __init__(self, call):
        self.call = call

    def cancel(self):
        self.call = None


class Loop:
    """Keep the time of a loop that has nothing else to do: it goes on when it is told to."""

    def __init__(self):
        self._time, self._timers, self._number = 1_000.0, [], itertools.count()

    def time(self):
        return self._time

    def call_at(self, when, call):
        timer = Timer(call)
        heapq.heappush(self._timers, (when, next(self._number), timer))
        return timer

    def wait(self, seconds):
        """Call what is due within ``seconds``; what fails is passed over, as loops do."""
        end = self._time + seconds
        while self._timers and self._timers[0][0] <= end:
            self._time, _, timer = heapq.heappop(self._timers)
            if timer.call is not None:
                try:
                    timer.call()
                except ValueError:
                    continue
        self._time = end


def rung(script, wait):
    """Return what rings within ``wait`` seconds after ``script(alarm, now)``."""
    loop, found = Loop(), []
    alarm = Alarm(loop, found.append)
    script(alarm, loop.time())
    loop.wait(wait)
    return found


def test_rings_in_the_order_of_time():
    def script(alarm, now):
        alarm.set("later", now + 3)
        alarm.set("soon", now + 1)

    assert rung(script, 10) == ["soon", "later"]


def test_dropped_does_not_ring():
    def script(alarm, now):
        alarm.set("kept", now + 1)
        alarm.set("dropped", now + 1)
        alarm.drop("dropped")
        alarm.drop("never set")

    assert rung(script, 5) == ["kept"]


def test_set_anew_rings_once_at_the_new_time():
    def script(alarm, now):
        alarm.set("moved", now + 1)
        alarm.set("moved", now + 6)

    assert rung(script, 5.9) == []
    assert rung(script, 15) == ["moved"]


def test_ringing_may_set_and_drop():
    found, loop = [], Loop()

    def ring(what):
        found.append(what)
        if what == "first":
            alarm.drop("second")
            alarm.set("third", loop.time() + 1)

    alarm = Alarm(loop, ring)
    alarm.set("first", loop.time() + 1)
    alarm.set("second", loop.time() + 1)
    loop.wait(10)
    assert found == ["first", "third"]


def test_what_fails_on_ringing_does_not_silence_the_others():
    found, loop = [], Loop()

    def ring(what):
        if what == "bad":
            raise ValueError(what)
        found.append(what)

    alarm = Alarm(loop, ring)
    alarm.set("bad", loop.time() + 1)
    alarm.set("good", loop.time() + 1)
    alarm.set("later", loop.time() + 2)
    loop.wait(10)
    assert sorted(found) == ["good", "later"]
