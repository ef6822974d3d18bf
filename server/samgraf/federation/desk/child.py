"""Keep a process that asks partners for as long as one command runs."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from samgraf.federation.desk.client import Client
from samgraf.processes import ChildProcess

_COMING_UP = 20.0  # seconds for the process to accept
_PAUSE = 0.02
_GOODBYE = 2.0  # seconds for it to end


@contextmanager
def desk_for(release: Path) -> Iterator[Client]:
    """Give a client of a process that asks the partners of the release in the folder."""
    with tempfile.TemporaryDirectory(prefix="samgraf-") as folder:
        address = Path(folder) / "desk.sock"
        kept = ChildProcess("samgraf.federation.desk", [str(release), str(address)], os.environ)
        kept.start()
        until = time.monotonic() + _COMING_UP
        while not address.exists() and kept.exit_status() is None and time.monotonic() < until:
            time.sleep(_PAUSE)
        try:
            yield Client(address)
        finally:
            kept.stop(_GOODBYE)
