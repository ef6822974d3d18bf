"""What goes out to another store is made of what was read, and nothing of the text goes along."""

from __future__ import annotations

import pytest

from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.outgoing import written_anew
from samgraf.sparql.syntax import parse


def anew(text: str, **how: object) -> str:
    query = parse(text, {"ex": "http://e.example/"}, "http://b.example/")
    return written_anew(query, query.start, len(query.text), **how)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ASK { ?s ?p ?o # one\n . # two\n }", "ASK { ?s ?p ?o . }"),
        (
            "ASK { ?s ex:p\\-q <r> , 'it\\'s' }",
            'ASK { ?s <http://e.example/p-q> <http://b.example/r> , "it\'s" }',
        ),
        ("ASK { ?s ?p '\\\\n' , TRUE }", 'ASK { ?s ?p "\\\\n" , true }'),
        ("ASK { FILTER(?a<?b&&?b>-1) }", "ASK { FILTER( ?a < ?b && ?b > -1 ) }"),
        ("SELECT (COUNT (*) AS ?n) {}", "SELECT( COUNT( * ) AS ?n ) { }"),
    ],
)
def test_each_token_is_written_as_all_read_it(text, written):
    assert anew(text) == written


def test_iris_and_texts_may_be_others():
    written = anew("ASK { ex:a ?p 'b' }", named=lambda iri: iri + "1", said=str.upper)
    assert written == 'ASK { <http://e.example/a1> ?p "B" }'


@pytest.mark.parametrize("text", ["ASK { ?s ?p '\\\\u0022 SERVICE' }", "ASK { ?s ?p '\ud800' }"])
def test_what_others_may_read_otherwise_is_refused(text):
    with pytest.raises(RefusedQueryError, match="passed on"):
        anew(text)
