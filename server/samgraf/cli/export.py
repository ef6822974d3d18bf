"""``samgraf export``: write the site as files, to be published without a server."""

from __future__ import annotations

from pathlib import Path

import click

from samgraf.cli.options import base_option, content_option
from samgraf.errors import UsageError
from samgraf.text import LANGUAGES


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@content_option
@base_option
@click.option(
    "--release",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of a built release to export, instead of content.",
)
@click.option(
    "--lang",
    "languages",
    multiple=True,
    type=click.Choice(LANGUAGES),
    help="Language of the pages; again for more. Default: all.",
)
def export(
    folder: Path,
    content: Path | None,
    base: str | None,
    release: Path | None,
    languages: tuple[str, ...],
) -> None:
    """Write the whole site to DIR, as files that any web host can serve.

    Queries are answered in the reader's browser. DIR is a new or empty folder, or one that holds an
    export. SAMGRAF_BASE is the address at which it will be reached, if that is known.
    """
    from samgraf.cli.serve import built
    from samgraf.progress import terminal_progress
    from samgraf.settings import Settings
    from samgraf.site.export import check_target
    from samgraf.site.export import export as write
    from samgraf.text import size

    if content is not None and release is not None:
        raise UsageError("Give --content or --release, not both.")
    if base is not None and release is not None:
        raise UsageError("A release has its base already: give --base with --content.")
    check_target(folder)
    settings = Settings.load(warn=lambda line: click.echo(line, err=True))
    release = release or built(content, settings, base)
    chosen = [language for language in LANGUAGES if language in languages] or list(LANGUAGES)
    with terminal_progress() as progress:
        done = write(folder, release, settings, chosen, progress)
    for address in done.dead:
        click.echo(f"{address}: a page leads there, and nothing is there", err=True)
    if done.clashes:
        one, other = done.clashes[0]
        click.echo(
            f"Names that differ in case alone: {len(done.clashes)}, such as {one} and {other}. "
            "Publish the copy where capitals are told from small letters, as on Linux.",
            err=True,
        )
    if not settings.base:
        click.echo("No site map: it needs the address of the copy (SAMGRAF_BASE).", err=True)
    pages = ", ".join(f"{count} pages in {language}" for language, count in done.pages.items())
    click.echo(f"{folder}: {pages}; {done.files} files, {size(done.bytes, 'en')}")
