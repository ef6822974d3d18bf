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
#: Characters of a query from which on a thread reads it: some 10 ms.
SERVICE_LONG_QUERY = 8_192
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

# --- site ---------------------------------------------------------------------------------------
