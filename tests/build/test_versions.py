"""A version that was released stays what it was: the content is held to the list of releases."""

from __future__ import annotations

import csv
import errno
import json
import os
import shutil

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from samgraf.build.content import Content, load
from samgraf.build.versions import record_release, stated_version
from samgraf.cli import main
from samgraf.errors import UsageError
from samgraf.release import open_release

HEADER = "ontology/bees.ttl"
LIST = "data/releases.csv"
VERSION = "https://example.org/bees/ontology/1.0.0> ;"


def state_version(content):
    path = content / HEADER
    path.write_text(path.read_text().replace(VERSION, f'{VERSION}\n  owl:versionInfo "1.0.0" ;'))


@pytest.fixture
def versioned(other):
    """Return the small content, which now states its version."""
    state_version(other)
    return other


@pytest.fixture(scope="module")
def kept(root, tmp_path_factory):
    """Return a folder with that content, of which version 1.0.0 was released, and the release."""
    folder = tmp_path_factory.mktemp("released")
    content = shutil.copytree(root / "tests/fixtures/other", folder / "other")
    state_version(content)
    how = ("--content", content, "--out", folder / "one", "--released", "2026-12-01")
    done = CliRunner().invoke(main, ["build", *map(str, how)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def released(kept, tmp_path):
    """Return that content, to be changed; the release is in the folder ``one``."""
    shutil.copytree(kept, tmp_path, dirs_exist_ok=True)
    return tmp_path / "other"


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text())


def listed(content):
    with (content / LIST).open() as file:
        return list(csv.DictReader(file))


def test_a_release_is_listed_with_its_hashes(released, tmp_path):
    one = manifest(tmp_path / "one")
    assert listed(released) == [
        {
            "version": "1.0.0",
            "date": "2026-12-01",
            "release": one["release"],
            "content": one["content"],
        }
    ]


def test_the_list_changes_no_release_and_is_in_the_manifest(released, call, tmp_path):
    assert call("build", "--content", released, "--out", tmp_path / "two").exit_code == 0
    one, two = manifest(tmp_path / "one"), manifest(tmp_path / "two")
    assert two["release"] == one["release"]
    assert (one["released"], two["released"]) == ([], listed(released))


def test_changed_content_under_a_released_version_is_refused(released, call):
    places = released / "data" / "places.ttl"
    places.write_text(places.read_text() + "\n<https://example.org/bees/id/x> a bee:Hive .\n")
    done = call("check", "--content", released, "--lang", "en")
    assert done.exit_code == 1
    assert f"{LIST}:2: The content is no longer what was released as version 1.0.0" in done.stderr
    assert "State the next version" in done.stderr


def test_a_changed_question_is_changed_content(released, call):
    path = sorted((released / "ontology" / "questions").glob("*.rq"))[0]
    path.write_text(path.read_text().replace("# en: ", "# en: Well, "))
    done = call("check", "--content", released, "--lang", "en")
    assert (done.exit_code, "no longer what was released" in done.stderr) == (1, True)


def test_a_comment_is_no_change(released, call):
    places = released / "data" / "places.ttl"
    places.write_text("# in other words\n" + places.read_text())
    assert call("check", "--content", released, "--lang", "en").exit_code == 0


def test_the_next_version_may_differ(released, call):
    path = released / HEADER
    path.write_text(path.read_text().replace('versionInfo "1.0.0"', 'versionInfo "1.1.0"'))
    assert call("check", "--content", released, "--lang", "en").exit_code == 0


def test_a_version_is_released_once(released, call, tmp_path):
    done = call(
        "build", "--content", released, "--out", tmp_path / "two", "--released", "2026-12-02"
    )
    assert done.exit_code == 2
    assert "was released already" in done.stderr
    assert len(listed(released)) == 1


@pytest.mark.parametrize("day", ["tomorrow", "2026-13-01", "20261201"])
def test_a_day_is_a_date(versioned, call, tmp_path, day):
    done = call("build", "--content", versioned, "--out", tmp_path / "one", "--released", day)
    assert (done.exit_code, "give a date" in done.stderr) == (2, True)
    assert not (tmp_path / "one").exists()


def test_the_list_stays_whole_where_the_disk_is_full(released, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    before = (released / LIST).read_bytes()
    found = manifest(released.parent / "one") | {"version": "1.0.1"}
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="No space left"):
        record_release(Content(released), found, "2026-12-02")
    assert (released / LIST).read_bytes() == before
    assert [p.name for p in (released / "data").iterdir() if "releases" in p.name] == [
        "releases.csv"
    ]


def test_without_a_version_nothing_is_released(other, call, tmp_path):
    done = call("build", "--content", other, "--out", tmp_path / "o", "--released", "2026-12-01")
    assert (done.exit_code, "states no version" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("version,date\n", f"{LIST}:1: The list of releases does not begin"),
        ("", f"{LIST}:1: The list of releases does not begin"),
        ("version,date,release,content\n1.0.0,soon,ab,cd\n", f"{LIST}:2: This is no release"),
        (
            "version,date,release,content\n"
            + "1.0.0,2026-12-01,{0},{0}\n1.0.0,2026-12-01,{0},{0}\n".format("a" * 64),
            f"{LIST}:3: The version 1.0.0 is listed twice",
        ),
    ],
)
def test_a_broken_list_is_told_with_its_line(other, call, text, told):
    (other / LIST).write_text(text)
    done = call("check", "--content", other, "--lang", "en")
    assert (done.exit_code, told in done.stderr) == (1, True), done.stderr


def test_the_version_stands_in_the_graph_once(released, tmp_path):
    quads = (tmp_path / "one" / "quads.nq").read_text().splitlines()
    said = [line for line in quads if " <http://www.w3.org/ns/dcat#version> " in line]
    assert len(said) == 1
    assert said[0].startswith("<https://example.org/bees/datasets/all> <http://www.w3.org/ns/dcat")
    assert '"1.0.0"' in said[0]


def test_a_version_is_one_line_where_its_text_is_a_history(other):
    text = '"""\n  2.1 Add hives \n\n2.0 Rename meadows"""'
    path = other / HEADER
    path.write_text(path.read_text().replace(VERSION, f"{VERSION}\n  owl:versionInfo {text} ;"))
    assert stated_version(load(Content(other))) == ("2.1 Add hives", "")


def test_what_the_catalogue_states_goes_before_the_ontology(versioned, call, tmp_path):
    (versioned / "data" / "catalogue.ttl").write_text(
        "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n"
        "@prefix dct: <http://purl.org/dc/terms/> .\n"
        "@prefix void: <http://rdfs.org/ns/void#> .\n"
        '<https://example.org/bees/datasets/all> dcat:version "2026-12" ;'
        ' dct:issued "2026-12-01" .\n'
    )
    done = call("build", "--content", versioned, "--out", tmp_path / "o", "--lang", "en")
    assert done.exit_code == 0, done.stderr
    found = manifest(tmp_path / "o")
    assert (found["version"], found["date"]) == ("2026-12", "2026-12-01")


def test_the_size_counts_each_statement_of_the_default_graph_once(other_release):
    default = open_release(other_release).quads_for_pattern(None, None, None, ox.DefaultGraph())
    assert manifest(other_release)["statements"] == sum(1 for _ in default)
