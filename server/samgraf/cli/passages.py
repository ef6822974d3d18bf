"""``samgraf passages``: find quotes in a text, and give what the content says of each passage."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from samgraf.cli.options import content_option

if TYPE_CHECKING:
    from samgraf.build.evidence.quotes import QuotePlace

_SHOWN = 40  # characters of a quote in the table and in messages


@click.command()
@click.argument("text", type=click.Path(path_type=Path), metavar="TEXTFILE")
@click.argument("quotes", nargs=-1, metavar="[QUOTE]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "turtle"]),
    default="table",
    show_default=True,
    help="A line for each passage, or Turtle to put into the data.",
)
@content_option
def passages(text: Path, quotes: tuple[str, ...], form: str, content: Path | None) -> None:
    """Give start, end, SHA-256 and text fragment of each QUOTE in TEXTFILE (UTF-8).

    Without QUOTE, or for -, quotes are read from standard input, one a line. A quote that stands
    in the text twice, or not at all, is told on standard error.
    """
    from samgraf.build.evidence import read_text
    from samgraf.build.evidence.quotes import find

    copy = read_text(text)
    found: list[tuple[str, QuotePlace]] = []
    amiss = 0
    for quote in _quotes(quotes):
        places = find(copy, quote)
        if len(places) == 1:
            found.append((quote, places[0]))
        else:
            amiss += 1
            click.echo(_amiss(copy, quote, places), err=True)
    if form == "turtle":
        if found:
            click.echo(_turtle(copy, [place for _, place in found], content))
    else:
        for quote, place in found:
            click.echo(
                f"{place.start}\t{place.end}\t{place.sha256}\t{place.fragment or '-'}"
                f"\t{_short(quote)}"
            )
    sys.exit(1 if amiss else 0)


def _quotes(given: Sequence[str]) -> list[str]:
    """Return the quotes of the call and of standard input; raise UsageError for an empty one."""
    from samgraf.errors import UsageError

    found: list[str] = []
    for number, quote in enumerate(given or ("-",), 1):
        if quote == "-":
            try:
                lines = sys.stdin.buffer.read().decode("utf-8").split("\n")
            except UnicodeDecodeError as error:
                raise UsageError(
                    f"Standard input is not UTF-8 (byte {error.start}). Save the quotes as UTF-8."
                ) from error
            found += [line.removesuffix("\r") for line in lines if line.strip()]
        elif not quote.strip():
            raise UsageError(f"Quote {number} is empty. Give some words of the text.")
        elif not _is_unicode(quote):
            raise UsageError(f"Quote {number} is not UTF-8.")
        else:
            found.append(quote)
    if not found:
        raise UsageError("No quote was given. Name one, or put one a line on standard input.")
    return found


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _amiss(text: str, quote: str, places: Sequence[QuotePlace]) -> str:
    """Return one line on a quote that stands in the text more than once, or not at all."""
    from samgraf.build.evidence.quotes import near

    if places:
        told = ", ".join(f"{p.start} to {p.end}" for p in places)
        return f"In {len(places)} places: {_short(quote)}: {told}. Quote more of the text."
    nearest = near(text, quote)
    if nearest is None:
        return f"Not found: {_short(quote)}: nothing in the text is like it."
    at = f"at {nearest.start} to {nearest.end} stands {_short(nearest.text)}"
    if nearest.differs:
        return f"Not found: {_short(quote)}: {at}; it differs in {', '.join(nearest.differs)}."
    return f"Not found: {_short(quote)}: the nearest words, {at}."


def _short(text: str) -> str:
    """Return the beginning of ``text`` in quotation marks, on one line, what is unseen escaped."""
    shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return "“" + "".join(c if c.isprintable() else repr(c)[1:-1] for c in shown) + "”"


def _turtle(text: str, places: Sequence[QuotePlace], content: Path | None) -> str:
    from samgraf.build.content import find_content, load
    from samgraf.build.evidence.passages import passages_in_turtle, read_passages

    loaded = load(find_content(content))
    digest = hashlib.sha256(text.encode()).hexdigest()
    source = read_passages(loaded)[1].get(digest)
    return passages_in_turtle(places, digest, source, loaded.header.base)
