"""Two releases are compared thing by thing: what came, what went, and what follows from it."""

from __future__ import annotations

import hashlib
import json

import pytest

from samgraf.errors import ContentError, UsageError
from samgraf.release.diff import compare_releases
from samgraf.release.manifest import manifest_bytes
from samgraf.release.write import quads_text

EX = "https://example.org/"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"


def quad(subject: str, predicate: str, value: str, graph: str = "facts") -> str:
    predicate = LABEL if predicate == "label" else f"<{EX}{predicate}>"
    value = value if value.startswith(('"', "_:")) else f"<{EX}{value}>"
    subject = subject if subject.startswith("_:") else f"<{EX}{subject}>"
    return f"{subject} {predicate} {value} <{EX}graph/{graph}> ."


@pytest.fixture
def release(tmp_path):
    """Return a function that writes a release of the given quads."""

    def write(*lines: str, questions: dict[str, str] | None = None):
        data = quads_text(sorted(lines))
        hash = hashlib.sha256(data).hexdigest()
        folder = tmp_path / hash
        folder.mkdir(exist_ok=True)
        (folder / "quads.nq").write_bytes(data)
        graphs = [
            {"iri": f"{EX}graph/{name}", "file": file, "quads": 0}
            for name, file in (
                ("facts", "data/facts.ttl"),
                ("more", "data/more.ttl"),
                ("inferred", None),
                ("questions", None),
                ("catalogue", "data/catalogue.ttl"),
            )
        ]
        asked = [{"id": i, "rows": 1, "sha256": sha} for i, sha in (questions or {}).items()]
        manifest = {"release": hash, "base": EX, "graphs": graphs, "questions": asked}
        (folder / "manifest.json").write_bytes(manifest_bytes(manifest))
        return folder

    return write


def whats(things):
    return {thing["iri"].removeprefix(EX): thing["what"] for thing in things}


def values(thing, way):
    return [(c["property"].removeprefix(EX), v["value"]) for c in thing["changes"] for v in c[way]]


def test_things_come_go_and_change(release):
    old = release(quad("a", "label", '"A"@en'), quad("a", "p", "b"), quad("gone", "p", "b"))
    new = release(quad("a", "label", '"A!"@en'), quad("a", "p", "b"), quad("come", "p", "b"))
    told = compare_releases(old, new)
    assert whats(told["things"]) == {"a": "changed", "come": "added", "gone": "removed"}
    assert told["things_count"] == {"added": 1, "removed": 1, "changed": 1}
    changed = told["things"][0]
    assert values(changed, "removed") == [("http://www.w3.org/2000/01/rdf-schema#label", "A")]
    assert values(changed, "added") == [("http://www.w3.org/2000/01/rdf-schema#label", "A!")]
    assert told["labels"][f"{EX}a"] == {"en": "A!"}


@pytest.mark.parametrize("left", [0, 40, -10])
def test_a_release_that_is_cut_short_is_refused_and_not_compared(release, left):
    whole, cut = release(quad("a", "p", "b")), release(quad("a", "p", "b"), quad("c", "p", "d"))
    data = (cut / "quads.nq").read_bytes()
    (cut / "quads.nq").write_bytes(data[:left])
    for pair in ((whole, cut), (cut, whole)):
        with pytest.raises(ContentError, match="altered or cut short"):
            compare_releases(*pair)
    (cut / "quads.nq").unlink()
    with pytest.raises(UsageError, match=r"quads\.nq cannot be read"):
        compare_releases(whole, cut)


def test_a_thing_that_only_gains_a_statement_has_changed(release):
    told = compare_releases(
        release(quad("a", "p", "b")), release(quad("a", "p", "b"), quad("a", "q", "b"))
    )
    assert whats(told["things"]) == {"a": "changed"}


def test_one_whose_name_begins_with_that_of_another_is_another(release):
    told = compare_releases(
        release(quad("a", "p", "b")), release(quad("a", "p", "b"), quad("a/b", "p", "b"))
    )
    assert whats(told["things"]) == {"a/b": "added"}


def test_what_is_gone_is_named_as_it_was(release):
    told = compare_releases(release(quad("gone", "label", '"Gone"')), release(quad("a", "p", "b")))
    assert told["labels"][f"{EX}gone"] == {"": "Gone"}


def test_what_follows_is_told_apart(release):
    told = compare_releases(
        release(quad("a", "p", "b")),
        release(quad("a", "p", "b"), quad("a", "near", "b", "inferred")),
    )
    assert told["things"] == []
    assert whats(told["inferences"]) == {"a": "changed"}


def test_what_the_build_makes_is_counted(release):
    told = compare_releases(
        release(quad("a", "p", "b"), quad("x", "n", '"1"', "catalogue")),
        release(quad("a", "p", "b"), quad("x", "n", '"2"', "catalogue")),
    )
    assert told["things"] == []
    assert told["made"] == [{"graph": f"{EX}graph/catalogue", "added": 1, "removed": 1}]


def test_what_only_moved_is_no_change_of_a_thing(release):
    told = compare_releases(release(quad("a", "p", "b")), release(quad("a", "p", "b", "more")))
    assert (told["things"], told["moved"]) == ([], 1)


def test_blank_nodes_may_be_called_else(release):
    old = release(quad("a", "p", "_:x"), quad("_:x", "q", "b"), quad("z", "p", "b"))
    new = release(quad("a", "p", "_:y"), quad("_:y", "q", "b"), quad("z", "q", "b"))
    told = compare_releases(old, new)
    assert told["unnamed"] == {"added": 0, "removed": 0}
    other = release(quad("a", "p", "_:y"), quad("_:y", "q", "c"), quad("z", "q", "b"))
    assert compare_releases(old, other)["unnamed"] == {"added": 2, "removed": 2}


def test_answers_are_compared_by_their_hashes(release):
    old = release(quad("a", "p", "b"), questions={"same": "1", "other": "1", "gone": "1"})
    new = release(quad("a", "p", "c"), questions={"same": "1", "other": "2", "come": "1"})
    found = {q["id"]: q["what"] for q in compare_releases(old, new)["questions"]}
    assert found == {"other": "changed", "gone": "removed", "come": "added"}


def test_much_is_counted_where_it_is_not_told(release, monkeypatch):
    monkeypatch.setattr("samgraf.limits.DIFF_STATEMENTS", 5)
    monkeypatch.setattr("samgraf.limits.DIFF_THINGS", 2)
    new = release(*(quad(f"a{n}", "p", "b") for n in range(50)))
    told = compare_releases(release(quad("x", "p", "b")), new)
    assert told["statements"] == {"added": 50, "removed": 1}
    assert told["is_whole"] is False
    assert len(told["things"]) == 2


def test_many_and_long_values_are_cut(release, monkeypatch):
    monkeypatch.setattr("samgraf.limits.DIFF_VALUES", 2)
    monkeypatch.setattr("samgraf.limits.DIFF_TEXT", 4)
    new = release(quad("a", "p", '"123456"'), quad("a", "p", '"x"'), quad("a", "p", '"y"'))
    (thing,) = compare_releases(release(quad("x", "p", "b")), new)["things"][:1]
    (change,) = thing["changes"]
    assert ([v["value"] for v in change["added"]], change["count"]) == (["1234…", "x"], 3)


def test_a_release_does_not_differ_from_itself(release):
    one = release(quad("a", "p", "_:x"), quad("a", "p", "b"))
    told = compare_releases(one, one)
    assert (told["things"], told["made"], told["statements"]) == (
        [],
        [],
        {"added": 0, "removed": 0},
    )
    json.dumps(told)
