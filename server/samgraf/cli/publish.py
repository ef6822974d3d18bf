"""``samgraf publish``: load a release into another store."""

from __future__ import annotations

from pathlib import Path

import click

from samgraf.cli.options import chosen_release, content_option, release_option


@click.command()
@click.argument("url")
@content_option
@release_option
@click.option(
    "--query",
    "query_url",
    metavar="URL",
    help="The store's SPARQL endpoint, where it cannot be guessed from the address.",
)
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="N",
    help="Remove older releases, so that N whole ones are left.",
)
def publish(
    url: str, content: Path | None, release: Path | None, query_url: str | None, keep: int | None
) -> None:
    """Load a release into the store whose Graph Store Protocol endpoint is URL."""
    from samgraf.engine.remote.publish import publish as load
    from samgraf.progress import terminal_progress
    from samgraf.settings import Settings

    settings = Settings.load()
    release = chosen_release(content, release, settings)
    with terminal_progress() as progress:
        done = load(url, release, settings, progress, query_url=query_url, keep=keep)
    state = "is loaded" if done.loaded else "was there already"
    click.echo(
        f"release {done.release[:12]}… {state}: {done.graphs} graphs, {done.triples} triples"
    )
    for old in done.removed:
        click.echo(f"removed release {old[:12]}…")
