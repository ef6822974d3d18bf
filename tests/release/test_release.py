import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

import samgraf
from samgraf import limits
from samgraf.build import cached, pipeline
from samgraf.build.cached import cache_key, cached_release, code_files
from samgraf.build.content import Content, ContentErrors, find_content, load
from samgraf.build.literals import check_literals
from samgraf.errors import ContentError, UsageError
from samgraf.progress import Silent
from samgraf.release import open_release, read_manifest
from samgraf.release.cache import cache_dir
from samgraf.release.subprocess_call import SubprocessCall
from samgraf.release.write import canonical_lines, canonicalise, write_release
from samgraf.settings import Settings

BASE = "https://example.org/bees/"


def build(content: Path, out: Path) -> Path:
    pipeline.run(find_content(content), pipeline.Run(Silent(), say=lambda line: None), out=out)
    return out


@pytest.fixture
def out(other_release, tmp_path):
    """Return a copy of a release, to be harmed."""
    return Path(shutil.copytree(other_release, tmp_path / "out"))


def test_the_manifest_says_what_the_release_holds(other_release):
    manifest = read_manifest(other_release)
    lines = (other_release / "quads.nq").read_text("utf-8").splitlines()
    assert manifest["base"] == BASE
    assert manifest["prefix"] == "bee"
    assert manifest["title"]["nn"] == "Bier og enger"
    assert manifest["report"] == {"violations": 0, "warnings": 1}
    assert [q["rows"] for q in manifest["questions"]] == [3, 2]
    assert manifest["prefixes"]["beeid"] == BASE + "id/"
    assert set(manifest["tools"]) == {"samgraf", "rdflib", "owlrl", "pyshacl", "pyoxigraph"}
    assert sum(g["quads"] for g in manifest["graphs"]) == len(lines)
    made = {g["iri"] for g in manifest["graphs"] if g["file"] is None}
    ours = ("catalogue", "federated", "inferred", "questions", "report", "views", "vocabulary")
    assert made == {BASE + "graph/" + n for n in ours}


def test_the_manifest_hashes_the_quads_and_each_file(other_release, root):
    manifest = read_manifest(other_release)
    quads = (other_release / "quads.nq").read_bytes()
    assert manifest["release"] == hashlib.sha256(quads).hexdigest()
    for graph in manifest["graphs"]:
        if graph["file"]:
            data = (root / "tests/fixtures/other" / graph["file"]).read_bytes()
            assert graph["sha256"] == hashlib.sha256(data).hexdigest()


def test_the_quads_are_canonical_sorted_and_all_in_named_graphs(other_release):
    lines = (other_release / "quads.nq").read_text("utf-8").splitlines()
    assert lines == sorted(set(lines))
    quads = list(ox.parse(input="\n".join(lines), format=ox.RdfFormat.N_QUADS))
    assert canonical_lines(quads) == lines
    assert not any(isinstance(q.graph_name, ox.DefaultGraph) for q in quads)


def test_the_default_graph_is_the_deduplicated_union_without_what_stands_apart(other):
    (other / "data" / "again.ttl").write_text((other / "data" / "places.ttl").read_text())
    store = open_release(build(other, other.parent / "out"))
    apart = {ox.NamedNode(BASE + "graph/" + n) for n in ("report", "mirrors/herbarium")}
    named = [q for q in store if not isinstance(q.graph_name, ox.DefaultGraph)]
    union = {(q.subject, q.predicate, q.object) for q in named if q.graph_name not in apart}
    default = list(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    assert {(q.subject, q.predicate, q.object) for q in default} == union
    frames = store.query(f"SELECT (COUNT(*) AS ?n) {{ ?h <{BASE}ontology#frames> ?f }}")
    assert next(frames)["n"].value == "2"
    assert not any("report/" in q.subject.value for q in default)
    assert any("report/" in q.subject.value for q in named)


def test_an_altered_release_is_refused(out):
    quads = (out / "quads.nq").read_bytes()
    (out / "quads.nq").write_bytes(quads.replace(b"fen", b"fan", 1))
    with pytest.raises(ContentError, match="build it again"):
        open_release(out)


def test_an_altered_manifest_is_refused(out):
    text = (out / "manifest.json").read_text("utf-8")
    (out / "manifest.json").write_text(text.replace("example.org/bees/id", "example.org/cows/id"))
    with pytest.raises(ContentError, match="build it again"):
        read_manifest(out)


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", "null", '{"release": 7}', '"release"'])
def test_what_is_no_manifest_is_refused(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(ContentError, match="manifest"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("missing", ["manifest.json", "quads.nq"])
def test_a_folder_that_is_no_release_is_a_wrong_call(out, missing):
    (out / missing).unlink()
    with pytest.raises(UsageError, match="not a release"):
        open_release(out)


def test_the_same_content_gives_the_same_bytes_whatever_the_hash_seed_and_folder(other, tmp_path):
    made = []
    for seed in ("1", "2"):
        content = other if seed == "1" else Path(other.rename(tmp_path / "elsewhere"))
        out = tmp_path / f"out-{seed}"
        subprocess.run(
            [sys.executable, "-m", "samgraf", "build", "--content", content, "--out", out],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": f"UTC-{seed}"},
            check=True,
            capture_output=True,
        )
        made.append([(out / n).read_bytes() for n in ("manifest.json", "quads.nq")])
    assert made[0] == made[1]
    assert b"/tmp" not in made[0][0]
    assert bytes(tmp_path) not in made[0][0] + made[0][1]


def test_the_folder_that_one_is_in_is_refused_before_the_work(other, call, tmp_path, monkeypatch):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    done = call("build", "--content", other, "--out", ".")
    assert done.exit_code == 2
    assert done.stderr.startswith(".: a folder that you are in, or that is a mount, cannot be")
    done = call("build", "--content", other, "--out", "./one")
    assert done.exit_code == 0, done.stderr


def test_a_release_is_replaced_and_nothing_else_is(other, tmp_path):
    out = build(other, tmp_path / "out")
    first = read_manifest(out)["release"]
    with (other / "data" / "places.ttl").open("a") as file:
        file.write("beeid:hive-south bee:near beeid:meadow-upper .\n")
    assert read_manifest(build(other, out))["release"] != first
    assert sorted(p.name for p in tmp_path.iterdir()) == ["other", "out"]
    (out / "mine.txt").write_text("keep me")
    with pytest.raises(UsageError, match="not empty"):
        build(other, out)
    assert (out / "mine.txt").exists()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('"01"^^xsd:integer', '"1"'),
        ('"5"^^xsd:nonNegativeInteger', '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("1.50", '"1.5"'),
        ('"colour @en-GB"@en-GB', "@en-gb"),
        ('"1"^^xsd:boolean', '"true"'),
    ],
)
def test_a_literal_that_the_store_would_alter_is_named_with_its_place(other, written, kept):
    with (other / "data" / "places.ttl").open("a") as file:
        file.write(f"beeid:meadow-fen rdfs:label {written} .\n")
    with pytest.raises(ContentErrors) as error:
        check_literals(load(find_content(other)))
    (fault,) = error.value.faults
    assert str(fault).startswith("data/places.ttl:36: ")
    assert kept in str(fault)


def test_blank_nodes_that_cannot_be_told_apart_in_time_are_refused(monkeypatch):
    nodes = [ox.BlankNode() for _ in range(12)]
    clique = [ox.Quad(a, ox.NamedNode("urn:p"), b) for a in nodes for b in nodes if a != b]
    monkeypatch.setattr(limits, "CANONICALISATION", 0.5)
    with pytest.raises(ContentError, match="name them"):
        canonicalise(clique)


def test_naming_blank_nodes_is_bounded_in_memory(monkeypatch):
    nodes = [ox.BlankNode() for _ in range(12)]
    clique = [ox.Quad(a, ox.NamedNode("urn:p"), b) for a in nodes for b in nodes if a != b]
    monkeypatch.setattr(limits, "CANONICALISATION_MEMORY", 200_000_000)
    with pytest.raises(ContentError, match="needed more than 190 MiB"):
        canonicalise(clique)


def called(function, *arguments, seconds=60.0):
    call = SubprocessCall(
        "It", function, *arguments, seconds=seconds, memory=2**30, mend="Mend it."
    )
    return call.result()


def test_a_fault_in_another_process_is_raised_here():
    with pytest.raises(UsageError, match="no folder 'ontology'"):
        called(find_content, Path("/nowhere"))
    with pytest.raises(ContentError, match="It failed: ZeroDivisionError"):
        called(divmod, 1, 0)
    with pytest.raises(ContentError, match="without an answer"):
        called(os._exit, 3)
    with pytest.raises(ContentError, match=r"It took more than 0\.2 s\. Mend it\."):
        called(time.sleep, 30, seconds=0.2)


def test_another_process_says_nothing_on_the_terminal(capfd):
    assert called(print, "a library prints") is None
    assert capfd.readouterr() == ("", "")


@pytest.fixture(scope="module")
def other_content(root) -> Content:
    """Return the content of the tests."""
    return find_content(root / "tests/fixtures/other")


def settings(tmp_path: Path) -> Settings:
    return Settings(cache_dir=tmp_path / "cache")


def test_a_release_is_built_once_per_content(other, tmp_path):
    first = cached_release(other, settings(tmp_path))
    stamp = (first / "manifest.json").stat().st_mtime_ns
    assert cached_release(other, settings(tmp_path)) == first
    assert (first / "manifest.json").stat().st_mtime_ns == stamp
    with (other / "data" / "places.ttl").open("a") as file:
        file.write("# a word more\n")
    assert cached_release(other, settings(tmp_path)) != first


@pytest.mark.parametrize("name", ["quads.nq", "manifest.json"])
@pytest.mark.parametrize("harm", ["altered", "cut short", "gone"])
def test_a_kept_release_that_is_broken_is_built_anew(other, other_release, tmp_path, name, harm):
    kept = tmp_path / "cache" / other_release.name
    shutil.copytree(other_release, kept)
    assert cached_release(other, settings(tmp_path)) == kept
    files = {path.name: path.read_bytes() for path in kept.iterdir()}
    if harm == "gone":
        (kept / name).unlink()
    else:
        half = files[name][: len(files[name]) // 2]
        whole = files[name].replace(b"fen", b"fan", 1).replace(b"bees/id", b"cows/id")
        (kept / name).write_bytes(half if harm == "cut short" else whole)
    assert cached_release(other, settings(tmp_path)) == kept
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == files


def test_what_a_killed_build_left_behind_goes_with_the_next(other_release, tmp_path):
    out = tmp_path / "release"
    code = (
        "import os, signal, sys; from pathlib import Path; from samgraf.release import write;"
        "write.manifest_bytes = lambda manifest: os.kill(os.getpid(), signal.SIGKILL);"
        "write.write_release(Path(sys.argv[1]), ['<urn:a> <urn:b> <urn:c> <urn:g> .'], {})"
    )
    done = subprocess.run([sys.executable, "-c", code, out], check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 1
    theirs = tmp_path / ".release-theirs"
    theirs.mkdir()
    write_release(out, ["<urn:a> <urn:b> <urn:c> <urn:g> ."], {"release": "x"})
    assert sorted(tmp_path.iterdir()) == [theirs, out]
    assert sorted(p.name for p in out.iterdir()) == ["manifest.json", "quads.nq"]


def test_what_a_crash_left_behind_is_ignored(other, tmp_path):
    key = cache_key(find_content(other))
    left = tmp_path / "cache" / key
    left.mkdir(parents=True)
    (left / "quads.nq").write_text("half")
    assert cached_release(other, settings(tmp_path)) == left
    open_release(left)


def test_the_packaged_content_has_its_release_beside_it(
    other, other_release, tmp_path, monkeypatch
):
    monkeypatch.setattr(cached, "packaged_root", lambda: other)
    assert cached_release(other, settings(tmp_path)).is_relative_to(tmp_path / "cache")
    built = shutil.copytree(other_release, other / "release")
    assert cached_release(other, settings(tmp_path)) == built


def test_two_at_once_build_once(other, tmp_path, monkeypatch):
    runs = []
    plain = pipeline.run
    monkeypatch.setattr(
        pipeline, "run", lambda *args, **rest: runs.append(1) or plain(*args, **rest)
    )
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(cached_release(other, settings(tmp_path))))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert len(set(found)) == 1
    assert len(found) == 3
    assert len(runs) == 1


def test_a_fault_leaves_nothing_in_the_cache(other, tmp_path):
    (other / "data" / "bad.ttl").write_text("no Turtle")
    with pytest.raises(ContentError):
        cached_release(other, settings(tmp_path))
    assert [p.name for p in (tmp_path / "cache").iterdir() if p.suffix != ".lock"] == []


def test_the_cache_folder_is_the_setting_else_that_of_the_user(monkeypatch, tmp_path):
    assert cache_dir(Settings(cache_dir=tmp_path)) == tmp_path
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_dir(Settings()) == tmp_path / "samgraf"
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_dir(Settings()) == tmp_path / ".cache" / "samgraf"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache_dir(Settings()) == tmp_path / "Library" / "Caches" / "samgraf"


def test_a_cache_that_cannot_be_written_is_a_wrong_call(other, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="SAMGRAF_CACHE_DIR"):
        cached_release(other, Settings(cache_dir=tmp_path / "file" / "cache"))


def test_opening_a_kept_release_imports_neither_reasoner_nor_validator(other_release, root):
    code = (
        "import sys, json; from pathlib import Path; from samgraf.settings import Settings;"
        "from samgraf.build.cached import cached_release;"
        "from samgraf.release import open_release;"
        "folder = cached_release(Path(sys.argv[1]), Settings(cache_dir=Path(sys.argv[2])));"
        "size = len(open_release(folder)); print(json.dumps([size, sorted(sys.modules)]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, root / "tests/fixtures/other", other_release.parent],
        capture_output=True,
        text=True,
        check=True,
    )
    size, modules = json.loads(done.stdout)
    assert size > 400
    assert not {"rdflib", "pyshacl", "owlrl", "samgraf.build.pipeline"} & set(modules)


def folders(package: Path) -> list[str]:
    """Return each folder of the package that a build runs on, as seen from the package."""
    return sorted({p.parent.relative_to(package).as_posix() for p in code_files(package)})


PACKAGE = Path(samgraf.__file__).parent


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> Path:
    """Return a copy of the package, with what a build runs on."""
    copy = tmp_path_factory.mktemp("package") / "samgraf"
    for path in code_files(PACKAGE):
        target = copy / path.relative_to(PACKAGE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return copy


@pytest.mark.parametrize("folder", folders(PACKAGE))
def test_a_release_is_built_again_when_a_file_of_the_code_changes(package, other_content, folder):
    key = cache_key(other_content, package)
    kinds = {}
    for path in (package / folder).iterdir():
        if path.is_file():
            kinds.setdefault(path.suffix, path)
    for path in kinds.values():
        before = path.read_bytes()
        path.write_bytes(before + b"# another\n")
        assert cache_key(other_content, package) != key, path
        path.write_bytes(before)
    assert cache_key(other_content, package) == key


def test_all_code_that_a_build_runs_is_in_the_key(root):
    code = (
        "import sys; from pathlib import Path; from samgraf.build.content import find_content;"
        "from samgraf.build.pipeline import Run, run; from samgraf.progress import Silent;"
        "run(find_content(Path(sys.argv[1])), Run(Silent(), say=lambda line: None));"
        "print(*(m.__file__ for n, m in sys.modules.items() if n.split('.')[0] == 'samgraf'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, root / "tests/fixtures/other"],
        capture_output=True,
        text=True,
        check=True,
    )
    run = {Path(name) for name in done.stdout.split()}
    assert len(run) > 50
    assert run - set(code_files(PACKAGE)) == set()
