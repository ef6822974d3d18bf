"""Options that several commands share, and what they call a release."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

# those of samgraf.text, which takes longer to import than a short command runs
_LANGUAGES = ("nb", "nn", "en")


def terminal_language(environ: Mapping[str, str] = os.environ) -> str:
    """Return the program's language nearest to the terminal's locale, English for all others.

    https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html#tag_08_02
    """
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environ[name] for name in names if environ.get(name)), "")
    language = re.split(r"[_.@-]", locale.lower(), maxsplit=1)[0]
    language = "nb" if language == "no" else language
    return language if language in _LANGUAGES else "en"


content_option = click.option(
    "--content",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder that holds 'ontology' and 'data'. Default: the content that came with samgraf.",
)
base_option = click.option(
    "--base",
    metavar="IRI",
    help="Start of the IRIs of graphs, catalogue and pages, for a content that names none by "
    "content:base. It changes the release; the setting SAMGRAF_BASE changes links only.",
)
lang_option = click.option(
    "--lang",
    type=click.Choice(_LANGUAGES),
    default=terminal_language,
    show_default="that of the terminal's locale, else en",
    help="Language of labels and messages.",
)


def release_line(manifest: Mapping[str, Any]) -> str:
    """Return what a release is called on the terminal: its hash, its version, its size."""
    version = manifest.get("version") or ""
    # some write the word into the number
    is_said = not version or version.lower().startswith("version")
    known = [version if is_said else f"version {version}"] if version else []
    known += [f"{manifest['statements']:,} statements"] if manifest.get("statements") else []
    return manifest["release"][:12] + "…" + (f" ({', '.join(known)})" if known else "")
