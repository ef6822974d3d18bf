"""The version of a content: stated by hand, and held against the versions that were released.

``dcat:version`` of the whole data set, else ``owl:versionInfo`` of the ontology
(https://www.w3.org/TR/vocab-dcat-3/#Property:resource_version). What was released stands in
``data/releases.csv``, a line for each version: its date, the hash of the release, and that of the
content. The latter is over what the files say, not over what a build makes of it, so that another
version of the program is no change of the content. The list is no part of a release: a release
cannot hold its own hash.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

import pyoxigraph as ox

from samgraf.build.content import Content, Loaded
from samgraf.build.content.formats import read_text
from samgraf.build.content.layout import RELEASES, FileKind
from samgraf.build.rdf import value_of
from samgraf.errors import ContentError, UsageError
from samgraf.release import names
from samgraf.release.canonical import canonical_rows
from samgraf.release.write import put_file
from samgraf.vocab import DCAT, DCT, OWL

_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Released:
    """A version that was released: its date (ISO 8601), the hashes of release and content."""

    version: str
    date: str
    release: str
    content: str


COLUMNS = [f.name for f in fields(Released)]


def stated_version(loaded: Loaded) -> tuple[str, str]:
    """Return the version and the date that ``loaded`` states of the whole, empty where it does not.

    The date is when the version was issued, else when the content was last changed.
    """
    whole = ox.NamedNode(names.dataset(loaded.header.base, names.WHOLE))
    ontology = ox.NamedNode(loaded.header.iri)
    said: dict[tuple[object, str], str] = {}
    for file in loaded.files:
        if file.file.kind is not FileKind.EXTRA:
            for t in file.triples:
                if t.subject in (whole, ontology):
                    key = (t.subject, t.predicate.value)
                    said[key] = max(said.get(key, ""), str(value_of(t.object)))
    return (
        _first(said, (whole, DCAT + "version"), (ontology, OWL + "versionInfo")),
        _first(said, *((of, DCT + n) for n in ("issued", "modified") for of in (whole, ontology))),
    )


def _first(said: dict[tuple[object, str], str], *keys: tuple[object, str]) -> str:
    # some tell the history of an ontology in its owl:versionInfo, the last version first
    texts = (said.get(key, "").strip() for key in keys)
    return next((text.splitlines()[0].rstrip() for text in texts if text), "")


def content_hash(loaded: Loaded) -> str:
    """Return the SHA-256 over all that the files of ``loaded`` say, and over its queries.

    Comments and the order of statements in files of RDF are no part of it; blank nodes go by where
    they stand.
    """
    rows = [
        (q.subject, q.predicate, q.object, q.graph_name)
        for f in loaded.files
        if f.file.kind is not FileKind.EXTRA
        for q in f.quads
    ]
    digest = hashlib.sha256()
    for line in canonical_rows(rows):
        digest.update(f"{line}\n".encode())
    content = loaded.content
    for path in [*content.queries(), *content.answers()]:
        name = content.name_of(path)
        digest.update(f"{name}\t{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def read_released(content: Content) -> list[Released]:
    """Return the versions of ``content`` that were released, in the order of the list.

    Raise ContentError where the list is not as it should be.
    """
    path = content.root / RELEASES
    if not path.is_file():
        return []
    text = read_text(path, RELEASES)
    rows = list(csv.reader(io.StringIO(text)))
    if not rows or rows[0] != COLUMNS:
        raise ContentError(
            "The list of releases does not begin with its columns.",
            RELEASES,
            1,
            f"Begin it with the line {','.join(COLUMNS)}.",
        )
    found: dict[str, Released] = {}
    for line, row in enumerate(rows[1:], 2):
        if not row:
            continue
        if not _is_entry(row):
            raise ContentError(
                "This is no release: a version, an ISO 8601 date, and two SHA-256 in hexadecimal.",
                RELEASES,
                line,
                "Let 'samgraf build --released' write the line.",
            )
        if row[0] in found:
            raise ContentError(
                f"The version {row[0]} is listed twice.", RELEASES, line, "Keep the first line."
            )
        found[row[0]] = Released(*row)
    return list(found.values())


def _is_entry(row: list[str]) -> bool:
    if len(row) != len(COLUMNS) or not row[0].strip():
        return False
    return _is_date(row[1]) and all(_HASH.fullmatch(value) for value in row[2:])


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def check_version(loaded: Loaded) -> dict[str, Any]:
    """Return what the manifest says of the version, and of those that were released.

    Raise ContentError where the content is no longer what was released under its version.
    """
    (version, day), hash = stated_version(loaded), content_hash(loaded)
    released = read_released(loaded.content)
    known = next((r for r in released if r.version == version), None)
    if loaded.content.base is not None:
        known = None  # below another base every graph has another name
    if known is not None and known.content != hash:
        raise ContentError(
            f"The content is no longer what was released as version {known.version} on "
            f"{known.date}.",
            RELEASES,
            2 + released.index(known),
            "State the next version (dcat:version of the whole data set, or owl:versionInfo of "
            "the ontology), or take the change back.",
        )
    if released and not version:
        raise ContentError(
            "The content states no version, but versions of it were released.",
            RELEASES,
            None,
            "State one: dcat:version of the whole data set, or owl:versionInfo of the ontology.",
        )
    return {
        "version": version,
        "date": day,
        "content": hash,
        "released": [asdict(entry) for entry in released],
    }


def check_day(day: str) -> None:
    """Raise UsageError where ``day`` cannot be the day of a release."""
    if not _is_date(day):
        raise UsageError(f"The day of release is {day!r}; give a date such as 2026-12-01.")


def record_release(content: Content, manifest: dict[str, Any], day: str) -> Released:
    """Add the release that ``manifest`` describes to the list of ``content``, as of ``day``.

    Raise UsageError where it states no version, or the version is listed already.
    """
    entry = Released(manifest["version"], day, manifest["release"], manifest["content"])
    if not entry.version:
        raise UsageError(
            "The content states no version: dcat:version of the whole data set, or "
            "owl:versionInfo of the ontology."
        )
    listed = read_released(content)
    if any(r.version == entry.version for r in listed):
        raise UsageError(f"The version {entry.version} was released already: see {RELEASES}.")
    path = content.root / RELEASES
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(tuple(asdict(r).values()) for r in (*listed, entry))
    try:
        put_file(path, text.getvalue().encode())
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}.") from error
    return entry
