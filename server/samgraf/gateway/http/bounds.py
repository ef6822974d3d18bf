"""What a client may ask of a connection, and how long it may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """Hold the bounds on connections: bytes, numbers, seconds."""

    connections: int = 4096  # at once, in one process
    target_bytes: int = 65_536
    header_bytes: int = 65_536
    headers: int = 100
    pipelined: int = 256  # requests that wait for the one before them to be answered
    waiting_body: int = 262_144  # bytes of a body that the application has not taken yet
    head_seconds: float = 20.0  # from the first byte of a request to the last of its headers
    idle_seconds: float = 75.0  # between requests; longer than the proxies before us keep theirs
    writing_seconds: float = 60.0  # in which a client takes none of what it is sent
    farewell_seconds: float = 2.0  # in which a client may read why it is not served
