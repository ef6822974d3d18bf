"""``samgraf check``: run every stage but the writing, on the content and on files of one's own."""

from __future__ import annotations

from pathlib import Path

import click

from samgraf.cli.options import content_option, lang_option, reasoner_option


@click.command()
@content_option
@reasoner_option
@lang_option
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
def check(content: Path | None, reasoner: str, lang: str, files: tuple[Path, ...]) -> None:
    """Check the content; FILEs are Turtle files that are checked together with it."""
    from samgraf.cli.summary import summary
    from samgraf.content import find_content
    from samgraf.content.layout import extra_files
    from samgraf.progress import terminal_progress
    from samgraf.release.pipeline import Run, run

    with terminal_progress() as progress:
        how = Run(progress, reasoner, lang, lambda line: click.echo(line, err=True))
        outcome = run(find_content(content), how, extra=extra_files(files))
    click.echo(summary(outcome, progress))
