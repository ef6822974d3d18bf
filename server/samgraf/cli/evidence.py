"""``samgraf evidence``: check every quoted place against the user's copy of the text."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from samgraf.cli.options import content_option, lang_option


@click.command()
@click.argument("text", type=click.Path(path_type=Path), metavar="TEXTFILE")
@content_option
@lang_option
def evidence(text: Path, content: Path | None, lang: str) -> None:
    """Check every quoted place of the content against TEXTFILE, a copy of the source (UTF-8)."""
    from samgraf.build.content import find_content, load
    from samgraf.build.evidence import PassageState, passages, read_text, recheck
    from samgraf.errors import ContentError

    copy = read_text(text)
    loaded = load(find_content(content))
    found = passages(loaded)
    if not found:
        raise ContentError("The content refers to no passage in any text, so nothing was checked.")
    results = recheck(found, copy)
    for result in results:
        p = result.passage
        moved = f" by {result.shift:+d}" if result.state is PassageState.MOVED else ""
        click.echo(f"{result.state}{moved}: {p.start} to {p.end}: {loaded.called(p.iri, lang)}")
        if result.state is PassageState.CHANGED:
            for iri in p.rests:
                click.echo(f"  rests on it: {loaded.called(iri, lang)}")
    counts = {s: sum(r.state is s for r in results) for s in PassageState}
    told = ", ".join(f"{n} {s}" for s, n in counts.items())
    click.echo(f"{len(results)} passages: {told}")
    sys.exit(1 if counts[PassageState.CHANGED] else 0)
