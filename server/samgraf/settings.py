"""The settings: name, default and help of each in one place.

A value comes from the environment (``SAMGRAF_NAME``), else from the settings file named by
``SAMGRAF_SETTINGS`` (TOML, lower-case names), else from the default here. A test holds the
table in ``server/README.md`` to this dataclass.
"""

from __future__ import annotations

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
            "help": "Address under which this server's pages are reached; links to things of "
            "the graph lead there. Empty: the address of the request. Never changes a triple or a "
            "hash."
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
            "help": "Let the default graph of a query be the union of all named graphs but the "
            "report. Off only for conformance tests."
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
    if isinstance(default, int):
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise UsageError(f"{variable} is {value!r}; give a whole number.") from None
        if number <= 0:
            raise UsageError(f"{variable} is {number}; give a number above 0.")
        return number
    return type(default)(value)
