"""``samgraf diff`` tells in words what changed between two releases, or two contents."""

from __future__ import annotations

import json
import shutil

import pytest

from samgraf.release import read_manifest
from samgraf.release.kept import keep_release
from samgraf.settings import Settings


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """Return the folder in which the changed content is built once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def changed(other, other_release, cache, monkeypatch):
    """Return (old release, changed content): a hive more, and another name for one."""
    monkeypatch.setenv("SAMGRAF_CACHE_DIR", str(cache))
    places = other / "data" / "places.ttl"
    text = places.read_text().replace('"northern hive"@en', '"hive in the north"@en')
    places.write_text(
        text + '\nbeeid:hive-east a bee:Hive ; rdfs:label "eastern hive"@en , "østkuben"@nb ;'
        " bee:frames 3 ; bee:foragesOn beeid:meadow-fen .\n"
    )
    answer = other / "ontology" / "questions" / "forage.csv"
    rows = answer.read_text().replace("northern hive", "hive in the north")
    answer.write_text(rows + "eastern hive,fen,3\n")
    return other_release, other


def test_two_contents_are_compared_in_words(changed, call):
    done = call("diff", *changed, "--lang", "en")
    assert done.exit_code == 0, done.stderr
    for line in (
        "Things: 1 added, 0 removed, 1 changed",
        "  + eastern hive <https://example.org/bees/id/hive-east>",
        "      label: northern hive (en) → hive in the north (en)",
        "What follows by the rules: 1 added, 0 removed, 1 changed",
        "  ~ Where does each hive forage? (forage): 3 → 4",
    ):
        assert line in done.stdout.splitlines()


@pytest.mark.parametrize(
    ("language", "words"), [("nb", "Ting: 1 ny,"), ("nn", "Det som følgjer"), ("en", "Statements")]
)
def test_the_words_are_in_the_language_that_is_asked_for(changed, call, language, words):
    assert words in call("diff", *changed, "--lang", language).stdout


def test_programs_get_json(changed, call):
    told = json.loads(call("diff", *changed, "--format", "json").stdout)
    assert told["things_count"] == {"added": 1, "removed": 0, "changed": 1}


def test_the_exit_status_tells_only_where_it_is_asked_to(changed, call):
    old, new = changed
    assert call("diff", old, new).exit_code == 0
    assert call("diff", old, new, "--exit-code").exit_code == 1
    assert call("diff", old, old, "--exit-code").exit_code == 0


def test_a_release_that_is_kept_is_named_by_its_version_or_hash(
    call, tmp_path, other_release, monkeypatch
):
    monkeypatch.setenv("SAMGRAF_CACHE_DIR", str(tmp_path))
    keep_release(other_release, Settings(cache_dir=tmp_path))
    hash = read_manifest(other_release)["release"]
    done = call("diff", hash[:9], other_release, "--lang", "en")
    assert (done.exit_code, "Nothing has changed." in done.stdout) == (0, True)
    assert call("diff", "abcdef0", other_release).exit_code == 2


def test_what_is_no_release_is_a_wrong_call(call, tmp_path, other_release):
    broken = tmp_path / "broken"
    shutil.copytree(other_release, broken)
    (broken / "manifest.json").write_text("{}")
    assert call("diff", broken, other_release).exit_code == 1
    done = call("diff", tmp_path / "none", other_release)
    assert (done.exit_code, "no release is kept" in done.stderr) == (2, True)
