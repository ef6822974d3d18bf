"""The files hold the release, whole, and the same bytes each time."""

import gzip
import hashlib
import json
import shutil

import pyoxigraph as ox
import pytest

from samgraf.release import read_manifest
from samgraf.release.dumps import INDEX, Dumps, dumps_of, make, read_index
from samgraf.release.file_formats import CSV
from samgraf.release.write import canonical_lines
from samgraf.settings import Settings
from small_release import write_release


@pytest.fixture(scope="module")
def made(other_release, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dumps")
    make(other_release, folder)
    return folder


def bare(quad):
    return ox.Quad(quad.subject, quad.predicate, quad.object)


def content(folder, dump):
    data = (folder / dump.name).read_bytes()
    return gzip.decompress(data) if dump.is_packed else data


def parsed(data, format):
    return ox.parse(input=data, format=ox.RdfFormat.from_media_type(format.media_type))


def test_each_graph_is_whole_in_each_format(other_release, made):
    quads = list(ox.parse(path=other_release / "quads.nq", format=ox.RdfFormat.N_QUADS))
    for dump in dumps_of(read_manifest(other_release)):
        if dump.graphs and dump.format != CSV:
            wanted = [bare(q) for q in quads if q.graph_name.value in dump.graphs]
            found = parsed(content(made, dump), dump.format)
            assert canonical_lines(list(found)) == canonical_lines(wanted), dump.name


def test_the_whole_is_whole_and_keeps_its_graphs(other_release, made):
    lines = (other_release / "quads.nq").read_text("utf-8").splitlines()
    for dump in dumps_of(read_manifest(other_release))[:4]:
        data = content(made, dump)
        assert canonical_lines(list(parsed(data, dump.format))) == lines
    whole = gzip.decompress((made / "all.nq.gz").read_bytes())
    assert whole == (other_release / "quads.nq").read_bytes()


def test_another_time_gives_the_same_bytes(other_release, made, tmp_path):
    make(other_release, tmp_path)
    known = read_index(made)
    assert read_index(tmp_path) == known
    for name, told in known.items():
        data = (tmp_path / name).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == told


def test_the_head_of_a_file_tells_no_time_and_no_name(made):
    head = (made / "all.nq.gz").read_bytes()[:10]
    assert head[:4] == b"\x1f\x8b\x08\x00"
    assert head[4:8] == b"\x00\x00\x00\x00"


def test_turtle_declares_the_prefixes_that_it_uses_in_order(made):
    text = gzip.decompress((made / "graph/places.ttl.gz").read_bytes()).decode()
    names = [line.split()[1] for line in text.splitlines() if line.startswith("@prefix")]
    assert names == sorted(names)
    assert "bee:" in names
    assert "wd:" not in names


def test_what_xml_cannot_hold_is_told_and_not_there(tmp_path):
    release = write_release(tmp_path / "release")
    make(release, tmp_path / "dumps")
    known = read_index(tmp_path / "dumps")
    assert known["graph/b.rdf.gz"].sha256 is None  # a control character, a name that is a number
    assert known["graph/b.ttl.gz"].sha256 is not None
    assert not (tmp_path / "dumps/graph/b.rdf.gz").exists()
    assert [p.name for p in (tmp_path / "dumps").rglob("*.part")] == []


def test_what_was_begun_is_finished(other_release, made, tmp_path):
    folder = tmp_path / "dumps"
    shutil.copytree(made, folder)
    lines = (folder / INDEX).read_text().splitlines(keepends=True)
    kept, lost = lines[:3], [json.loads(line)["name"] for line in lines[3:]]
    (folder / INDEX).write_text("".join(kept) + lines[3][:10])  # cut short by a crash
    for name in lost:
        (folder / name).unlink()
    (folder / "graph" / "x.ttl.gz.part").write_bytes(b"half")
    make(other_release, folder)
    assert read_index(folder) == read_index(made)
    assert all((folder / name).is_file() for name in lost)
    assert list(folder.rglob("*.part")) == []


@pytest.mark.parametrize("line", ["garbage", "{}", "[]", '{"name": "x", "bytes": "many"}', "\0"])
def test_a_broken_line_of_the_index_is_left_out(made, tmp_path, line):
    text = (made / INDEX).read_text()
    (tmp_path / INDEX).write_text(f"{line}\n{text}")
    assert read_index(tmp_path) == read_index(made)


def test_a_process_of_its_own_makes_them_when_one_is_wanted(other_release, made, tmp_path):
    manifest = read_manifest(other_release)
    dumps = Dumps(other_release, manifest, Settings(cache_dir=tmp_path))
    assert dumps.known() == {}
    last = list(dumps.by_name.values())[-1]
    assert dumps.wait_for(last, 60) == read_index(made)[last.name]
    assert dumps.path(last).is_file()
    assert dumps.known() == read_index(made)


def test_files_that_are_none_of_its_own_do_not_count(other_release, made, tmp_path):
    manifest = read_manifest(other_release)
    dumps = Dumps(other_release, manifest, Settings(cache_dir=tmp_path))
    dumps.folder.mkdir(parents=True)
    line = (made / INDEX).read_text().splitlines()[0]
    others = [json.dumps({**json.loads(line), "name": f"x/{n}.nt"}) for n in range(1000)]
    (dumps.folder / INDEX).write_text("".join(f"{line}\n" for line in others))
    assert dumps.known() == {}
    last = list(dumps.by_name.values())[-1]
    assert dumps.wait_for(last, 60) == read_index(made)[last.name]
    assert dumps.known() == read_index(made)


def test_two_releases_never_share_a_folder(other_release, release_dir, tmp_path):
    settings = Settings(cache_dir=tmp_path)
    folders = {Dumps(r, read_manifest(r), settings).folder for r in (other_release, release_dir)}
    assert len(folders) == 2
