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
#: Statements of one thing that are read at once: what its page is made of.
THING_STATEMENTS = 2_000
#: Statements of one property that are read of a thing that has more of them.
THING_LIST = 300
#: Values on one page of a long list that the reader opens.
THING_PAGE = 50
#: Values of a list that stand on the page before the reader opens it.
THING_SHORT_LIST = 25
#: Characters of a text that stand on a page at all, and those that stand there unfolded.
TEXT_SHOWN = 20_000
TEXT_UNFOLDED = 600
#: Statements that point at the thing in its RDF document: links both ways, a bounded size.
DOCUMENT_POINTING = 500
#: Bytes of JSON-LD that a page carries in itself for search engines.
EMBEDDED_JSON_LD = 60_000
#: Labels that are looked through, and those compared, for things called much as an unknown one.
NEAR_LABELS = 20_000
NEAR_COMPARED = 2_000
NEAR_SHOWN = 5
#: Things or statements that the page of a term shows as examples.
TERM_EXAMPLES = 6
#: Classes in one picture of an ontology: more nobody reads; as many as few are shown at once.
DIAGRAM_CLASSES = 60
DIAGRAM_FEW = 15
#: Places in texts that the page of the sources shows.
SOURCE_PLACES = 3_000
#: Results of validation that the page of the last check tells.
STATUS_RESULTS = 500
#: Classes and properties of the whole that are shown unfolded.
DATASET_PARTS = 12
#: Things whose labels are asked for in one query.
LABELS_AT_ONCE = 2_000
#: Seconds that a client waits for a file that is only now made.
DOWNLOAD_WAIT = 8.0
