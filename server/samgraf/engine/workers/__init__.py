"""Evaluate queries in processes that can be killed, so that no query can harm the server."""

from samgraf.engine.workers.engine import WorkerEngine

__all__ = ["WorkerEngine"]
