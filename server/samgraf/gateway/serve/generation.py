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
DESK_PATIENCE = 5.0  # seconds that a release is kept back for its desk


class Generation:
    """Hold a release, the template that serves it, if no foreign store does, and its desk.

    The desk asks partners; there is one where federation is on. It answers at ``desk_address``.
    """

    def __init__(
        self,
        number: int,
        release: Path,
        address: Path | None = None,
        template: Kept | None = None,
        desk_address: Path | None = None,
        desk: Kept | None = None,
    ):
        self.number, self.release, self.address, self.template = number, release, address, template
        self.desk_address, self.desk = desk_address, desk
        now = time.monotonic()
        self.until, self._desk_until = now + LOADING, now + DESK_PATIENCE

    @property
    def children(self) -> list[Kept]:
        """Return the processes that belong to it."""
        return [kept for kept in (self.template, self.desk) if kept is not None]

    def is_up(self) -> bool:
        """Return whether template and desk accept; raise SamgrafError where they never will."""
        return self._template_is_up() and self._desk_is_up()

    def _template_is_up(self) -> bool:
        if self.template is None:
            return True
        if self.template.ended() is not None:
            raise SamgrafError("The release could not be loaded; the reason stands above.")
        if time.monotonic() > self.until:
            self.template.stop(0)
            raise SamgrafError(f"The release was not loaded within {LOADING:g} seconds.")
        return _accepts(self.address)

    def _desk_is_up(self) -> bool:
        # what needs no partner is served even where the desk does not come up
        late = time.monotonic() > self._desk_until
        return self.desk is None or late or _accepts(self.desk_address)

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
