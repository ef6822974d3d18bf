"""Install the JavaScript that the tests use into the user's cache, and say where it is.

    python tests/javascript.py      installs what package-lock.json pins

The lock pins each package by its hash. Tests only read what is there: they install nothing. The
overrides in package.json hold two parsers at the release that the pinned Comunica was made for:
with newer ones it loses the language tags of literals.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FILES = ("package.json", "package-lock.json")
PATIENCE = 600
#: Marks a folder whose packages are all there.
WHOLE = "installed"


def folder() -> Path:
    """Return the folder for the packages of this very lock, whether or not it exists."""
    root = os.environ.get("XDG_CACHE_HOME", "")
    cache = Path(root) if Path(root).is_absolute() else Path.home() / ".cache"
    digest = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in FILES))
    return cache / "samgraf" / "javascript" / digest.hexdigest()[:16]


def command(name: str) -> Path | None:
    """Return the program ``name`` of an installed package, or None where there is none."""
    program = folder() / "node_modules" / ".bin" / name
    ready = shutil.which("node") and (folder() / WHOLE).is_file() and program.exists()
    return program if ready else None


def package(name: str) -> Path | None:
    """Return the folder of an installed package, or None where it is not there."""
    path = folder() / "node_modules" / name
    return path if (folder() / WHOLE).is_file() and path.is_dir() else None


def install() -> None:
    """Install by npm what the lock pins; raise CalledProcessError where that fails."""
    target = folder()
    if (target / WHOLE).is_file():
        return
    target.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy(HERE / name, target)
    # no package may run a program of its own while it is installed
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    subprocess.run(["npm", "ci", *options], cwd=target, check=True, timeout=PATIENCE)
    (target / WHOLE).touch()


if __name__ == "__main__":
    if shutil.which("npm") is None:
        sys.exit("npm is missing; on Debian and Ubuntu: apt-get install npm")
    install()
