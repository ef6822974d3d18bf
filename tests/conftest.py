"""Contents and releases that the tests share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache

from samgraf.build.cached import cached_release
from samgraf.cli import main
from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.site import create_app
from samgraf.site.export import Export
from small_release import write_release
from static_copy import make_copy

pytest_plugins = ["side_by_side", "skip_policy"]
OTHER = Path(__file__).parent / "fixtures" / "other"
# how long an example takes says more of what else the machine does than of the example
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def _templates_compiled_once(pytestconfig: pytest.Config) -> Iterator[None]:
    """Let the many applications of the tests compile no template that another has compiled.

    That takes more than half the time of an application's first pages.
    """
    kept = FileSystemBytecodeCache(pytestconfig.cache.mkdir("templates"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": kept})
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the root of the checkout, which is the real content."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def kept_for_all(pytestconfig: pytest.Config) -> Settings:
    """Return settings by which a release is built once for all processes and runs.

    It is kept per state of content and code; one process builds, and the others wait.
    """
    return Settings(cache_dir=Path(pytestconfig.cache.mkdir("samgraf")))


@pytest.fixture(scope="session")
def other_release(kept_for_all: Settings) -> Path:
    """Return the release of the small unrelated content."""
    return cached_release(OTHER, kept_for_all)


@pytest.fixture(scope="session")
def release(kept_for_all: Settings, root: Path) -> Path:
    """Return the release of the real content."""
    return cached_release(root, kept_for_all)


@pytest.fixture(scope="session")
def bees_copy(other_release: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Export]:
    """Return a copy without a server of the small unrelated content, and what was told of it."""
    folder = tmp_path_factory.mktemp("bees-copy")
    base, cache = "https://copy.example/bees", folder / "cache"
    return folder / "copy", make_copy(
        other_release, folder / "copy", "nn", "en", base=base, cache=cache
    )


@pytest.fixture(scope="session")
def release_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a tiny release written by hand, whose every quad the tests know."""
    return write_release(tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="session")
def app(release_dir: Path) -> Flask:
    """Return the application over the tiny release, with a low limit on queries."""
    return create_app(in_process_service(release_dir, Settings(max_query_bytes=20_000)))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client of that application."""
    return app.test_client()


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Return a copy of the small unrelated content, to be damaged."""
    return Path(shutil.copytree(OTHER, tmp_path / "other"))


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return a function that runs a command and returns exit status and output.

    Messages are in English, whatever the locale of who runs the tests.
    """
    monkeypatch.setenv("LC_ALL", "C")

    def run(*args: object) -> Result:
        return CliRunner().invoke(main, [str(a) for a in args], catch_exceptions=False)

    return run


@pytest.fixture
def report_counts(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Return a function that has counts told after the run, under a title."""

    def keep(title: str, counts: Mapping[str, object]) -> None:
        record_property(title, dict(counts))

    return keep


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell the counts that tests have recorded, in whichever process they ran."""
    for report in terminalreporter.getreports("passed"):
        for title, counts in report.user_properties:
            terminalreporter.section(title)
            for what, count in counts.items():
                terminalreporter.line(f"{count:>6}  {what}")
