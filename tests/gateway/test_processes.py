"""A kept child is started again, and never outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from samgraf.gateway.child_process import ChildProcess, Fork, run_module
from samgraf.limits import RESTART_PAUSE

PATIENCE = 50.0  # waited out only where a test fails


def with_path(folder):
    """Return the environment of a child that finds modules in ``folder`` too."""
    return os.environ | {"PYTHONPATH": os.pathsep.join((str(folder), *filter(None, sys.path)))}


@pytest.fixture
def sleeper(tmp_path, monkeypatch):
    """Return a kept child that does nothing until it is ended."""
    (tmp_path / "sleeper.py").write_text("import time\ntime.sleep(60)\n")
    kept = ChildProcess(lambda: run_module("sleeper", [], with_path(tmp_path)))
    kept.start()
    yield kept
    kept.stop(0)


def wait_until(condition):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.01)
    return False


def test_a_running_child_is_left_alone(sleeper):
    assert sleeper.tend() is None
    assert sleeper.starts == 1


def test_a_killed_child_is_started_again(sleeper):
    first = sleeper.process.pid
    sleeper.process.kill()
    sleeper.process.wait()
    assert wait_until(lambda: sleeper.tend() is None)
    assert sleeper.starts == 2
    assert sleeper.process.pid != first


def test_a_child_that_keeps_ending_is_started_more_slowly():
    environ = os.environ | {"PYTHONWARNINGS": "ignore"}
    kept = ChildProcess(lambda: run_module("this_module_is_nowhere", [], environ))
    kept.start()
    pauses = []
    for _ in range(3):
        kept.process.wait(PATIENCE)
        pauses.append(kept.tend())
        assert wait_until(lambda: kept.tend() is None)
    assert pauses[0] > RESTART_PAUSE
    assert pauses == sorted(pauses)
    kept.stop(0)


def test_stopping_kills_a_child_that_does_not_listen(tmp_path):
    (tmp_path / "deaf.py").write_text(
        "import signal, time, pathlib\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"pathlib.Path({str(tmp_path / 'up')!r}).touch()\ntime.sleep(60)\n"
    )
    kept = ChildProcess(lambda: run_module("deaf", [], with_path(tmp_path)))
    kept.start()
    assert wait_until((tmp_path / "up").exists)
    kept.stop(0.1)
    assert kept.exit_status() == -signal.SIGKILL


# the one that runs the tests may have threads, which newer Pythons warn of
threads_or_not = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


@threads_or_not
def test_a_fork_runs_what_it_was_given_with_the_descriptors_that_it_keeps_and_no_other():
    reader, writer = os.pipe()
    other = os.open(os.devnull, os.O_RDONLY)

    def run():
        try:
            os.fstat(other)
        except OSError:
            os.write(writer, b"closed")
        return 3

    fork = Fork("samgraf-test", run, [writer])
    assert fork.wait(PATIENCE) == 3
    assert os.read(reader, 99) == b"closed"
    for descriptor in (reader, writer, other):
        os.close(descriptor)


@threads_or_not
@pytest.mark.parametrize(
    ("run", "status"),
    [(lambda: sys.exit(4), 4), (lambda: 1 / 0, 1), (lambda: signal.raise_signal(15), -15)],
)
def test_a_fork_never_returns_into_the_code_that_made_it(run, status):
    # a handler of the parent's is not the fork's
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        assert Fork("samgraf-test", run).wait(PATIENCE) == status
    finally:
        signal.signal(signal.SIGTERM, before)


only_linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux tells of the death"
)


def gone(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


@only_linux
def test_a_child_whose_parent_is_gone_before_it_begins_ends(tmp_path):
    (tmp_path / "sleeper.py").write_text("import time\ntime.sleep(60)\n")
    script = (
        "import os; from samgraf.gateway.child_process import run_module; "
        "print(run_module('sleeper', [], os.environ).pid, flush=True); os._exit(0)"
    )
    parent = [sys.executable, "-c", script]
    told = subprocess.run(parent, env=with_path(tmp_path), stdout=subprocess.PIPE, check=True)
    assert wait_until(lambda: gone(int(told.stdout)))


@only_linux
def test_a_child_ends_when_its_parent_is_killed(tmp_path):
    (tmp_path / "sleeper.py").write_text(
        f"import os, pathlib, time\npathlib.Path({str(tmp_path / 'pid')!r}).write_text("
        "str(os.getpid()))\ntime.sleep(60)\n"
    )
    script = (
        "import os, time; from samgraf.gateway.child_process import run_module; "
        "run_module('sleeper', [], os.environ); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], env=with_path(tmp_path))
    told = tmp_path / "pid"
    assert wait_until(lambda: told.exists() and told.read_text())
    child = int(told.read_text())
    parent.kill()
    parent.wait()
    assert wait_until(lambda: gone(child))
