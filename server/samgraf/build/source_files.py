"""Refuse files that a build cannot read to their end, or not name: before any of them is opened."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from samgraf import limits
from samgraf.build.content import Content, ContentErrors
from samgraf.build.content.formats import decode
from samgraf.build.content.layout import UNREADABLE
from samgraf.errors import ContentError

#: What no IRI may hold, and so no name from which the IRI of a graph is made.
#: https://www.rfc-editor.org/rfc/rfc3987#section-2.2
_NO_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`\x7f-\x9f\ud800-\udfff]')


def check_source_files(content: Content) -> None:
    """Raise ContentErrors for each file of ``content`` that cannot be read or named.

    A pipe would never end, nor would a device; a link may lead out of the folder; some may not be
    read by whoever builds; a query that is too long is none, and one must be UTF-8, as must an
    expected answer.
    """
    root = content.root.resolve()
    files = [*(file.path for file in content.files()), *content.contexts().values()]
    files += [picture] if (picture := content.picture()) else []
    faults = [fault for path in files for fault in _odd(path, content.root, root)]
    texts = [*content.queries(), *content.answers(), *(content.root / "data").glob("releases.csv")]
    for path in sorted(texts):
        odd = list(_odd(path, content.root, root))
        faults += odd or _not_text(path, _name(path, content.root))
    if faults:
        raise ContentErrors(faults)


def _name(path: Path, root: Path) -> str:
    """Return the name of ``path`` for people, on one line and in UTF-8."""
    name = path.relative_to(root).as_posix()
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name)


def _odd(path: Path, folder: Path, root: Path) -> Iterator[ContentError]:
    name = _name(path, folder)
    try:
        mode = path.stat().st_mode
        inside = path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):
        yield ContentError("The file cannot be read.", name, None, "Remove it, or mend the link.")
        return
    if not stat.S_ISREG(mode):
        yield ContentError(
            "This is a folder, a pipe or a device, not a file.", name, None, "Remove it."
        )
    elif not inside:
        yield ContentError(
            "The link leads out of the content.", name, None, "Copy the file to this place."
        )
    elif not os.access(path, os.R_OK):
        yield ContentError("The file cannot be read.", name, None, UNREADABLE)
    elif found := _NO_IRI.search(path.relative_to(folder).as_posix()):
        yield ContentError(
            f"The name holds {found[0]!a}, which no IRI may hold.", name, None, "Rename the file."
        )


def _not_text(path: Path, name: str) -> Iterator[ContentError]:
    with path.open("rb") as file:
        data = file.read(limits.QUERY_FILE_BYTES + 1)
    if len(data) > limits.QUERY_FILE_BYTES:
        size = limits.QUERY_FILE_BYTES >> 20
        yield ContentError(f"The file is larger than {size} MiB.", name, None, "Shorten it.")
        return
    try:
        decode(data, name)
    except ContentError as fault:
        yield fault
