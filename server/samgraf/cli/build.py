"""``samgraf build``: run every stage and write the release."""

from __future__ import annotations

from pathlib import Path

import click

from samgraf.cli.options import base_option, content_option, lang_option


@click.command()
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder for the release: a new or empty one, or one that holds a release.",
)
@content_option
@base_option
@lang_option
def build(out: Path, content: Path | None, base: str | None, lang: str) -> None:
    """Check the content and write a release to a folder."""
    from samgraf.build.content import find_content
    from samgraf.build.pipeline import Run, run
    from samgraf.build.stages import stage_bounds
    from samgraf.cli.summary import summary
    from samgraf.progress import terminal_progress
    from samgraf.release import read_manifest
    from samgraf.release.write import check_target
    from samgraf.settings import Settings

    bounds = stage_bounds(Settings.load())
    check_target(out)
    with terminal_progress() as progress:
        how = Run(progress, lang, lambda line: click.echo(line, err=True), bounds=bounds)
        outcome = run(find_content(content, base), how, out=out)
    click.echo(summary(outcome, progress))
    click.echo(f"release {read_manifest(out)['release']} in {out}")
