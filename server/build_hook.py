"""Build the release into the wheel, so that an installed samgraf serves it without building.

See https://hatch.pypa.io/latest/plugins/build-hook/custom/.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ReleaseHook(BuildHookInterface):
    """Check the content and add its release to the wheel; a fault in it stops the build."""

    _folder: tempfile.TemporaryDirectory | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the release and name it in ``force_include``.

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
        build_data["force_include"][str(release)] = "samgraf/_packaged/release"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the temporary folder once the wheel is written."""
        if self._folder is not None:
            self._folder.cleanup()
