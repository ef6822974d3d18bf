"""``samgraf query``: ask a release in this process, without a server."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from samgraf.cli.options import chosen_release, content_option, release_option
from samgraf.errors import UsageError
from samgraf.sparql.formats import FORMATS, formats_for

if TYPE_CHECKING:
    from samgraf.sparql.evaluation import Answer
    from samgraf.sparql.federated.outcome import Outcome
    from samgraf.sparql.service import Prepared, Service

NAMES = (*(format.name for format in FORMATS), "table")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE|-")
@click.option(
    "--format",
    type=click.Choice(NAMES),
    help="Default: a table at a terminal, else json, or turtle for graphs.",
)
@content_option
@release_option
def query(file: Path, format: str | None, content: Path | None, release: Path | None) -> None:
    """Ask the SPARQL query in FILE, or on standard input for -, and write the answer."""
    from samgraf.engine.in_process_service import in_process_service
    from samgraf.settings import Settings
    from samgraf.site.query.hints import hints_on, is_empty
    from samgraf.sparql.federated.outcome import outcomes_of
    from samgraf.sparql.negotiation import named
    from samgraf.sparql.problems import ProblemError
    from samgraf.sparql.protocol import Operation

    text = _read(file)
    settings = Settings.load()
    release = chosen_release(content, release, settings)
    service = in_process_service(release, settings)
    if format is None and sys.stdout.isatty():
        format = "table"
    name = "html" if format == "table" else format
    try:
        prepared = service.prepare(Operation(query=text, format=name), None, html=True)
        if name is not None and named(prepared.kind, name, html=True) is None:
            types = ", ".join(f.name for f in formats_for(prepared.kind))
            raise UsageError(f"This answer cannot be written as {name}; take {types} or table.")
        answer = service.wait(_answered(service, prepared))
        body = answer.read()
    except ProblemError as problem:
        # what stands on an error page stands on one line here, above the line of the query
        told = " ".join(problem.detail.split())
        excerpt = problem.members.get("excerpt", "")
        raise UsageError(f"{told}\n{excerpt}" if excerpt else told) from problem
    if is_empty(prepared.choice.evaluated, body) and not outcomes_of(answer):
        for hint in hints_on(service, prepared):
            click.echo(_why(hint), err=True)
    for outcome in outcomes_of(answer):
        click.echo(_told(outcome), err=True)
    if format == "table" and body.startswith(b"{"):
        _draw(json.loads(body), service.prefixes, service.base)
    else:
        click.echo(body, nl=False)
        if not body.endswith(b"\n"):
            click.echo()


async def _answered(service: Service, prepared: Prepared) -> Answer:
    """Return the answer, with partners where the query calls them and the settings allow it."""
    from samgraf.federation.bind_join import Federation
    from samgraf.federation.partner_client import PartnerClient
    from samgraf.release.partner import partners_of

    partners = partners_of(service.manifest)
    if prepared.query.services and partners and not service.settings.contact.strip():
        raise UsageError("Partners want to know who is asking: set SAMGRAF_CONTACT to an address.")
    if not (prepared.query.services and partners and service.settings.contact.strip()):
        return await service.answer(prepared)
    client = PartnerClient(service.settings)
    try:
        service.federation = Federation(service.engine, client, partners, service.base)
        return await service.answer(prepared)
    finally:
        await client.aclose()


def _why(hint: Mapping[str, Any]) -> str:
    place = f"Line {hint['line']}, column {hint['column']}: " if "line" in hint else ""
    instead = f" Use instead: {', '.join(hint['instead'])}" if "instead" in hint else ""
    return f"{place}{hint['message']}{instead}"


def _told(outcome: Outcome) -> str:
    when = f" of {outcome.at:%Y-%m-%d %H:%M}" if outcome.at else ""
    why = f" {outcome.reason}" if outcome.reason else ""
    return f"{outcome.partner}: {outcome.state}{when}, rows: {outcome.rows}.{why}"


def _read(file: Path) -> str:
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file}: the query cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: the query is not UTF-8 at byte {error.start}.") from error


def _draw(document: Mapping[str, Any], prefixes: Mapping[str, str], base: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from samgraf.site.cells import cell

    if "boolean" in document:
        click.echo("yes" if document["boolean"] else "no")
        return
    names = document["head"]["vars"]
    table = Table()
    for name in names:
        table.add_column(Text(name))
    for binding in document["results"]["bindings"]:
        cells = [cell(binding.get(name), prefixes, base) for name in names]
        table.add_row(*(Text(c.text, justify="right" if c.is_number else "left") for c in cells))
    Console().print(table)
    click.echo(f"rows: {table.row_count}")
