"""The fork server: it holds a release in memory and forks query workers, which share that memory.

``python -m samgraf.engine.workers.forkserver RELEASE SOCKET``. A web process connects to the Unix
socket and asks for workers; when its connection closes, its workers are killed. The fork server
stays single-threaded, so that forking is sound, and is started apart from the web process, so that
no worker inherits anything of it. On SIGTERM it takes no new connections and ends with the last.
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

from samgraf import limits
from samgraf.child import address_space
from samgraf.engine.local import LocalEngine
from samgraf.engine.workers import worker
from samgraf.engine.workers.frames import RECORD, Record, take_records
from samgraf.engine.workers.limits import close_descriptors_except
from samgraf.errors import SamgrafError
from samgraf.release import open_release, read_manifest
from samgraf.settings import Settings

_BACKLOG = 64
_SIGNALS = (signal.SIGCHLD, signal.SIGTERM, signal.SIGALRM, signal.SIGHUP, signal.SIGINT)


class ForkServer:
    """Fork workers of ``local`` for those who connect to ``path``, until told to retire.

    Then those who are connected have ``patience`` seconds to leave.
    """

    def __init__(self, local: LocalEngine, path: Path, patience: float):
        self._local, self._path, self._patience = local, path, patience
        self._address_space = address_space()
        self._parent = os.getppid()
        self._selector = selectors.DefaultSelector()
        self._clients: dict[socket.socket, _Client] = {}
        self._retired_at: float | None = None
        # signals wake the selector
        self._wake, self._wake_writer = socket.socketpair()
        for end in (self._wake, self._wake_writer):
            end.setblocking(False)
        signal.set_wakeup_fd(self._wake_writer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.signal(signal.SIGTERM, lambda number, frame: self._retire())
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to the whole group
        self._listener = self._listen()
        self._inode = path.stat().st_ino
        for source in (self._listener, self._wake):
            self._selector.register(source, selectors.EVENT_READ)

    def _listen(self) -> socket.socket:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        new = Path(f"{self._path}.new")
        new.unlink(missing_ok=True)  # left behind by a crash
        mask = os.umask(0o177)
        try:
            listener.bind(str(new))
        finally:
            os.umask(mask)
        listener.listen(_BACKLOG)
        listener.setblocking(False)
        new.rename(self._path)  # the name appears once it accepts
        return listener

    def serve(self) -> None:
        """Fork and reap until retired."""
        while not self._is_over():
            for key, _ in self._selector.select(1.0):
                if key.fileobj is self._wake:
                    with suppress(BlockingIOError):
                        self._wake.recv(4096)
                elif key.fileobj is self._listener:
                    self._accept()
                elif (client := key.data) is not None:
                    self._serve_client(client)
            self._reap()
            for client in [c for c in self._clients.values() if c.lost]:
                self._drop(client)
            if os.getppid() != self._parent:
                self._retire()  # nobody is left to send the signal
        for client in list(self._clients.values()):
            self._drop(client)

    def _is_over(self) -> bool:
        if self._retired_at is None:
            return False
        return not self._clients or time.monotonic() > self._retired_at + self._patience

    def _retire(self) -> None:
        if self._retired_at is not None:
            return
        self._retired_at = time.monotonic()
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
        client = self._clients[connection] = _Client(connection)
        self._selector.register(connection, selectors.EVENT_READ, client)

    def _serve_client(self, client: _Client) -> None:
        try:
            # one record and its two descriptors at a time
            data, received, _, _ = socket.recv_fds(client.connection, RECORD.size, 2)
        except BlockingIOError:
            return
        except OSError:
            data, received = b"", []
        client.descriptors += received
        client.buffer += data
        if not data:
            self._drop(client)
            return
        for record in take_records(client.buffer):
            if record.kind == b"F" and len(client.descriptors) >= 2:
                connection, spool = client.descriptors[:2]
                del client.descriptors[:2]
                self._fork(client, connection, spool, record.value)

    def _fork(self, client: _Client, connection: int, spool: int, memory: int) -> None:
        # between the fork and the reset of its handlers, a worker must not take a signal for ours
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            pid = os.fork()
        except OSError:
            client.tell(Record(b"N"))
        else:
            if pid == 0:
                self._become_worker(connection, spool, memory)
            with suppress(OSError):
                os.setpgid(pid, pid)
            client.children.add(pid)
            client.tell(Record(b"P", pid))
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            os.close(connection)
            os.close(spool)

    def _become_worker(self, connection: int, spool: int, memory: int) -> None:
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
            close_descriptors_except(connection, spool)
            worker.run(self._local, connection, spool, memory, self._address_space)
            status = 0
        finally:
            os._exit(status)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for client in self._clients.values():
                if pid in client.children:
                    client.children.discard(pid)
                    client.tell(Record(b"X", pid, status))

    def _drop(self, client: _Client) -> None:
        """Close the connection of a client and kill the workers that it has."""
        del self._clients[client.connection]
        self._selector.unregister(client.connection)
        for descriptor in client.descriptors:
            os.close(descriptor)
        for pid in client.children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        client.connection.close()


class _Client:
    """A web process that is connected, and its living workers."""

    def __init__(self, connection: socket.socket):
        self.connection = connection
        self.children: set[int] = set()
        self.buffer = bytearray()
        self.descriptors: list[int] = []
        self.lost = False
        connection.setblocking(False)

    def tell(self, record: Record) -> None:
        try:
            self.connection.send(record.pack())
        except OSError:
            self.lost = True  # gone, or so far behind that waiting would hold up the others


def main(arguments: list[str]) -> int:
    """Load the release and serve; return the exit status."""
    if len(arguments) != 2:
        print("Give the folder of a release and the path of a socket.", file=sys.stderr)
        return 2
    folder, path = Path(arguments[0]), Path(arguments[1])
    try:
        local = LocalEngine(open_release(folder), read_manifest(folder).get("prefixes", {}))
        # what the first query makes once is made here, for all workers
        local.query(worker.WARM_UP).serialize(worker.WARM_UP_TYPE)
        patience = Settings.load().query_timeout + limits.FORK_SERVER_RETIREMENT
        server = ForkServer(local, path, patience)
    except (SamgrafError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    gc.collect()
    gc.freeze()  # a collection in a worker would copy all objects that it looks at
    server.serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
