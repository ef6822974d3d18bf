"""Take HTTP requests in one web process, and answer them.

In: requests. Out: answers, kept, compressed, counted and logged. A request passes through the
modules in this order::

    http_bounds       uvicorn's protocol with bounds on connections, heads and slow readers
    joined_writes     what a connection sends, and what its client has not taken yet
    app               the ASGI application: kept answers at once, then by path
    request_context   one request: its headers, its body, its answer, its record
    rate_limit        who asks, and what that client has left
    endpoint          /sparql for programs; evaluates the query of a page too
    pages             everything else: Flask in threads, files piece by piece
    caching_service   equal queries together, answers kept
    cache             whole answers by query and by request, within a bound on bytes
    compression       gzip and zstd
    telemetry         metrics; request_log writes the lines

``release_runtime`` is what one release needs to be served. ``supervisor`` listens (``system``) and
keeps (``child_process``) the fork server and the ``web_process``, which it tells over ``control``
what to serve.
"""
