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
#: What a fork does with a batch: inherited, since what it knows is too large to be sent.
_inherited: list[Callable[[Sequence[Any]], Any]] = []


@contextmanager
def in_processes(
    work: Callable[[Sequence[T]], U],
) -> Generator[Callable[[Sequence[T]], Iterator[U]]]:
    """Start the processes; yield what has them ``work`` at many things, in batches."""
    _inherited[:] = [work]
    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(os.cpu_count() or 1, mp_context=context)

    def at(things: Sequence[T]) -> Iterator[U]:
        batches = [things[i : i + EXPORT_BATCH] for i in range(0, len(things), EXPORT_BATCH)]
        return pool.map(_work, batches)

    try:
        yield at
    finally:
        pool.shutdown(cancel_futures=True)


def _work(batch: Sequence[Any]) -> Any:
    return _inherited[0](batch)
