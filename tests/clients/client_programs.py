"""Run the programs of others, and fetch what they read."""

from __future__ import annotations

import gzip
import subprocess
import urllib.error
import urllib.request

DEADLINE = 300  # seconds that a program may take


def output(*command: str, data: str | None = None) -> str:
    """Return what ``command`` prints; fail with what it complains of."""
    done = subprocess.run(command, input=data, capture_output=True, text=True, timeout=DEADLINE)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def get(address: str, accept: str = "*/*") -> bytes:
    """Return what stands at ``address``, unpacked; waits for dumps that are being made."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(address, headers={"Accept": accept})
    for _ in range(60):
        try:
            with opener.open(request, timeout=DEADLINE) as answer:
                body = answer.read()
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
            continue  # the server itself has waited for some seconds
        return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    raise AssertionError(f"{address} is not ready")


def get_dump(site: str, name: str) -> bytes:
    """Return the dump ``name``, unpacked, by whichever of its two addresses there is."""
    try:
        return get(f"{site}/dumps/{name}")
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        return get(f"{site}/dumps/{name}.gz")
