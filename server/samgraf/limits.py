"""Every bound that is not a setting: times in seconds, sizes in bytes, and counts.

What an operator may want to change is a setting (``samgraf.settings``). The rest stands here, so
that one page tells how long, how large and how many; each value says what it bounds and why.
"""

from __future__ import annotations

# --- build --------------------------------------------------------------------------------------

# --- release ------------------------------------------------------------------------------------

# --- sparql -------------------------------------------------------------------------------------

# --- engine: local, workers ---------------------------------------------------------------------

# --- engine: remote stores ----------------------------------------------------------------------

# --- federation ---------------------------------------------------------------------------------

# --- gateway ------------------------------------------------------------------------------------

# --- site ---------------------------------------------------------------------------------------

#: Seconds that a reader waits for the search index of a new release before being told to wait.
SEARCH_WAIT = 8.0
#: Seconds after which that reader may ask again.
SEARCH_RETRY = 3
#: Seconds after which a search is given up: every word of it is common.
SEARCH_SECONDS = 5.0
#: Seconds until an index that could not be made is tried again: the engine may have been busy.
SEARCH_REBUILD = 10.0
#: Search indexes kept in the cache folder, the youngest: some releases may be served in turn.
SEARCH_INDEXES = 8
#: Rows that the index asks for at once: as many as memory bears, since the engine sorts them all.
SEARCH_ROWS = 50_000
#: Characters of a text that are found; what is longer is no text to read.
SEARCH_TEXT_LENGTH = 20_000
#: Characters of a word that count.
SEARCH_WORD_LENGTH = 64
#: Words of a search that count.
SEARCH_WORDS = 24
#: Forms of one word that are looked for, the commonest: a beginning of two letters has thousands.
SEARCH_FORMS = 200
#: Pages of hits that can be asked for.
SEARCH_PAGES = 10_000
#: Classes told beside the hits, names told while one types, other spellings offered.
SEARCH_FACETS = 40
SEARCH_SUGGESTIONS = 8
SEARCH_CORRECTIONS = 3
#: Words of the index that are compared with one that is unknown.
SEARCH_CANDIDATES = 100
