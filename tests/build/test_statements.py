"""Statements are read with their lines, and are those that the parser finds."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from samgraf.build.content.lines import first_lines, language_tags, read_statements

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("ontology/**/*.ttl"), *ROOT.glob("tests/fixtures/**/*.ttl")])
EX = "http://e.example/"


def shown(triples):
    """Return the triples as a multiset, blank nodes without their labels."""
    return sorted(
        tuple("_:" if isinstance(term, ox.BlankNode) else str(term) for term in triple)
        for triple in triples
    )


def parsed(text):
    quads = ox.parse(input=text, format=ox.RdfFormat.TURTLE)
    return {(q.subject, q.predicate, q.object) for q in quads}


def read(text):
    return {(s.subject, s.predicate, s.object) for s in read_statements(text)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_statements_are_those_that_the_parser_finds(path):
    text = path.read_text("utf-8")
    assert shown(read(text)) == shown(parsed(text))


@pytest.mark.parametrize(
    "turtle",
    [
        r"e:a.b e:p e:c.d, e:e\,f, e:g%20h, e:i:j, e:k.",
        "e:a e:p 1, -1, +1.5, .5, 1e3, 1.5E-3, true, false .",
        """e:a e:p 'x', "", '', '''it's''', ''' two
lines''' .""",
        'e:a e:p """q"q""", """""" .',
        r'e:a e:p "\"", "\u00e5\U0001F600", "#no comment", "\t\\n" .',
        "e:a e:p 'x'@nb, 'x'@en-GB, 'x'^^e:d, 'x'^^<d> .",
        "<a> <#p> <../b>, <>, <//h/x>, <urn:x:y> . # end",
        "BASE <http://other.example/x/> PREFIX q: <q#> q:a q:b <y> . @base <z/> . <a> q:b <c> .",
        "e:a e:p ( 1 ( 2 ) [ e:q e:r ] ), () ; . [] a e:T . [ e:p e:q ] .",
        "_:a e:p _:b.c , [ e:p [ e:p e:o ] ; e:q 2 ] . e:a a e:B ;; e:p e:o ; .",
        "prefix a: <urn:a:> a:a a a:a .",
    ],
)
def test_every_form_of_turtle_is_read(turtle):
    text = f"@base <{EX}> . @prefix e: <{EX}> .\n{turtle}"
    assert shown(read(text)) == shown(parsed(text))


def test_lines_are_those_of_subject_and_object():
    text = f'''@prefix e: <{EX}> . # a line
e:a
  e:p """one
two""" ,
    # between
    e:b ;
  e:q [ e:r
    e:s ] .'''
    told = {str(s.object): (s.subject_line, s.line) for s in read_statements(text)}
    assert told.pop(f"<{EX}b>") == (2, 6)
    assert told.pop(f"<{EX}s>") == (7, 8)
    assert sorted(told.values()) == [(2, 3), (2, 7)]


def test_what_cannot_be_followed_ends_the_reading_without_an_error():
    start = f"@prefix e: <{EX}> . e:a e:p e:b .\n"
    deep = "e:a e:p " + "[ e:p " * 5000 + "1" + "]" * 5000 + " ."
    for rest in ("nowhere:x e:p 1 .", "e:a e:p", "e:a e:p ^ .", deep):
        assert read_statements(start + rest)[0].object == ox.NamedNode(EX + "b")


def test_a_language_that_is_called_like_a_declaration_is_a_language():
    text = f'@prefix e: <{EX}> .\ne:a e:p "x"@base , "y"@prefix .\n'
    assert [str(s.object) for s in read_statements(text)] == ['"x"@base', '"y"@prefix']
    assert first_lines(text) == {f"{EX}a": 2, f"{EX}p": 2}
    assert list(language_tags(text)) == [("base", 2), ("prefix", 2)]
