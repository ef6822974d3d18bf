"""``samgraf build``: run every stage and write the release."""

from __future__ import annotations

from pathlib import Path

import click

from samgraf.cli.options import base_option, content_option, lang_option, release_line


@click.command()
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder for the release: a new or empty one, or one that holds a release.",
)
@click.option(
    "--released",
    metavar="DATE",
    help="The day on which this is released: version and hashes are added to data/releases.csv, "
    "and the content is held to them from then on.",
)
@content_option
@base_option
@lang_option
def build(
    out: Path, released: str | None, content: Path | None, base: str | None, lang: str
) -> None:
    """Check the content and write a release to a folder."""
    from samgraf.build.content import find_content
    from samgraf.build.content.layout import RELEASES
    from samgraf.build.pipeline import Run, run
    from samgraf.build.versions import check_day, record_release
    from samgraf.cli.summary import summary
    from samgraf.progress import terminal_progress
    from samgraf.release import read_manifest
    from samgraf.release.write import require_replaceable
    from samgraf.settings import Settings

    settings = Settings.load()
    require_replaceable(out)
    if released is not None:
        check_day(released)
    with terminal_progress() as progress:
        how = Run(progress, lang, lambda line: click.echo(line, err=True), settings=settings)
        outcome = run(find_content(content, base), how, out=out)
    click.echo(summary(outcome, progress))
    manifest = read_manifest(out)
    click.echo(f"release {manifest['release']} in {out}")
    click.echo(release_line(manifest))
    if released is not None:
        entry = record_release(outcome.loaded.content, manifest, released)
        click.echo(f"version {entry.version} was added to {outcome.loaded.content.root / RELEASES}")
