"""``samgraf check``: run every stage but the writing, on the content and on files of one's own."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from samgraf.cli.options import base_option, content_option, lang_option


@click.command()
@content_option
@base_option
@lang_option
@click.option(
    "--text",
    "texts",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A copy of a text that the content points into: what copies it, or has moved in it, is "
    "told. May be given more than once. Texts in the folder SAMGRAF_TEXTS are found by themselves.",
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
def check(
    content: Path | None,
    base: str | None,
    lang: str,
    texts: tuple[Path, ...],
    files: tuple[Path, ...],
) -> None:
    """Check the content; FILEs are files of RDF that are checked together with it."""
    from samgraf.build.content import find_content
    from samgraf.build.content.layout import extra_files
    from samgraf.build.evidence import check_texts
    from samgraf.build.pipeline import Run, run
    from samgraf.cli.summary import summary
    from samgraf.progress import terminal_progress
    from samgraf.settings import NO_FOLDER, Settings

    settings = Settings.load()
    folder = None if settings.texts == NO_FOLDER else settings.texts
    against = partial(check_texts, given=texts, folder=folder)
    with terminal_progress() as progress:
        how = Run(progress, lang, lambda line: click.echo(line, err=True), against, settings)
        outcome = run(find_content(content, base), how, extra=extra_files(files))
    click.echo(summary(outcome, progress, lang))
