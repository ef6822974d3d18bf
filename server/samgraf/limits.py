"""Every bound that is not a setting: times in seconds, sizes in bytes, and counts.

What an operator may want to change is a setting (``samgraf.settings``). The rest stands here, so
that one page tells how long, how large and how many; each value says what it bounds and why.
"""

from __future__ import annotations

# --- build --------------------------------------------------------------------------------------

# --- release ------------------------------------------------------------------------------------

#: Seconds that a step of the build may take in a process of its own.
BUILD_STEP = 900.0
#: Seconds and bytes that naming the blank nodes of a release may take: it is exponential in how
#: they point at one another.
CANONICALISATION = 60.0
CANONICALISATION_MEMORY = 2 * 1024 * 1024 * 1024
#: How tightly files to download are packed, 1 to 9: more takes much longer for little.
DUMP_COMPRESSION = 6
#: Seconds between two looks at whether a file to download is there.
DUMP_POLL = 0.05
#: Seconds before files that could not be made are tried again, and how often a process that was
#: killed while it made them is started.
DUMP_PAUSE = 30.0
DUMP_ATTEMPTS = 2
#: Requests that may wait for a file to download, so that threads are left for others.
DUMP_WAITERS = 2

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

#: Merged datasets kept, each as a store of its own, for the next query that asks for the same one.
MERGED_DATASETS = 4
#: Bytes of an answer that a worker sends over its socket; longer ones go through a file.
INLINE_RESULT = 1024 * 1024
#: Bytes read at a time from the file of a longer answer.
RESULT_CHUNK = 256 * 1024
#: Bytes searched at a time for the last whole row of an answer that is cut.
TRUNCATE_WINDOW = 256 * 1024
#: Longest answers (``max_result_bytes`` each) that may lie on disk until their readers have taken
#: them: in all, and of one client. Else slow readers could fill the disk.
SPOOLED_RESULTS = 4
SPOOLED_PER_CLIENT = 2
#: Shortest time, in seconds, that a query may ask for.
SHORTEST_TIMEOUT = 0.001
#: Seconds within which the first worker must answer, or the engine does not start.
FIRST_ANSWER = 20.0
#: Seconds past the deadline after which a worker that nobody killed ends itself.
WORKER_GRACE = 0.25
#: Bytes of stack of the thread that evaluates: nested queries that pass the guard fit.
WORKER_STACK = 256 * 1024 * 1024
#: Bytes of address space that the allocator reserves for a second thread and never fills.
WORKER_ARENA = 160 * 1024 * 1024
#: Bytes by which a worker may have grown and still be asked again.
WORKER_GROWTH = 64 * 1024 * 1024
#: Workers that one query may be given to, where they are killed from outside: the kernel kills
#: some for want of memory, and then the query may be the cause.
QUERY_ATTEMPTS = 3
#: Seconds before a worker that ended by itself is replaced, and between attempts to reach a fork
#: server: if it happened always, forking would take the processor.
REFORK_PAUSE = 0.02
#: Seconds to wait until the fork server says how a worker ended.
EXIT_STATUS_WAIT = 0.5
#: Seconds that queries have to end after the fork server was told to retire.
FORK_SERVER_RETIREMENT = 30.0

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
