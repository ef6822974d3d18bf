"""What the supervisor has of the operating system: signals, sockets that listen, a folder."""

from __future__ import annotations

import fcntl
import os
import select
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from samgraf import limits
from samgraf.gateway.control import ControlChannel

_PREFIX = "samgraf-"


class Signals:
    """Signals as events of a loop: a handler runs at once, and ``wait`` returns.

    What was in place before comes back on leaving.
    """

    def __enter__(self) -> Signals:
        """Begin to be woken by signals, the ends of children among them."""
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self._before: dict[int, Any] = {}
        self._wakeup = signal.set_wakeup_fd(self._writer)
        self.on((signal.SIGCHLD,), lambda: None)
        return self

    def on(self, numbers: Iterable[int], handler: Callable[[], None]) -> None:
        """Call ``handler`` at each of the signals ``numbers``."""
        for number in numbers:
            self._before[number] = signal.signal(number, lambda *_: handler())

    def wait(self, seconds: float, channel: ControlChannel | None = None) -> None:
        """Return after ``seconds``, at the next signal, or when ``channel`` has something."""
        wanted = [self._reader]
        if channel is not None and channel.is_open:
            wanted.append(channel.fileno())
        ready = select.select(wanted, [], [], seconds)[0]
        if self._reader in ready:
            os.read(self._reader, 4096)

    def __exit__(self, *_: object) -> None:
        """Put the earlier handlers back."""
        signal.set_wakeup_fd(self._wakeup)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._reader)
        os.close(self._writer)


class run_folder:
    """A folder for sockets, removed at the end; those of killed servers are removed before."""

    def __enter__(self) -> Path:
        for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            with suppress(OSError), (left / "lock").open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
        begun = Path(tempfile.mkdtemp(prefix=f".{_PREFIX}"))
        self._lock = (begun / "lock").open("wb")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        # under this name, another server that starts removes what nobody holds
        self._path = begun.rename(begun.with_name(begun.name[1:]))
        return self._path

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._path, ignore_errors=True)
        self._lock.close()


def listen(host: str, port: int) -> list[socket.socket]:
    """Return a listening socket for each address of ``host``, all at ``port``; 0 takes a free one.

    Raise OSError if one cannot be had.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    addresses = list(dict.fromkeys((family, address) for family, _, _, _, address in found))
    sockets: list[socket.socket] = []
    try:
        for family, address in addresses:
            listening = socket.socket(family, socket.SOCK_STREAM)
            sockets.append(listening)
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6 and len(addresses) > 1:
                # the other address has a socket of its own
                listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listening.bind((address[0], port, *address[2:]))
            listening.listen(limits.BACKLOG)
            port = listening.getsockname()[1]
    except OSError:
        for each in sockets:
            each.close()
        raise
    return sockets
