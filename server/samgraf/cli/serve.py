"""``samgraf serve``: answer over HTTP from a release, built first where there is none."""

from __future__ import annotations

import http.client
import os
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from samgraf.cli.options import content_option
from samgraf.errors import SamgrafError, UsageError

if TYPE_CHECKING:
    from flask import Flask

RELEASE_VARIABLE = "SAMGRAF_SERVED_RELEASE"  # tells the server's own process what to serve
THREADS = 4
PATIENCE = 60.0  # seconds until a server that does not answer is given up
PAUSE = 0.02


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="Port to listen at; 0 takes any free one.",
)
@content_option
@click.option(
    "--release",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of a built release to serve as it is, instead of content.",
)
def serve(host: str, port: int, content: Path | None, release: Path | None) -> None:
    """Serve the content: pages and a SPARQL endpoint."""
    started = time.perf_counter()
    from samgraf.release import read_manifest
    from samgraf.settings import Settings

    if content is not None and release is not None:
        raise UsageError("Give --content or --release, not both.")
    settings = Settings.load()
    port = free_port(host, port)
    release = release or built(content, settings)
    name = read_manifest(release)["release"][:12]
    os.environ[RELEASE_VARIABLE] = str(release.resolve())
    ready = threading.Event()
    threading.Thread(target=_announce, args=(host, port, name, started, ready), daemon=True).start()
    _run(host, port)
    if not ready.is_set():
        sys.exit(1)


def built(content: Path | None, settings: object) -> Path:
    """Return the folder of the release of ``content``, with progress where it is built now."""
    from samgraf.progress import terminal_progress
    from samgraf.release import cached_release

    with terminal_progress() as progress:
        return cached_release(content, settings, progress, lambda line: click.echo(line, err=True))


def free_port(host: str, port: int) -> int:
    """Return ``port``, or a free one for 0; raise UsageError where it cannot be listened at."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            # as a server would bind: a port that only waits for late packets is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return probe.getsockname()[1]
    except OSError as error:
        raise UsageError(
            f"Port {port} at {host} cannot be used: {error.strerror or error}. "
            "Name another one with --port, or another address with --host."
        ) from error


def create_served_app() -> Flask:
    """Return the application over the release that the environment names.

    Tell an error in a line and exit by its status, since this runs in the server's own process.
    """
    from samgraf.settings import Settings
    from samgraf.sparql.in_process import in_process_service
    from samgraf.web import create_app

    try:
        release = Path(os.environ[RELEASE_VARIABLE])
        return create_app(in_process_service(release, Settings.load()))
    except SamgrafError as error:
        print(error, file=sys.stderr, flush=True)
        sys.exit(error.exit_status)


def _run(host: str, port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "samgraf.cli.serve:create_served_app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.error,
    ).serve()


def _announce(host: str, port: int, name: str, started: float, ready: threading.Event) -> None:
    """Say that the server is ready, once it answers."""
    asked = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - only compared
    while time.perf_counter() - started < PATIENCE:
        connection = http.client.HTTPConnection(asked, port, timeout=PATIENCE)
        try:
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                break
        except OSError:
            time.sleep(PAUSE)
        finally:
            connection.close()
    else:
        return
    ready.set()
    shown = f"[{host}]" if ":" in host else host
    seconds = time.perf_counter() - started
    click.echo(
        f"samgraf serves release {name}… at http://{shown}:{port}/ (ready in {seconds:.1f} s)"
    )
