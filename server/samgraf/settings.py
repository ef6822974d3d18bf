"""The settings: name, default and help of each in one place.

A value comes from the environment (``SAMGRAF_NAME``), else from the settings file named by
``SAMGRAF_SETTINGS`` (TOML, lower-case names), else from the default here. A test holds the
table in ``server/README.md`` to this dataclass.
"""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from samgraf.errors import UsageError

NO_FOLDER = Path()


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Hold every setting of the server, already converted and checked."""

    base: str = field(
        default="",
        metadata={
            "help": (
                "Address at which this server's pages are reached; links to things in the "
                "graph lead there. Empty: the address of the request. Never changes a triple "
                "or a hash."
            )
        },
    )
    cache_dir: Path = field(
        default=NO_FOLDER,
        metadata={
            "help": "Folder for built releases, kept by content hash. "
            "Empty: the user's cache folder."
        },
    )
    max_query_bytes: int = field(
        default=1_048_576, metadata={"help": "Longest query accepted, in bytes."}
    )
    union_default_graph: bool = field(
        default=True,
        metadata={
            "help": (
                "Make the default graph of a query the union of all named graphs except the "
                "report. Off only for conformance tests."
            )
        },
    )
    query_timeout: float = field(
        default=20.0,
        metadata={
            "help": (
                "Seconds after which a query is stopped. A query may ask for less with "
                "timeout=, never for more."
            )
        },
    )
    slow_after: float = field(
        default=0.1,
        metadata={
            "help": (
                "Seconds after which a query moves to the slow lane, out of the way of quick ones."
            )
        },
    )
    workers: int = field(
        default=0,
        metadata={
            "help": (
                "Query workers kept ready, over all web processes. 0: the number of processors."
            )
        },
    )
    slow_workers: int = field(
        default=0,
        metadata={
            "help": (
                "Queries that run in the slow lane at once, over all web processes. 0: "
                "twice the number of processors."
            )
        },
    )
    slow_per_client: int = field(
        default=4,
        metadata={
            "help": (
                "Queries of one client that run in the slow lane at once; the others "
                "wait. Not for clients on this machine."
            )
        },
    )
    queue: int = field(
        default=256,
        metadata={
            "help": (
                "Queries that may wait for a worker, over all web processes; further ones are"
                " told to come back later."
            )
        },
    )
    worker_memory: int = field(
        default=1_073_741_824,
        metadata={"help": ("Bytes of memory one query may use beyond the release itself.")},
    )
    max_result_bytes: int = field(
        default=268_435_456,
        metadata={"help": ("Largest answer, in bytes.")},
    )
    web_processes: int = field(
        default=0,
        metadata={
            "help": ("Processes that take requests. 0: the number of processors, two at most.")
        },
    )
    cache_bytes: int = field(
        default=67_108_864,
        metadata={"help": ("Memory for cached answers, in bytes, in each web process.")},
    )
    trusted_proxies: str = field(
        default="",
        metadata={
            "help": (
                "Addresses or networks of proxies whose X-Forwarded-For is trusted, separated"
                " by commas."
            )
        },
    )
    client_seconds: float = field(
        default=60.0,
        metadata={
            "help": (
                "Seconds of query time that a client may use per minute. Not for clients "
                "on this machine."
            )
        },
    )
    client_burst: float = field(
        default=120.0,
        metadata={
            "help": (
                "Seconds of query time that a client may use at once before that rate applies."
            )
        },
    )
    client_errors: float = field(
        default=30.0,
        metadata={
            "help": (
                "Queries that may fail for a client per minute. Not for clients on this machine."
            )
        },
    )
    client_error_burst: float = field(
        default=60.0,
        metadata={"help": ("Queries that may fail for a client at once before that rate applies.")},
    )
    log_dir: Path = field(
        default=NO_FOLDER,
        metadata={
            "help": (
                "Folder for the access and query logs (JSON lines). Empty: no such logs; "
                "errors go to standard error."
            )
        },
    )
    log_bytes: int = field(
        default=33_554_432,
        metadata={
            "help": ("Size in bytes at which a log file is put aside and a new one started.")
        },
    )
    log_files: int = field(
        default=5,
        metadata={"help": ("Number of old log files that are kept.")},
    )
    tile_url: str = field(
        default="",
        metadata={
            "help": (
                "Address of map tiles, such as https://tiles.example/{z}/{x}/{y}.png. "
                "Readers' browsers then contact its host, and only then. Empty: maps show "
                "outlines on a plain background."
            )
        },
    )
    tile_attribution: str = field(
        default="",
        metadata={"help": ("Attribution for the map tiles, shown on the map.")},
    )
    store_user: str = field(
        default="",
        metadata={
            "help": ("User name at the store that --engine or publish names, if it needs one.")
        },
    )
    store_password: str = field(
        default="",
        metadata={"help": ("Password of that user.")},
    )

    texts: Path = field(
        default=NO_FOLDER,
        metadata={
            "help": (
                "Folder with copies of the texts that the content points into, for 'samgraf "
                "check'. Empty: 'data/texts' of the content, where there is one."
            )
        },
    )
    contact: str = field(
        default="",
        metadata={
            "help": (
                "Mail address or web page of those who run this server: shown to readers who "
                "find a fault, and sent to partners with each request. Empty: no partner is "
                "queried, SERVICE is off."
            )
        },
    )
    partner_hosts: str = field(
        default="",
        metadata={
            "help": (
                "Hosts of partners that may have loopback or private addresses, separated by "
                "commas."
            )
        },
    )
    partner_cache_bytes: int = field(
        default=33_554_432,
        metadata={
            "help": ("Memory for cached answers of partners, in bytes, for all web processes.")
        },
    )

    @classmethod
    def load(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings from environment, file and defaults.

        Raise UsageError where a name is unknown or a value has the wrong form.
        """
        known = {f.name: f for f in fields(cls)}
        values: dict[str, Any] = {}
        if path := environ.get("SAMGRAF_SETTINGS"):
            values |= _from_file(Path(path), set(known))
        for name in known:
            text = environ.get(f"SAMGRAF_{name.upper()}")
            if text is not None:
                values[name] = text
        return cls(**{n: _convert(n, v, known[n].default) for n, v in values.items()})


def _from_file(path: Path, known: set[str]) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: the settings file cannot be read: {error}") from error
    if unknown := sorted(set(values) - known):
        raise UsageError(
            f"{path}: no setting is named {unknown[0]!r}. Known: {', '.join(sorted(known))}."
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
            number = type(default)(value)
        except (TypeError, ValueError):
            raise UsageError(f"{variable} is {value!r}; give a {kind}.") from None
        # where the default is 0, it stands for a choice of the program's
        if not (0 < number < math.inf or number == default == 0):
            raise UsageError(f"{variable} is {value}; give a {kind} above 0.")
        return number
    # a path or a text
    return type(default)(value)
