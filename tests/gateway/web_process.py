"""A web process on a free port of this machine, with fork servers for its workers."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from samgraf.gateway.control import ControlChannel, ReleaseSource
from samgraf.gateway.supervisor import FORK_SERVER
from samgraf.gateway.system import listen

PATIENCE = 60.0  # waited out only where a test fails


class WebProcess:
    """A web process that serves the release named last, and a fork server for each release.

    ``folder`` must have a short path, since sockets lie in it.
    """

    def __init__(self, folder: Path, release: Path, **environ: str):
        self.folder, self.number, self.errors = folder, 0, folder / "errors"
        self._fork_servers: list[subprocess.Popen] = []
        self._served: dict[int, str | None] = {}  # reason of a refusal, by number
        self.process = None
        self._channel = ControlChannel()
        try:
            # where others take the processor, a query in the slow lane hardly gets any
            variables = {"SAMGRAF_SLOW_AFTER": "10"}
            (listening,) = listen("127.0.0.1", 0)
            with listening, self.errors.open("wb") as errors:
                self.port = listening.getsockname()[1]
                shared = [self._channel.other.fileno(), listening.fileno()]
                self.process = subprocess.Popen(
                    [sys.executable, "-m", "samgraf.gateway.web_process", *map(str, shared)],
                    env=os.environ | variables | environ,
                    stderr=errors,
                    stdout=errors,
                    pass_fds=shared,
                )
            self.name(release)
            self.wait_until_served()
        except BaseException:
            self.end()
            raise

    def name(self, release: Path) -> None:
        """Name the release to be served from now on."""
        self.number += 1
        address = self.folder / f"f{self.number}"
        command = [sys.executable, "-m", FORK_SERVER, release, address]
        self._fork_servers.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))
        ended = self._fork_servers[-1]
        self.wait_for(lambda: address.exists() or ended.poll() is not None)
        self._channel.send(ReleaseSource(self.number, str(release), str(address)))

    def wait_until_served(self) -> None:
        """Return once the web process says that it serves the latest release."""
        self.wait_for(lambda: self.verdict() is not None)
        assert self.verdict() == ""

    def verdict(self) -> str | None:
        """Return why the latest release is not served, nothing if it is, None before either."""
        for verdict in self._channel.verdicts():
            self._served[verdict.number] = verdict.reason or ""
        return self._served.get(self.number)

    def connect(self) -> socket.socket:
        """Return a connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def http(self) -> http.client.HTTPConnection:
        """Return a connection that speaks HTTP and stays open."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def metric(self, name: str, *labels: str) -> float:
        """Return the sum of the metrics of that name whose labels have all of ``labels``."""
        connection = self.http()
        connection.request("GET", "/metrics")
        lines = connection.getresponse().read().decode().splitlines()
        connection.close()
        found = [line for line in lines if line.startswith((name + " ", name + "{"))]
        return sum(float(ln.split()[-1]) for ln in found if all(label in ln for label in labels))

    def end(self) -> None:
        """End the server and the fork servers."""
        for process in (self.process, *self._fork_servers):
            if process is not None:
                process.terminate()
                try:
                    process.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        self._channel.close()

    def wait_for(self, happened) -> None:
        """Return once ``happened()`` comes true."""
        ends = time.monotonic() + PATIENCE
        while not happened():
            ended = self.process is not None and self.process.poll() is not None
            if ended or time.monotonic() > ends:
                told = self.errors.read_text() if self.errors.exists() else "nothing"
                raise RuntimeError(f"the server did not come so far; it said: {told}")
            time.sleep(0.02)
