"""The releases that were served are kept, the last ones of each base, whole and as they were."""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, datetime

import pytest

from samgraf.errors import SamgrafError
from samgraf.release import read_manifest
from samgraf.release.kept import keep_release, kept_releases, releases_dir
from samgraf.release.manifest import manifest_bytes
from samgraf.release.write import quads_text
from samgraf.settings import Settings


def day(number: int) -> datetime:
    return datetime(2026, 12, number, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path):
    return Settings(releases_dir=tmp_path / "kept", kept_releases=2)


@pytest.fixture
def release(tmp_path):
    """Return a function that writes a release of one statement."""

    def write(word: str, base: str = "https://example.org/"):
        folder = tmp_path / word
        folder.mkdir()
        line = f'<{base}a> <{base}b> "{word}" <{base}graph/x> .'
        quads = quads_text([line])
        (folder / "quads.nq").write_bytes(quads)
        hash = hashlib.sha256(quads).hexdigest()
        manifest = {"release": hash, "base": base, "graphs": [], "version": word}
        (folder / "manifest.json").write_bytes(manifest_bytes(manifest))
        return folder

    return write


def versions(settings, folder):
    return [kept.version for kept in kept_releases(settings, read_manifest(folder))]


def test_the_last_served_are_kept_in_that_order(settings, release):
    one, two, three = map(release, ("one", "two", "three"))
    for number, folder in enumerate((one, two, three), 1):
        keep_release(folder, settings, day(number))
    assert versions(settings, one) == ["three", "two"]


def test_one_that_is_served_again_is_the_last_and_keeps_its_first_time(settings, release):
    one, two, three = map(release, ("one", "two", "three"))
    for number, folder in enumerate((one, two, one, three), 1):
        keep_release(folder, settings, day(number))
    kept = kept_releases(settings, read_manifest(one))
    assert [k.version for k in kept] == ["three", "one"]
    assert (kept[1].since, kept[1].last) == (day(1), day(3))


def test_one_that_is_served_while_the_clock_is_behind_stays(settings, release):
    one, two, three = map(release, ("one", "two", "three"))
    for number, folder in ((8, one), (9, two), (1, three)):
        keep_release(folder, settings, day(number))
    assert versions(settings, one) == ["two", "three"]


def test_a_copy_is_whole_and_outlives_what_it_was_made_from(settings, release):
    one = release("one")
    quads = (one / "quads.nq").read_bytes()
    kept = keep_release(one, settings, day(1))
    manifest = read_manifest(one)
    shutil.rmtree(one)
    assert (kept / "quads.nq").read_bytes() == quads
    assert read_manifest(kept) == manifest


def test_releases_of_another_base_are_kept_apart(settings, release):
    one, other = release("one"), release("other", "https://example.com/")
    keep_release(one, settings, day(1))
    keep_release(other, settings, day(2))
    assert (versions(settings, one), versions(settings, other)) == (["one"], ["other"])


@pytest.mark.parametrize("name", ["kept.json", "manifest.json"])
@pytest.mark.parametrize("text", ["", "[]", '{"since": 1, "last": 2}', "\x00"])
def test_what_was_broken_from_outside_is_gone(settings, release, name, text):
    kept = keep_release(release("one"), settings, day(1))
    (kept / name).write_text(text)
    assert versions(settings, release("two")) == []


def test_quads_that_were_broken_are_copied_anew(settings, release):
    one = release("one")
    kept = keep_release(one, settings, day(1))
    (kept / "quads.nq").write_text("")
    keep_release(one, settings, day(2))
    assert (kept / "quads.nq").read_bytes() == (one / "quads.nq").read_bytes()


def test_where_nothing_can_be_written_it_is_told(tmp_path, release):
    (tmp_path / "file").write_text("")
    settings = Settings(releases_dir=tmp_path / "file" / "kept")
    with pytest.raises(SamgrafError):
        keep_release(release("one"), settings)


def test_without_a_setting_they_stand_in_the_cache_folder(tmp_path, release):
    settings = Settings(cache_dir=tmp_path / "cache")
    folder = releases_dir(settings, read_manifest(release("one")))
    assert folder.parent == tmp_path / "cache" / "releases"
