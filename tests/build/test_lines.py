"""Statements and terms are found on the lines on which a person sees them."""

import pyoxigraph as ox
import pytest

from samgraf.build.content.formats import read_quads
from samgraf.build.content.lines import LineReader, Lines
from samgraf.build.literals import language_tags

EX = "http://e.example/"
PREFIX = f"@prefix e: <{EX}> . # a line\n"
TURTLE = ox.RdfFormat.TURTLE


def lines(text, format=TURTLE):
    quads, _ = read_quads(text, format, EX, "x", {})
    return Lines(text, dict(quads))


def of_objects(text, format=TURTLE):
    """Return the line of each triple, by its object; blank nodes are all one."""
    found = {}
    for triple, line in lines(text, format).triples.items():
        value = triple.object
        found.setdefault("_:" if isinstance(value, ox.BlankNode) else value.value, []).append(line)
    return {value: told[0] if len(told) == 1 else told for value, told in found.items()}


def test_lines_are_those_of_subject_and_object():
    text = f'''{PREFIX}e:a
  e:p """one
two""" ,
    # between
    e:b ;
  e:q [ e:r
    e:s ] .
e:c e:p e:d .'''
    found = lines(text)
    assert of_objects(text) == {"one\ntwo": 3, EX + "b": 6, EX + "s": 8, "_:": 8, EX + "d": 9}
    starts = {node.value: line for node, line in found.subjects.items() if node.value[:4] == "http"}
    assert starts == {EX + "a": 2, EX + "c": 9}


def test_a_value_is_known_by_what_follows_and_stands_before_it():
    text = f'{PREFIX}e:a e:p "x"\n  , "y"\n# a comment\n\n  ; e:q "z"\n  .\ne:b e:p 1\n.'
    assert of_objects(text) == {"x": 2, "y": 3, "z": 6, "1": 8}


def test_escaped_line_ends_are_on_one_line():
    assert of_objects(f'{PREFIX}e:a e:p "x",\n "one\\ntwo" .') == {"x": 2, "one\ntwo": 3}


def test_what_stands_in_brackets_begins_where_it_does():
    text = f"{PREFIX}e:a e:p [\n e:q 1 ;\n e:r [ e:s 2 ;\n e:t 3 ]\n] , ( 4\n 5 ) .\n[ e:p 6 ] ."
    found = of_objects(text)
    assert [found[str(n)] for n in range(1, 7)] == [3, 4, 5, 6, 7, 8]
    assert lines(text).subjects[ox.NamedNode(EX + "a")] == 2


def test_a_label_stands_where_it_is_written():
    assert of_objects(f"{PREFIX}_:x e:p 1 .\ne:a e:p _:x .") == {"1": 2, "_:": 3}


def test_a_description_begins_where_the_class_is_said():
    text = f"{PREFIX}e:a e:p e:b .\ne:b e:p e:c .\ne:a\n  e:q 1 ;\n  a e:T ."
    assert lines(text).subjects[ox.NamedNode(EX + "a")] == 4


@pytest.mark.parametrize("format", [ox.RdfFormat.N_QUADS, ox.RdfFormat.TRIG])
def test_quads_have_lines_and_their_graphs_too(format):
    quad = f"<{EX}{{0}}> <{EX}p> <{EX}o{{0}}>"
    with_graph = "{} <{}g> .\n" if format == ox.RdfFormat.N_QUADS else "<{1}g> {{ {0} . }}\n"
    text = "".join(with_graph.format(quad.format(n), EX) for n in range(3))
    assert of_objects(text, format) == {f"{EX}o{n}": n + 1 for n in range(3)}
    assert lines(text, format).terms[ox.NamedNode(EX + "g")] == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("@prefix a: <http://a/> .\na:bc a:b a:c .", 2),
        ("@prefix a: <http://a/> .\n# a:b\n<http://a/b> <a> a:c .", 3),
        ("@base <http://a/> .\n\n<b> <c> <d> .", 3),
        ('@prefix a: <http://a/> .\na:x a:y "a#" , a:b .', 2),
        ('@prefix a: <http://a/> .\na:x a:y "a#" ,\n "1"^^a:b .', 3),
        ("@prefix a: <http://a/> .\na:b-c a:b.d a:bb .", None),
    ],
)
def test_the_line_of_a_term_is_found_in_each_form(text, line):
    assert lines(text).terms.get(ox.NamedNode("http://a/b")) == line


def test_a_reader_gives_all_in_parts_of_any_size():
    data = "e:a e:p 1\n  ;\n\t. # æ\n\n] x".encode()
    for size in (1, 2, 3, 100):
        reader = LineReader(data)
        assert b"".join(iter(lambda reader=reader, size=size: reader.read(size), b"")) == data
        assert reader.line == 5


def test_a_language_that_is_called_like_a_declaration_is_a_language():
    text = f'@prefix e: <{EX}> .\ne:a e:p "x"@base , "y"@prefiX .\n'
    assert list(language_tags(text, TURTLE)) == [("base", 2), ("prefiX", 2)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("e:a e:p [\n e:q 1 ;\n e:r [ e:s 2 ] ,\n 3\n] .", 2),
        ("e:a e:p [ e:q [\n e:r 1 ] ;\n e:s 2\n] .", 2),
        ("e:a e:p (\n e:b\n e:c\n) .", 2),
        ("e:a\n # a comment [\n e:p 1 .", 2),
        ("e:b e:p <#b> .\n\ne:a e:p 1 .", 4),
        ("e:b e:p\n <#b> , <#c> .\n# a comment\ne:a e:p 1 .", 5),
        ('e:b e:p """x\ny""" ;\n e:q 1 .\ne:a e:p "one\\ntwo" .', 5),
    ],
)
def test_a_description_begins_with_its_subject(text, line):
    assert lines(PREFIX + text).subjects[ox.NamedNode(EX + "a")] == line


def test_escaped_line_ends_are_no_lines_below_a_long_text():
    assert of_objects(f'{PREFIX}e:a e:p """x""" ;\n e:q "y\\nz" .') == {"x": 2, "y\nz": 3}


def test_a_bracket_begins_where_it_is_opened_whatever_it_holds():
    text = f"{PREFIX}e:a e:p [\n e:q 1 ;\n e:r [\n e:s 2 ] ,\n 3\n] ."
    assert of_objects(text) == {"1": 3, "2": 5, "_:": [4, 2], "3": 6}
