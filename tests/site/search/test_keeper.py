"""The index on disk: made once, whole or not at all."""

import gc
import os
import threading

import pytest

from samgraf import limits
from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.site.search import keeper
from samgraf.site.search.index import Search
from samgraf.site.search.keeper import Keeper

RELEASE = "0" * 64


@pytest.fixture(scope="module")
def ask(release_dir):
    return in_process_service(release_dir, Settings()).rows


@pytest.fixture
def builds(monkeypatch):
    made = []
    build = keeper.build
    monkeypatch.setattr(keeper, "build", lambda *a: made.append(1) or build(*a))
    return made


def finds(index):
    return [hit.iri for hit in index.search(Search("nype", "nb")).hits]


def test_index_is_made_on_first_need_and_found_again(tmp_path, ask, builds):
    first = Keeper(RELEASE, ask, tmp_path / "search")
    assert not (tmp_path / "search").exists()
    index = first.index(30)
    assert first.index() is index
    assert finds(Keeper(RELEASE, ask, tmp_path / "search").index(30)) == finds(index)
    assert len(builds) == 1
    assert len(list((tmp_path / "search").glob("*.new"))) == 0


def test_many_at_once_make_it_once(tmp_path, ask, builds):
    found = []

    def need():
        made = Keeper(RELEASE, ask, tmp_path)
        found.append(finds(made.index(30)))

    threads = [threading.Thread(target=need) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(builds) == 1
    assert found == [found[0]] * 8
    assert found[0]


def test_damaged_index_is_made_anew(tmp_path, ask, builds):
    Keeper(RELEASE, ask, tmp_path).index(30)
    (path,) = tmp_path.glob("*.sqlite")
    for damage in (b"", b"SQLite format 3\0", path.read_bytes()[:5000]):
        path.write_bytes(damage)
        assert finds(Keeper(RELEASE, ask, tmp_path).index(30))
    assert len(builds) == 4


def test_index_that_cannot_be_made_is_tried_again(tmp_path, ask, monkeypatch, caplog):
    failing = [True]

    def may_fail(query):
        if failing:
            raise ZeroDivisionError("no engine")
        return ask(query)

    made = Keeper(RELEASE, may_fail, tmp_path)
    assert made.index(30) is None
    assert "no engine" in caplog.text
    assert list(tmp_path.glob("*.sqlite")) == []
    failing.clear()
    assert made.index(1) is None  # not so soon
    monkeypatch.setattr(limits, "SEARCH_REBUILD", 0.0)
    failing.append(True)
    made = Keeper(RELEASE, may_fail, tmp_path)
    assert made.index(30) is None
    failing.clear()
    assert finds(made.index(30))


@pytest.mark.parametrize("place", ["file", "below a file"])
def test_folder_that_cannot_be_written_is_replaced(tmp_path, ask, place):
    (tmp_path / "file").write_text("in the way")
    made = Keeper(RELEASE, ask, tmp_path / ("file" if place == "file" else "file/search"))
    index = made.index(30)
    assert finds(index)
    folder = index.path.parent
    assert folder.stat().st_mode & 0o077 == 0
    del made, index
    gc.collect()
    assert not folder.exists()


def test_old_indexes_go_and_one_that_is_missed_is_made_again(tmp_path, ask, monkeypatch):
    monkeypatch.setattr(limits, "SEARCH_INDEXES", 2)
    first = Keeper("a" * 64, ask, tmp_path)
    gone = first.index(30).path
    os.utime(gone, (0, 0))
    for number in range(3):
        path = Keeper(str(number) * 64, ask, tmp_path).index(30).path
        os.utime(path, (number, number))
    assert len(list(tmp_path.glob("*.sqlite"))) == 2
    assert not gone.exists()
    assert finds(first.index(30))
    assert gone.exists()
