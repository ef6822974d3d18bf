"""Questions fall under topics, and some are put first: both are hints in their files."""

import pyoxigraph as ox
import pytest

from samgraf.content import Content, ContentErrors, load
from samgraf.questions import check_topics, question_quads, read_questions

SUBJECT = ox.NamedNode("http://purl.org/dc/terms/subject")
BASE = "https://example.org/bees/"


def hinted(other, *hints):
    path = other / "ontology" / "questions" / "01-forage.rq"
    path.write_text("".join(f"# {hint}\n" for hint in hints) + path.read_text())
    return read_questions(Content(other))


def said(other, questions):
    header = load(Content(other)).header
    quads = question_quads(questions, BASE, header)
    return {(q.predicate.value.rpartition("#")[2], q.object.value) for q in quads}


@pytest.mark.parametrize("topic", ["beeid:meadow-fen", "<https://example.org/bees/id/meadow-fen>"])
def test_a_topic_becomes_the_subject_of_the_question(other, topic):
    questions = hinted(other, f"topic: {topic}")
    check_topics(questions, load(Content(other)))
    header = load(Content(other)).header
    found = [q.object for q in question_quads(questions, BASE, header) if q.predicate == SUBJECT]
    assert found == [ox.NamedNode("https://example.org/bees/id/meadow-fen")]


@pytest.mark.parametrize("topic", ["beeid:nowhere", "wasp:nest", "meadow", "<urn:x>"])
def test_a_topic_that_nothing_describes_is_told_with_the_file(other, topic):
    with pytest.raises(ContentErrors, match="is described nowhere") as caught:
        check_topics(hinted(other, f"topic: {topic}"), load(Content(other)))
    assert "ontology/questions/01-forage.rq" in str(caught.value)
    assert topic in str(caught.value)


def test_what_is_featured_or_inferred_is_said_and_else_nothing(other):
    plain = said(other, hinted(other)[:1])
    assert not {"featured", "needsInference"} & {name for name, _ in plain}
    questions = hinted(other, "featured: yes", "inference: required")
    assert {("featured", "true"), ("needsInference", "true")} <= said(other, questions[:1])
