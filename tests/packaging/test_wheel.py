"""The wheel holds all that serving needs: content, built release, pages."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


pytestmark = pytest.mark.slow  # it builds the study once more, and installs it


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Build the wheel from the checkout."""
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def names(wheel) -> list[str]:
    """Return the names of the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_wheel_holds_every_content_file(names):
    content = [
        p.relative_to(ROOT) for part in ("ontology", "data") for p in ROOT.glob(f"{part}/**/*")
    ]
    left_out = ("data/make", "data/texts")
    files = [p.as_posix() for p in content if (ROOT / p).is_file()]
    expected = {f"samgraf/_packaged/{name}" for name in files if not name.startswith(left_out)}
    assert len(expected) > 300
    assert expected - set(names) == set()


def test_wheel_holds_no_script_that_makes_data(names):
    assert [n for n in names if n.startswith("samgraf/_packaged/data/") and n.endswith(".py")] == []


def test_wheel_holds_the_release_of_the_checkout(wheel, release):
    with zipfile.ZipFile(wheel) as archive:
        carried = json.loads(archive.read("samgraf/_packaged/release/manifest.json"))
    built = json.loads((release / "manifest.json").read_text("utf-8"))
    assert carried == built


def test_installed_wheel_serves_the_study_without_the_checkout(wheel, tmp_path):
    """The environment is empty but for the wheel and, by path, the packages it depends on."""
    env_dir = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", env_dir], check=True)
    # by the pip that is here: to give the environment one of its own takes longer than all the rest
    pip = [sys.executable, "-m", "pip", "--python", env_dir / "bin" / "python"]
    subprocess.run([*pip, "install", "-q", "--no-index", "--no-deps", wheel], check=True)
    # a path entry is not searched for further .pth files, so the checkout stays out of sight
    site = next(env_dir.glob("lib/python*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    home = tmp_path / "home"
    home.mkdir()
    server = subprocess.Popen(
        [env_dir / "bin" / "samgraf", "serve", "--port", "0"],
        cwd=home,
        env={"HOME": str(home), "PATH": os.defpath},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = server.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert address, server.stderr.read()
        query = "SELECT (COUNT(*) AS ?n) WHERE { ?s a sg:PromotingFactor }"
        with urllib.request.urlopen(
            f"{address[0]}sparql?{urllib.parse.urlencode({'query': query, 'format': 'csv'})}",
            timeout=300,
        ) as answer:
            assert answer.read() == b"n\r\n6\r\n"
        with urllib.request.urlopen(address[0], timeout=300) as page:
            assert "</html>" in page.read().decode()
    finally:
        server.send_signal(signal.SIGTERM)
        _, err = server.communicate(timeout=300)
    assert server.returncode == 0
    assert err == ""
    # nothing was built or cached: what was served is kept, since an upgrade takes it away
    kept = home / ".cache/samgraf/releases"
    (manifest,) = kept.glob("*/*/manifest.json")
    of_base = manifest.parents[1]
    expected = {of_base / "lock"} | {
        manifest.with_name(name) for name in ("kept.json", "manifest.json", "quads.nq")
    }
    assert {p for p in home.rglob("*") if not p.is_dir()} == expected
    assert {p for p in home.rglob("*") if p.is_dir()} == {
        *(f for f in [manifest.parent, *manifest.parents] if home in f.parents)
    }
    for name in ("manifest.json", "quads.nq"):
        packaged = site / "samgraf/_packaged/release" / name
        assert manifest.with_name(name).read_bytes() == packaged.read_bytes()
