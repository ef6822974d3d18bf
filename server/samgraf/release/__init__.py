"""A release: canonical N-Quads and a manifest, built once, never changed, opened by servers.

In: quads and what is known of them. Out: two files, and from them a store, files to download, the
IRIs of data sets. Opening one imports neither the reasoner nor the validator.
"""

from samgraf.release.open import fill_store, open_release, read_manifest

__all__ = ["fill_store", "open_release", "read_manifest"]
