"""What the documentation states is so."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from samgraf.cli import main
from samgraf.settings import Settings

ROOT = Path(__file__).parents[2]
OPERATORS = (ROOT / "server/README.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")


def shown(value: object) -> str:
    """Return a default as the table writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return "empty" if value in ("", Path()) else str(value)


@pytest.mark.parametrize("setting", fields(Settings), ids=lambda f: f.name)
def test_settings_table_states(setting):
    row = (
        f"| `SAMGRAF_{setting.name.upper()}` | {shown(setting.default)} "
        f"| {setting.metadata['help']} |"
    )
    assert row in OPERATORS


def test_settings_table_states_no_other():
    named = set(re.findall(r"^\| `SAMGRAF_(\w+)`", OPERATORS, re.M))
    assert named == {f.name.upper() for f in fields(Settings)}


def commands() -> dict[str, click.Command]:
    """Return every command of the program."""
    context = click.Context(main)
    return {name: main.get_command(context, name) for name in main.list_commands(context)}


@pytest.mark.parametrize("name", sorted(commands()))
def test_command_is_documented_with_its_options(name):
    row = next(line for line in OPERATORS.splitlines() if line.startswith(f"| `samgraf {name}"))
    options = {o for p in commands()[name].params for o in p.opts if o.startswith("--")}
    assert {o for o in options - {"--help"} if o not in row} == set()


@pytest.mark.parametrize("name", sorted(commands()))
def test_command_and_its_options_have_help(name):
    command = commands()[name]
    assert command.help
    assert [p.name for p in command.params if isinstance(p, click.Option) and not p.help] == []


DOCUMENTS = (
    *("README.md", "CONTRIBUTING.md", "data/README.md", "server/README.md"),
    *("ontology/README.md", "ontology/questions/README.md", "SECURITY.md"),
    *sorted(p.relative_to(ROOT).as_posix() for p in ROOT.glob("server/decisions/*.md")),
)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_file_named_in_a_link_exists(path):
    text = (ROOT / path).read_text("utf-8")
    links = [t for t in re.findall(r"\]\(([^)#\s]+)\)", text) if "://" not in t]
    assert [t for t in links if not (ROOT / path).parent.joinpath(t).exists()] == []


def test_make_targets_named_in_the_readme_exist():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = set(re.findall(r"\bmake (\w+)", README + OPERATORS))
    assert named
    assert {t for t in named if not re.search(rf"^{t}:", makefile, re.M)} == set()
