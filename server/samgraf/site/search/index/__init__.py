"""Find things of a release by words: an index of its names and texts in SQLite's FTS5.

A release never changes, so neither does its index: it is made once, of queries that anyone could
ask, and kept by the release's hash. https://www.sqlite.org/fts5.html
"""

from samgraf.site.search.index.ask import Asked, Facet, Found, Hit, TooBroadError
from samgraf.site.search.index.keeper import Keeper

__all__ = ["Asked", "Facet", "Found", "Hit", "Keeper", "TooBroadError"]
