"""The content of this project as its files have it, read once for all tests of a process."""

from __future__ import annotations

from functools import cache

from samgraf.build.content import Loaded, find_content, load


@cache
def study() -> Loaded:
    """Return the content, which no test changes."""
    return load(find_content())
