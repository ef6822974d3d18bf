import pytest

from samgraf.build.content import ContentErrors, find_content, load
from samgraf.build.evidence import PassageState, passages, read_text, recheck
from samgraf.errors import UsageError

BASE = "https://example.org/bees/id/"


@pytest.fixture
def found(other):
    return passages(load(find_content(other)))


@pytest.fixture
def text(other):
    return read_text(other / "notes.txt")


def states(found, text):
    return [(r.state, r.shift) for r in recheck(found, text)]


def test_a_passage_is_read_with_place_hash_source_and_what_rests_on_it(found, text):
    honey, fen = found
    assert text[honey.start : honey.end] == "about twenty kilos of honey"
    assert honey.source == BASE + "diary"
    assert fen.rests == (BASE + "observation-fen",)
    assert len(fen.sha256) == len(fen.source_sha256) == 64


def test_an_equal_text_leaves_all_unchanged(found, text):
    assert states(found, text) == [(PassageState.UNCHANGED, 0)] * 2


@pytest.mark.parametrize("put", ["x", "é", "\r\n", "\N{NO-BREAK SPACE}\N{HONEYBEE}", "ab" * 40])
def test_what_is_put_in_front_moves_all_by_code_points(found, text, put):
    assert states(found, put + text) == [(PassageState.MOVED, len(put))] * 2


def test_what_is_cut_in_front_moves_all_back(found, text):
    assert states(found, text[20:]) == [(PassageState.MOVED, -20)] * 2


def test_one_character_changes_one_passage(found, text):
    assert states(found, text.replace("July", "Juli")) == [
        (PassageState.UNCHANGED, 0),
        (PassageState.CHANGED, 0),
    ]


def test_a_passage_beyond_the_end_is_changed(found, text):
    assert states(found, text[:60]) == [(PassageState.UNCHANGED, 0), (PassageState.CHANGED, 0)]
    assert states(found, "") == [(PassageState.CHANGED, 0)] * 2


def test_line_ends_count_as_they_are(found, text):
    assert states(found, text.replace("\n", "\r\n")) == [
        (PassageState.UNCHANGED, 0),
        (PassageState.MOVED, 1),
    ]


def test_only_the_passages_of_a_text_that_is_known_to_the_byte_count(other, text):
    path = other / "data" / "observations.ttl"
    path.write_text(
        path.read_text()
        + "beeid:letter a bee:Diary .\n"
        + "beeid:passage-letter oa:hasSource beeid:letter ;"
        + "  oa:hasSelector beeid:selector-fen ; spdx:checksum beeid:checksum-fen ."
    )
    found = passages(load(find_content(other)))
    assert len(found) == 3
    assert len(recheck(found, text)) == 2
    assert len(recheck(found, text + " ")) == 3


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("spdx:checksum beeid:checksum-fen", "rdfs:comment 'none'", "carries no SHA-256"),
        ("oa:end 99", "oa:end 70", "holds nothing"),
        ("oa:end 99", "oa:end 'late'", "whole numbers"),
    ],
)
def test_a_passage_that_cannot_be_checked_is_a_fault(other, old, new, fault):
    path = other / "data" / "observations.ttl"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(ContentErrors, match=fault):
        passages(load(find_content(other)))


def test_a_text_that_cannot_be_read_is_a_wrong_call(tmp_path):
    (tmp_path / "latin.txt").write_bytes("bø".encode("latin-1"))
    with pytest.raises(UsageError, match="not UTF-8"):
        read_text(tmp_path / "latin.txt")
    with pytest.raises(UsageError, match="cannot be read"):
        read_text(tmp_path / "none.txt")
