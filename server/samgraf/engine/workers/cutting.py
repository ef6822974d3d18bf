"""Cut an answer behind its last whole row and close it, so that it can still be read.

It works on what the store's own writer wrote, so what is kept is byte for byte what the whole
answer would have had. https://www.w3.org/TR/sparql11-results-json/,
https://www.w3.org/TR/rdf-sparql-XMLres/, https://www.w3.org/TR/sparql11-results-csv-tsv/
"""

from __future__ import annotations

import json
from collections.abc import Callable

from samgraf.engine.workers.sink import Sink

_WINDOW = 256 * 1024


def cut(sink: Sink, media_type: str, limit: int) -> bool:
    """Shorten the unfinished answer in ``sink`` to whole rows and close it, within ``limit``.

    Return False where not even the head fits.
    """
    find, tail = _WAYS[media_type]
    end = tail(limit)
    place = find(sink, min(sink.length, limit - len(end)))
    if place is None:
        return False
    sink.truncate(place)
    sink.write(end)
    return True


def _json_tail(limit: int) -> bytes:
    reason = f"The answer is larger than {limit} bytes; these are its first rows."
    told = json.dumps({"bytes": limit, "reason": reason})
    return b']},"truncated":' + told.encode("ascii") + b"}"


def _json_place(sink: Sink, end: int) -> int | None:
    # Within a text a quotation mark is escaped, so this sequence can only be one between rows, or
    # a text that ends in it: and behind a text comes a comma or a brace, never a variable's name.
    def between(window: bytes, place: int) -> bool:
        behind = window[place + 4 : place + 5]
        return behind != b"" and behind not in b"},"

    place = _last(sink, end, b'},{"', between)
    return place + 1 if place is not None else _behind_head(sink, end, b'"bindings":[')


def _xml_place(sink: Sink, end: int) -> int | None:
    row = b"</result>"  # never within a text, where < is escaped
    place = _last(sink, end, row)
    return place + len(row) if place is not None else _behind_head(sink, end, b"<results>")


def _tsv_place(sink: Sink, end: int) -> int | None:
    place = _last(sink, end, b"\n")  # never within a term, where it is escaped
    return None if place is None else place + 1


def _csv_place(sink: Sink, end: int) -> int | None:
    # a line feed may stand within quotation marks: those before it tell
    found, marks = None, 0
    for start in range(0, max(end, 0), _WINDOW):
        window = sink.read(start, min(start + _WINDOW, end))
        place, behind = len(window), marks + window.count(b'"')
        while (place := window.rfind(b"\n", 0, place)) >= 0:
            if (marks + window.count(b'"', 0, place)) % 2 == 0:
                found = start + place + 1
                break
        marks = behind
    return found


def _last(
    sink: Sink, end: int, mark: bytes, fits: Callable[[bytes, int], bool] = lambda w, p: True
) -> int | None:
    """Return where the last ``mark`` that ``fits`` begins, before ``end``."""
    high = end
    while high > 0:
        low = max(0, high - _WINDOW)
        # windows overlap, so that no mark and the byte behind it is split between two
        window = sink.read(low, min(high + len(mark) + 1, end))
        place = len(window)
        while (place := window.rfind(mark, 0, place)) >= 0:
            if fits(window, place):
                return low + place
            place += len(mark) - 1
        high = low
    return None


def _behind_head(sink: Sink, end: int, mark: bytes) -> int | None:
    place = sink.read(0, max(end, 0)).find(mark)
    return None if place < 0 else place + len(mark)


_WAYS: dict[str, tuple[Callable[[Sink, int], int | None], Callable[[int], bytes]]] = {
    "application/sparql-results+json": (_json_place, _json_tail),
    "application/sparql-results+xml": (_xml_place, lambda limit: b"</results></sparql>"),
    "text/csv": (_csv_place, lambda limit: b""),
    "text/tab-separated-values": (_tsv_place, lambda limit: b""),
}
