"""A check ends: whatever a content says, it is told within bounds and in plain words."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from large_content import write_content

QUESTION = "# en: Which?\n"


@pytest.fixture
def checked(call, monkeypatch):
    """Return a function that checks a content with little time and says what is told."""

    def run(content, seconds=300.0, memory=2 << 30):
        monkeypatch.setenv("SAMGRAF_BUILD_SECONDS", str(seconds))
        monkeypatch.setenv("SAMGRAF_BUILD_MEMORY", str(memory))
        done = call("check", "--content", content, "--lang", "en")
        assert "Traceback" not in done.output + done.stderr
        return done

    return run


def shape(other, text: str):
    with (other / "ontology" / "shapes" / "hive.ttl").open("a") as file:
        file.write(f"\n{text}\n")


def data(other, text: str):
    with (other / "data" / "places.ttl").open("a") as file:
        file.write(f"\n{text}\n")


def test_a_pattern_that_backtracks_for_ever_is_ended_and_told(other, checked):
    shape(
        other,
        "bee:Slow a sh:NodeShape ; sh:targetClass bee:Hive ; sh:property [ sh:path "
        # a reference to a group, which the store does not take
        '<http://www.w3.org/2000/01/rdf-schema#label> ; sh:pattern "^(a+)+\\\\1$" ] .',
    )
    data(other, f'beeid:hive-south rdfs:label "{"a" * 40}b"@en .')
    done = checked(other, seconds=3)
    assert done.exit_code == 1
    assert "The stage 'SHACL, as asserted' took more than 3 s" in done.stderr
    assert "SAMGRAF_BUILD_SECONDS" in done.stderr


def test_an_endless_question_is_ended_and_named(other, checked):
    triples = " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(8))
    folder = other / "ontology" / "questions"
    (folder / "endless.rq").write_text(f"{QUESTION}SELECT (COUNT(*) AS ?n) {{ {triples} }}\n")
    (folder / "endless.csv").write_text("n\n1\n")
    done = checked(other, seconds=3)
    assert done.exit_code == 1
    assert "took more than 3 s (at ontology/questions/endless.rq)" in done.stderr


def test_a_stage_that_needs_too_much_memory_is_ended_and_told(other, checked):
    query = 'SELECT ?t { BIND(REPLACE(REPLACE("%s", "a", "%s"), "a", "%s") AS ?t) }'
    folder = other / "ontology" / "questions"
    (folder / "huge.rq").write_text(QUESTION + query % ("a" * 9000, "a" * 9000, "a" * 9000))
    (folder / "huge.csv").write_text("t\na\n")
    done = checked(other, memory=300_000_000)
    assert done.exit_code == 1
    assert "needed more than 286 MiB of memory (at ontology/questions/huge.rq)" in done.stderr


def test_shapes_in_a_circle_are_told(other, checked):
    way = "sh:or ( {} [ sh:class bee:Meadow ] )"
    shape(other, f"bee:A a sh:NodeShape ; sh:targetClass bee:Hive ; {way.format('bee:B')} .")
    shape(other, f"bee:B a sh:NodeShape ; {way.format('bee:A')} .")
    done = checked(other, seconds=60)
    assert done.exit_code == 1
    assert "shape" in done.stderr.lower()


@pytest.mark.parametrize(
    ("predicate", "size"), [("rdfs:subClassOf", 60), ("owl:sameAs", 200), ("owl:sameAs", -100)]
)
def test_rings_and_chains_pass_a_check(other, checked, predicate, size):
    """A negative size is a chain."""
    kind = "owl:Class" if predicate == "rdfs:subClassOf" else "bee:Diary"
    last = size if size > 0 else -size + 1
    lines = ["@prefix owl: <http://www.w3.org/2002/07/owl#> ."]
    for i in range(last):
        lines.append(f'beeid:r{i} a {kind} ; rdfs:label "r"@en .')
        if size > 0 or i + 1 < last:
            lines.append(f"beeid:r{i} {predicate} beeid:r{(i + 1) % last} .")
    data(other, "\n".join(lines))
    began = time.process_time()
    done = checked(other, seconds=60)
    assert "The stage '" not in done.stderr  # none took too long or too much, and none failed
    assert "Contradiction" not in done.stderr
    assert time.process_time() - began < 15


@pytest.mark.parametrize("folder", ["ontology/questions", "ontology/views"])
@pytest.mark.parametrize("kind", ["pipe", "device", "large", "bytes", "folder"])
def test_odd_query_files_are_told(other, checked, folder, kind):
    path = other / folder / "odd.rq"
    (other / folder / "odd.csv").write_text("n\n1\n")
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    elif kind == "large":
        path.write_text(QUESTION + "#" * 5_000_000)
    else:
        path.write_bytes(b"# en: \xff\nSELECT * { ?s ?p ?o }\n")
    done = checked(other)
    assert done.exit_code == 1
    assert f"{folder}/odd.rq" in done.stderr


@pytest.mark.parametrize("name", ["a b.ttl", "a\nb.ttl", "a\udcff.ttl", "a<b.ttl"])
def test_names_that_no_iri_can_hold_are_told(other, checked, name):
    (other / "data" / name).write_text("")
    done = checked(other)
    assert done.exit_code == 1
    assert "which no IRI may hold" in done.stderr


def test_names_that_are_no_utf8_are_told_of_what_is_not_read(other, checked):
    (other / "data" / "a\udcff.pdf").write_text("")
    done = checked(other)
    assert done.exit_code == 0
    assert "a\\xff.pdf" in done.stderr or "a\\udcff.pdf" in done.stderr


@pytest.mark.parametrize("ending", ["ttl", "nt", "rdf"])
def test_a_literal_longer_than_a_parser_reads_is_told(other, checked, ending):
    huge = "x" * 17_000_000
    triple = f'<http://e.example/a> <http://e.example/b> "{huge}" .'
    if ending == "rdf":
        rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        triple = f'<rdf:RDF xmlns:rdf="{rdf}" xmlns="http://e.example/"><rdf:Description '
        triple += f'rdf:about="http://e.example/a"><b>{huge}</b></rdf:Description></rdf:RDF>'
    (other / "data" / f"huge.{ending}").write_text(triple)
    done = checked(other)
    assert done.exit_code == 1
    assert f"data/huge.{ending}: " in done.stderr
    assert "longer than 16 MiB" in done.stderr


@pytest.mark.parametrize("base", ["urn:x", "http://[::1", "http://a%zz/", "http://a/?b", ""])
def test_a_base_that_can_be_none_is_told(other, call, base):
    done = call("check", "--content", other, "--base", base)
    assert done.exit_code == 2
    assert "give an http address" in done.stderr


def test_links_out_of_the_content_are_told(other, checked, tmp_path):
    (tmp_path / "outside.ttl").write_text("")
    (other / "data" / "linked.ttl").symlink_to(tmp_path / "outside.ttl")
    (other / "data" / "loop.ttl").symlink_to("loop.ttl")
    done = checked(other)
    assert "data/linked.ttl: The link leads out of the content." in done.stderr
    assert "data/loop.ttl: The file cannot be read." in done.stderr


@pytest.mark.parametrize(
    "name",
    [
        *("data/places.ttl", "data/more", "ontology/contexts/c.jsonld", "ontology/model.svg"),
        *("ontology/questions/forage.rq", "ontology/questions/forage.csv", "data/releases.csv"),
    ],
)
@pytest.mark.parametrize("command", [["check"], ["query", "-"]], ids=["check", "query"])
def test_what_may_not_be_read_is_told_by_each_command(other, call, monkeypatch, name, command):
    path, may = other / name, os.access
    path.parent.mkdir(exist_ok=True)
    path.mkdir() if "." not in path.name else path.touch()
    # the rights of a file are nothing to the superuser, who may run the tests
    monkeypatch.setattr(os, "access", lambda at, how: Path(at) != path and may(at, how))
    done = call(*command, "--content", other)
    assert done.exit_code == 1
    kind = "file" if "." in path.name else "folder"
    assert f"{name}: The {kind} cannot be read. Give yourself the right to read it" in done.stderr


def test_an_answer_with_a_cell_too_large_is_told(other, checked):
    answer = other / "ontology" / "questions" / "forage.csv"
    answer.write_text("hive\n" + "x" * 200_000 + "\n")
    done = checked(other)
    assert done.exit_code == 1
    assert "ontology/questions/forage.csv" in done.stderr


def test_faults_of_all_stages_that_need_not_one_another_are_told_at_once(other, checked):
    data(other, "beeid:h a bee:Hive , bee:Meadow ; bee:frames 0.5 .")
    (other / "ontology" / "questions" / "forage.rq").write_text("SELECT * { ?s ?p ?o }\n")
    done = checked(other)
    assert done.exit_code == 1
    for words in ("question itself is missing", "Violation: beeid:h", "Contradiction (cax-dw)"):
        assert words in done.stderr


@pytest.mark.parametrize(
    ("triples", "faults"),
    [(4_000, 300), pytest.param(25_000, 2_000, marks=pytest.mark.slow)],
)
def test_many_faults_are_told_in_linear_time_the_first_ones_in_full(
    tmp_path, checked, triples, faults
):
    content = write_content(tmp_path / "large", triples, faults)
    before = os.times()
    done = checked(content)
    after = os.times()
    assert done.exit_code == 1
    assert done.stderr.count("Violation: ") == 50
    assert f"… and {faults - 50:,} more, of {faults:,} in all." in done.stderr
    spent = sum(after[:4]) - sum(before[:4])
    # of this process and its children: four times what it takes on the machine of the figures
    assert spent < 4 + triples / 1000
