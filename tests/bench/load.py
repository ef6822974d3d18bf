"""Send requests as fast as a server takes them, by wrk (https://github.com/wg/wrk).

wrk keeps its connections open and sends the next request when the answer is there.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

WRK = shutil.which("wrk")
HERE = Path(__file__).parent
_NUMBERS = itertools.count()


def generator() -> str:
    """Return the name of what makes the load."""
    return "wrk" if WRK else "load_client.py (wrk is not installed: its figures are lower)"


def send(
    origin: str, requests: list[str], connections: int, seconds: int, folder: Path
) -> dict[str, float]:
    """Send ``requests`` in turn to ``origin`` for whole ``seconds`` over ``connections``.

    Return ``requests`` (answered), ``seconds``, ``p50`` and ``p99`` (milliseconds), ``bytes`` and
    ``bad`` (answers that are no 2xx or 3xx, and broken connections).
    """
    token = f"{os.getpid()}x{next(_NUMBERS)}x"
    file = folder / "requests"
    file.write_text("".join(f"{line}\n" for line in requests), "utf-8")
    numbers = (str(connections), str(seconds))
    if WRK:
        command = [WRK, "-t1", "-c", numbers[0], "-d", numbers[1], "--timeout", "30"]
        command += ["-H", "Accept: application/sparql-results+json"]
        command += ["-s", str(HERE / "wrk.lua"), origin, "--", str(file), token]
    else:
        command = [sys.executable, str(HERE / "load_client.py"), origin, *numbers, str(file), token]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 90)
    figures = next(line for line in done.stdout.splitlines() if line.startswith("FIGURES "))
    return json.loads(figures.removeprefix("FIGURES "))
