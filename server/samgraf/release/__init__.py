"""A release: canonical N-Quads and a manifest, built once, never changed, opened by servers.

Opening one imports neither the reasoner nor the validator.
"""

from samgraf.build.cached import cached_release
from samgraf.release.open import fill_store, open_release, read_manifest

__all__ = ["cached_release", "fill_store", "open_release", "read_manifest"]
