"""The command line, on top of all: one file per command, imported when it is called.

In: the words of a call. Out: lines, files, a running server, an exit status. It ties the two wings
together: what to serve is built by ``build``, and served by ``gateway``.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import Any

import click

from samgraf import __version__
from samgraf.errors import SamgrafError

#: Name of each command → one line of help; the module and the function bear the name.
COMMANDS = {
    "build": "Check the content and write a release to a folder.",
    "check": "Check the content, and files of your own against it.",
    "diff": "Tell what changed between two releases.",
    "evidence": "Check every quoted place against your copy of the source text.",
    "export": "Write the whole site as files, to be published without a server.",
    "mirror": "Store a dated extract of a partner's data.",
    "new": "Lay out a content of your own that serves at once.",
    "passages": "Find quotes in a text: place, SHA-256 and text fragment of each.",
    "publish": "Load a release into another store.",
    "query": "Run a SPARQL query on the content, without a server.",
    "serve": "Serve the content: pages and a SPARQL endpoint.",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command ``cmd_name``; None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        return getattr(importlib.import_module(f"samgraf.cli.{cmd_name}"), cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Run a command; tell errors in a line and exit by the contract (0, 1, 2; 130)."""
        if not extra.pop("standalone_mode", True):
            return super().main(args, *rest, standalone_mode=False, **extra)
        try:
            status = super().main(args, *rest, standalone_mode=False, **extra)
        except SamgrafError as error:
            print(error, file=sys.stderr)
            sys.exit(error.exit_status)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except (click.Abort, KeyboardInterrupt):
            sys.exit(130)
        sys.exit(status if isinstance(status, int) else 0)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="samgraf", message="samgraf %(version)s")
def main() -> None:
    """Check, reason over, release and serve a knowledge graph made of files of RDF."""
