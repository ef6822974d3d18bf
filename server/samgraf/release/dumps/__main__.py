"""Make all files of a release: ``python -m samgraf.release.dumps RELEASE FOLDER``."""

import sys
from pathlib import Path

from samgraf.release.dumps.make import lower, make

lower()
try:
    make(Path(sys.argv[1]), Path(sys.argv[2]))
except OSError as error:
    sys.exit(f"The files to download could not be made: {error}")
