"""What is asked of the operating system for workers."""

import os
import re
import subprocess
import sys
from pathlib import Path

from samgraf.engine.workers.limits import with_large_pages

LARGE = "glibc.malloc.hugetlb=1"


def test_large_pages_are_asked_for_unless_the_administrator_tuned_memory():
    assert with_large_pages({"HOME": "/"}) == {"HOME": "/", "GLIBC_TUNABLES": LARGE}
    tuned = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=0"}
    assert with_large_pages(tuned) == tuned


def large_pages(environ):
    """Return the kB in large pages of a process that holds 32 MiB in small pieces."""
    code = "a=[bytes(1000) for _ in range(33000)]; print(open('/proc/self/smaps_rollup').read())"
    command = [sys.executable, "-c", code]
    told = subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout
    return int(re.search(r"AnonHugePages: *(\d+) kB", told)[1])


def allowed():
    """Return whether this system gives large pages to those who ask."""
    setting = Path("/sys/kernel/mm/transparent_hugepage/enabled")
    libc, _, version = os.confstr("CS_GNU_LIBC_VERSION").partition(" ")
    new = libc == "glibc" and tuple(map(int, version.split("."))) >= (2, 35)
    return new and setting.exists() and "[never]" not in setting.read_text()


def test_memory_is_held_in_large_pages_where_the_system_allows_it():
    others = ("GLIBC_TUNABLES", "LD_PRELOAD")
    environ = {k: v for k, v in os.environ.items() if k not in others}
    asked = large_pages(with_large_pages(environ))
    assert (asked > 0) is allowed()
