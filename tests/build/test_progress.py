import io
import os
import subprocess
import sys

import pytest

from samgraf.progress import Plain, Silent, terminal_progress


def test_plain_lines_say_begin_time_and_note(monkeypatch):
    monkeypatch.setattr("samgraf.progress.time.perf_counter", lambda: 7.0)
    stream = io.StringIO()
    with terminal_progress(stream) as progress:
        assert isinstance(progress, Plain)
        progress.begin("load")
        progress.end("load", "3 files")
    begin, end = stream.getvalue().splitlines()
    assert begin == "load …"
    assert end.split() == ["load", "0.00", "s", "3", "files"]


def test_stages_under_way_at_once_are_timed_apart():
    progress = Silent()
    for stage in "ab":
        progress.begin(stage)
    for stage in "ba":
        progress.end(stage)
    assert list(progress.times) == ["b", "a"]
    assert progress.times["a"] >= progress.times["b"]


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
def test_a_terminal_gets_a_moving_line_and_the_time_of_each_stage():
    code = (
        "import time; from samgraf.progress import terminal_progress\n"
        "with terminal_progress() as p:\n"
        "  p.begin('load'); time.sleep(2); p.end('load', '3 files [a]')\n"
    )
    ours, theirs = os.openpty()
    environ = os.environ | {"TERM": "xterm-256color", "COLUMNS": "80"}
    done = subprocess.run([sys.executable, "-c", code], stderr=theirs, env=environ, timeout=60)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert done.returncode == 0
    assert "3 files [a]" in shown
    assert shown.count("load") > 2
    assert "\x1b[?25h" in shown, "the cursor is shown again"
