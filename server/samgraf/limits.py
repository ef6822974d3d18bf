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
#: Characters of a query's line that an error shows, around the place.
EXCERPT = 120

# --- engine: local, workers ---------------------------------------------------------------------

# --- engine: remote stores ----------------------------------------------------------------------

STORE_CONNECT_SECONDS = 5.0  # seconds to connect to a store: one that is up answers at once
STORE_IDLE_CONNECTIONS = 16  # connections kept for the next request, as many as queries at once
STORE_IDLE_SECONDS = 4.0  # less than stores wait before they hang up on an idle connection
STORE_QUERIES = 16  # queries that are with the store at once, unless slow_workers says otherwise
STORE_GRACE_SECONDS = 5.0  # seconds by which a single wait may outlast a query's deadline
STORE_INLINE_BYTES = 8192  # bytes read or written on the event loop: some milliseconds at most
STORE_ERROR_BYTES = 65_536  # bytes of an error's body that are read
STORE_ERROR_CHARACTERS = 300  # characters of a store's own words that are passed on
STORE_WRITE_SECONDS = 300.0  # seconds that one portion may take to be stored, or a count to be made
STORE_WRITE_TRIPLES = 50_000  # triples sent at once: some 10 MB
STORE_WRITE_TRIES = 6  # times that a portion is sent to a store that is busy
STORE_WRITE_PAUSE = 60.0  # seconds: the longest pause before it is sent again
STORE_WRITE_ANSWER_BYTES = 1_048_576  # bytes of the answer to a write

# --- federation ---------------------------------------------------------------------------------

# --- gateway ------------------------------------------------------------------------------------

# telemetry and rate limit
RATE_LIMITED_CLIENTS = 16_384  # clients whose use is remembered: some 4 MB
KNOWN_CLIENTS = 4096  # addresses whose key is kept, so that it is not computed for each request
ADDRESS_LENGTH = 64  # characters: the longest IPv6 address with zone, brackets and port
FORWARDED_FOR_LENGTH = 4096  # characters of X-Forwarded-For that are read; a longer one is ignored
SALT_SECONDS = 86_400.0  # seconds after which clients get other keys, and start with full buckets
LOG_QUEUE = 20_000  # requests that wait to be logged: some 20 MB; further ones are dropped, counted
LOG_SECONDS = 0.1  # seconds in which requests gather before their lines are written at once
LOG_PATH_LENGTH = 1024  # characters of a path that the access log holds
LOG_QUERY_LENGTH = 8192  # characters of a query that the query log holds
LOG_COMPLAINT_SECONDS = 60.0  # seconds between messages that the log cannot be written

# --- site ---------------------------------------------------------------------------------------
