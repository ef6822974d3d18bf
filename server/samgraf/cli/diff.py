"""``samgraf diff``: what changed between two releases, in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from samgraf.cli.options import built, lang_option
from samgraf.errors import UsageError

if TYPE_CHECKING:
    from samgraf.settings import Settings


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Words for people, or a document for programs.",
)
@click.option("--exit-code", is_flag=True, help="End with status 1 where the two differ.")
@lang_option
def diff(old: str, new: str, format: str, exit_code: bool, lang: str) -> int:
    """Tell what changed from OLD to NEW: things, what follows from them, answers.

    Each is the folder of a release or of a content, or a release that is kept: its version, or the
    beginning of its hash.
    """
    from samgraf.release import read_manifest
    from samgraf.release.diff import compare_releases
    from samgraf.settings import Settings
    from samgraf.site.releases.words import Changes

    settings = Settings.load()
    folders = [_release(name, settings) for name in (old, new)]
    told = compare_releases(*folders)
    if format == "json":
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        base = read_manifest(folders[1]).get("base") or ""
        for line in Changes(told, base, lang).lines():
            click.echo(line)
    differs = told["old"]["release"] != told["new"]["release"]
    return 1 if exit_code and differs else 0


def _release(name: str, settings: Settings) -> Path:
    """Return the folder of the release that ``name`` means, built first where it is a content."""
    from samgraf.release import MANIFEST
    from samgraf.release.kept import find_kept

    folder = Path(name)
    if (folder / MANIFEST).is_file():
        return folder
    if folder.is_dir():
        return built(folder, settings)
    if (found := find_kept(settings, name)) is not None:
        return found
    raise UsageError(
        f"{name}: this is no folder, and no release is kept that has this version or hash."
    )
