"""Start the fork server and the web process, keep them alive, and switch releases on SIGHUP.

The supervisor listens, but answers no request and holds no release. A release is switched by
starting a new fork server beside the old one and telling the web process (``control``); the old
one ends when the new one is served, so that no request is lost.

The supervisor has imported what the web process runs, and forks it: one that was killed is back
without the half second that the imports take. For that it stays single-threaded and runs no event
loop. A release is looked for, and built, in a fork of its own, so that the memory of a build is
given back.
"""

from __future__ import annotations

import importlib
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from samgraf import limits
from samgraf.engine.workers.limits import with_large_pages
from samgraf.errors import SamgrafError, UsageError
from samgraf.gateway.child_process import ChildProcess, Fork, run_module
from samgraf.gateway.control import ControlChannel, ReleaseSource, SwitchVerdict
from samgraf.gateway.system import Signals, run_folder

FORK_SERVER = "samgraf.engine.workers.forkserver"
WEB_PROCESS = "samgraf-web"  # the name by which lists of processes show it
SEARCH = "samgraf-build"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to serve at which listening ``sockets``.

    ``find_release`` returns the folder, built first if need be. ``engine`` is the address of a
    store that evaluates queries, in place of workers.
    """

    sockets: Sequence[socket.socket]
    find_release: Callable[[], Path]
    engine: str | None = None


class Generation:
    """A release on its way through the server, and its fork server, unless a store has it."""

    def __init__(self, source: ReleaseSource, fork_server: ChildProcess | None):
        self.source, self.fork_server = source, fork_server
        self.until = time.monotonic() + limits.LOADING_SECONDS

    def is_up(self) -> bool:
        """Return whether the fork server accepts; raise SamgrafError if it never will."""
        if self.fork_server is None:
            return True
        if self.fork_server.exit_status() is not None:
            raise SamgrafError("The release could not be loaded; the reason stands above.")
        if time.monotonic() > self.until:
            raise SamgrafError(
                f"The release was not loaded within {limits.LOADING_SECONDS:g} seconds."
            )
        with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
            probe.connect(self.source.fork_server or "")
            return True
        return False


class Supervisor:
    """A server according to ``plan``; ``say`` gets a line for whoever watches.

    Children are started by the main thread alone: the system ties their life to its.
    """

    def __init__(self, plan: Plan, say: Callable[[str], None]):
        self._plan, self._say = plan, say
        self._stopping = self._reload_asked = False
        self._current: Generation | None = None  # that the web process serves
        self._next: Generation | None = None
        self._is_offered = False  # whether the web process has been told of the next
        self._leaving: list[Generation] = []
        self._search: _Search | None = None
        self._web: ChildProcess | None = None
        self._channel: ControlChannel | None = None
        self._number = 0  # of the release that was brought up last

    def run(self, ready: Callable[[Path], None]) -> int:
        """Serve until a signal ends it; return the exit status.

        ``ready`` is called with the folder of the release once the web process serves it. Raise
        SamgrafError if the release cannot be had or loaded.
        """
        with Signals() as signals, run_folder() as self._folder:
            signals.on((signal.SIGTERM, signal.SIGINT), self._on_stop)
            signals.on((signal.SIGHUP,), self._on_reload)
            try:
                release = self._first_release(signals)
                return 0 if release is None else self._serve(release, signals, ready)
            finally:
                self._stop()

    def _first_release(self, signals: Signals) -> Path | None:
        """Return the folder of the release to begin with, None where a signal came before."""
        search = self._search = _Search(self._plan.find_release, self._folder / "found")
        while not self._stopping:
            if (release := search.result()) is not None:
                self._search = None
                return release
            signals.wait(limits.TICK_SECONDS)
        return None

    def _on_stop(self) -> None:
        self._stopping = True

    def _on_reload(self) -> None:
        self._reload_asked = True

    def _serve(self, release: Path, signals: Signals, ready: Callable[[Path], None]) -> int:
        first = self._next = self._bring_up(release)
        # here, where the release is being loaded meanwhile
        importlib.import_module("samgraf.gateway.web_process")
        while not self._stopping and not first.is_up():
            signals.wait(limits.RETRY_SECONDS)
        if self._stopping:
            return 0
        until = time.monotonic() + 2 * limits.SWITCHING_SECONDS
        self._start_web_process(first)
        while not self._stopping and self._current is None:
            self._hear()
            if self._current is not None:
                break
            # it says why on standard error
            if self._next is None or self._web is None or self._web.exit_status() is not None:
                return 1
            if time.monotonic() > until:
                self._say("The server did not come up.")
                return 1
            signals.wait(limits.RETRY_SECONDS, self._channel)
        if not self._stopping:
            ready(release)
        while not self._stopping:
            self._tend()
            switching = self._search or self._next or self._leaving
            seconds = limits.RETRY_SECONDS if switching else limits.TICK_SECONDS
            signals.wait(seconds, self._channel)
        return 0

    def _tend(self) -> None:
        """Start again what died, and take the next step of a switch."""
        self._hear()
        for generation in (self._current, self._next if self._is_offered else None):
            if generation is not None and generation.fork_server is not None:
                generation.fork_server.tend()
        if self._web is not None and self._web.exit_status() is not None:
            # whichever it was to serve when it died; the next is offered to it again
            self._is_offered = False
            if self._current is not None and self._web.is_due():
                self._start_web_process(self._current)
        try:
            self._switch()
        except SamgrafError as error:
            self._give_up(str(error))

    def _switch(self) -> None:
        if self._next is not None:
            if not self._is_offered and self._next.is_up() and self._channel is not None:
                self._next.until = time.monotonic() + limits.SWITCHING_SECONDS
                self._channel.send(self._next.source)
                self._is_offered = True
            elif self._is_offered and time.monotonic() > self._next.until:
                raise SamgrafError("The release was not served in time.")
        elif self._search is not None:
            if (release := self._search.result()) is not None:
                self._search = None
                self._next = self._bring_up(release)
        elif self._reload_asked:
            self._reload_asked = False
            self._search = _Search(self._plan.find_release, self._folder / "found")
        for old in [g for g in self._leaving if _is_gone(g)]:
            self._leaving.remove(old)

    def _hear(self) -> None:
        """Take what the web process says of the releases that it was told of."""
        for verdict in self._channel.verdicts() if self._channel is not None else ():
            new = self._next
            if new is None or verdict.number != new.source.number:
                self._take_back(verdict)
                continue
            if verdict.reason is not None:
                self._give_up(verdict.reason)
                continue
            old, self._current, self._next = self._current, new, None
            if old is not None:
                self._say(f"samgraf serves another release: {new.source.release}")
                self._retire(old)

    def _take_back(self, verdict: SwitchVerdict) -> None:
        """Have the web process return from a release that was given up before it was served.

        The fork server of that release is on its way out, and would leave it without workers.
        """
        current = self._current
        if current is None or self._channel is None or verdict.reason is not None:
            return
        if verdict.number != current.source.number:
            self._channel.send(current.source)

    def _give_up(self, reason: str) -> None:
        failed, self._next, self._search = self._next, None, None
        if failed is not None:
            self._retire(failed)
        left = "\nThe release before it is still served." if self._current is not None else ""
        self._say(f"{reason}{left}")

    def _retire(self, generation: Generation) -> None:
        """Ask the fork server to end once the last query on it is answered."""
        if generation.fork_server is not None:
            generation.fork_server.ask_to_end()
            self._leaving.append(generation)

    def _bring_up(self, release: Path) -> Generation:
        """Start what will serve ``release``."""
        self._number = number = self._number + 1
        release, self._is_offered = release.resolve(), False
        if self._plan.engine is not None:
            source = ReleaseSource(number, str(release), engine=self._plan.engine)
            return Generation(source, None)
        address = self._folder / f"{number}.sock"
        arguments, environ = [str(release), str(address)], with_large_pages(os.environ)
        child = ChildProcess(lambda: run_module(FORK_SERVER, arguments, environ))
        child.start()
        return Generation(ReleaseSource(number, str(release), str(address)), child)

    def _start_web_process(self, generation: Generation) -> None:
        """Start the web process, or start it again, with a release to serve first."""
        self._web = self._web or ChildProcess(self._fork_web_process)
        self._web.start()
        if self._channel is not None:
            self._channel.send(generation.source)
        self._is_offered = generation is self._next

    def _fork_web_process(self) -> Fork:
        """Fork a web process, with a channel to it in place of the one before."""
        from samgraf.gateway import web_process

        if self._channel is not None:
            self._channel.close()
        self._channel = channel = ControlChannel()
        inherited = [channel.other.fileno(), *(s.fileno() for s in self._plan.sockets)]
        arguments = [str(number) for number in inherited]
        fork = Fork(WEB_PROCESS, lambda: web_process.main(arguments), inherited)
        channel.other.close()
        return fork

    def _stop(self) -> None:
        for listening in self._plan.sockets:
            listening.close()
        generations = [g for g in (self._current, self._next, *self._leaving) if g is not None]
        forks = [g.fork_server for g in generations if g.fork_server is not None]
        for child in (self._web, self._search, *forks):
            if child is not None:
                child.stop(limits.END_SECONDS)
        if self._channel is not None:
            self._channel.close()


class _Search:
    """The search for a release, in a fork: building one takes time and memory.

    The fork writes to ``answer`` where the release is, or why there is none.
    """

    def __init__(self, find: Callable[[], Path], answer: Path):
        self._find, self._answer = find, answer
        answer.unlink(missing_ok=True)
        self._child = ChildProcess(lambda: Fork(SEARCH, self._run))
        self._child.start()

    def _run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: sys.exit(1))  # what it began is to be put away
        try:
            self._answer.write_bytes(os.fsencode(self._find()))
        except SamgrafError as error:
            self._answer.write_text(str(error), "utf-8")
            return error.exit_status
        except Exception as error:
            self._answer.write_text(f"The release cannot be built: {error!r}", "utf-8")
            return SamgrafError.exit_status
        return 0

    def result(self) -> Path | None:
        """Return the release, None while it is looked for; raise SamgrafError if there is none."""
        status = self._child.exit_status()
        if status is None:
            return None
        if status == 0:
            return Path(os.fsdecode(self._answer.read_bytes()))
        kind = UsageError if status == UsageError.exit_status else SamgrafError
        with suppress(OSError):
            raise kind(self._answer.read_text("utf-8"))
        raise SamgrafError("The release was not built: what built it was ended.")

    def stop(self, patience: float) -> None:
        """End the search within ``patience`` seconds."""
        self._child.stop(patience)


def _is_gone(generation: Generation) -> bool:
    child = generation.fork_server
    return child is None or child.exit_status() is not None
