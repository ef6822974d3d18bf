"""Run a blocking request in a thread of its own, which nobody waits for once it is given up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from samgraf.engine.remote.http import Exchange

T = TypeVar("T")


async def in_thread(exchange: Exchange, function: Callable[..., T], *arguments: Any) -> T:
    """Return what ``function`` returns; cancelling ends ``exchange`` at once.

    Not by a pool: a thread that hangs in the system's resolver must keep nobody else waiting,
    and no process from ending.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)

    def run() -> None:
        result, failure = None, None
        try:
            result = function(*arguments)
        except BaseException as error:
            failure = error
        with suppress(RuntimeError):  # the loop is gone
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=run, daemon=True).start()
    try:
        return await future
    finally:
        exchange.abort_unless(future.done() and not future.cancelled())
