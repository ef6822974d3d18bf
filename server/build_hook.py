"""Put the content and its release into the wheel: an installed samgraf serves without building.

See https://hatch.pypa.io/latest/plugins/build-hook/custom/.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: What is no content: programs that make data, and copies of other people's texts.
LEFT_OUT = ("data/make/", "data/texts/")


def content_files(root: Path) -> list[str]:
    """Return the files of ``ontology/`` and ``data/`` below ``root``, as relative POSIX paths."""
    paths = [p for part in ("ontology", "data") for p in (root / part).rglob("*") if p.is_file()]
    names = (path.relative_to(root).as_posix() for path in paths)
    return sorted(n for n in names if not n.startswith(LEFT_OUT) and "/." not in n)


class ContentHook(BuildHookInterface):
    """Check the content, and add it and its release to the wheel; a fault in it stops the build."""

    _folder: tempfile.TemporaryDirectory | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the release; name it and the content's files in ``force_include``.

        An editable install reads the checkout and keeps its releases in the cache instead.
        """
        if version == "editable":
            return
        root = Path(self.root)
        self._folder = tempfile.TemporaryDirectory()
        release = Path(self._folder.name, "release")
        subprocess.run(
            [sys.executable, "-m", "samgraf", "build", "--content", root, "--out", release],
            check=True,
            env=os.environ | {"PYTHONPATH": str(root / "server")},
        )
        for name in content_files(root):
            build_data["force_include"][str(root / name)] = f"samgraf/_packaged/{name}"
        build_data["force_include"][str(release)] = "samgraf/_packaged/release"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the temporary folder once the wheel is written."""
        if self._folder is not None:
            self._folder.cleanup()
