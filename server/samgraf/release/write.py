"""Write a release: canonical N-Quads and the manifest, in one step.

https://www.w3.org/TR/rdf-canon/
"""

from __future__ import annotations

import fcntl
import glob
import os
import shutil
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from samgraf import limits
from samgraf.errors import UsageError
from samgraf.release.canonical import holds_blank
from samgraf.release.manifest import MANIFEST, manifest_bytes
from samgraf.release.serialise import serialised
from samgraf.release.store import QUADS
from samgraf.release.subprocess_call import SubprocessCall

#: Ends the names of folders in which a release is being written.
_UNFINISHED = ".samgraf-unfinished"
#: Ends the names of files that are being written; a kill may leave one behind.
PART = ".part"


def canonical_lines(quads: list[ox.Quad]) -> list[str]:
    """Return ``quads`` as canonical N-Quads, each a line without its end, by code point."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    text = serialised(dataset, ox.RdfFormat.N_QUADS).decode()
    return sorted(text.removesuffix("\n").split("\n"))


def canonicalise(quads: list[ox.Quad]) -> list[str]:
    """Return the canonical lines; raise ContentError where they cannot be had within bounds.

    Naming blank nodes is exponential in how they point at one another. Their names hang on the
    quads that hold any, so that the others are only written.
    """
    tied: list[ox.Quad] = []
    lines: set[str] = set()
    written = serialised(quads, ox.RdfFormat.N_QUADS).decode().split("\n")
    for quad, line in zip(quads, written, strict=False):
        # what looks like the label of a blank node may stand in a text
        if "_:" in line and any(map(holds_blank, quad)):
            tied.append(quad)
        else:
            lines.add(line)
    if not tied:
        return sorted(lines)
    call = SubprocessCall(
        "Naming the blank nodes",
        canonical_lines,
        tied,
        seconds=limits.CANONICALISATION,
        memory=limits.CANONICALISATION_MEMORY,
        mend="Blank nodes that point at one another in a tangle cannot be told apart: name them.",
    )
    return sorted(lines.union(call.result()))


def quads_text(lines: list[str]) -> bytes:
    """Return the bytes of the file with ``lines``, whose SHA-256 names the release."""
    return "\n".join([*lines, ""]).encode()


def _is_release(folder: Path) -> bool:
    return {p.name for p in folder.iterdir()} == {QUADS, MANIFEST}


def require_replaceable(
    out: Path, what: str = "release", is_one: Callable[[Path], bool] = _is_release
) -> None:
    """Raise UsageError unless ``out`` is new, empty or ``what`` is written, and can be replaced.

    ``is_one`` says whether a folder that is there holds that.
    """
    if out.is_dir():
        if os.path.ismount(out) or out.resolve() == Path.cwd():
            raise UsageError(
                f"{out}: a folder that you are in, or that is a mount, cannot be replaced in one "
                "step. Name one in it."
            )
        if any(out.iterdir()) and not is_one(out):
            raise UsageError(f"{out}: the folder is not empty and is no {what}. Name another.")
    elif out.exists():
        raise UsageError(f"{out}: this is a file. Name a folder.")


def write_release(out: Path, lines: list[str], manifest: dict[str, Any]) -> None:
    """Put the release at ``out`` in one step; a release that is there is replaced.

    The files are on the disk before they have their place, so that a power cut leaves the new
    release, the old one or none. Raise UsageError where the place cannot be written to.
    """
    require_replaceable(out)

    def fill(new: Path) -> None:
        write_synced(new / QUADS, quads_text(lines))
        write_synced(new / MANIFEST, manifest_bytes(manifest))

    fill_folder(out, fill)


def fill_folder(out: Path, fill: Callable[[Path], object]) -> None:
    """Put at ``out``, in one step, the folder that ``fill`` fills; one that is there is replaced.

    Where it cannot be filled, nothing is changed. Raise UsageError where the place cannot be
    written to.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with _work_folder(out) as work:
            new = work / "new"
            new.mkdir()
            fill(new)
            _sync(new)
            if out.exists():
                out.rename(work / "old")
            new.rename(out)
            _sync(out.parent)
    except OSError as error:
        raise UsageError(f"{out}: cannot be written: {error.strerror}.") from error


def put_file(path: Path, data: bytes) -> None:
    """Put a file at ``path`` in one step, once it is on the disk; make the folder if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}{PART}")
    try:
        write_synced(beside, data)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def write_synced(path: Path, data: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _work_folder(out: Path) -> Generator[Path, None, None]:
    """Give a new folder beside ``out``; remove it in the end, and those that a kill left behind."""
    prefix = f".{out.name}-"
    for left in out.parent.glob(f"{glob.escape(prefix)}*{_UNFINISHED}"):
        with suppress(OSError), _locked(left):
            shutil.rmtree(left, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=prefix, suffix=_UNFINISHED, dir=out.parent))
    try:
        with _locked(work):
            yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Generator[None, None, None]:
    """Hold a lock on ``folder``, which falls with the process; raise OSError where another does."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _sync(folder: Path) -> None:
    """Wait until the names in ``folder`` are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
