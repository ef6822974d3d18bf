"""Partners that really run, one samgraf over them, and one store that knows all, each made once."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import partner_rig
import pytest
import standin_data
import standins
from counting_proxy import CountingProxy
from faulty_partner import FaultyPartner
from one_store import OneStore
from standins import Standin

from live import Live
from samgraf.release import read_manifest

OTHERS = 2_000
QUIRKS = tomllib.loads(Path(__file__).with_name("quirks.toml").read_text("utf-8"))["quirk"]


@dataclass
class Rig:
    """Hold the stand-ins by their names, what is not installed, and the release that names them.

    The partners ``counted`` and ``undivided`` are Oxigraph's behind ``proxy``, which counts bytes;
    the latter takes one row of values at a time.
    """

    partners: dict[str, Standin]
    absent: dict[str, str]
    release: Path
    proxy: CountingProxy

    def partner(self, name: str) -> Standin:
        """Return the stand-in ``name``; skip the test where it is not installed."""
        if name in self.absent:
            pytest.skip(self.absent[name])
        return self.partners[name]


@pytest.fixture(scope="session")
def rig(
    request: pytest.FixtureRequest, release: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rig]:
    """Yield the running stand-ins and the study's release with them as its partners.

    Oxigraph always runs, the others where one of the tests to be run asks for them.
    """
    folder = tmp_path_factory.mktemp("standins")
    data = standins.write_data(folder / "wikidata.nt", standin_data.lines(OTHERS))
    calls = (getattr(item, "callspec", None) for item in request.session.items)
    asked = {call.params.get("engine") for call in calls if call is not None}
    others = {"virtuoso", "fuseki"} & asked
    wanted = {name: (name, data) for name in ("oxigraph", *sorted(others))}
    wanted[standins.CATALOGUE] = ("oxigraph", standins.catalogue_file(folder))
    partners: dict[str, Standin] = {}
    absent: dict[str, str] = {}
    with ThreadPoolExecutor(len(wanted)) as pool:
        starting = {
            name: pool.submit(standins.start, name, engine, folder / name, file)
            for name, (engine, file) in wanted.items()
        }
    try:
        _sort_out(starting, partners, absent)
        with closing(CountingProxy(partners["oxigraph"].endpoint)) as proxy:
            base = read_manifest(release)["base"]
            records = [partner.record(base) for partner in partners.values()]
            for name, block in (("counted", 50), ("undivided", 1)):
                # one address must not belong to two partners
                at, iri = f"{proxy.endpoint}?as={name}", standins.partner_iri(base, name)
                records.append(
                    partners["oxigraph"].record(base, at, name=name, iri=iri, block=block)
                )
            yield Rig(
                partners,
                absent,
                standins.release_with(release, folder / "release", records),
                proxy,
            )
    finally:
        for partner in partners.values():
            partner.store.stop()


def _sort_out(
    starting: dict[str, Future], partners: dict[str, Standin], absent: dict[str, str]
) -> None:
    """Note which stand-ins run and which are not installed, before any fault is raised."""
    faults = []
    for name, start in starting.items():
        try:
            partners[name] = start.result()
        except pytest.skip.Exception as reason:
            absent[name] = str(reason)
        except Exception as fault:
            faults.append(fault)
    if faults:
        raise faults[0]


@pytest.fixture(scope="session")
def one_store(rig: Rig) -> OneStore:
    """Return the store that has all data, each partner's under every name that partner goes by."""
    base = read_manifest(rig.release)["base"]
    names = {}
    for partner in rig.partners.values():
        for name in standins.spellings(base, partner):
            names[urljoin(base, name)] = partner.data
    return OneStore(rig.release, names)


@pytest.fixture(scope="session")
def federated(rig: Rig) -> Iterator[Live]:
    """Yield samgraf as a user starts it, over the release whose partners are the stand-ins."""
    with Live("--release", rig.release, **standins.SETTINGS) as live:
        yield live


@pytest.fixture
def expect(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return a function that marks the test as failing where a store's quirk is the reason."""

    def look_up(engine: str, case: str) -> None:
        for quirk in QUIRKS:
            if quirk["store"] == engine and case in quirk["cases"]:
                request.applymarker(pytest.mark.xfail(reason=quirk["reason"], strict=True))

    return look_up


@pytest.fixture
def rigged() -> Iterator[None]:
    """Close what a test opens to ask partners."""
    partner_rig.begin()
    yield
    partner_rig.end()


@pytest.fixture
def partner(rigged: None) -> Iterator[FaultyPartner]:
    """Yield a partner that answers until it is told to fail."""
    with FaultyPartner() as partner:
        yield partner
