"""Servers that stand in for partners, and a release whose partners they are.

Each is a real store on 127.0.0.1, started as ``tests/stores`` starts it, with data of Wikidata's
shape in it; a second, small one holds a catalogue of data sets about the same items.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import standin_data

sys.path.insert(0, str(Path(__file__).parents[1] / "stores"))
import pytest
import store_servers
from store_servers import Store

from samgraf.engine.remote.publish import GraphStore
from samgraf.release import read_manifest
from samgraf.release.cache import cache_dir
from samgraf.release.manifest import manifest_bytes
from samgraf.settings import Settings

#: The settings by which samgraf asks partners on this machine.
SETTINGS = {
    "contact": "mailto:test@example.org",
    "partner_hosts": "127.0.0.1",
    # real stores take their time where much else runs, and the slow lane hardly gets any
    "query_timeout": 60,
    "slow_after": 5,
}
CATALOGUE = "catalogue"
ENGINES = (
    "oxigraph",
    pytest.param("virtuoso", marks=pytest.mark.slow),
    pytest.param("fuseki", marks=pytest.mark.slow),
)
_GRAPH = "urn:standin"
_PORTION = 5_000  # triples that Virtuoso is given at once
_PATIENCE = 600.0


@dataclass
class Standin:
    """Hold a running store that stands in for the partner ``name``, and the data in it."""

    name: str
    store: Store
    data: Path

    @property
    def endpoint(self) -> str:
        """Return its SPARQL address."""
        return self.store.query

    def record(self, base: str, endpoint: str = "", **others: object) -> dict[str, object]:
        """Return the partner's record, as a manifest has it."""
        titles = dict.fromkeys(("nb", "nn", "en"), f"Stand-in {self.name}")
        return {
            "name": self.name,
            "iri": partner_iri(base, self.name),
            "endpoint": endpoint or self.endpoint,
            "titles": titles,
            # reads of Virtuoso that run side by side may lock each other out (its error 40001)
            "parallel": 1 if self.name == "virtuoso" else 4,
            "block": 50,
            "cache_seconds": 0.0,
            "deadline": 50.0,
            **others,
        }


def partner_iri(base: str, name: str) -> str:
    """Return the IRI that names a partner in the graph."""
    return f"{base}id/partner/{name}"


def spellings(base: str, partner: Standin) -> tuple[str, str, str]:
    """Return what a query may call a partner: short name, its IRI, its address."""
    return partner.name, partner_iri(base, partner.name), partner.endpoint


def write_data(file: Path, lines: Iterable[str]) -> Path:
    """Write N-Triples lines to ``file`` and return it."""
    with file.open("w", encoding="utf-8") as out:
        out.writelines(lines)
    return file


def start(name: str, engine: str, folder: Path, data: Path) -> Standin:
    """Start ``engine`` as the partner ``name`` with the N-Triples of ``data``.

    Skip the test where the engine is not installed.
    """
    cache = cache_dir(Settings()).parent / "samgraf-tests"
    cache.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    store = store_servers.start(engine, folder, cache)
    try:
        load(store, data)
    except BaseException:
        store.stop()
        raise
    return Standin(name, store, data)


async def _add(store: Store, data: Path) -> None:
    user = Settings(store_user=store.user, store_password=store.password)
    target = GraphStore(store.graphs, user)
    lines = iter(data.read_bytes().splitlines(keepends=True))
    while portion := b"".join(islice(lines, _PORTION)):
        await target.write("POST", _GRAPH, portion)
    await target.close()


def load(store: Store, data: Path) -> None:
    """Put the N-Triples of ``data`` where the store's queries find them."""
    if store.user:  # Virtuoso, which asks for a password; its queries read every graph
        asyncio.run(_add(store, data))
        return
    with data.open("rb") as file:
        headers = {
            "Content-Type": "application/n-triples",
            "Content-Length": str(data.stat().st_size),
        }
        request = urllib.request.Request(
            f"{store.graphs}?default", data=file, headers=headers, method="PUT"
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        opener.open(request, timeout=_PATIENCE).close()


def release_with(release: Path, folder: Path, partners: Iterable[Mapping[str, object]]) -> Path:
    """Write a copy of ``release`` into ``folder`` that has ``partners`` and no others."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in release.iterdir():
        if file.is_file() and file.name != "manifest.json":
            shutil.copy(file, folder / file.name)
    manifest = read_manifest(release)
    manifest["partners"] = list(partners)
    manifest["prefixes"].setdefault("partner", partner_iri(manifest["base"], ""))
    (folder / "manifest.json").write_bytes(manifest_bytes(manifest))
    return folder


def catalogue_file(folder: Path) -> Path:
    """Write the data of the second partner."""
    return write_data(folder / "catalogue.nt", standin_data.catalogue_lines())
