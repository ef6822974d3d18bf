"""Which files there are for a release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from samgraf.release import names
from samgraf.release.file_formats import GRAPH_FORMATS, WHOLE_FORMATS, FileFormat


@dataclass(frozen=True)
class Dump:
    """Hold one file: of which data set, in which format; ``graph`` is None for the whole."""

    stem: str
    graph: str | None
    format: FileFormat

    @property
    def name(self) -> str:
        """Return the path of the file below ``/dumps/``."""
        return f"{self.stem}.{self.format.extension}.gz"


def dumps_of(manifest: Mapping[str, Any]) -> list[Dump]:
    """Return the files of a release: the whole first, then graph by graph."""
    base = manifest.get("base") or ""
    found = [Dump(names.WHOLE, None, format) for format in WHOLE_FORMATS]
    for entry in manifest["graphs"]:
        if (stem := names.stem_of(entry["iri"], base)) is not None:
            found += [Dump(stem, entry["iri"], format) for format in GRAPH_FORMATS]
    return found
