"""Hold a release in memory and fork query workers from it: ``python -m`` RELEASE SOCKET.

It stays single-threaded, so that forking is sound, and is started apart from the web server, so
that no worker inherits anything of it. On SIGTERM it takes no new pools and ends with its last.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

from samgraf.engine.local import LocalEngine
from samgraf.engine.workers import limits, worker
from samgraf.engine.workers.frames import RECORD, Record, records
from samgraf.errors import SamgrafError
from samgraf.release import open_release, read_manifest

#: Seconds that pools have to end their queries after SIGTERM.
PATIENCE = 30.0
_BACKLOG = 64
_SIGNALS = (signal.SIGCHLD, signal.SIGTERM, signal.SIGALRM, signal.SIGHUP, signal.SIGINT)


class Template:
    """Serve pools over ``listener`` until told to stop and the last of them is gone."""

    def __init__(self, local: LocalEngine, path: Path):
        self._local, self._path = local, path
        self._used = limits.address_space()
        self._parent = os.getppid()
        self._selector = selectors.DefaultSelector()
        self._pools: dict[socket.socket, _Pool] = {}
        self._retiring: float | None = None
        self._wake, wake = socket.socketpair()
        for end in (self._wake, wake):
            end.setblocking(False)
        self._wake_writer = wake
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.signal(signal.SIGTERM, lambda number, frame: self._retire())
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor's to tell
        self._listener = self._listen()

    def _listen(self) -> socket.socket:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        fresh = f"{self._path}.new"
        with suppress(FileNotFoundError):
            os.unlink(fresh)  # noqa: PTH108 - what a crash left behind
        before = os.umask(0o177)
        try:
            listener.bind(fresh)
        finally:
            os.umask(before)
        listener.listen(_BACKLOG)
        listener.setblocking(False)
        # the name appears once it accepts
        os.rename(fresh, self._path)  # noqa: PTH104
        self._inode = self._path.stat().st_ino
        self._selector.register(listener, selectors.EVENT_READ)
        self._selector.register(self._wake, selectors.EVENT_READ)
        return listener

    def serve(self) -> None:
        """Fork and reap until retired."""
        while not self._done():
            for key, _ in self._selector.select(1.0):
                if key.fileobj is self._wake:
                    with suppress(BlockingIOError):
                        self._wake.recv(4096)
                elif key.fileobj is self._listener:
                    self._accept()
                elif (pool := self._pools.get(key.fileobj)) is not None:
                    self._serve(pool)
            self._reap()
            for pool in [p for p in self._pools.values() if p.lost]:
                self._drop(pool)
            if os.getppid() != self._parent:
                self._retire()  # nobody is left to tell it
        for pool in list(self._pools.values()):
            self._drop(pool)

    def _done(self) -> bool:
        if self._retiring is None:
            return False
        return not self._pools or time.monotonic() > self._retiring + PATIENCE

    def _retire(self) -> None:
        if self._retiring is not None:
            return
        self._retiring = time.monotonic()
        with suppress(OSError, KeyError):
            self._selector.unregister(self._listener)
        self._listener.close()
        with suppress(OSError):
            if self._path.stat().st_ino == self._inode:  # not a successor's
                self._path.unlink()

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return
        self._pools[connection] = _Pool(connection)
        self._selector.register(connection, selectors.EVENT_READ)

    def _serve(self, pool: _Pool) -> None:
        try:
            # a record and its two descriptors at a time
            data, received, _, _ = socket.recv_fds(pool.connection, RECORD.size, 2)
        except BlockingIOError:
            return
        except OSError:
            data, received = b"", []
        pool.descriptors += received
        pool.buffer += data
        if not data:
            self._drop(pool)
            return
        for record in records(pool.buffer):
            if record.kind == b"F" and len(pool.descriptors) >= 2:
                connection, spool = pool.descriptors[:2]
                del pool.descriptors[:2]
                self._fork(pool, connection, spool, record.value)

    def _fork(self, pool: _Pool, connection: int, spool: int, memory: int) -> None:
        # a signal between the fork and its handlers' reset would be taken for the template's
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            pid = os.fork()
        except OSError:
            pool.tell(Record(b"N"))
        else:
            if pid == 0:
                _become_worker(self._local, connection, spool, memory, self._used)
            with suppress(OSError):
                os.setpgid(pid, pid)
            pool.children.add(pid)
            descriptor = limits.pidfd(pid)
            if descriptor is None:
                pool.tell(Record(b"P", pid))
            else:
                pool.tell(Record(b"P", pid, 1), descriptor)
                os.close(descriptor)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            os.close(connection)
            os.close(spool)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for pool in self._pools.values():
                if pid in pool.children:
                    pool.children.discard(pid)
                    pool.tell(Record(b"X", pid, status))

    def _drop(self, pool: _Pool) -> None:
        """Forget a pool that is gone, and end what still runs for it."""
        del self._pools[pool.connection]
        self._selector.unregister(pool.connection)
        for descriptor in pool.descriptors:
            os.close(descriptor)
        for pid in pool.children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        pool.connection.close()


class _Pool:
    """What the template knows of one pool: its connection and its living workers."""

    def __init__(self, connection: socket.socket):
        self.connection = connection
        self.children: set[int] = set()
        self.buffer = bytearray()
        self.descriptors: list[int] = []
        self.lost = False
        connection.setblocking(False)

    def tell(self, record: Record, *descriptors: int) -> None:
        try:
            socket.send_fds(self.connection, [record.pack()], descriptors)
        except OSError:
            self.lost = True  # gone, or so far behind that it would hold up the others


def _become_worker(local: LocalEngine, connection: int, spool: int, memory: int, used: int) -> None:
    """Turn this freshly forked process into a worker; it never returns."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        os.setpgid(0, 0)
        # a worker that dies of its query would write about it
        null = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(null, standard)
        worker.close_all_but(connection, spool)
        worker.run(local, connection, spool, memory, used)
        status = 0
    finally:
        os._exit(status)


def main(arguments: list[str]) -> int:
    """Load the release and serve; return the exit status."""
    if len(arguments) != 2:
        print("Give the folder of a release and the path of a socket.", file=sys.stderr)
        return 2
    folder, path = Path(arguments[0]), Path(arguments[1])
    limits.lone_allocator()
    try:
        store, prefixes = open_release(folder), read_manifest(folder).get("prefixes", {})
        local = LocalEngine(store, prefixes)
        # what the first query makes once is made here, for all workers
        local.query(worker.ANYTHING).serialize(worker.ANY_TYPE)
        template = Template(local, path)
    except (SamgrafError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    gc.collect()
    gc.freeze()  # else every worker would copy what the collector only looks at
    template.serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
