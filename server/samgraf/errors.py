"""The errors that samgraf tells its users: each names the thing, the place and the mend.

The command line prints ``str(error)`` on standard error and exits with ``exit_status``:
1 where the data is at fault, 2 where the call is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class SamgrafError(Exception):
    """Something went wrong that the user can mend."""

    exit_status = 1


@dataclass
class ContentError(SamgrafError):
    """A file of the content is at fault.

    ``message`` says what is wrong with which thing; ``file`` and ``line`` (1-based) say where,
    as far as known; ``mend`` says in one sentence what to change.
    """

    message: str
    file: Path | str | None = None
    line: int | None = None
    mend: str | None = None

    def __str__(self) -> str:
        """Return one line: place, message, mend."""
        place = "" if self.file is None else str(self.file)
        if place and self.line is not None:
            place += f":{self.line}"
        text = f"{place}: {self.message}" if place else self.message
        return f"{text} {self.mend}" if self.mend else text


class UsageError(SamgrafError):
    """The call itself is wrong: a missing file, an unknown option value, a port in use."""

    exit_status = 2
