"""Tell a person at the terminal which stage runs, and how long each took."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, TextIO


class Progress:
    """Time the stages; who tells a person of them does so besides."""

    def __init__(self) -> None:
        """Start with no stage timed."""
        self.times: dict[str, float] = {}
        self._started: dict[str, float] = {}

    def begin(self, stage: str) -> None:
        """Start the clock of ``stage``."""
        self._started[stage] = time.perf_counter()

    def end(self, stage: str, note: str = "") -> None:
        """Stop the clock of ``stage``; ``note`` says what came out."""
        self.times[stage] = time.perf_counter() - self._started.pop(stage)

    def close(self) -> None:
        """Leave the terminal as it was."""


class Silent(Progress):
    """Say nothing."""


class Plain(Progress):
    """Print one line when a stage begins and one when it ends."""

    def __init__(self, stream: TextIO) -> None:
        """Print to ``stream``."""
        super().__init__()
        self._stream = stream

    def begin(self, stage: str) -> None:
        """Print that ``stage`` begins."""
        super().begin(stage)
        print(f"{stage} …", file=self._stream, flush=True)

    def end(self, stage: str, note: str = "") -> None:
        """Print the time that ``stage`` took."""
        super().end(stage, note)
        print(_line(stage, self.times[stage], note), file=self._stream, flush=True)


class Rich(Progress):
    """Show a moving indicator and a running clock for each stage under way."""

    def __init__(self) -> None:
        """Draw on standard error."""
        from rich.console import Console
        from rich.progress import Progress as Bars
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

        super().__init__()
        self._bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._tasks: dict[str, Any] = {}
        self._running = False

    def begin(self, stage: str) -> None:
        """Add a moving line for ``stage``."""
        super().begin(stage)
        if not self._running:
            self._bars.start()
            self._running = True
        self._tasks[stage] = self._bars.add_task(stage, total=None)

    def end(self, stage: str, note: str = "") -> None:
        """Turn the moving line into a still one with the time."""
        super().end(stage, note)
        self._bars.remove_task(self._tasks.pop(stage))
        self._bars.console.print(
            _line(stage, self.times[stage], note), markup=False, highlight=False
        )

    def close(self) -> None:
        """Clear the moving lines."""
        if self._running:
            self._bars.stop()
            self._running = False


def _line(stage: str, seconds: float, note: str) -> str:
    return f"{stage:<24} {seconds:6.2f} s  {note}".rstrip()


@contextmanager
def terminal_progress(stream: TextIO | None = None) -> Generator[Progress]:
    """Yield what suits ``stream`` (standard error): moving on a terminal, plain lines elsewhere."""
    stream = stream or sys.stderr
    progress: Progress = Rich() if stream is sys.stderr and stream.isatty() else Plain(stream)
    try:
        yield progress
    finally:
        progress.close()
