import json
import signal
import subprocess
import sys

import pytest

from samgraf import __version__
from samgraf.cli import COMMANDS
from samgraf.cli.options import terminal_language


def test_check_ends_with_a_table_and_says_warnings_and_times(call, other):
    done = call("check", "--content", other, "--lang", "nn")
    assert done.exit_code == 0
    table = [line.split() for line in done.stdout.splitlines()]
    assert ["warnings", "1"] in table
    assert ["questions", "answered", "2"] in table
    assert "Ein kube med fleire enn 12 rammer" in done.stderr
    stages = [line.split(" …")[0] for line in done.stderr.splitlines() if line.endswith(" …")]
    assert stages == [
        "load",
        "SHACL, as asserted",
        "reason",
        "profile",
        "texts",
        "partners",
        "SHACL, with inferred",
        "questions and views",
        "release",
        "manifest",
    ]


def test_check_takes_files_of_ones_own(call, other, tmp_path):
    mine = tmp_path / "mine.ttl"
    head = "@prefix bee: <https://example.org/bees/ontology#> .\n"
    name = "<http://www.w3.org/2000/01/rdf-schema#label>"
    mine.write_text(head + f'<urn:x:m> a bee:Meadow ; {name} "my meadow"@en .\n')
    assert call("check", "--content", other, mine).exit_code == 0
    mine.write_text(head + "\n<urn:x:m> a bee:Meadow .\n")
    done = call("check", "--content", other, "--lang", "en", mine)
    assert done.exit_code == 1
    assert f"{mine}:3: Violation: <urn:x:m>: A place needs a name" in done.stderr


def test_check_says_which_text_was_not_at_hand(call, other, tmp_path, monkeypatch):
    done = call("check", "--content", other, "--lang", "en")
    assert done.stdout.splitlines()[-1].startswith("Not at hand: diary. What copies it, or has ")
    done = call("check", "--content", other, "--text", other / "notes.txt")
    assert done.exit_code == 0
    assert "Not at hand" not in done.stdout
    assert "1 of 1 at hand" in done.stderr
    monkeypatch.setenv("SAMGRAF_TEXTS", str(other))
    assert "1 of 1 at hand" in call("check", "--content", other).stderr


def test_check_refuses_what_copies_a_text_that_is_at_hand(call, other):
    words = " ".join((other / "notes.txt").read_text().split()[3:9])
    mine = other / "data" / "mine.ttl"
    mine.write_text(f'\n<urn:x:a> <http://www.w3.org/2000/01/rdf-schema#comment> "{words}" .\n')
    assert call("check", "--content", other).exit_code == 0
    done = call("check", "--content", other, "--text", other / "notes.txt")
    assert done.exit_code == 1
    assert "data/mine.ttl:2: <urn:x:a> rdfs:comment: 6 words in a row" in done.stderr


def test_build_writes_a_release_and_names_its_hash(call, other, tmp_path):
    done = call("build", "--content", other, "--out", tmp_path / "out")
    assert done.exit_code == 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert f"release {manifest['release']} in " in done.stdout


def test_build_leaves_a_folder_of_other_things_alone(call, other, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("keep me")
    done = call("build", "--content", other, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "not empty" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--content", "/nowhere"],
        ["check", "/nowhere.ttl"],
        ["build"],
        ["check", "--text", "/nowhere.txt"],
        ["evidence"],
        ["evidence", "/nowhere.txt"],
        ["nothing"],
        ["check", "--nothing"],
    ],
)
def test_a_wrong_call_exits_with_2(call, other, arguments):
    if arguments[0] in ("check", "evidence") and "--content" not in arguments:
        arguments = [*arguments, "--content", str(other)]
    done = call(*arguments)
    assert done.exit_code == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.output


def test_evidence_tells_what_became_of_each_passage(call, other):
    notes = other / "notes.txt"
    done = call("evidence", notes, "--content", other)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (
        0,
        "2 passages: 2 unchanged, 0 moved, 0 changed",
    )
    notes.write_text("x" + notes.read_text())
    done = call("evidence", notes, "--content", other)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (
        0,
        "2 passages: 0 unchanged, 2 moved, 0 changed",
    )
    assert "moved by +1" in done.stdout
    notes.write_text(notes.read_text().replace("blooms", "bloomed"))
    done = call("evidence", notes, "--content", other, "--lang", "en")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (
        1,
        "2 passages: 0 unchanged, 1 moved, 1 changed",
    )
    assert "rests on it: late bloom (beeid:observation-fen)" in done.stdout


def test_evidence_without_passages_is_a_fault(call, other):
    (other / "data" / "observations.ttl").unlink()
    done = call("evidence", other / "notes.txt", "--content", other)
    assert done.exit_code == 1
    assert "no passage" in done.stderr


def test_version_and_help_are_told(call):
    assert call("--version").stdout == f"samgraf {__version__}\n"
    listed = call("--help").stdout
    assert all(name in listed and text[:30] in listed for name, text in COMMANDS.items())


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help(call, name):
    done = call(name, "--help")
    assert done.exit_code == 0
    assert f" {name} " in done.stdout


def test_listing_and_serving_import_neither_reasoner_nor_validator():
    code = (
        "import sys; from click.testing import CliRunner; from samgraf.cli import main;"
        "[CliRunner().invoke(main, a) for a in (['--help'], ['serve', '--help'],"
        " ['query', '--help'])]; print(*sorted({'rdflib', 'pyshacl', 'owlrl'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


#: Who runs the tests in the background may ignore interrupts, and what they start does then too.
HEEDING = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("samgraf", run_name="__main__", alter_sys=True)
"""


def test_an_interrupt_ends_quietly_with_130(other):
    # a question without an end: the interrupt comes while the command waits for its answer
    endless = " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(8))
    question = other / "ontology" / "questions" / "endless.rq"
    question.write_text(f"# en: How many?\nSELECT (COUNT(*) AS ?n) {{ {endless} }}\n")
    question.with_suffix(".csv").write_text("n\n1\n")
    process = subprocess.Popen(
        [sys.executable, "-c", HEEDING, "check", "--content", other],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while not process.stderr.readline().startswith("questions and views "):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert (out, err.strip()) == ("", "")


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "nb_NO.UTF-8"}, "nb"),
        ({"LANG": "nn_NO"}, "nn"),
        ({"LANG": "no_NO.UTF-8"}, "nb"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE@euro"}, "en"),
        ({"LANG": "nb_NO", "LC_MESSAGES": "en_GB"}, "en"),
        ({"LANG": "en_GB", "LC_ALL": "nn"}, "nn"),
        ({"LANG": "nb_NO", "LC_ALL": ""}, "nb"),
    ],
)
def test_messages_are_in_the_language_of_the_terminal_else_english(environ, language):
    assert terminal_language(environ) == language


def test_the_command_follows_the_locale_unless_a_language_is_asked_for(other, call, monkeypatch):
    (other / "ontology" / "unread.txt").write_text("?")
    for locale, asked, said in (
        ("nb_NO.UTF-8", (), "Merknad"),
        ("C", (), "Note"),
        ("nb_NO.UTF-8", ("--lang", "en"), "Note"),
    ):
        monkeypatch.setenv("LC_ALL", locale)
        done = call("check", "--content", other, *asked)
        assert said in done.output + done.stderr
