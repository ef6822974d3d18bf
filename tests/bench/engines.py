"""The servers that are compared: each started on a free port of 127.0.0.1 with the same data."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

from bench_data import Data
from server import PATIENCE, Engine, Failed, free_port

HERE = Path(__file__).parent
BIN = Path(os.environ.get("SAMGRAF_BENCH_BIN") or HERE.parents[1] / ".venv-bench" / "bin")


class Samgraf(Engine):
    """``samgraf serve`` as a user runs it, with logs on."""

    name = "samgraf"

    def start(self, data: Data) -> None:
        """Start the command on the release."""
        samgraf = Path(sys.executable).with_name("samgraf")
        command = (samgraf, "serve", "--release", data.release, "--port", self.port)
        self.run(*command, SAMGRAF_LOG_DIR=str(self.folder / "logs"))


class SamgrafBefore(Engine):
    """``samgraf serve`` of another checkout (``SAMGRAF_BENCH_BEFORE``), by the same Python."""

    name = "before"

    @classmethod
    def missing(cls) -> str:
        """Return how to name the checkout where none is named."""
        return "" if cls._server().is_dir() else "SAMGRAF_BENCH_BEFORE names no other checkout"

    @staticmethod
    def _server() -> Path:
        return Path(os.environ.get("SAMGRAF_BENCH_BEFORE") or "/nowhere") / "server"

    def start(self, data: Data) -> None:
        """Start the command on the release."""
        command = (sys.executable, "-m", "samgraf", "serve", "--release", data.release)
        environ = {"SAMGRAF_LOG_DIR": str(self.folder / "logs"), "PYTHONPATH": str(self._server())}
        self.run(*command, "--port", self.port, **environ)


class OxigraphMemory(Engine):
    """``oxigraph serve`` without a location: in memory."""

    name = "oxigraph"
    path = "/query"

    @classmethod
    def missing(cls) -> str:
        """Return the program's name where it is not there."""
        return "" if (BIN / "oxigraph").exists() else f"{BIN / 'oxigraph'}"

    def start(self, data: Data) -> None:
        """Start the server, then post the N-Quads."""
        self.run(BIN / "oxigraph", "serve", "--bind", f"127.0.0.1:{self.port}")
        self._await(self.listens)
        with data.quads.open("rb") as file:
            request = urllib.request.Request(
                f"http://127.0.0.1:{self.port}/store",
                data=file,
                headers={
                    "Content-Type": "application/n-quads",
                    "Content-Length": str(data.quads.stat().st_size),
                },
            )
            urllib.request.urlopen(request, timeout=PATIENCE).close()


class OxigraphRocksDB(OxigraphMemory):
    """``oxigraph serve-read-only`` on a loaded location."""

    name = "oxigraph-rocksdb"

    def start(self, data: Data) -> None:
        """Load the N-Quads into a new location, then serve it."""
        at = self.folder / "store"
        subprocess.run(
            [BIN / "oxigraph", "load", "--location", at, "--file", data.quads],
            check=True,
            stdout=self.log,
            stderr=self.log,
            timeout=PATIENCE,
        )
        command = (BIN / "oxigraph", "serve-read-only", "--location", at)
        self.run(*command, "--bind", f"127.0.0.1:{self.port}")


class RdflibEndpoint(Engine):
    """``rdflib-endpoint serve`` with rdflib's own store."""

    name = "rdflib-endpoint"
    path = "/"

    @classmethod
    def missing(cls) -> str:
        """Return the program's name where it is not there."""
        program = BIN / "rdflib-endpoint"
        return "" if program.exists() else f"{program}"

    def start(self, data: Data) -> None:
        """Start the server on the triples of the default graph."""
        command = (BIN / "rdflib-endpoint", "serve", data.triples)
        self.run(*command, "--host", "127.0.0.1", "--port", self.port)


class Fuseki(Engine):
    """Apache Jena Fuseki in memory; its jar is the tests' own or ``SAMGRAF_FUSEKI_JAR``."""

    name = "fuseki"
    path = "/ds/query"

    @classmethod
    def missing(cls) -> str:
        """Return what of Java and jar is not there."""
        if shutil.which("java") is None:
            return "java"
        return "" if fuseki_jar() else "the jar (SAMGRAF_FUSEKI_JAR names it)"

    def start(self, data: Data) -> None:
        """Start the server on the N-Quads."""
        command = ("java", "-jar", fuseki_jar(), "--localhost", "--port", self.port)
        self.run(*command, "--file", data.quads, "/ds")


class Virtuoso(Engine):
    """Virtuoso, with the triples of the default graph in one graph, in a database of its own."""

    name = "virtuoso"
    GRAPH = "urn:bench:default"
    path = f"/sparql?default-graph-uri={GRAPH}"

    @classmethod
    def missing(cls) -> str:
        """Return the programs that are not there."""
        return ", ".join(p for p in ("virtuoso-t", "isql-vt") if shutil.which(p) is None)

    def start(self, data: Data) -> None:
        """Start the server on an empty database, then load the N-Triples by its own loader."""
        sql = free_port()
        text = (HERE / "virtuoso.ini").read_text("utf-8")
        known = {"folder": self.folder, "http": self.port, "sql": sql, "data": data.triples.parent}
        ini = re.sub(r"\{(\w+)\}", lambda found: str(known[found[1]]), text)
        (self.folder / "virtuoso.ini").write_text(ini)
        self.run("virtuoso-t", "+foreground", "+configfile", self.folder / "virtuoso.ini")
        self._await(self.listens)
        commands = (
            f"ld_dir('{data.triples.parent}', '{data.triples.name}', '{self.GRAPH}'); "
            "rdf_loader_run(); checkpoint;"
        )
        done = subprocess.run(
            ["isql-vt", str(sql), "dba", "dba", f"exec={commands}"],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        if done.returncode:
            raise Failed(f"virtuoso took no data: {done.stdout[-300:]} {done.stderr[-300:]}")


#: Every engine, the one that the others are compared with first.
ENGINES = (
    Samgraf,
    SamgrafBefore,
    OxigraphMemory,
    OxigraphRocksDB,
    RdflibEndpoint,
    Fuseki,
    Virtuoso,
)


def fuseki_jar() -> Path | None:
    """Return Fuseki's jar: the one named, else the newest that the tests fetched."""
    if named := os.environ.get("SAMGRAF_FUSEKI_JAR"):
        return Path(named).resolve() if Path(named).is_file() else None
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "samgraf-tests"
    return max(cache.glob("jena-fuseki-server-*.jar"), default=None)
