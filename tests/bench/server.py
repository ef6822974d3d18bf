"""Run a server for the bench: start it, wait for its first answer, end it by its own process id."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from bench_data import Data

PATIENCE = 600.0
PAUSE = 0.02
ANYTHING = quote("SELECT ?s WHERE { ?s ?p ?o } LIMIT 1", safe="")


class Failed(Exception):
    """A server did not start or did not take the data."""


class Engine:
    """Run one server.

    ``path`` is its query endpoint, ``started`` the seconds to its first answer.
    """

    name = ""
    path = "/sparql"

    def __init__(self, data: Data, folder: Path):
        """Start the server on ``data``, with ``folder`` for its files; raise Failed."""
        self.folder, self.port = folder / self.name, free_port()
        self.folder.mkdir()
        self.log = (self.folder / "log").open("wb")
        self.process: subprocess.Popen | None = None
        began = time.perf_counter()
        try:
            self.start(data)
            self._await(self.answers)
        except BaseException:
            self.stop()
            raise
        self.started = time.perf_counter() - began

    @property
    def address(self) -> str:
        """Return the address of the query endpoint."""
        return f"http://127.0.0.1:{self.port}{self.path}"

    @classmethod
    def missing(cls) -> str:
        """Return what is not installed, or nothing."""
        return ""

    def start(self, data: Data) -> None:
        """Start the process and load the data."""
        raise NotImplementedError

    def run(self, *command: object, **environ: str) -> None:
        """Start the server's process."""
        self.process = subprocess.Popen(
            list(map(str, command)),
            stdout=self.log,
            stderr=self.log,
            cwd=self.folder,
            env=os.environ | environ,
        )

    def answers(self) -> bool:
        """Return whether the endpoint finds data."""
        joint = "&" if "?" in self.path else "?"
        request = urllib.request.Request(
            f"{self.address}{joint}query={ANYTHING}",
            headers={"Accept": "application/sparql-results+json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return bool(json.load(answer)["results"]["bindings"])
        except OSError:
            return False

    def listens(self) -> bool:
        """Return whether the port takes connections."""
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def _await(self, condition: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.process is not None and self.process.poll() is not None:
                raise Failed(f"{self.name} ended: {self._last_words()}")
            if condition():
                return
            time.sleep(PAUSE)
        raise Failed(f"{self.name} did not answer within {PATIENCE:.0f} s: {self._last_words()}")

    def _last_words(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-500:].strip()

    def stop(self) -> None:
        """End the server."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stop_all(engines: list[Engine]) -> None:
    """End every server, also where one of them makes trouble."""
    for engine in engines:
        with suppress(OSError):
            engine.stop()
