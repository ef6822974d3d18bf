"""Signals as events of a loop: a handler runs at once, and the loop wakes up for it."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable, Iterable


class Signals:
    """Hold the handlers; what was in place before comes back on leaving."""

    def __enter__(self) -> Signals:
        """Begin to be woken by signals, the ends of children among them."""
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self._before = {}
        self._wakeup = signal.set_wakeup_fd(self._writer)
        self.on((signal.SIGCHLD,), lambda: None)
        return self

    def on(self, numbers: Iterable[int], handler: Callable[[], None]) -> None:
        """Call ``handler`` at each of the signals ``numbers``."""
        for number in numbers:
            self._before[number] = signal.signal(number, lambda *_: handler())

    def wait(self, seconds: float) -> None:
        """Return after ``seconds``, or at the next signal."""
        if select.select([self._reader], [], [], seconds)[0]:
            os.read(self._reader, 4096)

    def __exit__(self, *_: object) -> None:
        """Put the earlier handlers back."""
        signal.set_wakeup_fd(self._wakeup)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._reader)
        os.close(self._writer)
