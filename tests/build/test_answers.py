import pyoxigraph as ox
import pytest

from samgraf.build.content import ContentErrors, find_content, load
from samgraf.build.questions import Verdict, judge, question_quads, read_questions


def question(folder, query, answer, name="x"):
    home = folder / "ontology" / "questions"
    home.mkdir(parents=True, exist_ok=True)
    (home / f"{name}.rq").write_text(query)
    if answer is not None:
        (home / f"{name}.csv").write_text(answer)
    return find_content(folder)


def verdict(folder, query, answer, data=""):
    store = ox.Store()
    store.load(input=data, format=ox.RdfFormat.TURTLE)
    (one,) = read_questions(question(folder, f"# en: What?\n{query}", answer))
    return judge(store, one)


BEES = "https://example.org/bees/id/"
DATA = '<urn:a> <urn:n> 1.5 , 2 . <urn:b> <urn:n> 2 ; <urn:code> "0301" ; <urn:l> "b, c"@nb .'


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("SELECT ?s ?n { ?s <urn:n> ?n }", "s,n\nurn:b,2.0\nurn:a,2\nurn:a,1.50\n"),
        ("SELECT ?s ?n { ?s <urn:n> ?n }", "n\n2\n2\n1.5\n"),
        ("SELECT ?c { ?s <urn:code> ?c }", "c\n0301\n"),
        ("SELECT ?l { ?s <urn:l> ?l }", 'l\n"b, c"\n'),
        ("SELECT ?s ?c { ?s <urn:n> 2 OPTIONAL { ?s <urn:code> ?c } }",
         "s,c\nurn:a,\nurn:b,0301\n"),
        ("SELECT (SUM(?n) AS ?t) { ?s <urn:n> ?n }", "t\n5.5\n"),
        ("ASK { <urn:a> <urn:n> 2 }", "result\ntrue\n"),
        ("CONSTRUCT { ?s <urn:m> ?c } { ?s <urn:code> ?c }",
         "subject,predicate,object\nurn:b,urn:m,0301\n"),
    ],
)  # fmt: skip
def test_an_answer_is_a_multiset_of_rows_over_the_expected_columns(tmp_path, query, answer):
    assert verdict(tmp_path, query, answer, DATA).passed


@pytest.mark.parametrize(
    ("query", "answer", "missing", "surplus"),
    [
        ("SELECT ?n { ?s <urn:n> ?n }", "n\n2\n1.5\n", (), (("2",),)),
        ("SELECT ?n { ?s <urn:n> ?n }", "n\n2\n2\n2\n1.5\n", (("2",),), ()),
        ("SELECT ?c { ?s <urn:code> ?c }", "c\n301\n", (("301",),), (("0301",),)),
        ("ASK { <urn:a> <urn:n> 3 }", "result\ntrue\n", (("true",),), (("false",),)),
    ],
)
def test_missing_and_surplus_rows_are_told(tmp_path, query, answer, missing, surplus):
    found = verdict(tmp_path, query, answer, DATA)
    assert not found.passed
    assert (found.missing, found.surplus) == (missing, surplus)
    for row in (*missing, *surplus):
        assert " | ".join(row) in str(found.tell())
    assert str(found.tell()).startswith("ontology/questions/x.rq: Question x is not answered as ")
    assert str(found.tell()).count("ontology/questions/x.csv") == 2


@pytest.mark.parametrize(
    ("missing", "surplus", "line"),
    [
        ((("hive-south", "12"),), (("hive-south", "14"),), 20),
        ((), (("hive-south", "meadow-fen"),), 21),
        ((("hive-south", "no such"),), (), 18),
    ],
)
def test_a_failure_tells_where_the_cells_that_differ_stand(tmp_path, other, missing, surplus, line):
    loaded = load(find_content(other))
    question = verdict(tmp_path, "SELECT ?n { ?s <urn:n> ?n }", "n\n2\n", DATA).question

    def rows(given):
        return tuple(tuple(BEES + c if "-" in c else c for c in row) for row in given)

    told = str(Verdict(question, 1, rows(missing), rows(surplus)).tell(loaded))
    assert f"See data/places.ttl:{line}." in told


def test_a_query_that_cannot_give_the_answer_fails(tmp_path):
    found = verdict(tmp_path, "SELECT ?n { ?s <urn:n> ?n }", "m\n2\n", DATA)
    assert "no column 'm'" in found.fault


@pytest.mark.parametrize(
    ("name", "query", "answer", "fault"),
    [
        ("x", "# en: What?\nASK { }", "result\n", "The expected answer is empty"),
        ("x", "# en: What?\nASK { }", None, "The expected answer is missing"),
        ("x", "ASK { }", "result\ntrue\n", "The question itself is missing"),
        ("x", "# en: What?\n", "result\ntrue\n", "no query"),
        ("x", "# en: What?\nDESCRIBE <urn:a>", "s\nx\n", "DESCRIBE"),
        ("X y", "# en: What?\nASK { }", "result\ntrue\n", "small letters, digits and hyphens"),
        ("x", "# en: What?\n# order: 1.5\nASK { }", "result\ntrue\n", r"x.rq:2: .* not '1.5'"),
        ("x", "# en: What?\n# order: ٣\nASK { }", "result\ntrue\n", r"x.rq:2: .* not '٣'"),
        ("x", "# en: W?\n# formerly: a b\nASK { }", "result\ntrue\n", r"x.rq:2: 'a b' cannot"),
        ("x", "# en: What?\nSELECT * { }", "a,b\n1\n", "Row 2 has 1 cells"),
    ],
)
def test_an_unfinished_question_is_refused(tmp_path, name, query, answer, fault):
    with pytest.raises(ContentErrors, match=fault):
        read_questions(question(tmp_path, query, answer, name))


def test_an_answer_without_question_is_refused(other):
    (other / "ontology" / "questions" / "alone.csv").write_text("a\nb\n")
    with pytest.raises(ContentErrors, match=r"alone\.csv: No question belongs to this answer"):
        read_questions(find_content(other))


@pytest.mark.parametrize("name", ["02", "downstream", "forage"])
def test_a_former_name_that_another_question_has_is_refused_with_its_line(other, name):
    path = other / "ontology" / "questions" / "forage.rq"
    path.write_text(path.read_text().replace("formerly: 01", f"formerly: 01, {name}"))
    with pytest.raises(ContentErrors) as caught:
        read_questions(find_content(other))
    told = str(caught.value)
    assert f"The former name {name} belongs to ontology/questions/" in told
    assert "forage.rq:6: " in told or "downstream.rq:6: " in told


def test_questions_stand_by_order_then_by_name(tmp_path):
    for name, order in (("b", "# order: 2\n"), ("a", "# order: 10\n"), ("d", ""), ("c", "")):
        question(tmp_path, f"# en: What?\n{order}ASK {{ }}", "result\ntrue\n", name)
    assert [q.slug for q in read_questions(find_content(tmp_path))] == ["c", "d", "b", "a"]


def test_a_question_is_published_with_its_text_and_query(other):
    first, second = read_questions(find_content(other))
    assert (first.needs_inference, second.needs_inference) == (False, True)
    header = load(find_content(other)).header
    quads = list(question_quads([second], header))
    former = ox.NamedNode("https://example.org/bees/questions/02")
    quads, old = (
        [q for q in quads if q.subject != former],
        [q for q in quads if q.subject == former],
    )
    assert {q.subject.value for q in quads} == {"https://example.org/bees/questions/downstream"}
    assert {q.graph_name.value for q in quads} == {"https://example.org/bees/graph/questions"}
    by_name = {q.predicate.value.rsplit("#")[-1].rsplit("/")[-1]: q.object for q in quads}
    assert by_name["type"].value == "http://www.w3.org/ns/shacl#SPARQLSelectExecutable"
    assert by_name["select"].value.startswith("PREFIX bee:")
    assert by_name["identifier"].value == "downstream"
    assert by_name["order"].value == "20"
    # editors list an example once for each of its comments
    for words, languages in (("#label", {"nb", "nn", "en"}), ("#comment", {"en"})):
        found = [q.object.language for q in quads if q.predicate.value.endswith(words)]
        assert sorted(found) == sorted(languages)
    said = {q.predicate.value.rsplit("#")[-1].rsplit("/")[-1]: q.object.value for q in old}
    assert said.pop("label")
    assert said == {
        "deprecated": "true",
        "isReplacedBy": "https://example.org/bees/questions/downstream",
    }


def test_other_peoples_editors_find_the_questions(other):
    store, content = ox.Store(), find_content(other)
    store.extend(question_quads(read_questions(content), load(content).header))
    query = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT DISTINCT ?example ?query {
          ?example a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask ?query }"""
    assert len(list(store.query(query, use_default_graph_as_union=True))) == 2
