"""Evaluate queries in processes that can be killed, so that no query can harm the server.

In: a request that has passed the guard, and the media type to write. Out: an answer in memory or
in a file without a name, or an error that says which bound was passed.

A query goes through these modules:

- ``engine``: ``WorkerEngine``, the interface to the web process. It makes a ``QueryTask`` of a
  request, and an answer or an error of a worker's reply.
- ``query_task``: a query on its way, the worker that runs it, and the queue of those that wait.
- ``scheduler``: decides which task runs in which worker. It has no processes, no sockets and no
  clock of its own.
- ``handle``: the web process's end of the sockets to the workers and to the fork server.
- ``frames``: what goes over these sockets.
- ``forkserver``: the process that holds the loaded release and forks the workers.
- ``worker``: the forked process. It answers one query at a time.
- ``spool``: takes the answer that a worker writes, and shortens it where that was asked for.
- ``limits``: what the operating system offers to bound a process.

Importing the package imports none of them: the fork server is up sooner without the scheduler.
"""
