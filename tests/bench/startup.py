"""Measure what a new user waits for: the first build, `check`, and the first answer after a start.

    make bench ARGS="--startup"                 one run of each, three starts
    make bench ARGS="--startup --starts 9"

Prints a table. Times are of this machine at this moment: compare the ratios, not the seconds.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

ASK = urllib.parse.urlencode({"query": "ASK { ?s ?p ?o }", "format": "json"})


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def first_answer(command: list[str], env: dict[str, str], patience: float) -> float:
    """Return the seconds from starting ``command`` to its first true answer on /sparql.

    Raise SystemExit if the server ends or stays silent for ``patience`` seconds.
    """
    port = free_port()
    began = time.perf_counter()
    server = subprocess.Popen(
        [*command, "serve", "--port", str(port)],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        while time.perf_counter() - began < patience:
            if server.poll() is not None:
                raise SystemExit(f"the server ended: {server.stderr.read().decode()}")
            try:
                with urllib.request.urlopen(
                    f"http://127.0.0.1:{port}/sparql?{ASK}", timeout=patience
                ) as answer:
                    if json.load(answer)["boolean"] is True:
                        return time.perf_counter() - began
            except OSError:
                time.sleep(0.01)
        raise SystemExit(f"no answer within {patience} s")
    finally:
        server.terminate()
        server.wait(10)


def timed(command: list[str], env: dict[str, str]) -> float:
    """Return the seconds that ``command`` takes; raise CalledProcessError where it fails."""
    began = time.perf_counter()
    subprocess.run(command, env=env, check=True, capture_output=True)
    return time.perf_counter() - began


def run(starts: int) -> None:
    """Run the measurements, ``starts`` of the warm one, and print them as a table."""
    samgraf = [str(Path(sys.executable).with_name("samgraf"))]
    with tempfile.TemporaryDirectory() as cache:
        env = os.environ | {"SAMGRAF_CACHE_DIR": cache}
        cold = first_answer(samgraf, env, 120)
        warm = [first_answer(samgraf, env, 30) for _ in range(starts)]
        check = timed([*samgraf, "check"], env)
    rows = [
        ("first answer, nothing built yet", cold, 30),
        (f"first answer, built (median of {starts})", statistics.median(warm), 2),
        ("samgraf check", check, 45),
    ]
    print(f"{'':46}{'seconds':>9}{'bound':>8}{'ratio':>8}")
    for name, seconds, bound in rows:
        print(f"{name:46}{seconds:9.2f}{bound:8d}{seconds / bound:8.2f}")
