import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from samgraf.cli import main

SELECT = "SELECT ?s ?n WHERE { ?s a ex:Flower OPTIONAL { ?s ex:petals ?n } } ORDER BY ?s"


@pytest.fixture
def run(release_dir):
    def run(query, *options):
        arguments = ["query", "-", "--release", str(release_dir), *options]
        return CliRunner().invoke(main, arguments, input=query)

    return run


@pytest.mark.parametrize(
    ("query", "format", "start"),
    [
        (SELECT, "json", '{"head":{"vars":["s","n"]}'),
        (SELECT, "xml", "<?xml"),
        (SELECT, "csv", "s,n\r\n"),
        (SELECT, "tsv", "?s\t?n\n"),
        ("DESCRIBE ex:rose", "turtle", "@prefix ex:"),
        ("DESCRIBE ex:rose", "ntriples", "<https://example.org/id/rose>"),
        ("DESCRIBE ex:rose", "rdfxml", "<?xml"),
        ("DESCRIBE ex:rose", "jsonld", "["),
        ("DESCRIBE ex:rose", "table", "@prefix ex:"),
        ("ASK {}", "table", "yes"),
        ("ASK { FILTER(false) }", "table", "no"),
    ],
)
def test_each_format(run, query, format, start):
    result = run(query, "--format", format)
    assert result.exit_code == 0, result.output
    assert result.stdout_bytes.startswith(start.encode())
    assert result.stdout.endswith("\n")


def test_table_shortens_iris_and_counts(run):
    result = run(SELECT, "--format", "table")
    assert "ex:rose" in result.stdout
    assert "rows: 2" in result.stdout


def test_table_takes_markup_as_text(run):
    result = run('SELECT ("[bold]x[/bold] [/]" AS ?x) {}', "--format", "table")
    assert "[bold]x[/bold] [/]" in result.stdout


def test_json_is_the_default_away_from_a_terminal(run):
    assert len(json.loads(run(SELECT).stdout)["results"]["bindings"]) == 2


def test_turtle_is_the_default_of_graphs(run):
    assert run("DESCRIBE ex:rose").stdout.startswith("@prefix")


def test_query_from_a_file(release_dir, tmp_path):
    file = tmp_path / "a.rq"
    file.write_text(SELECT, "utf-8")
    result = CliRunner().invoke(main, ["query", str(file), "--release", str(release_dir)])
    assert result.exit_code == 0
    assert "rose" in result.stdout


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT *\n{ ?s ?p }", "line 2, column 9"),
        ("ASK { nope:a a ?x }", "the prefix nope: is not declared"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> {} }", "this release names none"),
        ("CLEAR ALL", "SPARQL Update"),
        ("", "empty"),
    ],
)
def test_bad_query_is_the_calls_fault(run, query, message):
    done = run(query)
    assert done.exit_code == 2
    assert message in done.stderr
    # one line, and the line of the query with its caret where there is a place in it
    assert done.stderr.count("\n") in (1, 3)
    assert done.stdout == ""


def test_the_program_itself_ends_so(release_dir):
    command = [str(Path(sys.executable).with_name("samgraf")), "query", "-"]
    done = subprocess.run(
        [*command, "--release", str(release_dir)], input="ASK {", capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 3


def test_format_that_does_not_fit_is_the_calls_fault(run):
    assert run(SELECT, "--format", "turtle").exit_code == 2


def test_missing_file_is_the_calls_fault(release_dir, tmp_path):
    arguments = ["query", str(tmp_path / "none.rq"), "--release", str(release_dir)]
    assert CliRunner().invoke(main, arguments).exit_code == 2


def test_query_that_is_no_utf_8_is_the_calls_fault(release_dir, tmp_path):
    file = tmp_path / "a.rq"
    file.write_bytes(b"ASK { \xff }")
    arguments = ["query", str(file), "--release", str(release_dir)]
    assert CliRunner().invoke(main, arguments).exit_code == 2
