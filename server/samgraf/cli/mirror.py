"""``samgraf mirror``: fetch a partner's extract anew."""

from __future__ import annotations

from pathlib import Path

import click

from samgraf.cli.options import content_option
from samgraf.errors import UsageError


@click.command()
@click.argument("partner")
@content_option
@click.option(
    "--endpoint",
    metavar="URL",
    help="Query this endpoint instead, for example a copy of the partner's data.",
)
def mirror(partner: str, content: Path | None, endpoint: str | None) -> None:
    """Store a dated extract of PARTNER's data, which answers when PARTNER does not.

    PARTNER is a short name. What is fetched is said by its record in 'data/partners.ttl'. Needs
    SAMGRAF_CONTACT; the extract that is there stays where anything goes wrong.
    """
    from dataclasses import replace

    from samgraf.build.content import find_content, load
    from samgraf.build.partners.mirror import store_mirror
    from samgraf.build.partners.read import licence_of, partner_records
    from samgraf.federation.mirror import fetch_graph
    from samgraf.progress import terminal_progress
    from samgraf.release.partner import partners_of
    from samgraf.settings import Settings

    settings = Settings.load()
    if not settings.contact.strip():
        raise UsageError("Partners want to know who is asking: set SAMGRAF_CONTACT to an address.")
    with terminal_progress() as progress:
        progress.begin("load")
        loaded = load(find_content(content))
        known = partners_of({"partners": partner_records(loaded)})
        progress.end("load", f"{len(known)} partners")
        if partner not in known:
            names = ", ".join(sorted(known)) or "none"
            raise UsageError(f"{partner}: no partner has this name. The partners are: {names}.")
        record = known[partner]
        if not record.mirror_query:
            raise UsageError(f"{partner}: its record has no federation:mirrorQuery.")
        if endpoint is not None:
            record = replace(record, endpoint=endpoint)

        def fetch() -> list:
            progress.begin("ask")
            triples = fetch_graph(record, record.mirror_query, settings)
            progress.end("ask", f"{len(triples):,} triples")
            return triples

        licence = licence_of(loaded, record.iri)
        change = store_mirror(loaded.content, loaded.header, record, licence, fetch)
    before = f"since {change.before}" if change.before else "there was none before"
    click.echo(f"{change.path}: {change.triples:,} triples")
    click.echo(f"{change.came:,} new, {change.went:,} gone, {before}")
