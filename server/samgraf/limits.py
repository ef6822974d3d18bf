"""Every bound that is not a setting: times in seconds, sizes in bytes, and counts.

What an operator may want to change is a setting (``samgraf.settings``). The rest stands here, so
that one page tells how long, how large and how many; each value says what it bounds and why.
"""

from __future__ import annotations

# --- build --------------------------------------------------------------------------------------

#: Seconds and bytes that a stage of a build may take where no setting says otherwise: the largest
#: contents tried (a million triples) take a quarter of either.
STAGE_SECONDS = 300.0
STAGE_MEMORY = 2 * 1024 * 1024 * 1024
#: Faults that are told at once, and warnings of a stage; the others are counted.
FAULTS_TOLD = 50
#: Bytes of a query file or of an answer that a build reads: the longest known has 20,000.
QUERY_FILE_BYTES = 4 * 1024 * 1024
#: Bytes of a picture of the model: it is kept in the manifest.
PICTURE_BYTES = 256 * 1024
#: Examples that a note on a content names; it tells the number of all.
NOTE_EXAMPLES = 5
#: Unknown names for which names like them are sought: each search takes some milliseconds.
NEAR_MATCHES = 50
#: Bytes of one term that the parsers of Turtle and N-Quads read: a bound of their own.
PARSED_BYTES = 16 * 1024 * 1024
#: Levels in which the contexts of a JSON-LD file may name one another.
CONTEXT_DEPTH = 10

# --- release ------------------------------------------------------------------------------------

#: Seconds and bytes that naming the blank nodes of a release may take: it is exponential in how
#: they point at one another.
CANONICALISATION = 60.0
CANONICALISATION_MEMORY = 2 * 1024 * 1024 * 1024
#: Statements that are kept, of either side, when two releases are compared; others are counted.
DIFF_STATEMENTS = 100_000
#: Things that are told one by one, values of each property of one, and characters of a value.
DIFF_THINGS = 400
DIFF_VALUES = 12
DIFF_TEXT = 300
#: Seconds that comparing two releases may take where a reader waits for it.
DIFF_SECONDS = 60.0
#: Rounds in which blank nodes are told apart by what stands beside them: most need three.
CANONICAL_ROUNDS = 16
#: How tightly files to download are packed, 1 to 9: more takes much longer for little.
DUMP_COMPRESSION = 6
#: Columns of a graph as a table: more no spreadsheet shows in a way that anybody reads.
TABLE_COLUMNS = 500
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
#: Regular expressions whose translation is kept: those of one query, and of the next like it.
REGEX_CACHE = 256
#: Characters of a query once it is corrected: GRAPH may be written out for each named graph.
CORRECTED_QUERY = 4_194_304
#: Properties of which an engine knows whether their values are of several types.
PROPERTIES_KNOWN = 1_000
#: Paths that one with ``|`` is written out as.
PATH_WAYS = 64
#: Rows of each statistic that hints on empty answers stand on, read once for a release: some 11 MB
#: of a web process for the study; a release with more has the statistics that are within.
HINT_STATISTICS = 100_000
#: Characters of a literal that people may type.
HINT_TEXT = 80
#: Characters of a query that hints are sought for: longer ones are read in another process.
HINT_QUERY = 4_096
#: Hints on one answer, and names and values of its query that are looked up for them.
HINTS = 6
HINT_NAMES = 200
#: Names that are compared letter by letter with one that is unknown: some 30 µs each.
HINT_COMPARED = 300
#: Bytes of an answer that may be empty: its head may have many variables.
HINT_ANSWER = 65_536
#: Queries of our own and of the content that are kept as read, to be given their terms.
QUERIES_READ = 512

# --- engine: local, workers ---------------------------------------------------------------------

#: Merged datasets kept, each as a store of its own, for the next query that asks for the same one.
MERGED_DATASETS = 4
#: Bytes of an answer that a worker sends over its socket; longer ones go through a file.
INLINE_RESULT = 1024 * 1024
#: Bytes read at a time from the file of a longer answer.
RESULT_CHUNK = 256 * 1024
#: Bytes searched at a time for the last whole row of an answer that is cut.
TRUNCATE_WINDOW = 256 * 1024
#: Longest answers (``max_result_bytes`` each) that may lie on disk, or those of another store in
#: memory, until their readers have taken them: in all, and of one client. Else slow readers could
#: fill either.
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
#: Bytes by which a worker may have grown and still be asked again. What grew stays with the
#: allocator; a fresh fork takes 2 ms.
WORKER_GROWTH = 16 * 1024 * 1024
#: Workers that one query may be given to, where they are killed from outside: the kernel kills
#: some for want of memory, and then the query may be the cause.
QUERY_ATTEMPTS = 3
#: Seconds before a worker that ended by itself is replaced, and between attempts to reach a fork
#: server: if it happened always, forking would take the processor.
REFORK_PAUSE = 0.02
#: Seconds to wait until the fork server says how a worker ended.
EXIT_STATUS_WAIT = 0.5
#: Seconds that requests have, beside those of a query, once the fork server was told to retire.
FORK_SERVER_RETIREMENT = 30.0

# --- engine: releases of the past ---------------------------------------------------------------

#: Seconds for a release that is kept to be loaded, which only one is at a time.
PAST_LOADING = 30.0
#: Seconds that a query waits for its turn, and between two looks at whether it has come.
PAST_WAIT = 5.0
PAST_POLL = 0.02

# --- engine: remote stores ----------------------------------------------------------------------

STORE_CONNECT_SECONDS = 5.0  # seconds to connect to a store: one that is up answers at once
STORE_IDLE_CONNECTIONS = 16  # connections kept for the next request, as many as queries at once
STORE_IDLE_SECONDS = 4.0  # less than stores wait before they hang up on an idle connection
STORE_QUERIES = 16  # queries that are with the store at once, unless slow_workers says otherwise
STORE_GRACE_SECONDS = 5.0  # seconds by which a single wait may outlast a query's deadline
STORE_INLINE_BYTES = 8192  # bytes read or written on the event loop: some milliseconds at most
STORE_ERROR_BYTES = 65_536  # bytes of an error's body that are read
STORE_ERROR_CHARACTERS = 300  # characters of a store's own words that are passed on
STORE_ROWS_BYTES = 67_108_864  # bytes of an answer to a query of our own: a row for each graph
STORE_WRITE_SECONDS = 300.0  # seconds that one portion may take to be stored, or a count to be made
STORE_WRITE_TRIPLES = 50_000  # triples sent at once: some 10 MB
STORE_WRITE_TRIES = 6  # times that a portion is sent to a store that is busy
STORE_WRITE_PAUSE = 60.0  # seconds: the longest pause before it is sent again
STORE_WRITE_ANSWER_BYTES = 1_048_576  # bytes of the answer to a write

# --- federation ---------------------------------------------------------------------------------

#: Seconds for a connection to a partner, TLS included: a host that is up accepts much sooner.
PARTNER_CONNECT_SECONDS = 5.0
#: Seconds that an idle connection to a partner is kept: stores hang up after 5 s or more.
PARTNER_IDLE_SECONDS = 4.0
#: Idle connections that are kept to one partner.
PARTNER_IDLE_CONNECTIONS = 16
#: Bytes of one answer of a partner.
PARTNER_ANSWER_BYTES = 33_554_432
#: Bytes that are read of an answer with an error: only its first words are told.
PARTNER_ERROR_BYTES = 65_536
#: Bytes of all answers of partners that are being received or read at one time.
PARTNER_TRANSFER_BYTES = 100_663_296
#: Bytes of all rows of partners that queries under way hold. As text of a query they take memory
#: twice more until the query is with a worker.
PARTNER_ROWS_BYTES = 134_217_728
#: Bytes up to which an answer is read on the event loop: some 2 ms. Larger ones go to a thread.
PARTNER_INLINE_BYTES = 32_768
#: Bytes that a thread reads before it lets the event loop go on: some 3 ms.
PARTNER_PIECE_BYTES = 65_536
#: Seconds that it then lets go of the interpreter, so that the event loop surely gets it.
PARTNER_PAUSE_SECONDS = 0.0002
#: Characters of one term of JSON results: the parser holds the interpreter while it reads one, up
#: to 50 ms for hostile text of this length. The longest honest terms are geometries.
PARTNER_TEXT_CHARACTERS = 2_097_152
#: Characters of any other member of JSON results, such as the head.
PARTNER_MEMBER_CHARACTERS = 65_536
#: Members of an object of JSON results that is not a row.
PARTNER_MEMBERS = 64
#: Bytes of one tag of XML results.
PARTNER_TAG_BYTES = 262_144
#: Variables of one answer, and cells in it, bound or not.
PARTNER_VARIABLES = 256
PARTNER_CELLS = 4_000_000
#: Rows that one SERVICE group may have.
SERVICE_ROWS = 50_000
#: Rows of values that one SERVICE group is asked for.
SERVICE_VALUES = 10_000
#: Part of the time left that is kept for the work after a partner's answer, and its most seconds.
SERVICE_RESERVE = 0.1
SERVICE_RESERVE_SECONDS = 1.0
#: Characters of a query with SERVICE: the web process plans it, in a thread, and takes some 0.3 s.
SERVICE_LONGEST_QUERY = 65_536
#: Seconds that a kept answer may stand in for a partner that gives none: a day.
PARTNER_LAST_GOOD_SECONDS = 86_400.0
#: An answer may take one part in so many of the cache of partners' answers.
PARTNER_CACHE_SHARE = 4
#: Failures in a row after which a partner is not asked for a while.
BREAKER_FAILURES = 3
#: Seconds of the first such while, and of the longest; each is twice as long as the one before.
BREAKER_FIRST_SECONDS = 5.0
BREAKER_MOST_SECONDS = 60.0
#: Seconds of a pause that a partner may ask for (Retry-After), and where it does not say how long.
RETRY_AFTER_MOST_SECONDS = 3600.0
RETRY_AFTER_DEFAULT_SECONDS = 1.0
#: Seconds of a pause that a query waits for, where its deadline allows.
RETRY_AFTER_WAIT_SECONDS = 2.0
#: A partner that was silent for this part of its deadline had all the time that it has.
BREAKER_FULL_DEADLINE = 0.9
#: Seconds that a partner may take over an extract for a mirror: nobody waits at a page meanwhile.
MIRROR_SECONDS = 120.0
#: Triples of an extract: it is read at every build.
MIRROR_TRIPLES = 50_000

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
JOINED_BYTES = 65_536  # of answers that wait for the end of a turn of the event loop
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
LONG_QUERY = 4096  # characters up to which a query is read on the event loop: 25 ms at most
LONG_FORM = 65_536  # bytes up to which a form is decoded on the event loop: some 10 ms
DESCRIPTIONS = 64  # addresses that the service description is kept for
KNOWN_HOSTS = 1024  # values of Host whose syntax was found right; then they are forgotten

# the cache of whole answers, bounded by the setting cache_bytes
CACHE_OVERHEAD = 3072  # bytes of an answer, or of a request it is found by, beside its text
CACHE_KEY_BYTES = 16_384  # of a request that an answer is found by; longer ones are looked up again
CACHE_REQUESTS = 32  # requests that one answer is found by
CACHE_SHARE = 8  # an answer takes at most one part in so many of the cache

# pages
PAGE_THREADS = 8  # pages made at once: they wait for queries most of the time
ANSWER_THREADS = 4  # of these, at most for answers and problems, of which many come at once
PAGES_WAITING = 256  # requests that wait for one of these threads; further ones are told 503
PAGE_ANSWER_BYTES = 4_194_304  # of an answer that is shown: reading it as JSON takes some 50 ms
PAGE_TARGET_BYTES = 16_384  # of the address of a page: what is made of it takes 50 ms at most
PAGE_FIELDS = 100  # of the query string of a page; the pages know a handful
PAGE_FILE_BYTES = 2_097_152  # of a file that is read into memory, to be compressed and kept
SWITCH_SECONDS = 0.0005  # for which a thread may keep the event loop waiting (default: 5 ms)
GARBAGE_OBJECTS = 20_000  # new objects before rings among them are sought; a request has hundreds
IDLE_WORK_SECONDS = 2.0  # after which a new release makes ready what its first reader needs

# processes
LOADING_SECONDS = 900.0  # for the fork server to load its release
SWITCHING_SECONDS = 60.0  # for the web process to serve a release
GRACE_SECONDS = 8.0  # for requests that are being answered when the web process is asked to end
END_SECONDS = 10.0  # for a process to end when asked; then it is killed
ENDING_GLANCE = 0.02  # between looks whether it has
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
LOG_MESSAGES = 1000  # messages that wait for standard error; further ones are dropped
LOG_MESSAGES_SECONDS = 0.5  # seconds that they have to be written when the process ends
LOG_COMPLAINT_SECONDS = 60.0  # seconds between messages that the log cannot be written

# --- site ---------------------------------------------------------------------------------------

UNITS_READ = 5_000  # properties with a unit that are read of a release
HOME_CLASSES = 12  # classes on the front page of a content without views
#: Classes that the contents tell; the longest known ontology in use has some hundreds.
LISTED_CLASSES = 1_000
#: Things of a list that are sorted as the reader's language sorts them, filtered by all that their
#: rows say and written as CSV: their labels come in one query. Longer ones the store sorts.
LIST_SORTED = 2_000
#: Things on one page of a list; its columns, the properties that these are chosen from, and the
#: characters of a text that stands in one.
LIST_PAGE = 100
LIST_COLUMNS = 5
LIST_PROPERTIES = 20
LIST_CELL = 200
#: Characters of what a list is filtered by, and of names that are compared; classes offered.
LIST_WORD = 64
LIST_NEAR = 8
LOOSE_CONCEPTS = 500  # concepts outside all vocabularies that one page lists
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
#: Works that a citation names as those a thing was drawn from.
CITED_SOURCES = 10
#: Things that a thing refers to which are looked at for places in sources.
CITED_PLACES = 300
#: Bytes of an answer that can be cited: it is read, put in order and hashed in some 100 ms.
CITED_ANSWER_BYTES = 2_097_152
#: Rows that are shown as added to a cited answer, and as removed from it.
CITED_ROWS = 100
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
#: Bytes of a list of things whose labels are asked for: a thousand IRIs.
LABELS_REQUEST_BYTES = 262_144
#: Characters of a name that are compared: comparing takes the square of them.
NEAR_LENGTH = 64
#: Things or statements that the page of a term shows as examples.
TERM_EXAMPLES = 6
#: Things of a class that are looked at for what they have, and properties in a sample query.
CLASS_THINGS = 5_000
SAMPLE_PROPERTIES = 4
#: Terms of a tree that a page holds: some 60 kB.
TREE_TERMS = 250
#: Classes in one picture of an ontology: more nobody reads; as many as few are shown at once.
DIAGRAM_CLASSES = 60
DIAGRAM_FEW = 15
#: Places in texts that the page of the sources shows.
SOURCE_PLACES = 3_000
#: Results of validation that the page of the last check tells.
STATUS_RESULTS = 500
#: Classes and properties of the whole that are shown unfolded.
DATASET_PARTS = 12
#: Places of a data set that are sent as GeoJSON.
DATASET_PLACES = 1_000
#: Escaped letters of an address that are looked up in every mix of letters and escapes; addresses
#: with more are looked up as all letters and as all escapes.
MIXED_SPELLINGS = 6
#: Texts of geometries whose shapes are kept, and the characters that each has at most: the pages of
#: one content show the same ones again and again. Some 100 MB at worst.
WKT_KEPT = 256
WKT_KEPT_LENGTH = 65_536
#: Collections of geometries within collections that are read.
WKT_NESTING = 16
#: Things whose labels are asked for in one query.
LABELS_AT_ONCE = 2_000
#: What pages make once of a release, by what it depends on: a language, or a property with it.
KEPT_PER_RELEASE = 256
#: Seconds that a client waits for a file that is only now made.
DOWNLOAD_WAIT = 8.0
#: Files to download whose hash, once it was found right, is not computed for each request.
FILE_HASHES = 4096

# --- site: copies without a server ---------------------------------------------------------------

#: Addresses that a process asks for at once while a copy is made.
EXPORT_BATCH = 16
#: Addresses asked for until the terminal tells how many pages there are.
EXPORT_TOLD = 800
#: Addresses that a process remembers as it has read them while it makes a copy.
EXPORT_ADDRESSES = 16_384
#: Answers that a process remembers while it makes a copy: those of one page in some languages.
EXPORT_ANSWERS = 256
#: Seconds that the search index and the files to download may take to be made before a copy is.
EXPORT_READY = 600.0
