"""A query worker: answers one query at a time over its socket, with nothing else in reach."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from contextlib import suppress

from samgraf.engine.local import LocalEngine
from samgraf.engine.workers import limits
from samgraf.engine.workers.cutting import cut
from samgraf.engine.workers.frames import LENGTH, REPLY, Flag, Job, Reply, Status, read_job
from samgraf.engine.workers.sink import FullError, Sink
from samgraf.release.serialise import UnwritableResultError
from samgraf.sparql.evaluation import EngineError, QueryKind, QueryRequest, QuerySyntaxError

#: Seconds past the deadline after which a worker that nobody killed ends itself.
GRACE = 0.25
#: What every query does is done for this one.
ANYTHING = QueryRequest(query="SELECT * { ?s ?p ?o } LIMIT 1")
ANY_TYPE = "application/sparql-results+json"
#: Bytes by which a worker may have grown and still be asked again.
_GROWTH = 64 * 1024 * 1024
#: Seconds of queries after which that is looked at: so much memory is not filled in less.
_UNSEEN = 0.005


def run(local: LocalEngine, connection: int, spool: int, memory: int, used: int) -> None:
    """Answer what comes over ``connection`` until it closes; for a freshly forked process.

    ``memory`` bounds what a query may use above the ``used`` bytes of address space.
    """
    worker = _Worker(local, connection, spool)
    limits.confine(memory, used)
    threading.stack_size(limits.STACK)
    # the first thread has the small stack of the process
    thread = threading.Thread(target=worker.serve, daemon=True)
    thread.start()
    thread.join()


class _Worker:
    def __init__(self, local: LocalEngine, connection: int, spool: int):
        self._local, self._spool = local, spool
        self._socket = socket.socket(fileno=connection)
        self._footprint = limits.Footprint()
        self._come = b""  # over the socket, and not yet read

    def serve(self) -> None:
        """Answer until the other side is gone, or this worker has grown."""
        self._warm_up()
        start = self._footprint.bytes()
        reply, unseen = Reply(Status.OK, 0, 0.0, 0), 0.0
        while (body := self._receive()) is not None:
            job = read_job(body)
            if job.behind is not None and reply.drops(job.behind):
                continue
            # the default action ends the process even within the store's own code
            signal.setitimer(signal.ITIMER_REAL, job.seconds + GRACE)
            began = time.perf_counter()
            status, flags, length, body = self._answer(job)
            seconds = time.perf_counter() - began
            signal.setitimer(signal.ITIMER_REAL, 0)
            unseen += seconds
            if unseen > _UNSEEN:
                unseen = 0.0
                if self._footprint.bytes() - start > _GROWTH:
                    flags |= Flag.LAST
            reply = Reply(status, flags, seconds, length)
            self._socket.sendall(REPLY.pack(*reply) + body)
            if flags & Flag.LAST:
                return

    def _warm_up(self) -> None:
        """Copy what every query writes to of the memory shared with the template.

        That takes some milliseconds, which the first query of a worker that is idle now need not.
        """
        with suppress(EngineError):
            self._local.query(ANYTHING).write(Sink(_GROWTH, self._spool), ANY_TYPE)

    def _receive(self) -> bytes | None:
        head = self._take(LENGTH.size)
        return None if head is None else self._take(*LENGTH.unpack(head))

    def _take(self, length: int) -> bytes | None:
        """Return the next ``length`` bytes; None where the other side is gone."""
        while len(self._come) < length:
            if not (data := self._socket.recv(65536)):
                return None
            self._come = self._come + data if self._come else data
        taken, self._come = self._come[:length], self._come[length:]
        return taken

    def _answer(self, job: Job) -> tuple[int, int, int, bytes]:
        sink = Sink(job.limit, self._spool)
        flags = 0
        try:
            result = self._local.query(job.request)
            if job.request.partial and result.kind is QueryKind.GRAPH:
                body, truncated = result.first(job.media_type, job.limit)
                sink.write(body)
                flags = Flag.TRUNCATED if truncated else 0
            else:
                result.write(sink, job.media_type)
        except FullError:
            solutions = result.kind is QueryKind.SOLUTIONS
            if not (job.request.partial and solutions and cut(sink, job.media_type, job.limit)):
                return _told(Status.TOO_LARGE)
            flags = Flag.TRUNCATED
        except QuerySyntaxError as error:
            return _told(Status.SYNTAX, error.message, error.line, error.column)
        except UnwritableResultError as error:
            return _told(Status.UNWRITABLE, str(error))
        except EngineError as error:
            return _told(Status.FAILED, str(error))
        except MemoryError:
            return _told(Status.MEMORY, last=True)
        except BaseException as error:
            # a panic of the store comes as no Exception; its process is not to be trusted again
            text = f"The store failed: {type(error).__name__}."
            return _told(Status.FAILED, text, last=True)
        if sink.spooled:
            flags |= Flag.SPOOLED
        return Status.OK, flags, sink.length, sink.body()


def _told(status: Status, *facts: object, last: bool = False) -> tuple[int, int, int, bytes]:
    body = json.dumps(facts).encode("ascii")
    return status, Flag.LAST if last else 0, len(body), body


def close_all_but(*kept: int) -> None:
    """Close every descriptor above the standard ones but ``kept``."""
    low = 3
    for number in sorted(kept):
        os.closerange(low, number)
        low = number + 1
    os.closerange(low, max(low, os.sysconf("SC_OPEN_MAX")))
