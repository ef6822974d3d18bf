"""Options that several commands share, and what they call a release."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

content_option = click.option(
    "--content",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder that holds 'ontology' and 'data'. Default: the content that came with samgraf.",
)
base_option = click.option(
    "--base",
    metavar="IRI",
    help="Start of the IRIs of graphs, catalogue and pages, for a content that names none by "
    "content:base. It changes the release; the setting SAMGRAF_BASE changes links only.",
)
lang_option = click.option(
    "--lang",
    type=click.Choice(["nb", "nn", "en"]),
    default="nb",
    show_default=True,
    help="Language of labels and messages.",
)


def release_line(manifest: Mapping[str, Any]) -> str:
    """Return what a release is called on the terminal: its hash, its version, its size."""
    known = [f"version {manifest['version']}"] if manifest.get("version") else []
    known += [f"{manifest['statements']:,} statements"] if manifest.get("statements") else []
    return manifest["release"][:12] + "…" + (f" ({', '.join(known)})" if known else "")
