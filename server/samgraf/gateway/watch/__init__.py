"""Watch over the requests: fair use, logs and metrics, over all web processes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from samgraf.gateway.rate_limit import Client
from samgraf.gateway.request_log import RequestLog
from samgraf.gateway.request_log import RequestRecord as Record
from samgraf.gateway.telemetry import CLIENT_ERRORS
from samgraf.gateway.watch.clients import Clients
from samgraf.gateway.watch.fair_use import FairUse, Verdict
from samgraf.gateway.watch.metrics import MEDIA_TYPE, Metrics
from samgraf.settings import NO_FOLDER, Settings

__all__ = ["MEDIA_TYPE", "Client", "Record", "Verdict", "Watch"]


class Watch:
    """Watch over the requests of one web process, beside the others that share ``run_dir``.

    ``run_dir`` is a folder that only this service reads; it may be lost when the service ends.
    """

    def __init__(self, settings: Settings, run_dir: Path, processes: int = 1):
        self.processes = processes
        self._clients = Clients(settings.trusted_proxies, run_dir)
        self._fair_use = FairUse(settings, run_dir)
        self._log = None if settings.log_dir == NO_FOLDER else RequestLog(settings.log_dir)
        self._metrics = Metrics(run_dir)

    def client(self, remote: str, forwarded_for: str | None) -> Client:
        """Return who asks, by the peer's address and the X-Forwarded-For header."""
        return self._clients.client(remote, forwarded_for)

    def admit(self, client: Client) -> Verdict:
        """Return whether ``client`` may ask now."""
        return self._fair_use.admit(client)

    def done(self, record: Record) -> None:
        """Charge the client, write the logs and count."""
        if not record.client.local:
            # what was only sent again from the cache cost no query time
            seconds = 0.0 if record.cache == "hit" else record.query_seconds
            self._fair_use.charge(record.client, seconds, record.outcome in CLIENT_ERRORS)
        if self._log:
            self._log.put(record)
        self._metrics.count(record)

    def observe(self, stats: Mapping[str, Any]) -> None:
        """Note the state of this process, for whichever process is asked for the metrics."""
        self._metrics.observe(stats, self._log.dropped if self._log else 0)

    def metrics(self, stats: Mapping[str, Any]) -> bytes:
        """Return the metrics over all processes, as Prometheus reads them (MEDIA_TYPE).

        ``stats`` is the state of this process's engine; the others' is what they last observed.
        """
        self.observe(stats)
        return self._metrics.text()

    def close(self) -> None:
        """Write what waits and let go of the files."""
        if self._log:
            self._log.close()
        self._fair_use.close()
        self._metrics.close()
