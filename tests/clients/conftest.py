"""Live endpoints over the small release and over the study, for every client."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
from client_programs import get

from live import Live
from samgraf.release import read_manifest

DOWNLOADS = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
SELECT DISTINCT ?address { ?part dcat:downloadURL ?address } ORDER BY ?address
"""


@pytest.fixture(scope="session")
def site(release_dir: Path) -> Iterator[str]:
    """Yield the address of a running server over the small release, without a last slash."""
    with Live("--release", release_dir) as live:
        yield f"http://127.0.0.1:{live.port}"


@pytest.fixture(scope="session")
def endpoint(site: str) -> str:
    """Return the address of its query endpoint."""
    return site + "/sparql"


@pytest.fixture(scope="session")
def study(release: Path) -> Iterator[str]:
    """Yield the address of a running server over the study, without a last slash."""
    with Live("--release", release) as live:
        yield f"http://127.0.0.1:{live.port}"


@pytest.fixture(scope="session")
def dumps(study: str, release: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return every file of RDF that the study's catalogue offers, fetched and unpacked."""
    base = read_manifest(release)["base"]
    text = get(f"{study}/sparql?{urllib.parse.urlencode({'query': DOWNLOADS})}")
    found = [b["address"]["value"] for b in json.loads(text)["results"]["bindings"]]
    folder, files = tmp_path_factory.mktemp("dumps"), []
    for address in found:
        name = address.removeprefix(f"{base}dumps/")
        if name == address:
            continue  # the release's own files, and others'
        file = folder / name.removesuffix(".gz").replace("/", "_")
        file.write_bytes(get(f"{study}/dumps/{name}"))
        files.append(file)
    kinds = {".ttl", ".nt", ".jsonld", ".rdf", ".nq", ".trig"}
    assert {f.suffix for f in files} == kinds | {".csv"}
    return [f for f in files if f.suffix in kinds]
