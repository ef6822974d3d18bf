"""Options that several commands share, the release that they mean, and what it is called."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from samgraf.errors import UsageError

if TYPE_CHECKING:
    from samgraf.settings import Settings

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
release_option = click.option(
    "--release",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of a built release to take as it is, instead of content.",
)
lang_option = click.option(
    "--lang",
    type=click.Choice(_LANGUAGES),
    default=terminal_language,
    show_default="that of the terminal's locale, else en",
    help="Language of labels and messages.",
)


def check_source(content: Path | None, release: Path | None, base: str | None = None) -> None:
    """Raise UsageError where two options say what to take, or what it is called."""
    if content is not None and release is not None:
        raise UsageError("Give --content or --release, not both.")
    if base is not None and release is not None:
        raise UsageError("A release has its base already: give --base with --content.")


def chosen_release(
    content: Path | None, release: Path | None, settings: Settings, base: str | None = None
) -> Path:
    """Return the folder ``release``, else that of the release of ``content``; see check_source."""
    check_source(content, release, base)
    return release or built(content, settings, base)


def built(content: Path | None, settings: Settings, base: str | None = None) -> Path:
    """Return the folder of the release of ``content``, with progress where it is built now."""
    from samgraf.build.cached import cached_release
    from samgraf.progress import terminal_progress

    with terminal_progress() as progress:
        return cached_release(
            content,
            settings,
            progress,
            lambda line: click.echo(line, err=True),
            base=base,
            lang=terminal_language(),
        )


def release_line(manifest: Mapping[str, Any]) -> str:
    """Return what a release is called on the terminal: its hash, its version, its size."""
    version = manifest.get("version") or ""
    # some write the word into the number
    is_said = not version or version.lower().startswith("version")
    known = [version if is_said else f"version {version}"] if version else []
    known += [f"{manifest['statements']:,} statements"] if manifest.get("statements") else []
    return manifest["release"][:12] + "…" + (f" ({', '.join(known)})" if known else "")
