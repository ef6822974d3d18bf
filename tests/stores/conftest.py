"""Stores that really run: each started once, with the small and the real release in it."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import store_servers
from store_servers import Store

from samgraf.engine.remote.engine import RemoteEngine
from samgraf.engine.remote.publish import publish
from samgraf.progress import Silent
from samgraf.release import read_manifest
from samgraf.release.cache import cache_dir
from samgraf.settings import Settings
from samgraf.sparql.service import Service

NAMES = (
    "oxigraph",
    pytest.param("virtuoso", marks=pytest.mark.slow),
    pytest.param("fuseki", marks=pytest.mark.slow),
)
QUIRKS = tomllib.loads(Path(__file__).with_name("quirks.toml").read_text("utf-8"))["quirk"]


def settings_for(store: Store, **others: object) -> Settings:
    """Return settings with the store's user and password."""
    return replace(Settings(store_user=store.user, store_password=store.password), **others)


@pytest.fixture(scope="session", params=NAMES)
def store(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    release: Path,
    release_dir: Path,
) -> Iterator[Store]:
    """Return a running store that holds both releases."""
    cache = cache_dir(Settings()).parent / "samgraf-tests"
    cache.mkdir(parents=True, exist_ok=True)
    running = store_servers.start(request.param, tmp_path_factory.mktemp(request.param), cache)
    try:
        for folder in (release, release_dir):
            publish(running.graphs, folder, settings_for(running), Silent())
        yield running
    finally:
        running.stop()


@pytest.fixture
def service_at(store: Store) -> Iterator[Callable[..., Service]]:
    """Return a function that makes a service over a release that the store holds."""
    engines = []

    def make(folder: Path, **settings: object) -> Service:
        manifest = read_manifest(folder)
        chosen = settings_for(store, **settings)
        engines.append(RemoteEngine(store.query, manifest, chosen))
        return Service(engines[-1], manifest, chosen, runner.run)

    with asyncio.Runner() as runner:
        yield make
        for engine in engines:
            runner.run(engine.close())


@pytest.fixture
def expect(request: pytest.FixtureRequest, store: Store) -> Callable[[str], None]:
    """Return a function that marks the test as failing where a known quirk is the reason."""

    def look_up(case: str) -> None:
        for quirk in QUIRKS:
            if quirk["store"] == store.name and case in quirk["cases"]:
                request.applymarker(pytest.mark.xfail(reason=quirk["reason"], strict=True))

    return look_up
