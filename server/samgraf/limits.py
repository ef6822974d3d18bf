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
STORE_ERROR_BYTES = 65_536  # bytes of an error's body that are read
STORE_ERROR_CHARACTERS = 300  # characters of a store's own words that are passed on
STORE_WRITE_SECONDS = 300.0  # seconds that one portion may take to be stored, or a count to be made
STORE_WRITE_TRIPLES = 50_000  # triples sent at once: some 10 MB
STORE_WRITE_TRIES = 6  # times that a portion is sent to a store that is busy
STORE_WRITE_PAUSE = 60.0  # seconds: the longest pause before it is sent again
STORE_WRITE_ANSWER_BYTES = 1_048_576  # bytes of the answer to a write

# --- federation ---------------------------------------------------------------------------------

# --- gateway ------------------------------------------------------------------------------------

# connections (http_bounds): what nginx.conf bounds too, more tightly
CONNECTIONS = 4096  # at once; a further one takes the place of the oldest idle one
HEAD_BYTES = 65_536  # of the target and headers of one request; more is 414 or 431
HEADERS = 100  # of one request
HEAD_SECONDS = 20.0  # from the first byte of a request to the last of its headers
IDLE_SECONDS = 75.0  # between requests: longer than proxies keep their connections to us (60)
LINGER_SECONDS = 5.0  # in which a client may read why it was refused, or send what nobody reads
PIPELINED = 256  # requests of one connection that wait for the one before them
REQUEST_BYTES = 4096  # that such a request takes in memory beside its text
AT_ONCE = 64  # kept answers that one connection is given before others have their turn
SLOW_READER_SECONDS = 60.0  # period in which a client that is sent more than the system buffers ...
SLOW_READER_BYTES = 65_536  # ... must take this much, or be cut: 1 KB/s
SWEEP_SECONDS = 1.0  # between looks at the times of all connections
WAITING_BYTES = 67_108_864  # of unfinished heads and bodies, over all clients; then 503
BACKLOG = 2048  # connections that the system holds until the web process takes them
DESCRIPTORS = 16_384  # wished for: half of them for connections, the rest for workers and files

# requests and answers
BODY_SECONDS = 30.0  # for the body of a request to come
WATCH_AFTER_SECONDS = 0.05  # after which a query is cancelled if its client goes; most are done
COMPRESS_AT_ONCE = 131_072  # bytes that are compressed on the event loop, in ms; more in a thread
COMPRESS_FROM = 1024  # bytes; compression saves nothing below
PIECE_BYTES = 262_144  # of a file or a large answer that are sent at a time
STREAMS = 64  # large answers sent at once: each holds a spool file on disk
STREAMS_PER_CLIENT = 8  # of one client; not for clients on this machine
LONG_QUERY = 8192  # characters from which a query is prepared in a thread, not on the event loop
DESCRIPTIONS = 64  # addresses that the service description is kept for
KNOWN_HOSTS = 1024  # values of Host whose syntax was found right; then they are forgotten

# the cache of whole answers, bounded by the setting cache_bytes
CACHE_OVERHEAD = 3072  # bytes of an answer, or of a request it is found by, beside its text
CACHE_KEY_BYTES = 16_384  # of a request that an answer is found by; longer ones are looked up again
CACHE_REQUESTS = 32  # requests that one answer is found by
CACHE_SHARE = 8  # an answer takes at most one part in so many of the cache

# pages
PAGE_THREADS = 8  # pages made at once: they wait for queries most of the time
PAGES_WAITING = 256  # requests that wait for one of these threads; further ones are told 503
PAGE_FILE_BYTES = 2_097_152  # of a file that is read into memory, to be compressed and kept
SWITCH_SECONDS = 0.0005  # for which a thread may keep the event loop waiting (default: 5 ms)
IDLE_WORK_SECONDS = 2.0  # after which a new release makes ready what its first reader needs

# processes
LOADING_SECONDS = 900.0  # for the fork server to load its release
SWITCHING_SECONDS = 60.0  # for the web process to serve a release
GRACE_SECONDS = 8.0  # for requests that are being answered when the web process is asked to end
END_SECONDS = 10.0  # for a process to end when asked; then it is killed
RETRY_SECONDS = 0.1  # between attempts to reach a fork server that is about to come up
TICK_SECONDS = 0.5  # between looks at child processes
STEADY_SECONDS = 5.0  # a child that lived this long is started again at once; one that did not ...
RESTART_PAUSE = 0.05  # ... after this pause, twice as long each time ...
LONGEST_RESTART_PAUSE = 5.0  # ... up to this

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
