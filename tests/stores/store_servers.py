"""Real stores, started as server/README.md says, each on free ports of 127.0.0.1."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

import pytest

from java import OPTIONS as JAVA_OPTIONS

PATIENCE = 90.0
FUSEKI_VERSION = "5.6.0"  # the newest that runs on Java 17
_ARTIFACT = f"org.apache.jena:jena-fuseki-server:{FUSEKI_VERSION}:jar"
_INI = Path(__file__).with_name("virtuoso.ini")


@dataclass
class Store:
    """Hold a running store: where it takes graphs, where it answers, and its process."""

    name: str
    graphs: str
    query: str
    process: subprocess.Popen
    user: str = ""
    password: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    def stop(self) -> None:
        """End the store; a store that hangs is killed."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()


def start(name: str, folder: Path, cache: Path, **options: object) -> Store:
    """Start the store ``name`` with its files in ``folder``; skip where it is not installed.

    ``max_rows`` is the most that Virtuoso answers with.
    """
    make = {"oxigraph": _oxigraph, "virtuoso": _virtuoso, "fuseki": _fuseki}[name]
    try:
        return make(folder, cache, **options)
    except AssertionError:
        # another program may have taken the port meanwhile
        (again := folder / "again").mkdir()
        return make(again, cache, **options)


def _oxigraph(folder: Path, cache: Path) -> Store:
    command = _found("oxigraph", "the PyPI package oxigraph is not installed")
    port = free_port()
    process = _run([command, "serve", "--bind", f"127.0.0.1:{port}", "--timeout-s", "60"], folder)
    address = f"http://127.0.0.1:{port}"
    return _ready(Store("oxigraph", f"{address}/store", f"{address}/query", process))


def _virtuoso(folder: Path, cache: Path, max_rows: int = 1_000_000) -> Store:
    command = _found("virtuoso-t", "virtuoso-opensource is not installed")
    port, sql_port = free_port(), free_port()
    text = Template(_INI.read_text("utf-8")).substitute(http=port, sql=sql_port, rows=max_rows)
    (folder / "virtuoso.ini").write_text(text, "utf-8")
    process = _run([command, "+configfile", "virtuoso.ini", "+foreground"], folder)
    address = f"http://127.0.0.1:{port}"
    graphs, query = f"{address}/sparql-graph-crud-auth", f"{address}/sparql"
    # the password that a fresh database comes with
    return _ready(Store("virtuoso", graphs, query, process, "dba", "dba"))


def _fuseki(folder: Path, cache: Path) -> Store:
    java = _found("java", "Java is not installed")
    jar = _fuseki_jar(cache)
    port = free_port()
    # without a bound of its own, it goes on with a query that nobody waits for any more
    options = ["--mem", "--update", "--localhost", f"--port={port}", "--timeout=10000", "/ds"]
    process = _run([java, *JAVA_OPTIONS, "-jar", str(jar), *options], folder)
    address = f"http://127.0.0.1:{port}/ds"
    return _ready(Store("fuseki", f"{address}/data", f"{address}/query", process))


def _fuseki_jar(cache: Path) -> Path:
    """Return Fuseki's jar; fetched from Maven Central once and kept."""
    if named := os.environ.get("SAMGRAF_TEST_FUSEKI_JAR"):
        return Path(named)
    jar = cache / f"jena-fuseki-server-{FUSEKI_VERSION}.jar"
    if jar.is_file():
        return jar
    maven = _found("mvn", "Fuseki is not here and Maven, which would fetch it, is not installed")
    copy = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
    where = [f"-Dartifact={_ARTIFACT}", f"-DoutputDirectory={cache}"]
    try:
        done = subprocess.run(
            [maven, "-q", "-B", copy, *where], capture_output=True, text=True, timeout=300
        )
    except subprocess.TimeoutExpired:
        pytest.skip("Fuseki could not be fetched by Maven in time")
    if done.returncode or not jar.is_file():
        pytest.skip("Fuseki could not be fetched by Maven")
    return jar


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@contextmanager
def closed_port() -> Iterator[int]:
    """Yield a port of 127.0.0.1 that nobody listens at, nor can meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def _found(command: str, otherwise: str) -> str:
    beside = shutil.which(command, path=str(Path(sys.executable).parent))
    path = beside or shutil.which(command)
    if path is None:
        pytest.skip(otherwise)
    return path


def _run(command: list[str], folder: Path) -> subprocess.Popen:
    with (folder / "output.log").open("wb") as log:
        return subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )


def _ready(store: Store) -> Store:
    """Return ``store`` once it answers a query."""
    until = time.monotonic() + PATIENCE
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < until and store.process.poll() is None:
        try:
            with opener.open(f"{store.query}?query=ASK%7B%7D", timeout=30) as answer:
                answer.read()
                return store
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    store.stop()
    raise AssertionError(f"{store.name} did not start: see output.log in its folder")
