"""Each format is read by its ending; a fault names file, line and mend, and nothing is fetched."""

import gzip

import pyoxigraph as ox
import pytest

from samgraf.build.content import ContentErrors, find_content, load
from samgraf.build.manifest import picture_of
from samgraf.build.pipeline import Run, run
from samgraf.engine.in_process_service import in_process_service
from samgraf.errors import ContentError, UsageError
from samgraf.progress import Silent
from samgraf.release.dumps import make, read_index
from samgraf.settings import Settings
from samgraf.site import create_app
from samgraf.vocab import RDF

EX = "http://ex.example/"
SAID = ox.Triple(ox.NamedNode(EX + "a"), ox.NamedNode(EX + "b"), ox.NamedNode(EX + "c"))
RDF_XML = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE rdf:RDF [<!ENTITY ex "http://ex.example/">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="http://ex.example/">
  <rdf:Description rdf:about="&ex;a"><ex:b rdf:resource="&ex;c"/></rdf:Description>
</rdf:RDF>"""


def content(folder, **files):
    """Return a content with ``files``, by path with __ for / and _DOT_ for the last dot."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (folder / "ontology").mkdir(exist_ok=True)
    return find_content(folder)


def kinds(loaded):
    return {note.kind for note in loaded.notes()}


@pytest.mark.parametrize(
    ("ending", "text"),
    [
        ("ttl", "@prefix ex: <http://ex.example/> . ex:a ex:b ex:c ."),
        ("n3", "@prefix ex: <http://ex.example/> . ex:a ex:b ex:c ."),
        ("trig", "@prefix ex: <http://ex.example/> . { ex:a ex:b ex:c }"),
        ("nt", f"<{EX}a> <{EX}b> <{EX}c> ."),
        ("nq", f"<{EX}a> <{EX}b> <{EX}c> ."),
        ("rdf", RDF_XML),
        ("owl", RDF_XML),
        ("owl", f"@prefix ex: <{EX}> . ex:a ex:b ex:c ."),
        (
            "jsonld",
            '{"@id": "http://ex.example/a", "http://ex.example/b": {"@id": "http://ex.example/c"}}',
        ),
    ],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_format_is_known_by_its_ending_with_a_byte_order_mark_or_not(
    tmp_path, ending, text, mark
):
    (file,) = load(content(tmp_path, **{f"data__x_DOT_{ending}": mark + text.encode()})).files
    assert file.triples == [SAID]
    assert file.graph.value == "https://samgraf.invalid/graph/x"


def test_relative_iris_stand_below_the_graph_of_their_file(tmp_path):
    text = '{"@id": "one", "http://ex.example/b": {"@id": "#two"}}'
    found = content(tmp_path, data__x_DOT_ttl="<one> <#p> <> .", data__deep__y_DOT_jsonld=text)
    loaded = load(find_content(found.root, "https://my.example/"))
    graph = "https://my.example/graph/"
    assert {str(t) for f in loaded.files for t in f.triples} == {
        f"<{graph}one> <{graph}x#p> <{graph}x>",
        f"<{graph}deep/one> <http://ex.example/b> <{graph}deep/y#two>",
    }


def test_named_graphs_keep_their_names_and_those_without_a_name_get_one(tmp_path):
    text = "<urn:g> { <urn:a> <urn:b> <urn:c> } _:g { <urn:a> <urn:b> <urn:d> }"
    text += "<urn:a> <urn:b> <urn:c> ."
    loaded = load(content(tmp_path, data__x_DOT_trig=text))
    own = "https://samgraf.invalid/graph/x"
    assert {(q.graph_name.value, q.object.value) for q in loaded.quads()} == {
        ("urn:g", "urn:c"),
        (own, "urn:c"),
        (own + "/unnamed-1", "urn:d"),
    }
    assert "unnamed-graphs" in kinds(loaded)


@pytest.mark.parametrize("name", ["inferred", "report"])
def test_a_graph_that_the_build_alone_fills_is_refused_in_a_file(tmp_path, name):
    iri = f"https://samgraf.invalid/graph/{name}"
    found = content(tmp_path, data__x_DOT_trig=f"<urn:g> {{ }}\n<{iri}> {{ <urn:a> <urn:b> 1 }}")
    with pytest.raises(ContentError, match=rf"^data/x\.trig:2: .*<{iri}>\. Give .*another name"):
        load(found)


@pytest.mark.parametrize("name", ["inferred", "report"])
def test_a_file_named_like_a_graph_of_the_build_has_a_graph_of_its_own(tmp_path, name):
    (file,) = load(content(tmp_path, **{f"data__{name}_DOT_ttl": "<urn:a> <urn:b> 1 ."})).files
    assert file.graph.value == f"https://samgraf.invalid/graph/{name}.ttl"


def test_triples_about_triples_are_kept_apart_from_what_is_reasoned_over(tmp_path):
    text = "PREFIX : <urn:x:> :a :b :c {| :says :d |} ."
    (file,) = (loaded := load(content(tmp_path, data__x_DOT_ttl=text))).files
    assert len(file.triples) == 2
    assert [q.predicate.value.rpartition("#")[2] for q in file.quoting] == ["reifies"]
    assert len(list(loaded.quads())) == 3
    assert "triple-terms" in kinds(loaded)


def test_triples_about_triples_have_pages_and_stand_in_the_dumps(tmp_path):
    text = "PREFIX : <https://ex.example/> :a :b :c . :s :says <<( :a :b :c )>> ."
    found = content(tmp_path / "content", data__x_DOT_ttl=text)
    release = tmp_path / "release"
    run(found, Run(Silent(), "en", lambda line: None), out=release)
    client = create_app(in_process_service(release, Settings())).test_client()
    iri, accept = {"iri": "https://ex.example/s"}, {"Accept": "text/html"}
    page = client.get("/doc", query_string=iri, headers=accept, follow_redirects=True)
    assert page.status_code == 200
    assert "&lt;&lt;(" in page.text
    make(release, tmp_path / "dumps")
    known = read_index(tmp_path / "dumps")
    assert known["graph/x.jsonld.gz"].sha256 is None  # JSON-LD has no such terms
    term = ox.Triple(*(ox.NamedNode(f"https://ex.example/{name}") for name in "abc"))
    for name, format in (
        ("graph/x.ttl.gz", ox.RdfFormat.TURTLE),
        ("graph/x.nt.gz", ox.RdfFormat.N_TRIPLES),
        ("graph/x.rdf.gz", ox.RdfFormat.RDF_XML),
        ("all.nq.gz", ox.RdfFormat.N_QUADS),
        ("all.trig.gz", ox.RdfFormat.TRIG),
    ):
        data = gzip.decompress((tmp_path / "dumps" / name).read_bytes())
        assert term in {q.object for q in ox.parse(input=data, format=format)}, name


def test_two_files_that_differ_in_their_ending_have_graphs_of_their_own(tmp_path):
    files = load(content(tmp_path, data__x_DOT_nt="", data__x_DOT_ttl="")).files
    assert [f.graph.value.rpartition("/")[2] for f in files] == ["x", "x.ttl"]


def test_a_name_that_no_iri_holds_is_written_with_escapes(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "my <file> ø.ttl").write_text("")
    (file,) = load(content(tmp_path)).files
    assert file.graph.value.endswith("graph/my%20%3Cfile%3E%20%C3%B8")


def test_what_is_empty_or_not_read_is_noted(tmp_path):
    loaded = load(
        content(tmp_path, data__x_DOT_jsonld="{}", data__y_DOT_hdt="", ontology__deep__z_DOT_ttl="")
    )
    notes = {(n.kind, n.file, n.examples) for n in loaded.notes()}
    assert ("empty", "data/x.jsonld", ()) in notes
    assert ("empty", "ontology/deep/z.ttl", ()) in notes
    assert ("ignored", None, ("data/y.hdt",)) in notes


def test_a_folder_of_which_nothing_is_read_is_named_once(tmp_path):
    names = {"data__make__a_DOT_py": "", "data__make__b_DOT_py": "", "data__b_DOT_py": ""}
    loaded = load(content(tmp_path, data__x_DOT_ttl="", **names))
    (note,) = (n for n in loaded.notes() if n.kind == "ignored")
    assert sorted(note.examples) == ["data/b.py", "data/make/"]


def test_a_file_of_an_unknown_ending_is_named_where_it_stands_alone(tmp_path):
    loaded = load(content(tmp_path, ontology__x_DOT_ttl="", data__things_DOT_turtle=""))
    assert [n.examples for n in loaded.notes() if n.kind == "ignored"] == [("data/things.turtle",)]


def test_a_remote_context_is_a_fault_unless_a_copy_stands_in_the_content(tmp_path):
    text = '{\n"@context": "https://ex.example/c/v1",\n"@id": "urn:a", "b": "x"}'
    found = content(tmp_path, data__x_DOT_jsonld=text)
    with pytest.raises(ContentError, match=r"^data/x\.jsonld:2: .*https://ex\.example/c/v1 .*"):
        load(found)
    copy = '{"@context": {"b": "urn:b"}}'
    found = content(tmp_path, **{"ontology__contexts__ex.example__c__v1_DOT_jsonld": copy})
    (file,) = load(found).files
    assert [t.predicate.value for t in file.triples] == ["urn:b"]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("x.ttl", "<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b>", 2),
        ("x.trig", "<urn:g> {\n<urn:a> a }", 2),
        ("x.nt", "<urn:a> <urn:b> <urn:c> .\n<urn:a> .", 2),
        ("x.nq", "<urn:a> <urn:b> <urn:c> .\nnonsense", 2),
        ("x.rdf", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<a>', 2),
        ("x.owl", "Prefix(:=<urn:x>)\nOntology(<urn:x>)", 1),
        ("x.jsonld", '{\n"@id": "urn:a",,}', 2),
        ("x.jsonld", b'{\n"@id": "\xe6"}', 2),
        ("x.ttl", b'\n\n<urn:a> <urn:b> "\xe6" .', 3),
    ],
)
def test_a_fault_names_file_line_and_mend(tmp_path, name, text, line):
    stem, _, ending = name.partition(".")
    found = content(tmp_path, **{f"data__{stem}_DOT_{ending}": text})
    with pytest.raises(ContentError) as caught:
        load(found)
    assert (str(caught.value.file), caught.value.line) == (f"data/{name}", line)
    assert caught.value.mend


_E = '<e:C rdf:about="urn:a">'


@pytest.mark.parametrize(
    ("inner", "line", "words"),
    [
        (f"{_E}\n<e:p>1</e:p>\n<e:p>2</e:p>", 5, "ends within an element"),
        (f"{_E}\n<ex:p>1</ex:p></e:C></rdf:RDF>", 3, "ex:"),
        (f"{_E}\n<e:p>a&b;</e:p></e:C></rdf:RDF>", 3, "entity `b`"),
        (f"{_E}\n<e:p\nrdf:resource='urn:a b'\n/></e:C></rdf:RDF>", 4, "urn:a b"),
        (f"{_E}\n\nloose\n\n</e:C></rdf:RDF>", 4, "loose"),
        (f"{_E}\n<e:p rdf:parseType='Literal' e:q='x'/></e:C></rdf:RDF>", 3, "rdf:XMLLiteral"),
        ('<e:C rdf:ID="a"/>\n<e:C rdf:ID="b"/>\n<e:C rdf:ID="a"/></rdf:RDF>', 4, "#a"),
        (f"{_E}\n<e:p>1</e:q></e:C></rdf:RDF>", 3, "</e:p>"),
    ],
)
def test_a_fault_of_rdf_xml_is_told_where_it_stands(tmp_path, inner, line, words):
    head = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:">\n'
    with pytest.raises(ContentError, match="This is not valid RDF/XML") as caught:
        load(content(tmp_path, data__x_DOT_rdf=f"{head}{inner}\n"))
    assert caught.value.line == line
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("base", "iri"),
    [
        ("onto.owl", "https://samgraf.invalid/graph/onto.owl#a"),
        ("../", "https://samgraf.invalid/#a"),
        ("http://ex.example/o", "http://ex.example/o#a"),
        ("", "https://samgraf.invalid/graph/x#a"),
    ],
)
def test_a_base_of_xml_may_be_relative(tmp_path, base, iri):
    rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:"'
    text = f"<rdf:RDF {rdf}\n  xml:base='{base}'><e:C rdf:about='#a'/></rdf:RDF>"
    (file,) = load(content(tmp_path, data__x_DOT_rdf=text)).files
    assert [t.subject.value for t in file.triples] == [iri]


@pytest.mark.parametrize(
    "text",
    [
        "Prefix(:=<urn:x>)\nOntology(<urn:x>)",
        "Prefix: : <urn:x#>\nOntology: <urn:x>",
        '<?xml version="1.0"?><Ontology xmlns="http://www.w3.org/2002/07/owl#" ontologyIRI="urn:x">'
        '<Declaration><Class IRI="#A"/><Class IRI="#B"/></Declaration></Ontology>',
    ],
)
def test_another_syntax_of_owl_is_called_so(tmp_path, text):
    with pytest.raises(ContentError, match="another syntax of OWL") as caught:
        load(content(tmp_path, ontology__x_DOT_owl=text))
    assert "RDF/XML or Turtle" in caught.value.mend


def test_each_parse_type_of_rdf_xml_is_read(tmp_path):
    text = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:">
      <e:C rdf:about="urn:a">
        <e:p rdf:parseType="Resource"><e:q><e:D/></e:q><e:q rdf:resource="urn:b"/></e:p>
        <e:p rdf:parseType="Collection"><e:D/><e:D/></e:p>
        <e:p rdf:parseType="Literal"><e:p><b/><b/></e:p></e:p>
        <e:p rdf:parseType="Literal"/><e:q rdf:parseType='Literal'></e:q>
        <e:p rdf:datatype="urn:t">1</e:p>
      </e:C>
      <e:C/>
    </rdf:RDF>"""
    (file,) = load(content(tmp_path, data__x_DOT_rdf=text)).files
    assert len(file.triples) == 17
    empty = ox.Literal("", datatype=ox.NamedNode(f"{RDF}XMLLiteral"))
    assert sum(t.object == empty for t in file.triples) == 2


def test_the_faults_of_all_files_are_told_at_once(tmp_path):
    found = content(tmp_path, data__a_DOT_ttl="nonsense", data__b_DOT_nt="nonsense")
    with pytest.raises(ContentErrors) as caught:
        load(found)
    assert [f.partition(":")[0] for f in caught.value.faults] == ["data/a.ttl", "data/b.nt"]


def test_a_question_that_is_no_utf8_is_refused_with_its_line(other, call):
    path = other / "ontology" / "questions" / "forage.rq"
    path.write_bytes(path.read_bytes().replace(b"SELECT", "# bø\nSELECT".encode("latin-1"), 1))
    result = call("check", "--content", other)
    assert result.exit_code == 1
    assert "ontology/questions/forage.rq:" in result.output
    assert "is not UTF-8." in result.output


def test_an_extra_file_of_no_known_format_is_a_wrong_call(other, tmp_path, call):
    (tmp_path / "x.docx").write_bytes(b"")
    result = call("check", "--content", other, tmp_path / "x.docx")
    assert result.exit_code == UsageError.exit_status
    assert "the ending tells no format" in result.output


SVG = '<svg xmlns="http://www.w3.org/2000/svg"><title>Bees</title></svg>'


@pytest.mark.parametrize(
    ("picture", "fault"),
    [
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", "no SVG with a title"),
        (b"\xff<svg><title>x</title></svg>", "not UTF-8 at byte 0"),
        (SVG.replace("Bees", "B" * (256 * 1024)), "the limit is 262144"),
    ],
)
def test_a_picture_of_the_model_that_cannot_be_shown_is_refused(tmp_path, picture, fault):
    found = content(tmp_path, ontology__model_DOT_svg=picture)
    with pytest.raises(ContentError, match=fault):
        picture_of(found)


def test_a_picture_of_the_model_is_read_and_makes_another_release(tmp_path):
    found = content(tmp_path, ontology__a_DOT_ttl=f"<{EX}a> <{EX}b> <{EX}c> .")
    before = found.fingerprint()
    assert picture_of(found) is None
    again = content(tmp_path, ontology__model_DOT_svg=SVG)
    assert picture_of(again) == SVG
    assert again.fingerprint() != before
    assert again.ignored() == []


XML = """<?xml version="1.0" encoding="{encoding}"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="http://ex.example/">
  <rdf:Description rdf:about="urn:a"><ex:b>{text}</ex:b></rdf:Description>
</rdf:RDF>"""


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "UTF-16", "us-ascii", "utf-8"])
def test_xml_is_read_in_the_encoding_that_it_declares(tmp_path, encoding):
    text = "bees" if encoding == "us-ascii" else "bl\u00e5b\u00e6r"
    data = XML.format(encoding=encoding, text=text).encode(encoding)
    (file,) = load(content(tmp_path, **{"data__x_DOT_rdf": data})).files
    assert [t.object.value for t in file.triples] == [text]


@pytest.mark.parametrize("encoding", ["no-such", "ISO-8859-1x", "us-ascii"])
def test_xml_in_an_encoding_that_it_is_not_in_is_refused(tmp_path, encoding):
    data = XML.format(encoding=encoding, text="bl\u00e5b\u00e6r").encode("latin-1")
    with pytest.raises(ContentError, match="not UTF-8"):
        load(content(tmp_path, **{"data__x_DOT_rdf": data}))


def test_entities_that_grow_without_end_are_refused(tmp_path):
    more = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    doctype = f'<!DOCTYPE r [<!ENTITY a0 "{"x" * 10}">{more}]><rdf:RDF'
    data = XML.format(encoding="utf-8", text="&a11;").replace("<rdf:RDF", doctype, 1)
    with pytest.raises(ContentError, match="far more text") as caught:
        load(content(tmp_path, **{"data__x_DOT_rdf": data}))
    assert caught.value.mend


def test_a_compressed_file_is_told(tmp_path):
    packed = gzip.compress(b"<urn:a> <urn:b> <urn:c> .")
    with pytest.raises(ContentError, match="compressed"):
        load(content(tmp_path, **{"data__x_DOT_ttl": packed}))


def test_a_compressed_file_alone_is_a_wrong_call_that_says_how_to_unpack_it(other, tmp_path, call):
    (tmp_path / "x.ttl.gz").write_bytes(gzip.compress(b"<urn:a> <urn:b> <urn:c> ."))
    for arguments in (("--content", tmp_path), ("--content", other, tmp_path / "x.ttl.gz")):
        result = call("check", *arguments)
        assert result.exit_code == UsageError.exit_status
        assert "x.ttl.gz: the file is compressed. Unpack it with gunzip." in result.output


HTML_PAGE = "<!DOCTYPE html>\n<html><head><title>x</title></head><body><p>No</body></html>"
XHTML = '<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head></html>'
JSON_LD = '[{"@id": "http://ex.example/a", "http://ex.example/b": 1}]'


@pytest.mark.parametrize(
    ("ending", "text", "what", "mend"),
    [
        ("ttl", HTML_PAGE, "an HTML page", "not the page"),
        ("rdf", XHTML, "an HTML page", "not the page"),
        ("jsonld", HTML_PAGE, "an HTML page", "not the page"),
        ("ttl", RDF_XML, "RDF/XML", ".rdf"),
        ("jsonld", RDF_XML, "RDF/XML", ".rdf"),
        ("ttl", JSON_LD, "JSON-LD", ".jsonld"),
        ("owl", JSON_LD, "JSON-LD", ".jsonld"),
        ("rdf", "<urn:a> a <#b> .", "Turtle", ".ttl"),
        ("nt", "<urn:a> a <urn:b> .", "Turtle", ".ttl"),
        ("jsonld", "<urn:a> a <urn:b> .", "Turtle", ".ttl"),
        ("ttl", "<urn:g> { <urn:a> a <urn:b> }", "TriG", ".trig"),
        ("nt", "<urn:a> <urn:b> <urn:c> <urn:d> .", "N-Quads", ".nq"),
        ("ttl", "version https://git-lfs.github.com/spec/v1\noid sha256:0", "Git LFS", "pull"),
    ],
)
def test_a_file_in_another_format_than_its_name_says_is_told(tmp_path, ending, text, what, mend):
    with pytest.raises(ContentError, match=f"it seems to be .*{what}") as caught:
        load(content(tmp_path, **{f"data__x_DOT_{ending}": text}))
    assert mend in caught.value.mend


@pytest.mark.parametrize("text", ["[ <urn:a> ", "<urn:g> { [] a }", "<urn:a> . {", "<?x"])
def test_a_file_that_is_of_its_format_but_for_a_fault_keeps_the_message_of_that(tmp_path, text):
    with pytest.raises(ContentError, match="This is not valid TriG"):
        load(content(tmp_path, data__x_DOT_trig=text))


@pytest.mark.parametrize(
    "inner",
    [
        '<p xmlns="http://www.w3.org/1999/xhtml">one <em>two</em></p>',
        '<z:p xmlns:z="urn:z" z:k="a&gt;b"><p xmlns="urn:y"/></z:p>',
        "one <br/> two",
    ],
)
def test_xml_content_is_well_formed_whatever_namespaces_it_declares(tmp_path, inner):
    text = XML.format(encoding="utf-8", text=inner).replace(
        "<ex:b>", '<ex:b rdf:parseType="Literal">'
    )
    outcome = run(content(tmp_path, **{"data__x_DOT_rdf": text}), Run(Silent(), say=lambda _: None))
    assert outcome.asserted == 1
