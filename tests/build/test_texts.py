"""The content is held against the texts that it points into, where they are at hand."""

from functools import partial

import pytest

from samgraf.build.content import ContentErrors, find_content, load
from samgraf.build.evidence import check_texts
from samgraf.build.evidence.copies import copied
from samgraf.errors import UsageError

OBSERVATIONS = "data/observations.ttl"
RDFS = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
DIARY = "https://example.org/bees/id/diary"


@pytest.fixture
def text(other):
    return (other / "notes.txt").read_bytes().decode()


def change(other, old, new, file=OBSERVATIONS):
    path = other / file
    assert path.read_text().count(old) == 1
    path.write_text(path.read_text().replace(old, new))


def told(other, given=True):
    try:
        check_texts(load(find_content(other)), [other / "notes.txt"] if given else [])
    except ContentErrors as fault:
        return fault.faults
    return []


def test_a_content_that_copies_nothing_passes(other):
    texts = check_texts(load(find_content(other)), [other / "notes.txt"])
    assert (texts.at_hand, texts.missing) == ((DIARY,), ())


def test_a_text_that_is_not_at_hand_is_said_to_be_missing(other):
    texts = check_texts(load(find_content(other)))
    assert (texts.at_hand, texts.missing) == ((), (DIARY,))


@pytest.mark.parametrize("where", ["data/texts", "elsewhere"])
def test_a_text_in_the_folder_is_known_by_its_hash(other, where):
    folder = other / where
    folder.mkdir()
    (folder / "any name").write_bytes((other / "notes.txt").read_bytes())
    (folder / "another.txt").write_bytes(b"\xff\xfe not this one")
    (folder / "deeper").mkdir()
    check = partial(check_texts, load(find_content(other)))
    texts = check() if where == "data/texts" else check(folder=folder)
    assert texts.at_hand == (DIARY,)


def test_a_wrong_call_is_told_so(other, tmp_path):
    loaded = load(find_content(other))
    (tmp_path / "x.txt").write_text("another text")
    for given, words in (
        ("x.txt", "describes no text with this SHA-256"),
        ("none.txt", "cannot be read"),
    ):
        with pytest.raises(UsageError, match=words):
            check_texts(loaded, [tmp_path / given])
    with pytest.raises(UsageError, match="no folder of texts"):
        check_texts(loaded, folder=tmp_path / "none")


def test_words_of_the_text_in_a_literal_are_told_with_their_line(other, text):
    words = text.split()
    (other / "data" / "new.ttl").write_text(
        f'{RDFS}<urn:x:a> rdfs:label "short" ;\n  rdfs:comment\n'
        f'    "He wrote: {" ".join(words[2:8]).upper()}."@en ,\n'
        f'    "{" ".join(words[2:6])}"@nb .\n'
    )
    (fault,) = told(other)
    assert fault.startswith("data/new.ttl:4: <urn:x:a> rdfs:comment: 6 words in a row ")
    assert f"“{' '.join(words[2:8]).upper().rstrip('.,')}”" in fault
    assert fault.endswith("Say it in your own words.")
    assert told(other, given=False) == []


@pytest.mark.parametrize(
    ("file", "line"), [("data/new.ttl", 2), ("ontology/questions/forage.rq", 1)]
)
def test_words_of_the_text_in_a_comment_are_told(other, text, file, line):
    words = text.split()
    start = "\n" if file.endswith("ttl") else ""
    path = other / file
    rest = path.read_text() if path.exists() else ""
    path.write_text(f"{start}# So: {' '.join(words[2:5])}\n# {' '.join(words[5:8])}\n{rest}")
    (fault,) = told(other)
    assert fault.startswith(f"{file}:{line}: A comment: 6 words in a row are ")


def test_a_title_is_a_name_and_its_words_may_be_said(other, text):
    words = " ".join(text.split()[2:8])
    (other / "data" / "new.ttl").write_text(
        f'{RDFS}<urn:x:a> <http://purl.org/dc/terms/title> "{words}" .\n'
        f'<urn:x:b> rdfs:comment "About “{words}”." .\n'
    )
    assert told(other) == []


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("a b c d e", ["a b c d e"]),
        ("A, b: c – d\n e!", ["A, b: c – d e"]),
        ("x a b c d e f y", ["a b c d e f"]),
        ("a b c d e x b c d e f", ["a b c d e", "b c d e f"]),
        ("a b c d", []),
        ("a b c d x e f", []),
        ("", []),
    ],
)
def test_the_longest_runs_are_found(written, found):
    letters = "abcdef"
    assert copied(written, {tuple(letters[:5]), tuple(letters[1:])}) == found


def test_a_passage_that_stands_elsewhere_is_told_at_its_place(other):
    change(other, "oa:start 24 ;\n  oa:end 51 ", "oa:start 25 ;\n  oa:end 52 ")
    assert told(other) == [
        "data/observations.ttl:28: beeid:passage-honey: the passage stands at 24 to 51 of the "
        "text, not at 25 to 52. Correct oa:start and oa:end."
    ]
    assert told(other, given=False) == []


def test_a_passage_of_another_hash_is_told_at_its_description(other):
    change(other, '"9ded8b', '"0ded8b')
    (fault,) = told(other)
    assert fault.startswith("data/observations.ttl:24: beeid:passage-honey: what stands at 24 to")


def test_passages_that_overlap_are_told_without_the_text(other):
    change(other, "oa:end 51 ", "oa:end 71 ")
    (fault,) = told(other, given=False)
    assert fault == (
        "data/observations.ttl:42: beeid:passage-fen (70 to 99) overlaps beeid:passage-honey "
        "(24 to 71). A place in a text belongs to one passage: correct oa:start or oa:end."
    )


def test_a_passage_that_cannot_be_checked_is_left_to_others(other):
    change(other, "oa:end 99", "oa:end 'late'")
    assert told(other) == []
