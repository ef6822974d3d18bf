"""One release on its way through the server: found, brought up, served, retired."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

from samgraf.errors import SamgrafError
from samgraf.processes import Kept

PATIENCE = 60.0  # seconds for the web processes to come up, or to take a new release
LOADING = 900.0  # seconds for a template to load its release


class Generation:
    """Hold a release, and the template that serves it, if no foreign store does."""

    def __init__(
        self,
        number: int,
        release: Path,
        address: Path | None = None,
        template: Kept | None = None,
    ):
        self.number, self.release, self.address, self.template = number, release, address, template
        self.until = time.monotonic() + LOADING

    @property
    def children(self) -> list[Kept]:
        """Return the processes that belong to it."""
        return [kept for kept in (self.template,) if kept is not None]

    def is_up(self) -> bool:
        """Return whether the template accepts; raise SamgrafError where it never will."""
        if self.template is None:
            return True
        if self.template.ended() is not None:
            raise SamgrafError("The release could not be loaded; the reason stands above.")
        if time.monotonic() > self.until:
            self.template.stop(0)
            raise SamgrafError(f"The release was not loaded within {LOADING:g} seconds.")
        return _accepts(self.address)

    def retire(self) -> None:
        """Ask its processes to end once the last query on it is answered."""
        for child in self.children:
            if child.process is not None and child.ended() is None:
                child.process.terminate()


def _accepts(address: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(address))
        except OSError:
            return False
    return True


class Finding:
    """Find the next release beside the supervisor's work: building one takes its time."""

    def __init__(self, find: Callable[[], Path]):
        self._find = find
        self._found: Path | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._found = self._find()
        except BaseException as error:
            self._error = error

    def result(self) -> Path | None:
        """Return the release, None while it is looked for; raise what kept it from being found."""
        if self._thread.is_alive():
            return None
        if self._error is not None:
            raise self._error
        return self._found
