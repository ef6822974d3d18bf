"""What the web processes serve, told to them in a file that is replaced in one step."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

#: Names the state file to the web processes.
STATE_VARIABLE = "SAMGRAF_STATE_FILE"


@dataclass(frozen=True)
class State:
    """Hold one generation: which release is served, from which template or store.

    ``template`` is a socket and ``engine`` an address; one of them is given. ``share`` is the
    number of processes that share the bounds on workers.
    """

    generation: int
    release: str
    template: str | None
    engine: str | None
    share: int
    processes: int
    run_dir: str


def write_state(path: Path, state: State) -> None:
    """Put ``state`` in place of what ``path`` told before."""
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(asdict(state)) + "\n", "utf-8")
    beside.replace(path)


def read_state(path: Path) -> State:
    """Return the state that ``path`` tells."""
    return State(**json.loads(path.read_text("utf-8")))


def mark_serving(run_dir: Path, generation: int) -> None:
    """Tell that this process now serves ``generation``."""
    path = run_dir / f"serving-{os.getpid()}"
    beside = path.with_suffix(".new")
    beside.write_text(str(generation))
    beside.replace(path)


def serving(run_dir: Path) -> dict[int, int]:
    """Return the generation that each living web process serves, by process."""
    found = {}
    for path in run_dir.glob("serving-*"):
        if path.suffix:
            continue
        process = int(path.name.removeprefix("serving-"))
        if _lives(process):
            found[process] = int(path.read_text())
        else:
            path.unlink(missing_ok=True)
    return found


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
