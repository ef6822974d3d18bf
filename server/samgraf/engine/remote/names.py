"""Name a release's graphs in a store that many releases share.

The text ``{base}graph/`` becomes ``{base}release/{hash}/graph/`` wherever it stands (graph names,
IRIs and literals in triples, queries) and back in answers: a bijection, so that queries keep
their meaning. What lies outside it are functions that measure or cut up such a text (STRLEN,
SUBSTR by position, hashes).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from samgraf.errors import ContentError

HASH_LENGTH = 12


class Names:
    """Hold the names that one release goes by in a store.

    ``root`` is the release itself; ``default`` its default graph, each triple once; ``empty`` a
    graph that nothing is ever put in; ``complete`` the graph that tells, written last, that all
    is there; ``merge`` a second graph with one triple of ``complete``.
    """

    def __init__(self, base: str, release: str):
        if not base:
            raise ContentError(
                "The release has no base IRI, so its graphs cannot be told from other releases'."
            )
        self.base, self.release = base, release
        self.root = f"{base}release/{release[:HASH_LENGTH]}"
        self.plain, self.versioned = f"{base}graph/", f"{self.root}/graph/"
        self.default, self.empty = f"{self.root}/default", f"{self.root}/empty"
        self.complete, self.merge = f"{self.root}/complete", f"{self.root}/merge"

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Names:
        """Return the names of the release that ``manifest`` describes."""
        return cls(manifest.get("base") or "", manifest["release"])

    def to_store(self, text: str) -> str:
        """Return ``text`` as it stands in the store."""
        return text.replace(self.plain, self.versioned)

    def from_store(self, data: bytes) -> bytes:
        """Return text from the store (UTF-8) as it stands in the release."""
        return data.replace(self.versioned.encode(), self.plain.encode())
