"""Files to download: the whole release and each named graph, compressed, with their hashes.

They are made from the release when they are first wanted, in a process of their own, and kept in
the cache folder: a release itself has two files only.
"""

from samgraf.release.dumps.listing import Dump, dumps_of
from samgraf.release.dumps.store import Dumps, Made

__all__ = ["Dump", "Dumps", "Made", "dumps_of"]
