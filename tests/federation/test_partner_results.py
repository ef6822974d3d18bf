"""A partner's answer is read whole and strictly, or it is a fault."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from samgraf.federation.results import GivenUpError, MalformedError, PartnerReply
from samgraf.federation.results_json import read_json
from samgraf.federation.results_xml import read_xml
from samgraf.sparql.federated.faults import Fault, PartnerError

XSD = "http://www.w3.org/2001/XMLSchema#"
IRI = {"type": "uri", "value": "http://e.org/a"}
TEXT = {"type": "literal", "value": "x"}
DEEP = 100_000
MANY = 1_000_000


def document(*bindings: dict, variables: tuple[str, ...] = ("a", "b"), **more: object) -> bytes:
    head = {"vars": variables}
    return json.dumps({"head": head, "results": {"bindings": bindings}, **more}).encode()


def xml(*results: str, head: str = '<variable name="a"/><variable name="b"/>') -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<sparql xmlns="http://www.w3.org/2005/sparql-results#" xmlns:x="http://e.org/">'
        f"<head>{head}</head>\n<results>"
        + "".join(f"<result>{result}</result>" for result in results)
        + "</results></sparql>\n"
    ).encode()


def bound(name: str, term: str) -> str:
    return f'<binding name="{name}">{term}</binding>'


def read(reader, body: bytes, most: int = 1000) -> list[tuple]:
    rows = reader(body, most, lambda: False)
    assert isinstance(rows, PartnerReply)
    return rows.rows


TERMS = {
    "iri": (IRI, "<uri>http://e.org/a</uri>", "<http://e.org/a>"),
    "blank": ({"type": "bnode", "value": "b1"}, "<bnode>b1</bnode>", "_:b1"),
    "blank, by a label of one store": (
        {"type": "bnode", "value": "nodeID://b } x"},
        "<bnode>nodeID://b } x</bnode>",
        "_:b83458b3513ca441f7680b780",
    ),
    "text": (TEXT, "<literal>x</literal>", '"x"'),
    "empty": ({"type": "literal", "value": ""}, "<literal/>", '""'),
    "language": (
        {**TEXT, "xml:lang": "nb-NO"},
        '<literal xml:lang="nb-NO">x</literal>',
        '"x"@nb-no',
    ),
    "number": (
        {"type": "literal", "value": "01", "datatype": f"{XSD}integer"},
        f'<literal datatype="{XSD}integer">01</literal>',
        f'"01"^^<{XSD}integer>',
    ),
    "escapes": (
        {"type": "literal", "value": 'a"\\\n\r\tæ\U0001f600'},
        '<literal>a"\\\n&#13;\tæ\U0001f600</literal>',
        '"a\\"\\\\\\n\\r\\tæ\U0001f600"',
    ),
}


@pytest.mark.parametrize("name", TERMS)
def test_terms_are_read_from_both_formats(name):
    as_json, as_xml, expected = TERMS[name]
    assert read(read_json, document({"a": as_json}, {}, {"b": as_json})) == [
        (expected, None),
        (None, None),
        (None, expected),
    ]
    assert read(read_xml, xml(bound("a", as_xml), "", bound("b", as_xml))) == [
        (expected, None),
        (None, None),
        (None, expected),
    ]


def test_old_and_foreign_members_are_no_fault():
    old = {"type": "typed-literal", "value": "1", "datatype": f"{XSD}integer"}
    body = document({"a": old}, meta={"times": [1, 2.5, None, {"x": True}]}, warnings=[])
    assert read(read_json, body) == [(f'"1"^^<{XSD}integer>', None)]
    body = b'{"results":{"distinct":false,"bindings":[{"a":{"type":"literal","value":"x"}}],"o":1},'
    body += b'"head":{"link":["http://e.org/"],"vars":["a"]}}'
    assert read(read_json, body) == [('"x"',)]
    assert read(
        read_json, b'\xef\xbb\xbf {"head":{"vars":[]},"results":{"bindings":[{},{}]}}\n'
    ) == [
        (),
        (),
    ]
    assert read(read_xml, xml('<binding name="a"><uri>u:x</uri></binding>')) == [("<u:x>", None)]


def test_every_cut_of_an_answer_is_noticed():
    body = document({"a": IRI, "b": TEXT})
    for end in range(len(body)):
        with pytest.raises((ValueError, PartnerError)):
            read(read_json, body[:end])
    body = xml(bound("a", "<uri>http://e.org/a</uri>"))
    for end in range(len(body) - 1):
        with pytest.raises((ValueError, PartnerError)):
            read(read_xml, body[:end])


def term_of(**told: str) -> bytes:
    return document({"a": told})


BROKEN_JSON = {
    "boolean": b'{"head":{},"boolean":true}',
    "boolean beside rows": document(TEXT and {"a": TEXT}, boolean=True),
    "no head": b'{"results":{"bindings":[]}}',
    "no results": b'{"head":{"vars":["a"]}}',
    "no bindings": b'{"head":{"vars":["a"]},"results":{}}',
    "two heads": b'{"head":{"vars":["a"]},"head":{"vars":["a"]},"results":{"bindings":[]}}',
    "two results": b'{"head":{"vars":[]},"results":{"bindings":[]},"results":{"bindings":[]}}',
    "two lists": b'{"head":{"vars":[]},"results":{"bindings":[],"bindings":[]}}',
    "variables that are no list": b'{"head":{"vars":"a"},"results":{"bindings":[]}}',
    "variable twice": document(variables=("a", "a")),
    "variable that is no name": document(variables=("a } ",)),
    "variable with a mark": document(variables=("?a",)),
    "too many variables": document(variables=tuple(f"v{n}" for n in range(300))),
    "unknown variable": document({"c": TEXT}),
    "something after it": document() + b"x",
    "two documents": document() * 2,
    "list": b"[]",
    "nothing": b"",
    "IRI that ends early": term_of(type="uri", value="http://e.org/> ?s ?p ?o . <http://e.org/"),
    "IRI with a space": term_of(type="uri", value="http://e.org/a b"),
    "relative IRI": term_of(type="uri", value="a"),
    "datatype that ends early": term_of(type="literal", value="x", datatype="http://e.org/> x"),
    "language that is none": term_of(**{"type": "literal", "value": "x", "xml:lang": "en } x"}),
    "direction": term_of(**{"type": "literal", "value": "x", "xml:lang": "en", "its:dir": "ltr"}),
    "type of its own": term_of(type="thing", value="x"),
    "no type": term_of(value="x"),
    "no value": term_of(type="uri"),
    "number for a text": document({"a": TEXT}).replace(b'"x"', b"1"),
    "half a character": document({"a": TEXT}).replace(b'"x"', rb'"\ud800"'),
    "half a character raw": document({"a": TEXT}).replace(b'"x"', b'"\xed\xa0\x80"'),
    "not UTF-8": document({"a": TEXT}).replace(b'"x"', b'"\xff"'),
    "UTF-16": document({"a": TEXT}).decode().encode("utf-16"),
    "control character": document({"a": TEXT}).replace(b'"x"', b'"\x00"'),
    "triple term": document(
        {"a": {"type": "triple", "value": {"subject": IRI, "predicate": IRI, "object": IRI}}}
    ),
    "triple terms without end": b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":'
    + b'{"type":"triple","value":{"subject":' * DEEP,
    "triple terms, deep and whole": b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":'
    + b'{"value":{"subject":{"type":"uri","value":"u:x"},"object":' * DEEP
    + b'{"type":"uri","value":"u:x"}'
    + b"}}" * DEEP
    + b"}]}}",
    "deep head": b'{"head":' + b"[" * DEEP,
    "deep member": b'{"x":' + b'{"x":' * DEEP,
    "head of empty lists": b'{"head":{"vars":["a"],"link":[' + b"[]," * MANY + b"[]]}}",
    "member of empty lists": b'{"x":[' + b"[]," * MANY + b"[]]}",
    "members without end": b"{" + b'"a":1,' * MANY,
    "row of endless members": b'{"head":{"vars":["a"]},"results":{"bindings":[{'
    + b",".join(b'"v%d":{}' % n for n in range(100_000)),
    "text without end": document()[:-2] + b'{"a":{"type":"literal","value":"' + b"x" * MANY,
    "number of many digits": b'{"x":' + b"9" * 100_000 + b"," + document()[1:],
    "member twice in a row": document({"a": TEXT}).replace(
        b'"a": {', b'"a": {"type":"bnode","value":"b"}, "a": {'
    ),
    "member twice in a term": document({"a": TEXT}).replace(b'"value"', b'"value": "y", "value"'),
    "language that is missing": term_of(
        type="literal", value="x", datatype="http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
    ),
    "list for a row": document({"a": TEXT}).replace(b"[{", b"[[{").replace(b"]}}", b"]]}}"),
    "row of empty lists": b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":[' + b"[]," * MANY,
}
XML_HEAD = b'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><results>'
BROKEN_XML = {
    "boolean": xml().replace(b"<results></results>", b"<boolean>true</boolean>"),
    "document type": b"<!DOCTYPE sparql>" + xml(),
    "entities": b'<!DOCTYPE s [<!ENTITY a "b">]>' + xml(bound("a", "<literal>&a;</literal>")),
    "file": b'<!DOCTYPE s SYSTEM "file:///etc/passwd">' + xml(),
    "parameter entity": b'<!DOCTYPE s [<!ENTITY % a SYSTEM "http://127.0.0.1/"> %a;]>' + xml(),
    "document type in capitals and spaces": b"<!\n DocType sparql>" + xml(),
    "unknown entity": xml(bound("a", "<literal>&b;</literal>")),
    "NUL": xml(bound("a", "<literal>&#0;</literal>")),
    "half a character": xml(bound("a", "<literal>&#xD800;</literal>")),
    "not UTF-8": xml(bound("a", "<literal>Q</literal>")).replace(b"Q", b"\xff"),
    "UTF-16": xml().decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    "latin-1": xml(bound("a", "<literal>æ</literal>")).decode().encode("latin-1"),
    "other namespace": xml().replace(b"2005/sparql-results#", b"1999/xhtml"),
    "no namespace": b"<sparql><head/><results/></sparql>",
    "two heads": xml().replace(b"</head>", b"</head><head/>"),
    "head after rows": XML_HEAD.replace(b"<head/>", b"") + b"</results><head/></sparql>",
    "two lists": xml().replace(b"</results>", b"</results><results/>"),
    "unknown variable": xml(bound("c", "<literal>x</literal>")),
    "variable twice in a row": xml(bound("a", "<literal/>") * 2),
    "variable twice": xml(head='<variable name="a"/><variable name="a"/>'),
    "variable without name": xml(head="<variable/>"),
    "binding without name": xml("<binding><literal/></binding>"),
    "two terms": xml(bound("a", "<literal>x</literal><literal>y</literal>")),
    "no term": xml(bound("a", "")),
    "text between": xml("x"),
    "element within a term": xml(bound("a", "<literal>x<b>y</b></literal>")),
    "IRI that ends early": xml(bound("a", "<uri>http://e.org/&gt; x</uri>")),
    "triple term": xml(bound("a", "<triple><subject><uri>u:x</uri></subject></triple>")),
    "triple terms, deep": xml(bound("a", "<triple><subject>" * DEEP)),
    "deep": b"<a>" * DEEP,
    "tag without end": XML_HEAD + b"<result " + b'a="x" ' * MANY,
    "attribute without end": XML_HEAD + b'<result a="' + b"x" * MANY,
    "comment without end": XML_HEAD + b"<!--" + b"x" * MANY,
    "something after it": xml() + b"<a/>",
    "nothing": b"",
}


@pytest.mark.parametrize(
    ("reader", "body"),
    [pytest.param(read_json, body, id=f"json: {name}") for name, body in BROKEN_JSON.items()]
    + [pytest.param(read_xml, body, id=f"xml: {name}") for name, body in BROKEN_XML.items()],
)
def test_nothing_else_passes_and_nothing_hurts(reader, body):
    began = time.thread_time()
    with pytest.raises((ValueError, PartnerError)) as error:
        read(reader, body)
    assert time.thread_time() - began < 2.0
    if isinstance(error.value, MalformedError):
        assert str(error.value).isprintable()


def test_instructions_and_comments_in_xml_are_passed_over():
    body = xml(bound("a", "<literal>x<!-- y --><?z ?></literal>"))
    body = body.replace(b"\n<sparql", b'\n<?xml-stylesheet href="http://127.0.0.1/"?><sparql', 1)
    assert read(read_xml, body) == [('"x"', None)]


@pytest.mark.parametrize("reader", [read_json, read_xml])
def test_rows_are_counted_as_they_come(reader):
    body = document(*[{"a": TEXT}] * 11)
    if reader is read_xml:
        body = xml(*[bound("a", "<literal>x</literal>")] * 11)
    assert len(read(reader, body, 11)) == 11
    with pytest.raises(PartnerError) as error:
        read(reader, body, 10)
    assert error.value.fault is Fault.TOO_LARGE


def test_many_variables_without_values_are_counted_too():
    body = document(*[{}] * 40_000, variables=tuple(f"v{n}" for n in range(200)))
    with pytest.raises(PartnerError) as error:
        read(read_json, body, 50_000)
    assert error.value.fault is Fault.TOO_LARGE


@pytest.mark.parametrize("reader", [read_json, read_xml])
def test_reading_ends_once_nobody_waits(reader):
    body = document(*[{"a": TEXT}] * 5000) if reader is read_json else xml(*[""] * 50_000)
    began = time.thread_time()
    with pytest.raises(GivenUpError):
        reader(body, 100_000, lambda: True)
    assert time.thread_time() - began < 0.1


def test_a_large_answer_takes_little_memory_beside_its_own():
    if not Path("/proc/self/statm").exists():
        pytest.skip("memory is looked up in /proc")
    row = b'{"a":{"type":"uri","value":"http://e.org/1"},"b":{"type":"literal","value":"%s"}}'
    body = b'{"head":{"vars":["a","b"]},"results":{"bindings":['
    body += b",".join(row % (b"x" * 900) for _ in range(30_000)) + b"]}}"
    before = int(Path("/proc/self/statm").read_text().split()[1]) * 4096
    rows = read_json(body, 50_000, lambda: False)
    after = int(Path("/proc/self/statm").read_text().split()[1]) * 4096
    assert len(rows.rows) == 30_000
    assert after - before < 2 * len(body) + 64 * 2**20
