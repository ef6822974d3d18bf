"""Several faults told at once, so that a person mends them in one go."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import TypeVar

from samgraf import limits
from samgraf.errors import ContentError, SamgrafError

T = TypeVar("T")


class ContentErrors(SamgrafError):
    """Several files, or several places of one, are at fault."""

    def __init__(self, faults: Sequence[ContentError | str]) -> None:
        """Take ``faults``, each once, in the order given."""
        self.faults = list(dict.fromkeys(str(f) for f in faults))
        super().__init__("\n".join(self.faults))


class Faults:
    """The faults of stages that do not need one another: told together, the first ones in full."""

    def __init__(self) -> None:
        self._told: dict[str, None] = {}
        self._more = 0

    @contextmanager
    def kept(self) -> Generator[None, None, None]:
        """Keep the faults that are raised within, and go on."""
        try:
            yield
        except ContentErrors as error:
            self.add(error.faults)
        except ContentError as error:
            self.add([error])

    def add(self, faults: Iterable[T], tell: Callable[[T], object] = str) -> None:
        """Keep what ``tell`` says of each of ``faults``, which is asked only while it counts."""
        for fault in faults:
            if len(self._told) >= limits.FAULTS_TOLD:
                self._more += 1
            else:
                self._told[str(tell(fault))] = None

    def merge(self, other: Faults) -> None:
        """Keep those of ``other``, too."""
        self.add(other._told)
        self._more += other._more

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return bool(self._told)

    def stop(self) -> None:
        """Raise ContentErrors where there are any."""
        if self._told:
            more = [f"… and {self._more:,} more, of {len(self._told) + self._more:,} in all."]
            raise ContentErrors([*self._told, *(more if self._more else ())])
