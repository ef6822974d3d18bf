"""The settings: name, default and help of each in one place.

A value comes from the environment (``SAMGRAF_NAME``), else from the settings file named by
``SAMGRAF_SETTINGS`` (TOML, lower-case names), else from the default here. A test holds the
table in ``server/README.md`` to this dataclass.
"""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from samgraf import limits
from samgraf.errors import UsageError

NO_FOLDER = Path()

#: Settings that are no more, and what took their place; who still sets one is told so at start.
GONE = {
    "web_processes": "one web process takes all requests; for more, run several samgraf serve "
    "behind a proxy (server/nginx.conf).",
    "log_bytes": "logrotate or the like puts logs aside: see 'Logs and metrics' in "
    "server/README.md.",
    "log_files": "logrotate or the like puts logs aside: see 'Logs and metrics' in "
    "server/README.md.",
}


def setting(default: Any, text: str) -> Any:
    """Return a dataclass field with ``default``, described by ``text`` in the operators' README."""
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting of the server, converted and checked."""

    base: str = setting(
        "",
        "Address at which this server's pages are reached; links to things in the graph "
        "lead there, and all links stand below its path. Empty: the address of the request. "
        "Never changes a triple or a hash.",
    )
    cache_dir: Path = setting(
        NO_FOLDER,
        "Folder for built releases, kept by content hash. Empty: the user's cache folder.",
    )
    releases_dir: Path = setting(
        NO_FOLDER,
        "Folder in which the releases that were served are kept, so that what was cited can still "
        "be had: give one that outlives upgrades. Empty: 'releases' in the cache folder.",
    )
    kept_releases: int = setting(5, "Releases of one base that are kept there, the last served.")
    build_seconds: float = setting(
        limits.STAGE_SECONDS,
        "Seconds that a stage of a build or check may take (such as reasoning).",
    )
    build_memory: int = setting(
        limits.STAGE_MEMORY,
        "Bytes of memory that such a stage may use beyond the content itself.",
    )
    max_query_bytes: int = setting(1_048_576, "Longest query accepted, in bytes.")
    union_default_graph: bool = setting(
        True,
        "Make the default graph of a query the union of all named graphs except the report. "
        "Off only for conformance tests.",
    )
    query_timeout: float = setting(
        20.0,
        "Seconds after which a query is stopped. A query may ask for less with timeout=, "
        "never for more.",
    )
    slow_after: float = setting(
        0.1,
        "Seconds after which a query moves to the slow lane, out of the way of quick ones.",
    )
    workers: int = setting(
        0,
        "Query workers kept ready. 0: the number of processors.",
    )
    slow_workers: int = setting(
        0,
        "Queries that run in the slow lane at once. 0: twice the number of processors.",
    )
    slow_per_client: int = setting(
        4,
        "Queries of one client that run in the slow lane at once; the others wait. Not for "
        "clients on this machine.",
    )
    queue: int = setting(
        256,
        "Queries that may wait for a worker; further ones are told to come back later.",
    )
    worker_memory: int = setting(
        1_073_741_824,
        "Bytes of memory one query may use beyond the release itself.",
    )
    max_result_bytes: int = setting(268_435_456, "Largest answer, in bytes.")
    cache_bytes: int = setting(
        33_554_432,
        "Memory for cached answers, in bytes.",
    )
    trusted_proxies: str = setting(
        "",
        "Addresses or networks of proxies whose X-Forwarded-For is trusted, separated by commas.",
    )
    client_seconds: float = setting(
        60.0,
        "Seconds of query time that a client may use per minute. Not for clients on this machine.",
    )
    client_burst: float = setting(
        120.0,
        "Seconds of query time that a client may use at once before that rate applies.",
    )
    client_errors: float = setting(
        30.0,
        "Queries that may fail for a client per minute. Not for clients on this machine.",
    )
    client_error_burst: float = setting(
        60.0,
        "Queries that may fail for a client at once before that rate applies.",
    )
    log_dir: Path = setting(
        NO_FOLDER,
        "Folder for the access and query logs (JSON lines). Empty: no such logs; errors go "
        "to standard error.",
    )
    tile_url: str = setting(
        "",
        "Address of map tiles, such as https://tiles.example/{z}/{x}/{y}.png. Readers' "
        "browsers then contact its host, and only then. Empty: maps show outlines on a "
        "plain background.",
    )
    tile_attribution: str = setting("", "Attribution for the map tiles, shown on the map.")
    store_user: str = setting(
        "",
        "User name at the store that --engine or publish names, if it needs one.",
    )
    store_password: str = setting("", "Password of that user.")
    texts: Path = setting(
        NO_FOLDER,
        "Folder with copies of the texts that the content points into, for 'samgraf check'. "
        "Empty: 'data/texts' of the content, where there is one.",
    )
    contact: str = setting(
        "",
        "Mail address or web page of those who run this server: shown to readers who find a "
        "fault, and sent to partners with each request. Empty: no partner is queried, "
        "SERVICE is off.",
    )
    repository: str = setting(
        "",
        "Address of the source code, where people can read, correct and add to it: linked from "
        "every page. Empty: not shown.",
    )
    report_url: str = setting(
        "",
        "Address at which readers tell of a fault, such as "
        "https://code.example/issues/new?title={iri}; {iri}, {address} and {release} stand for "
        "the thing and the page that they were at, and the release. Empty: SAMGRAF_CONTACT.",
    )
    partner_hosts: str = setting(
        "",
        "Hosts of partners that may have loopback or private addresses, separated by commas.",
    )
    partner_cache_bytes: int = setting(
        33_554_432,
        "Memory for cached answers of partners, in bytes.",
    )

    @classmethod
    def load(
        cls,
        environ: Mapping[str, str] = os.environ,
        warn: Callable[[str], None] = lambda line: None,
    ) -> Settings:
        """Read the settings from environment, file and defaults.

        ``warn`` gets a line for each setting that is no more (GONE). Raise UsageError where a name
        is unknown or a value has the wrong form.
        """
        known = {f.name: f for f in fields(cls)}
        values: dict[str, Any] = {}
        gone = {name for name in GONE if f"SAMGRAF_{name.upper()}" in environ}
        if path := environ.get("SAMGRAF_SETTINGS"):
            values |= _from_file(Path(path), {*known, *GONE})
            gone |= GONE.keys() & values.keys()
            values = {name: value for name, value in values.items() if name in known}
        for name in sorted(gone):
            warn(f"The setting SAMGRAF_{name.upper()} is no more. {GONE[name]}")
        for name in known:
            text = environ.get(f"SAMGRAF_{name.upper()}")
            if text is not None:
                values[name] = text
        return cls(**{n: _convert(n, v, known[n].default) for n, v in values.items()})


def _from_file(path: Path, known: set[str]) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:  # no TOML, or no UTF-8
        raise UsageError(f"{path}: the settings file cannot be read: {error}") from error
    if unknown := sorted(set(values) - known):
        raise UsageError(
            f"{path}: no setting is named {unknown[0]!r}. Known: "
            f"{', '.join(sorted(known - GONE.keys()))}."
        )
    return values


def _convert(name: str, value: Any, default: Any) -> Any:
    """Return ``value`` in the type of ``default``; raise UsageError where it has none."""
    variable = f"SAMGRAF_{name.upper()}"
    if isinstance(default, bool):
        truth = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
        try:
            return truth[str(value).lower()]
        except KeyError:
            raise UsageError(f"{variable} is {value!r}; give true or false.") from None
    if isinstance(default, int | float):
        kind = "whole number" if isinstance(default, int) else "number"
        try:
            number = type(default)(str(value))  # a file may hold 2.7, or true
        except (TypeError, ValueError):
            raise UsageError(f"{variable} is {value!r}; give a {kind}.") from None
        # where the default is 0, it stands for a choice of the program's
        if not (0 < number < math.inf or number == default == 0):
            raise UsageError(f"{variable} is {value}; give a {kind} above 0.")
        return number
    if not isinstance(value, str):
        raise UsageError(f"{variable} is {value!r}; give a text.")
    return type(default)(value)  # a path, or the text itself
