"""A server of the project's own, started as a user starts it, for tests that need one."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

PATIENCE = 60.0


class Live:
    """Hold a running ``samgraf serve`` on a free port of 127.0.0.1; ends it on leaving."""

    program = ("-m", "samgraf")

    def __init__(self, *arguments: object, **settings: object):
        environ = {k: v for k, v in os.environ.items() if not k.startswith("SAMGRAF_")}
        # what a test serves is nothing to keep for the user
        kept = Path(tempfile.gettempdir()) / f"samgraf-tests-{os.getuid()}" / "releases"
        environ["SAMGRAF_RELEASES_DIR"] = str(kept)
        environ |= {f"SAMGRAF_{k.upper()}": str(v) for k, v in settings.items()}
        self.process = subprocess.Popen(
            [sys.executable, *self.program, "serve", "--port", "0", *map(str, arguments)],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        if not found:
            self.process.kill()
            _, told = self.process.communicate()
            raise AssertionError(f"the server did not start: {told}")
        self.port = int(found[1])

    def __enter__(self) -> Live:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def get(
        self, path: str, accept: str = "*/*", timeout: float = PATIENCE
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Return status, headers and body of one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path, headers={"Accept": accept})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def ask(self, query: str, **parameters: object) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Return the answer to ``query`` as JSON results."""
        fields = {"query": query, **parameters}
        accept = "application/sparql-results+json"
        return self.get(f"/sparql?{urllib.parse.urlencode(fields)}", accept)

    def count(self, pattern: str = "?s ?p ?o") -> int:
        """Return how often ``pattern`` matches."""
        status, _, body = self.ask(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
        assert status == 200, body
        return int(json.loads(body)["results"]["bindings"][0]["n"]["value"])

    def processes(self) -> dict[int, str]:
        """Return name and command line of every process below the server, by pid (Linux only)."""
        parents, commands = {}, {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                stat = (entry / "stat").read_text()
                name, command = ((entry / file).read_bytes() for file in ("comm", "cmdline"))
                shown = name.strip() + b" " + command if command else b""
                commands[int(entry.name)] = shown.replace(b"\0", b" ").decode()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rsplit(")", 1)[1].split()[1])
        below = {self.process.pid}
        while more := {p for p, parent in parents.items() if parent in below} - below:
            below |= more
        return {p: commands[p] for p in below - {self.process.pid}}

    def find(self, name: str) -> set[int]:
        """Return the processes below the server that bear ``name``, or whose command has it."""
        return {p for p, command in self.processes().items() if name in command}

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """End the server; return its exit status and what it still wrote."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


def wait_until(condition, patience: float = PATIENCE) -> bool:
    """Return whether ``condition()`` comes true within ``patience`` seconds."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False
