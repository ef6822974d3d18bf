"""``samgraf new``: lay out a content that serves at once, to be made one's own."""

from __future__ import annotations

from pathlib import Path

import click

from samgraf.cli.options import base_option
from samgraf.errors import UsageError

#: The files that are laid out.
_SKELETON = Path(__file__).parent / "skeleton"
_BASE = "https://example.org/"


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@base_option
def new(folder: Path, base: str | None) -> None:
    """Lay out a content in DIR, a new or empty folder: an ontology, data, a shape, a question."""
    from samgraf.build.content.layout import checked_base

    start = checked_base(base or _BASE)
    try:
        if folder.exists() and any(folder.iterdir()):
            raise UsageError(f"{folder}: the folder is not empty. Name a new one.")
        for source in filter(Path.is_file, _SKELETON.rglob("*")):
            target = folder / source.relative_to(_SKELETON)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(source.read_text("utf-8").replace(_BASE, start), "utf-8")
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror}.") from error
    click.echo(f"A content stands in {folder}. Serve it: samgraf serve --content {folder}")
