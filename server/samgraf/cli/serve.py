"""``samgraf serve``: answer over HTTP from a release, built first where there is none."""

from __future__ import annotations

import socket
import sys
import time
from pathlib import Path

import click

from samgraf.cli.options import (
    base_option,
    built,
    check_source,
    content_option,
    release_line,
    release_option,
)
from samgraf.errors import SamgrafError, UsageError
from samgraf.gateway.supervisor import Plan, Supervisor
from samgraf.gateway.system import listen
from samgraf.release import read_manifest
from samgraf.release.kept import keep_release
from samgraf.settings import Settings


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
@base_option
@release_option
@click.option(
    "--engine",
    metavar="URL",
    help="SPARQL endpoint of a store that holds the release (see publish), to answer instead "
    "of workers of our own.",
)
def serve(
    host: str,
    port: int,
    content: Path | None,
    base: str | None,
    release: Path | None,
    engine: str | None,
) -> None:
    """Serve the content: pages and a SPARQL endpoint.

    SIGHUP builds or reads the release anew and swaps it without losing a request.
    """
    started = time.perf_counter()
    check_source(content, release, base)
    if engine is not None and not engine.startswith(("http://", "https://")):
        raise UsageError(f"--engine is {engine!r}; give the http address of a SPARQL endpoint.")
    settings = Settings.load(warn=lambda line: click.echo(line, err=True))
    sockets = listening(host, port)
    port = sockets[0].getsockname()[1]

    def find_release() -> Path:
        found = release or built(content, settings, base)
        read_manifest(found)  # a folder that holds no release is refused here
        try:
            keep_release(found, settings)
        except SamgrafError as error:  # it is served all the same
            click.echo(f"The release is not kept for later: {error}", err=True)
        return found

    def ready(served: Path) -> None:
        shown = f"[{host}]" if ":" in host else host
        seconds = time.perf_counter() - started
        click.echo(
            f"samgraf serves release {release_line(read_manifest(served))} "
            f"at http://{shown}:{port}/ (ready in {seconds:.1f} s)"
        )

    plan = Plan(
        sockets=sockets,
        find_release=find_release,
        engine=engine,
    )
    sys.exit(Supervisor(plan, lambda line: click.echo(line, err=True)).run(ready))


def listening(host: str, port: int) -> list[socket.socket]:
    """Return the sockets to serve at; raise UsageError where they cannot be had."""
    try:
        return listen(host, port)
    except OSError as error:
        raise UsageError(
            f"Port {port} at {host} cannot be used: {error.strerror or error}. "
            "Name another one with --port, or another address with --host."
        ) from error
