"""Run the programs of others, and fetch what they read."""

from __future__ import annotations

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
    """Return what stands at ``address``; waits for dumps that are being made."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(address, headers={"Accept": accept})
    for _ in range(60):
        try:
            with opener.open(request, timeout=DEADLINE) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
            error.close()  # and again: the server itself has waited for some seconds
    raise AssertionError(f"{address} is not ready")
