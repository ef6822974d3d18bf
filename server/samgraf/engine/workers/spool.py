"""Where a worker writes its answer: in memory first, then in a file, never above a limit.

An answer that passes the limit can be cut behind its last whole row and closed, so that it can
still be read. Cutting works on what the store's own writer wrote, so what is kept is byte for byte
the beginning of the whole answer.
https://www.w3.org/TR/sparql11-results-json/, https://www.w3.org/TR/rdf-sparql-XMLres/,
https://www.w3.org/TR/sparql11-results-csv-tsv/
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable

from samgraf import limits


class SpoolFullError(Exception):
    """The answer is longer than its limit; its beginning was kept."""


class Spool:
    """An output of at most ``limit`` bytes; above INLINE_RESULT bytes it is in ``file``.

    ``file`` is the descriptor of an empty file. ``length`` is the number of bytes kept.
    """

    def __init__(self, limit: int, file: int):
        self.length = 0
        self.on_disk = False
        self._limit, self._file = limit, file
        self._head = bytearray()

    def write(self, data: bytes) -> int:
        """Keep ``data``; raise SpoolFullError where it does not all fit."""
        room = self._limit - self.length
        self._keep(data if len(data) <= room else data[:room])
        if len(data) > room:
            raise SpoolFullError
        return len(data)

    def flush(self) -> None:
        """Do nothing: there is no buffer."""

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from ``start`` to ``end``."""
        if not self.on_disk:
            return bytes(self._head[start:end])
        pieces = []
        while start < end and (piece := os.pread(self._file, end - start, start)):
            pieces.append(piece)
            start += len(piece)
        return b"".join(pieces)

    def shorten(self, length: int) -> None:
        """Keep only the first ``length`` bytes."""
        if self.on_disk:
            os.ftruncate(self._file, length)
        else:
            del self._head[length:]
        self.length = length

    def _keep(self, data: bytes) -> None:
        if not self.on_disk:
            if len(self._head) + len(data) <= limits.INLINE_RESULT:
                self._head += data
                self.length += len(data)
                return
            head, self._head = bytes(self._head), bytearray()
            self.on_disk, self.length = True, 0
            self._keep(head)
        view = memoryview(data)
        while view:
            done = os.pwrite(self._file, view, self.length)
            self.length += done
            view = view[done:]


def truncate(spool: Spool, media_type: str, limit: int) -> bool:
    """Cut the unfinished answer in ``spool`` behind its last whole row and close it.

    What is left, with its end, has at most ``limit`` bytes. Return False where not even the head
    of the answer fits, or where answers of this type cannot be cut.
    """
    if media_type not in _WAYS:
        return False
    find_place, end_of = _WAYS[media_type]
    end = end_of(limit)
    place = find_place(spool, min(spool.length, limit - len(end)))
    if place is None:
        return False
    spool.shorten(place)
    spool.write(end)
    return True


def _json_tail(limit: int) -> bytes:
    reason = f"The answer is larger than {limit} bytes; these are its first rows."
    member = json.dumps({"bytes": limit, "reason": reason})
    return b']},"truncated":' + member.encode("ascii") + b"}"


def _json_place(spool: Spool, end: int) -> int | None:
    # Within a text a quotation mark is escaped, so this sequence can only be one between rows, or
    # a text that ends in it: and behind a text comes a comma or a brace, never a variable's name.
    def between(window: bytes, place: int) -> bool:
        behind = window[place + 4 : place + 5]
        return behind != b"" and behind not in b"},"

    place = _last(spool, end, b'},{"', between)
    return place + 1 if place is not None else _behind_head(spool, end, b'"bindings":[')


def _xml_place(spool: Spool, end: int) -> int | None:
    row = b"</result>"  # never within a text, where < is escaped
    place = _last(spool, end, row)
    return place + len(row) if place is not None else _behind_head(spool, end, b"<results>")


def _tsv_place(spool: Spool, end: int) -> int | None:
    place = _last(spool, end, b"\n")  # never within a term, where it is escaped
    return None if place is None else place + 1


def _csv_place(spool: Spool, end: int) -> int | None:
    # a line feed may stand within quotation marks: those before it tell
    found, marks = None, 0
    for start in range(0, max(end, 0), limits.TRUNCATE_WINDOW):
        window = spool.read(start, min(start + limits.TRUNCATE_WINDOW, end))
        place, behind = len(window), marks + window.count(b'"')
        while (place := window.rfind(b"\n", 0, place)) >= 0:
            if (marks + window.count(b'"', 0, place)) % 2 == 0:
                found = start + place + 1
                break
        marks = behind
    return found


def _last(
    spool: Spool, end: int, mark: bytes, fits: Callable[[bytes, int], bool] = lambda w, p: True
) -> int | None:
    """Return where the last ``mark`` that ``fits`` begins, before ``end``."""
    high = end
    while high > 0:
        low = max(0, high - limits.TRUNCATE_WINDOW)
        # windows overlap, so that no mark and the byte behind it is split between two
        window = spool.read(low, min(high + len(mark) + 1, end))
        place = len(window)
        while (place := window.rfind(mark, 0, place)) >= 0:
            if fits(window, place):
                return low + place
            place += len(mark) - 1
        high = low
    return None


def _behind_head(spool: Spool, end: int, mark: bytes) -> int | None:
    place = spool.read(0, max(end, 0)).find(mark)
    return None if place < 0 else place + len(mark)


_WAYS: dict[str, tuple[Callable[[Spool, int], int | None], Callable[[int], bytes]]] = {
    "application/sparql-results+json": (_json_place, _json_tail),
    "application/sparql-results+xml": (_xml_place, lambda limit: b"</results></sparql>"),
    "text/csv": (_csv_place, lambda limit: b""),
    "text/tab-separated-values": (_tsv_place, lambda limit: b""),
}
