"""Questions fall under topics, and some are put first: both are hints in their files."""

import pyoxigraph as ox
import pytest

from samgraf.build.content import Content, ContentErrors, load
from samgraf.build.questions import check_queries, question_quads, read_questions

SUBJECT = ox.NamedNode("http://purl.org/dc/terms/subject")
BASE = "https://example.org/bees/"


def hinted(other, *hints):
    path = other / "ontology" / "questions" / "forage.rq"
    path.write_text("".join(f"# {hint}\n" for hint in hints) + path.read_text())
    return read_questions(Content(other))


def said_of(other, questions):
    header = load(Content(other)).header
    quads = question_quads(questions, header)
    return {(q.predicate.value.rpartition("#")[2], q.object.value) for q in quads}


@pytest.mark.parametrize("topic", ["beeid:meadow-fen", "<https://example.org/bees/id/meadow-fen>"])
def test_a_topic_becomes_the_subject_of_the_question(other, topic):
    questions = hinted(other, f"topic: {topic}")
    check_queries(questions, load(Content(other)))
    header = load(Content(other)).header
    found = [q.object for q in question_quads(questions, header) if q.predicate == SUBJECT]
    assert found == [ox.NamedNode("https://example.org/bees/id/meadow-fen")]


@pytest.mark.parametrize("topic", ["beeid:nowhere", "wasp:nest", "meadow", "<urn:x>"])
def test_a_topic_that_nothing_describes_is_told_with_the_file(other, topic):
    with pytest.raises(ContentErrors, match="is described nowhere") as caught:
        check_queries(hinted(other, f"topic: {topic}"), load(Content(other)))
    assert "ontology/questions/forage.rq:1: " in str(caught.value)
    assert topic in str(caught.value)


def test_a_scope_is_one_thing_or_all_and_said_so_in_the_graph(other):
    questions = read_questions(Content(other))
    check_queries(questions, load(Content(other)))
    assert scopes(other, questions[:1]) == [("scope", "https://w3id.org/samgraf/display#all")]
    assert scopes(other, questions[1:]) == [("scope", BASE + "id/meadow-upper")]


def scopes(other, questions):
    return [said for said in said_of(other, questions) if said[0] == "scope"]


@pytest.mark.parametrize("scope", ["beeid:nowhere", "every", "ALL", "<urn:x>"])
def test_a_scope_that_nothing_describes_is_told_with_its_line(other, scope):
    path = other / "ontology" / "questions" / "downstream.rq"
    path.write_text(path.read_text().replace("scope: beeid:meadow-upper", f"scope: {scope}"))
    with pytest.raises(ContentErrors) as caught:
        check_queries(read_questions(Content(other)), load(Content(other)))
    assert str(caught.value) == (
        f"ontology/questions/downstream.rq:10: The scope {scope} is described nowhere. "
        "Write '# scope: all', or name a thing of the data by a declared prefix or as <IRI>."
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("WHERE", "WHARE", 13, "'WHARE' is not expected here; did you mean WHERE?"),
        ("bee:downstreamOf", "bie:downstreamOf", 13, "the prefix bie: is not declared; begin"),
        ("upper }", "upper", 14, "'ORDER' is not expected here: a pattern or }"),
    ],
)
def test_a_malformed_query_is_told_in_words_at_its_line_in_the_file(other, old, new, line, told):
    path = other / "ontology" / "questions" / "downstream.rq"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(ContentErrors) as caught:
        check_queries(read_questions(Content(other)), load(Content(other)))
    told = f"ontology/questions/downstream.rq:{line}: The query is malformed: {told}"
    assert str(caught.value).startswith(told)


def test_what_is_featured_or_inferred_is_said_and_else_nothing(other):
    plain = said_of(other, hinted(other)[:1])
    assert not {"featured", "needsInference"} & {name for name, _ in plain}
    questions = hinted(other, "featured: yes", "inference: required")
    assert {("featured", "true"), ("needsInference", "true")} <= said_of(other, questions[:1])
