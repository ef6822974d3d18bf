"""The worker process: it answers one query at a time over its socket and reaches nothing else."""

from __future__ import annotations

import json
import signal
import socket
import threading
import time
from contextlib import suppress

from samgraf import limits
from samgraf.engine.local import LocalEngine
from samgraf.engine.workers.frames import (
    LENGTH,
    REPLY,
    SUMMARY,
    Flag,
    QueryFrame,
    ReplyFrame,
    Status,
    read_query,
)
from samgraf.engine.workers.limits import confine, peak_memory
from samgraf.engine.workers.spool import Spool, SpoolFullError, truncate
from samgraf.release.serialise import UnwritableResultError
from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.evaluation import EngineError, QueryKind, QueryRequest, QuerySyntaxError

#: A query whose evaluation does what every evaluation does.
WARM_UP = QueryRequest(query="SELECT * { ?s ?p ?o } LIMIT 1")
WARM_UP_TYPE = "application/sparql-results+json"


def run(local: LocalEngine, connection: int, spool: int, memory: int, used: int) -> None:
    """Answer queries from the socket ``connection`` until it closes.

    ``spool`` is the descriptor of an empty file. A query may use ``memory`` bytes of address space
    above the ``used`` bytes of the fork server.
    """
    worker = _Worker(local, connection, spool)
    confine(memory, used)
    # the main thread has the system's small stack; deeply nested queries need a larger one
    threading.stack_size(limits.WORKER_STACK)
    thread = threading.Thread(target=worker.serve, daemon=True)
    thread.start()
    thread.join()


class _Worker:
    """The loop of a worker: read a query, evaluate it, send the reply."""

    def __init__(self, local: LocalEngine, connection: int, spool: int):
        self._local, self._spool = local, spool
        self._socket = socket.socket(fileno=connection)
        self._input = self._socket.makefile("rb")

    def serve(self) -> None:
        """Answer until the other side is gone, or until this process is to be replaced."""
        # Evaluation writes to memory that is shared with the fork server, which copies it: better
        # now than in the time of the first query.
        with suppress(EngineError):
            spool = Spool(limits.INLINE_RESULT, self._spool)
            self._local.query(WARM_UP).write(spool, WARM_UP_TYPE)
        start = peak_memory()
        while (body := self._receive()) is not None:
            query = read_query(body)
            # SIGALRM's default action ends the process even within the store's own code
            signal.setitimer(signal.ITIMER_REAL, query.seconds + limits.WORKER_GRACE)
            began = time.perf_counter()
            status, flags, length, body = self._answer(query)
            seconds = time.perf_counter() - began
            signal.setitimer(signal.ITIMER_REAL, 0)
            if peak_memory() - start > limits.WORKER_GROWTH:
                flags |= Flag.LAST
            self._socket.sendall(REPLY.pack(*ReplyFrame(status, flags, seconds, length)) + body)
            if flags & Flag.LAST:
                return

    def _receive(self) -> bytes | None:
        """Return the body of the next frame, or None where the other side is gone."""
        head = self._input.read(LENGTH.size)
        if len(head) < LENGTH.size:
            return None
        (length,) = LENGTH.unpack(head)
        body = self._input.read(length)
        return body if len(body) == length else None

    def _answer(self, query: QueryFrame) -> tuple[Status, int, int, bytes]:
        """Return status, flags, length and body of the reply."""
        request, media_type, max_bytes, _ = query
        spool = Spool(max_bytes, self._spool)
        status, flags, body = Status.OK, 0, b""
        try:
            if media_type == SUMMARY:
                spool.write(self._local.read(request))
            elif self._write(request, media_type, max_bytes, spool):
                flags = Flag.TRUNCATED
        except SpoolFullError:
            status, body = Status.TOO_LARGE, _facts()
        except QuerySyntaxError as error:
            facts = (error.message, error.line, error.column, error.excerpt)
            status, body = Status.SYNTAX, _facts(*facts)
        except RefusedQueryError as error:
            status, body = Status.REFUSED, _facts(str(error))
        except UnwritableResultError as error:
            status, body = Status.UNWRITABLE, _facts(str(error))
        except EngineError as error:
            status, body = Status.FAILED, _facts(str(error))
        except MemoryError:
            status, flags, body = Status.MEMORY, Flag.LAST, _facts()
        except BaseException as error:
            # a panic of the store is no Exception; a process that had one is not used again
            text = f"The store failed: {type(error).__name__}."
            status, flags, body = Status.FAILED, Flag.LAST, _facts(text)
        if spool.on_disk:
            flags |= Flag.LAST  # the file belongs to this answer from now on
        if status is not Status.OK:
            return status, flags, len(body), body
        if spool.on_disk:
            return status, flags | Flag.SPOOLED, spool.length, b""
        return status, flags, spool.length, spool.read(0, spool.length)

    def _write(self, request: QueryRequest, media_type: str, most: int, spool: Spool) -> bool:
        """Write the answer, or its beginning where that was asked for; return whether it is cut.

        Raise SpoolFullError where it has more than ``most`` bytes and may not be cut.
        """
        result = self._local.query(request)
        if request.partial and result.kind is QueryKind.GRAPH:
            first, is_cut = result.first(media_type, most)
            spool.write(first)
            return is_cut
        try:
            result.write(spool, media_type)
        except SpoolFullError:
            solutions = result.kind is QueryKind.SOLUTIONS
            if request.partial and solutions and truncate(spool, media_type, most):
                return True
            raise
        return False


def _facts(*facts: object) -> bytes:
    """Return the body of a reply that tells of an error."""
    return json.dumps(facts).encode("ascii")
