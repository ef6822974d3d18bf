"""Start the template and the web processes, keep them alive, and swap releases on SIGHUP.

The supervisor answers no request and holds no release. A release is swapped by starting a new
template beside the old one and telling the web processes; the old one goes when none of them
needs it, so that no request is lost.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from samgraf.engine.workers.limits import with_large_pages
from samgraf.errors import SamgrafError
from samgraf.gateway.serve.generation import PATIENCE, Finding, Generation
from samgraf.gateway.serve.signals import Signals
from samgraf.gateway.serve.state import STATE_VARIABLE, State, serving, write_state
from samgraf.processes import Kept

GOODBYE = 10.0  # seconds for a process to end after it was asked to
TICK = 0.5  # seconds between looks at the children when nothing happens
QUICK = 0.02  # the same while something is on its way


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to serve at which listening ``sockets``.

    ``find_release`` returns the folder, built first if need be.
    """

    sockets: Sequence[socket.socket]
    processes: int
    find_release: Callable[[], Path]
    engine: str | None = None


class Supervisor:
    """Run a server according to ``plan``; ``say`` gets a line for whoever watches.

    Children are started by the main thread alone: the system ties their life to its.
    """

    def __init__(self, plan: Plan, say: Callable[[str], None]):
        self._plan, self._say = plan, say
        self._stopping = self._reload_asked = False
        self._current: Generation | None = None
        self._next: Generation | None = None
        self._leaving: list[Generation] = []
        self._finding: Finding | None = None
        self._web: list[Kept] = []

    def run(self, ready: Callable[[], None]) -> int:
        """Serve until a signal ends it; return the exit status.

        ``ready`` is called once the web processes answer. Raise SamgrafError where the release
        cannot be had or the template does not come up.
        """
        self._run_dir = Path(tempfile.mkdtemp(prefix="samgraf-"))
        self._state_file = self._run_dir / "state.json"
        try:
            release = self._plan.find_release()
            with Signals() as signals:
                signals.on((signal.SIGTERM, signal.SIGINT), self._on_stop)
                signals.on((signal.SIGHUP,), self._on_reload)
                return self._serve(release, signals, ready)
        finally:
            self._stop()

    def _on_stop(self) -> None:
        self._stopping = True

    def _on_reload(self) -> None:
        self._reload_asked = True

    def _serve(self, release: Path, signals: Signals, ready: Callable[[], None]) -> int:
        self._next = self._bring_up(release)
        while not self._stopping and not self._publish():
            signals.wait(QUICK)
        until = time.monotonic() + PATIENCE
        if self._stopping:
            return 0
        self._web = [self._web_process(place) for place in range(self._plan.processes)]
        # what it serves is asked for at sockets that listen already
        while not self._stopping and not serving(self._run_dir):
            if any(kept.ended() is not None for kept in self._web):
                return 1  # it told why on standard error
            if time.monotonic() > until:
                self._say(f"The server did not come up within {PATIENCE:g} seconds.")
                return 1
            signals.wait(QUICK)
        if not self._stopping:
            ready()
        while not self._stopping:
            self._tend()
            swapping = self._finding or self._next or self._leaving
            signals.wait(QUICK if swapping else TICK)
        return 0

    def _tend(self) -> None:
        """Do what is due: start again what died, and take the next step of a swap."""
        for kept in (*self._web, *self._current.children):
            kept.tend()
        try:
            self._swap()
        except SamgrafError as error:
            self._next = None
            self._say(f"{error}\nThe release before it is still served.")

    def _swap(self) -> None:
        for old in list(self._leaving):
            if self._is_served() or time.monotonic() > old.until:
                old.retire()
                self._leaving.remove(old)
        if self._next is not None:
            if self._publish():
                self._say(f"samgraf serves another release: {self._current.release}")
        elif self._finding is not None:
            if (release := self._finding.result()) is not None:
                self._finding = None
                self._next = self._bring_up(release)
        elif self._reload_asked:
            self._reload_asked = False
            self._finding = Finding(self._plan.find_release)

    def _bring_up(self, release: Path) -> Generation:
        """Start what will serve ``release`` as the next generation."""
        number = self._current.number + 1 if self._current else 1
        release = release.resolve()
        address = template = None
        if self._plan.engine is None:
            address = self._run_dir / f"template-{number}.sock"
            environ = with_large_pages(os.environ)
            template = self._start("samgraf.engine.workers.forkserver", release, address, environ)
        return Generation(number, release, address, template)

    def _web_process(self, place: int) -> Kept:
        shared = [listening.fileno() for listening in self._plan.sockets]
        environ = os.environ | {STATE_VARIABLE: str(self._state_file)}
        kept = Kept("samgraf.gateway.serve.web", [str(place), *map(str, shared)], environ, shared)
        kept.start()
        return kept

    def _start(self, module: str, release: Path, address: Path, environ: Mapping[str, str]) -> Kept:
        kept = Kept(module, [str(release), str(address)], environ)
        kept.start()
        return kept

    def _publish(self) -> bool:
        """Tell the web processes of the next generation, once its template is up."""
        new = self._next
        if not new.is_up():
            return False
        state = State(
            generation=new.number,
            release=str(new.release),
            template=None if new.address is None else str(new.address),
            engine=self._plan.engine,
            share=self._plan.processes,
            processes=self._plan.processes,
            run_dir=str(self._run_dir),
        )
        write_state(self._state_file, state)
        if self._current is not None:
            self._current.until = time.monotonic() + PATIENCE
            self._leaving.append(self._current)
        self._current, self._next = new, None
        return True

    def _is_served(self) -> bool:
        """Return whether every web process serves the current generation."""
        told = serving(self._run_dir).values()
        return len(told) >= self._plan.processes and min(told) >= self._current.number

    def _stop(self) -> None:
        for listening in self._plan.sockets:
            listening.close()
        for kept in self._web:
            kept.ask_to_end()
        for kept in self._web:
            kept.stop(GOODBYE)
        for generation in (self._current, self._next, *self._leaving):
            for child in generation.children if generation is not None else ():
                child.stop(GOODBYE)
        shutil.rmtree(self._run_dir, ignore_errors=True)
