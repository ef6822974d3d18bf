"""Every bound that is not a setting: times in seconds, sizes in bytes, and counts.

What an operator may want to change is a setting (``samgraf.settings``). The rest stands here, so
that one page tells how long, how large and how many; each value says what it bounds and why.
"""

from __future__ import annotations

# --- build --------------------------------------------------------------------------------------

# --- release ------------------------------------------------------------------------------------

# --- sparql -------------------------------------------------------------------------------------

#: Levels of brackets and signs in each other; the engine's stack of 8 MiB overflows at some 800.
QUERY_DEPTH = 64
#: Triple patterns of a query; the engine plans up to 15 s where 300 share a variable.
QUERY_PATTERNS = 300
#: Operators, functions, their arguments and keywords of the algebra; 2,000 are planned in 0.5 s,
#: at some 6,500 the engine's stack overflows.
QUERY_OPERATORS = 2_000
#: Terms in VALUES; the engine plans 10,000 in 0.02 s.
QUERY_VALUES = 10_000
#: Tokens of a query; reading as many takes some 0.1 s of the web process.
QUERY_TOKENS = 60_000
#: Characters that all IRIs of a query may have when each is resolved in full: a short text can name
#: a long IRI many times.
QUERY_IRIS = 4_194_304
#: Characters of an Accept header that is read; browsers send some 150. A longer one counts as none.
ACCEPT_HEADER = 4_096
#: Fields of a form or query string; the protocol has six, and graphs may be named many times.
FORM_FIELDS = 1_000
#: Bytes that a percent-encoded byte takes, by which a form is longer than its query at worst.
FORM_ENCODING = 3
#: Bytes that the other fields of a form share.
FORM_REST = 65_536
#: Characters of a query's line that an error shows, around the place.
EXCERPT = 120

# --- engine: local, workers ---------------------------------------------------------------------

# --- engine: remote stores ----------------------------------------------------------------------

# --- federation ---------------------------------------------------------------------------------

# --- gateway ------------------------------------------------------------------------------------

# --- site ---------------------------------------------------------------------------------------
