"""Search: things of the release by their names and texts, as a page and as JSON.

``build`` reads names, texts and classes by queries that anyone could ask and writes an SQLite file
with an FTS5 table (https://www.sqlite.org/fts5.html); ``keeper`` makes that file once per release
and keeps it; ``words`` says which spellings and forms are the same word; ``expressions`` makes of
them what FTS5 is asked for; ``index`` answers a search from the file; ``results`` names what was
found in the language of the reader; ``pages`` has the routes.
"""

from samgraf.site.search.pages import bp, init_app

__all__ = ["bp", "init_app"]
