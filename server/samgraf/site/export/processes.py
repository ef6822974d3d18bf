"""Do a part of the work in each of several processes: forks, which have all in their memory."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from samgraf.limits import EXPORT_BATCH

T = TypeVar("T")
U = TypeVar("U")
#: What a fork does with a thing: inherited, since what it knows is too large to be sent.
_inherited: list[Callable[[Any], Any]] = []


@contextmanager
def in_processes(work: Callable[[T], U]) -> Generator[Callable[[Sequence[T]], Iterator[U]]]:
    """Start the processes; yield what has them ``work`` at each of many things."""
    _inherited[:] = [work]
    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(os.cpu_count() or 1, mp_context=context)
    try:
        yield lambda things: pool.map(_work, things, chunksize=EXPORT_BATCH)
    finally:
        pool.shutdown(cancel_futures=True)


def _work(thing: Any) -> Any:
    return _inherited[0](thing)
