"""Evaluate queries: in this process, in workers that can be killed, or by another store.

In: a release, and requests that have passed the guard. Out: answers, bounded in time, memory and
size. The interface is ``samgraf.sparql.evaluation``.

- ``local``: evaluates on a store in this process, with no bounds; what the others build upon.
- ``in_process``: ``local`` behind the interface; ``in_process_service``: a whole service on it, for
  the command line and for tests. A web server never uses them for queries from outside.
- ``workers``: processes that share a loaded release and can be killed.
- ``remote``: another SPARQL store.
"""
