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
