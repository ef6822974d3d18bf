"""An answer in words is made of the answer, and is refused where the two do not fit."""

import pyoxigraph as ox
import pytest

from samgraf.build.content import ContentErrors, find_content
from samgraf.build.questions import in_words, read_questions
from samgraf.build.questions.sentence import Sentence, SentenceError
from samgraf.text import listed

P = "https://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
NAMES = {"a": "Ask", "b": "Bjørk", "o": "Østre", "x": "Alm, ung"}


def value(text, kind=None):
    return ox.Literal(text, datatype=ox.NamedNode(XSD + kind)) if kind else ox.Literal(text)


def row(thing, place, height=None, day=None, note=None):
    found = {"thing": ox.NamedNode(P + thing), "place": value(place)}
    if height:
        found["height"] = value(height, "decimal")
    if day:
        found["day"] = value(day, "date")
    if note:
        found["note"] = value(note)
    return found


ROWS = [
    row("o", "south", "2.5", "2020-01-01", "old"),
    row("b", "north", "12", "2020-01-01"),
    row("a", "north", "3", "2020-01-01"),
]
COLUMNS = ["thing", "place", "height", "day", "note"]


def fill(source, rows=ROWS, language="en"):
    names = lambda iri, lang: NAMES.get(iri.removeprefix(P))  # noqa: E731
    return Sentence(source, language, COLUMNS, names, {"p": P}).fill(rows)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{count} trees", "Three trees"),
        ("{count place|one place|# places}", "Two places"),
        ("{count day|one day|# days}", "One day"),
        ("{list thing}", "Ask, Bjørk and Østre"),
        ("{list height}", "2.5, 3 and 12"),
        ("{sum height} m", "17.5 m"),
        ("on {day}", "On 1 January 2020"),
        ("{each place: {list thing} {place}}", "Østre south and Ask and Bjørk north"),
        ("{least height: {thing}} to {most height: {thing} ({height})}", "Østre to Bjørk (12)"),
        ("{least day: {count}}", "Three"),
        ("{only place=north: {list thing}}", "Ask and Bjørk"),
        ("{only thing!=p:a: {list thing}}", "Bjørk and Østre"),
        ("{only thing=p:a: {height}}", "3"),
        ("{several place: they differ}", "They differ"),
        ("trees[ ({only place=west: {list thing}})]", "Trees"),
        ("trees[ ({list note})]", "Trees (old)"),
        ("{each thing: {thing}[ ({note})]}", "Østre (old), Bjørk and Ask"),
        ("{each note: {list thing}}", "Østre"),
        ("trees[ from {least height: {height} m}]", "Trees from 2.5 m"),
        ("no[, {several day: on several days}]", "No"),
    ],
)  # fmt: skip
def test_a_place_is_filled_from_the_rows(source, said):
    assert fill(source) == said


@pytest.mark.parametrize(
    ("source", "amiss"),
    [
        ("{thing}", "{thing} has several values: Østre, Bjørk, Ask"),
        ("{list tree}", "the answer has no column tree"),
        ("{most tree: {thing}}", "the answer has no column tree"),
        ("{sum place}", "the column place holds what is no number"),
        ("{least place: x}", "the column place holds what is neither number nor day"),
        ("{some thing: x}", "{some thing: x} is no place that can be filled"),
        ("{only thing=q:a: x}", "q:a is no thing by a declared prefix"),
        ("{only thing=Ask: x}", "Ask is no thing by a declared prefix"),
        ("{count", "'{' is not closed"),
        ("count}", "'}' closes nothing"),
        ("[{count]", "'[' is not closed"),
        ("{only place=west: {list thing}}", "the answer fills none of it"),
        ("[{only place=west: x}]", "the answer fills none of it"),
    ],
)
def test_what_the_answer_does_not_say_is_refused(source, amiss):
    with pytest.raises(SentenceError) as caught:
        fill(source)
    assert str(caught.value).startswith(amiss)


def test_a_thing_without_a_name_is_refused():
    with pytest.raises(SentenceError, match=r"<https://example\.org/z> has no name"):
        fill("{list thing}", [row("z", "north")])


@pytest.mark.parametrize(
    ("language", "said"),
    [("nb", "3 trær: Ask, Bjørk og Østre. 17,5"), ("nn", "3 trær: Ask, Bjørk og Østre. 17,5")],
)
def test_names_and_numbers_are_those_of_the_language(language, said):
    assert fill("{count} trær: {list thing}. {sum height}", language=language) == said.replace(
        "3", "Tre"
    )


def test_a_list_of_lists_is_told_apart_by_semicolons():
    assert listed(["a, b", "c"], "en") == "a, b; c"
    assert listed(["1,000", "2,000"], "en") == "1,000 and 2,000"
    assert fill("{list thing}", [*ROWS, row("x", "east")]) == "Alm, ung; Ask; Bjørk; Østre"


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


def test_each_sentence_that_does_not_fit_is_told_with_its_line(other):
    question = asked(
        other, "SELECT * { VALUES ?n { 1 2 } }", "answer-nb: {n}", "answer-en: {count} and {m}"
    )
    with pytest.raises(ContentErrors) as caught:
        in_words(ox.Store(), question, {}, lambda iri, lang: None)
    told = str(caught.value)
    assert "forage.rq:2: The answer in words (nb) does not fit the answer: {n} has several" in told
    assert (
        "forage.rq:3: The answer in words (en) does not fit the answer: the answer has no" in told
    )


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
    path.write_text(path.read_text().replace("{list meadow}", "{meadow}"))
    done = call("check", "--content", other, "--lang", "en")
    assert done.exit_code == 1
    assert "The answer in words (en) does not fit the answer: {meadow} has several" in (
        done.output + done.stderr
    )
