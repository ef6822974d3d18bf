"""A release: canonical N-Quads and a manifest, built once, never changed, opened by servers.

In: quads, and what is known of them. Out: two files, and from them a store, files to download, and
the IRIs of data sets.

- ``write``: canonical N-Quads and the manifest, put in place in one step; ``subprocess_call`` runs
  what must not take longer or more memory than it may.
- ``manifest``: reads the manifest and checks it; ``partner``: the partners that it describes.
- ``store``: checks the quads and loads them into memory.
- ``cache``: keeps releases by the hash of what they were made from.
- ``dumps``: the files to download, in the formats of ``file_formats``; ``names`` has their IRIs.
- ``serialise``: graphs as text, the same triples as the same bytes; ``licences``: their names.

Opening a release imports neither the reasoner nor the validator.
"""

from samgraf.release.manifest import MANIFEST, apart, read_manifest
from samgraf.release.store import QUADS, fill_store, open_release, read_quads

__all__ = [
    "MANIFEST",
    "QUADS",
    "apart",
    "fill_store",
    "open_release",
    "read_manifest",
    "read_quads",
]
