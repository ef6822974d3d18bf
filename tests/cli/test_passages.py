"""``samgraf passages``: what it prints, what it tells, how it exits."""

import hashlib

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from samgraf.build.content import find_content, load
from samgraf.build.evidence import passages
from samgraf.cli import main

OA, OWL = "http://www.w3.org/ns/oa#", "http://www.w3.org/2002/07/owl#"


@pytest.fixture
def notes(other):
    return other / "notes.txt"


def test_each_quote_is_given_with_place_hash_and_fragment(call, notes):
    done = call("passages", notes, "about twenty kilos of honey", "in July")
    assert (done.exit_code, done.stderr) == (0, "")
    first, second = (line.split("\t") for line in done.stdout.splitlines())
    digest = hashlib.sha256(b"about twenty kilos of honey").hexdigest()
    assert first[:3] == ["24", "51", digest]
    assert first[3:] == [":~:text=about%20twenty%20kilos", "“about twenty kilos of honey”"]
    assert second[3] == "-", "two words are too few to lead a browser"


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_quotes_are_read_from_standard_input(notes, arguments):
    told = CliRunner().invoke(
        main, ["passages", str(notes), *arguments], input="of honey\r\n\n  \nin July"
    )
    assert told.exit_code == 0
    assert [line.split("\t")[-1] for line in told.stdout.splitlines()] == [
        "“of honey”",
        "“in July”",
    ]


def test_what_stands_twice_or_not_at_all_is_told_and_the_rest_given(call, notes):
    done = call("passages", notes, "hive", "IN JULY", "a far cry", "of honey", "in a winter")
    assert done.exit_code == 1
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr.splitlines() == [
        "In 2 places: “hive”: 13 to 17, 119 to 123. Quote more of the text.",
        "Not found: “IN JULY”: at 92 to 99 stands “in July”; it differs in case.",
        "Not found: “a far cry”: nothing in the text is like it.",
        "Not found: “in a winter”: the nearest words, at 52 to 56 stands “in a”.",
    ]


@pytest.mark.parametrize(
    ("arguments", "given", "says"),
    [
        (["of honey", ""], b"", "Quote 2 is empty"),
        ([" \u00a0"], b"", "Quote 1 is empty"),
        (["\udcff"], b"", "Quote 1 is not UTF-8"),
        ([], b"", "No quote was given"),
        ([], b"ok\n\xff", "Standard input is not UTF-8 (byte 3)"),
        (["x", "--format", "json"], b"", "--format"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(notes, arguments, given, says):
    told = CliRunner().invoke(main, ["passages", str(notes), *arguments], input=given)
    assert told.exit_code == 2
    assert says in told.stderr
    assert "Traceback" not in told.output


@pytest.mark.parametrize(
    ("data", "says"), [(b"b\xf8", "is not UTF-8 (byte 1)"), (None, "cannot be read")]
)
def test_a_text_that_cannot_be_read_is_told(call, tmp_path, data, says):
    if data is not None:
        (tmp_path / "text.txt").write_bytes(data)
    done = call("passages", tmp_path / "text.txt", "x")
    assert done.exit_code == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_turtle_is_taken_by_the_content_and_found_again(call, other, notes):
    path = other / "data" / "more.ttl"
    done = call(
        "passages", notes, "The northern hive", "depends on it", "--format", "turtle",
        "--content", other,
    )  # fmt: skip
    assert done.exit_code == 0
    path.write_text(done.stdout)
    with (other / "ontology" / "alignments" / "web-annotation.ttl").open("a") as file:
        file.write(f"<{OA}FragmentSelector> a <{OWL}Class> .\n")
        file.write(f"<http://purl.org/dc/terms/conformsTo> a <{OWL}AnnotationProperty> .\n")
    found = [p for p in passages(load(find_content(other))) if "/passage/new-" in p.iri]
    assert [(p.start, p.end) for p in found] == [(0, 17), (124, 137)]
    assert {p.source for p in found} == {"https://example.org/bees/id/diary"}
    checked = call("check", "--content", other, "--text", notes)
    assert checked.exit_code == 0, checked.stderr


def test_a_text_that_the_content_does_not_have_is_described_too(call, other, tmp_path):
    (tmp_path / "new.txt").write_text("Quite another text, and a long one.")
    done = call(
        "passages", tmp_path / "new.txt", "another text", "--format", "turtle", "--content", other
    )
    quads = list(ox.parse(input=done.stdout, format=ox.RdfFormat.TURTLE))
    text = "https://example.org/bees/id/source-text/new"
    assert any(q.subject.value == text for q in quads)
    assert any(q.object == ox.NamedNode(text) for q in quads)
    assert "FragmentSelector" not in done.stdout


def test_nothing_is_written_where_no_quote_is_found(call, other, notes):
    done = call("passages", notes, "zzz", "--format", "turtle", "--content", other)
    assert (done.exit_code, done.stdout) == (1, "")
