"""A web process on a free port of this machine, with a template for workers if wanted."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from samgraf.gateway.http.listening import listen
from samgraf.gateway.serve.state import STATE_VARIABLE, State, write_state

PATIENCE = 60.0  # waited out only where a test fails


class WebProcess:
    """Hold a running server that serves the release named last.

    ``folder`` must have a short path, since sockets lie in it. Without ``workers`` queries run in
    the web process.
    """

    def __init__(self, folder: Path, release: Path, *, workers: bool, **environ: str):
        self.folder, self._workers, self.generation = folder, workers, 0
        self._templates: list[subprocess.Popen] = []
        self._state_file, self.errors = folder / "state.json", folder / "errors"
        self.process = None
        try:
            self.name(release)
            # where others take the processor, a query in the slow lane hardly gets any
            variables = {"SAMGRAF_SLOW_AFTER": "10", STATE_VARIABLE: str(self._state_file)}
            (listening,) = listen("127.0.0.1", 0)
            with listening, self.errors.open("wb") as errors:
                self.port = listening.getsockname()[1]
                shared = listening.fileno()
                self.process = subprocess.Popen(
                    [sys.executable, "-m", "samgraf.gateway.serve.web", "0", str(shared)],
                    env=os.environ | variables | environ,
                    stderr=errors,
                    stdout=errors,
                    pass_fds=[shared],
                )
            self.wait_until_served()
        except BaseException:
            self.end()
            raise

    def name(self, release: Path) -> None:
        """Name the release to be served from now on."""
        self.generation += 1
        template = None
        if self._workers:
            template = self.folder / f"t{self.generation}"
            command = [sys.executable, "-m", "samgraf.engine.workers.template", release, template]
            self._templates.append(subprocess.Popen(command))
            self.wait_for(template.exists)
            template = str(template)
        state = State(self.generation, str(release), template, None, 1, 1, str(self.folder))
        write_state(self._state_file, state)

    def wait_until_served(self) -> None:
        """Return once the web process says that it serves the latest release."""
        self.wait_for(lambda: str(self.generation) in self._served())

    def connect(self) -> socket.socket:
        """Return a connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def http(self) -> http.client.HTTPConnection:
        """Return a connection that speaks HTTP and stays open."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def metric(self, start: str) -> float:
        """Return the sum of the metrics whose line begins with ``start``."""
        connection = self.http()
        connection.request("GET", "/metrics")
        lines = connection.getresponse().read().decode().splitlines()
        connection.close()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(start))

    def wait_for_metric(self, start: str, least: float) -> None:
        """Return once the metrics that begin with ``start`` have come to ``least``."""
        self.wait_for(lambda: self.metric(start) >= least)

    def end(self) -> None:
        """End the server and the templates."""
        for process in (self.process, *self._templates):
            if process is not None:
                process.terminate()
                try:
                    process.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def _served(self) -> list[str]:
        return [p.read_text() for p in self.folder.glob("serving-*") if not p.suffix]

    def wait_for(self, happened) -> None:
        """Return once ``happened()`` comes true."""
        ends = time.monotonic() + PATIENCE
        while not happened():
            ended = self.process is not None and self.process.poll() is not None
            if ended or time.monotonic() > ends:
                told = self.errors.read_text() if self.errors.exists() else "nothing"
                raise RuntimeError(f"the server did not come so far; it said: {told}")
            time.sleep(0.02)
