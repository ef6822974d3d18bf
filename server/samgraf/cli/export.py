"""``samgraf export``: write the site as files, to be published without a server."""

from __future__ import annotations

from pathlib import Path

import click

from samgraf.cli.options import base_option, chosen_release, content_option, release_option
from samgraf.text import LANGUAGES


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@content_option
@base_option
@release_option
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
    from samgraf.progress import terminal_progress
    from samgraf.settings import Settings
    from samgraf.site.export import check_target
    from samgraf.site.export import export as write
    from samgraf.text import size

    check_target(folder)
    settings = Settings.load(warn=lambda line: click.echo(line, err=True))
    release = chosen_release(content, release, settings, base)
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
