"""Take requests in a web process: the endpoint itself at once, pages by Flask in threads.

In: HTTP. Out: answers, kept, compressed and counted. ``http`` is the server, ``watch`` has fair
use, logs and metrics, ``serve`` keeps the processes.
"""
