"""Records for the tests of the watch."""

from samgraf.gateway.watch import Client, Record

AWAY = Client("0123456789ab", local=False)
HERE = Client("ba9876543210", local=True)


def record(client=AWAY, **changes):
    values = {
        "client": client,
        "method": "GET",
        "path": "/sparql",
        "status": 200,
        "seconds": 0.012,
        "query_seconds": 0.01,
        "bytes": 100,
        "cache": "miss",
        "outcome": "ok",
        "query": "ASK {}",
        "form": "ASK",
        "format": "json",
        "release": "f" * 64,
    }
    return Record(**values | changes)
