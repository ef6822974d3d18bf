import json
import subprocess
import sys

import pyoxigraph as ox
import pytest

from samgraf.engine.local import LocalEngine
from samgraf.release.serialise import UnwritableResultError
from samgraf.sparql.evaluation import EngineError, QueryKind, QueryRequest, QuerySyntaxError
from small_release import BASE, EX, LINES, REPORT, A, B, union_size

JSON = "application/sparql-results+json"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


def ask(engine, query, **dataset):
    body = engine.query(QueryRequest(query=query, **dataset)).serialize(JSON)
    return json.loads(body)["results"]["bindings"]


def count(engine, query=COUNT, **dataset):
    return int(ask(engine, query, **dataset)[0]["n"]["value"])


def size(*graphs):
    return len({line[:3] for line in LINES if line[3] in graphs})


def test_default_graph_is_the_union_without_the_report(engine):
    assert count(engine) == union_size()
    assert count(engine) < len(LINES) - 1  # one triple stands in two graphs


def test_union_can_be_turned_off(engine):
    assert count(engine, union=False) == 0
    assert count(engine, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", union=False) == len(
        LINES
    )


def test_default_graph_of_its_own_stays_without_the_union():
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode(EX), ox.NamedNode(EX), ox.NamedNode(EX)))
    assert count(LocalEngine(store, {}, default_is_union=False), union=False) == 1


def test_one_default_graph(engine):
    assert count(engine, default_graphs=(A,)) == size(A)


def test_two_default_graphs_are_merged_as_a_set(engine):
    assert count(engine, default_graphs=(A, B)) == size(A, B) == size(A) + size(B) - 1


def test_same_default_graph_twice_counts_once(engine):
    assert count(engine, default_graphs=(A, A)) == size(A)


def test_report_can_be_asked_by_name(engine):
    assert count(engine, default_graphs=(REPORT,)) == 1


def test_graph_outside_the_release_is_empty(engine):
    assert count(engine, default_graphs=(BASE + "nowhere",)) == 0


def test_default_graphs_alone_leave_no_named_graph(engine):
    query = "SELECT * { GRAPH ?g { ?s ?p ?o } }"
    assert ask(engine, query, default_graphs=(A,)) == []
    assert ask(engine, query, default_graphs=(A, B)) == []


def test_named_graphs_alone_leave_the_default_graph_empty(engine):
    assert count(engine, named_graphs=(A,)) == 0
    query = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    assert [r["g"]["value"] for r in ask(engine, query, named_graphs=(A,))] == [A]


def test_merged_default_graph_stands_beside_named_graphs(engine):
    query = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    found = ask(engine, query, default_graphs=(A, B), named_graphs=(REPORT,))
    assert [r["g"]["value"] for r in found] == [REPORT]


def test_merging_does_not_change_the_release(engine):
    before = count(engine)
    count(engine, default_graphs=(A, B, REPORT))
    assert count(engine) == before


def test_dataset_of_the_request_overrides_the_querys(engine):
    query = COUNT.replace("WHERE", f"FROM <{A}> WHERE")
    assert count(engine, query, default_graphs=(B,)) == size(B)


def test_merged_default_graph_overrides_the_querys_too(engine):
    query = COUNT.replace("WHERE", f"FROM <{REPORT}> WHERE")
    assert count(engine, query, default_graphs=(A, B)) == size(A, B)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("SELECT * {}", QueryKind.SOLUTIONS),
        ("ASK {}", QueryKind.BOOLEAN),
        ("CONSTRUCT WHERE { ?s ?p ?o }", QueryKind.GRAPH),
        ("DESCRIBE ex:rose", QueryKind.GRAPH),
    ],
)
def test_kind_of_each_form(engine, query, kind):
    assert engine.query(QueryRequest(query=query)).kind is kind


def test_prefixes_of_the_release_need_no_declaration(engine):
    assert len(ask(engine, "SELECT * { ex:rose a ex:Flower }")) == 1


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s a-b:p ?o }",
        "SELECT * { ?s a-b:p/^a-b:q ?o }",
        "SELECT*{?s:p?o}",
        "SELECT * { ?s ?p é:x }",
        "SELECT * { ?s a-b:p ?o . ?o :p é: }",
    ],
)
def test_any_name_of_a_prefix_is_found_where_it_is_used(query):
    names = ("", "a-b", "b", "é", "other")
    local = LocalEngine(ox.Store(), {name: f"http://e.example/{name}/" for name in names})
    assert ask(local, query) == []


def test_declared_prefix_goes_before_the_releases(engine):
    query = "PREFIX ex: <http://elsewhere.example/> SELECT * { ex:rose a ex:Flower }"
    assert ask(engine, query) == []


def test_relative_iri_is_resolved_against_the_base(engine):
    assert len(ask(engine, "SELECT * { <id/rose> a ?c }", base=BASE)) == 1


def test_syntax_error_tells_line_and_column(engine):
    with pytest.raises(QuerySyntaxError) as caught:
        engine.query(QueryRequest(query="SELECT *\n{ ?s ?p }"))
    assert (caught.value.line, caught.value.column) == (2, 9)  # the brace
    assert "line 2, column 9" in str(caught.value)


def test_turtle_declares_the_prefixes_it_uses_and_no_other(engine):
    body = engine.query(QueryRequest(query="DESCRIBE ex:rose")).serialize("text/turtle").decode()
    declared = [line.split()[1] for line in body.splitlines() if line.startswith("@prefix")]
    assert declared == ["ex:", "rdfs:"]
    assert "ex:rose a ex:Flower" in body


@pytest.mark.parametrize(
    ("media_type", "format"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
    ],
)
def test_every_graph_format_gives_the_same_triples(engine, media_type, format):
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(?s != ex:odd) }"
    body = engine.query(QueryRequest(query=query)).serialize(media_type)
    found = {str(quad.triple) for quad in ox.parse(input=body, format=format)}
    assert len(found) == union_size() - 1


def test_graph_is_written_as_a_set(engine):
    body = engine.query(QueryRequest(query="DESCRIBE ex:rose ex:rose")).serialize(
        "application/n-triples"
    )
    lines = body.splitlines()
    assert lines == sorted(set(lines))


@pytest.mark.parametrize(
    ("query", "media_type"),
    [
        ("CONSTRUCT WHERE { ex:odd ?p ?o }", "application/rdf+xml"),
        ("SELECT ?o { ex:odd ?p ?o }", "application/sparql-results+xml"),
    ],
)
def test_what_xml_cannot_hold_is_refused_not_broken(engine, query, media_type):
    with pytest.raises(UnwritableResultError, match="XML cannot express"):
        engine.query(QueryRequest(query=query)).serialize(media_type)


def test_a_format_of_the_wrong_kind_is_refused(engine):
    with pytest.raises(UnwritableResultError):
        engine.query(QueryRequest(query="ASK {}")).serialize("text/turtle")


def test_a_failure_of_the_store_is_an_engine_error():
    class Broken:
        def query(self, *_, **__):
            raise OSError("disk gone")

    with pytest.raises(EngineError, match="disk gone"):
        LocalEngine(Broken(), {}).query(QueryRequest(query="ASK {}"))


def test_bytes_are_the_same_in_another_process(release_dir):
    script = (
        "import sys; from pathlib import Path\n"
        "from samgraf.sparql.evaluation import QueryRequest\n"
        "from samgraf.engine.local import LocalEngine\n"
        "from samgraf.release import open_release, read_manifest\n"
        "d = Path(sys.argv[1]); e = LocalEngine(open_release(d), read_manifest(d)['prefixes'])\n"
        "q = 'CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }'\n"
        "sys.stdout.buffer.write(e.query(QueryRequest(query=q)).serialize('text/turtle'))\n"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", script, str(release_dir)],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
    assert b"@prefix ex:" in runs.pop()
