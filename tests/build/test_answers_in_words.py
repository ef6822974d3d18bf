"""An answer in words is made of the answer, and is refused where the two do not fit."""

import pyoxigraph as ox
import pytest

from samgraf.build.content import Content, ContentErrors, find_content
from samgraf.build.questions import read_questions
from samgraf.build.views import read_views
from samgraf.build.words import in_words, names_of
from samgraf.errors import ContentError

TURTLE = ox.RdfFormat.TURTLE


def asked(other, query, *header):
    path = other / "ontology" / "questions" / "forage.rq"
    lines = "".join(f"# {line}\n" for line in ("en: Which?", *header))
    path.write_text(lines + query)
    return next(q for q in read_questions(find_content(other)) if q.slug == "forage")


def test_a_yes_or_no_is_said_by_its_result(other):
    said = "answer-en: [{only result=true: Yes, it is.}][{only result=false: No, it is not.}]"
    store = ox.Store()
    for query, answer in (("ASK {}", "Yes, it is."), ("ASK { ?s ?p ?o }", "No, it is not.")):
        question = asked(other, query, said)
        assert in_words(store, question, {}, lambda iri, lang: None) == {"en": answer}


def test_the_answer_may_be_a_graph(other):
    question = asked(other, "CONSTRUCT { <urn:a> <urn:b> 2, 1 } WHERE {}", "answer-en: {object}")
    assert in_words(ox.Store(), question, {}, lambda iri, lang: None) == {"en": "1 and 2"}


@pytest.mark.parametrize(
    ("said", "amiss"),
    [
        ("{count} and {m}", "{m} is no column. The columns are {n}, {x}."),
        ("{only n=3: three}", "The answer fills none of it."),
        ("[{only n=3: three}]", "The answer fills none of it."),
        ("{least x: x}", "The column x holds what is neither number nor day."),
        ("{x}", "<urn:x> has no name."),
    ],
)
def test_each_sentence_that_does_not_fit_is_told_with_its_line(other, said, amiss):
    query = "SELECT ?n ?x { VALUES (?n ?x) { (1 <urn:x>) (2 <urn:x>) } }"
    question = asked(other, query, "answer-nb: {n}", f"answer-en: {said}")
    with pytest.raises(ContentErrors) as caught:
        in_words(ox.Store(), question, {}, lambda iri, lang: None)
    told = f"ontology/questions/forage.rq:3: The sentence in en is amiss: {amiss} "
    assert caught.value.faults == [told + "ontology/README.md tells how sentences are written."]


NAMING = """# en: Called
# on: bee:Visit
# view: name
# text-en: visit of {hive}
SELECT ?hive { $this bee:by ?hive }
"""
BEES = {"bee": "https://example.org/bees/ontology#"}


def named(tmp_path, data):
    folder = tmp_path / "ontology" / "views"
    folder.mkdir(parents=True)
    (folder / "called.rq").write_text(NAMING)
    (view,) = read_views(Content(tmp_path), BEES)
    store = ox.Store()
    store.load(input="@prefix bee: <https://example.org/bees/ontology#> . " + data, format=TURTLE)
    names = {"urn:h": "hive", "urn:old": "an old visit"}
    return names_of(store, view, BEES, lambda iri, lang: names.get(iri))


def test_a_view_names_what_has_no_name(tmp_path):
    data = "<urn:v> a bee:Visit ; bee:by <urn:h> . <urn:old> a bee:Visit ; bee:by <urn:h> ."
    assert named(tmp_path, data) == [("urn:v", "en", "visit of hive")]


def test_what_a_view_cannot_name_is_told(tmp_path):
    told = r"called\.rq:4: .* does not name <urn:v>\. The answer fills none of it\."
    with pytest.raises(ContentError, match=told):
        named(tmp_path, "<urn:v> a bee:Visit .")


def test_the_release_holds_the_words(other_release):
    quads = ox.parse(path=str(other_release / "quads.nq"), format=ox.RdfFormat.N_QUADS)
    answer = ox.NamedNode("https://w3id.org/samgraf/display#answer")
    found = {
        q.object.language: q.object.value
        for q in quads
        if q.predicate == answer and q.subject.value.endswith("/downstream")
    }
    assert set(found) == {"nb", "nn", "en"}
    assert found["en"].endswith(".")
    assert ":" in found["nb"]


def test_a_sentence_that_does_not_fit_stops_the_check(other, call):
    path = other / "ontology" / "questions" / "downstream.rq"
    path.write_text(path.read_text().replace("{meadow}", "{field}"))
    done = call("check", "--content", other, "--lang", "en")
    assert done.exit_code == 1
    assert "The sentence in en is amiss: {field} is no column." in (done.output + done.stderr)
