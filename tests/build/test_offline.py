"""A build connects nowhere, whatever the queries of the content ask for."""

import socket

import pyoxigraph as ox
import pytest

from samgraf.build.content import find_content, load
from samgraf.build.content.layout import DESCRIBED
from samgraf.build.offline import require_local
from samgraf.build.questions import Question, judge
from samgraf.build.validate import validate
from samgraf.build.views import View, check_view
from samgraf.errors import ContentError, SamgrafError

HOSTILE = [
    "SELECT * { SERVICE <{url}> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <{url}> { ?s ?p ?o } }",
    "SELECT * { service#a remark\n<{url}> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <{url}> { ?s ?p ?o } } }",
    "SELECT * { { SELECT * { OPTIONAL { SERVICE SILENT <{url}> { ?s ?p ?o } } } } }",
    "SELECT * { \\u0053ERVICE SILENT <{url}> { ?s ?p ?o } }",
    "ASK { SERVICE <{url}> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <{url}> { ?s ?p ?o } }",
]


@pytest.fixture
def listener():
    """Return (address, connections) of a server that only counts who comes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture
def url(listener):
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize("query", HOSTILE)
def test_a_query_that_asks_another_endpoint_is_refused(query, url):
    text = query.replace("{url}", url)
    with pytest.raises(ContentError):
        require_local(text, "q.rq")
    asked = {"file": "q.rq", "query": text, "form": "SELECT"}
    question = Question(slug="q", **asked, columns=("s",), rows=(("x",),))
    assert judge(ox.Store(), question).fault
    view = View(slug="v", **asked, on="home")
    with pytest.raises(SamgrafError):
        check_view(ox.Store(), view, {})


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { ?service a <https://example.org/Service> } # SERVICE <x> {}",
        'SELECT * { ?s ?p "SERVICE <http://example.org/> { }" }',
        "PREFIX service: <urn:x:> SELECT * { ?s service:of ?o }",
    ],
)
def test_the_word_alone_is_no_call(query):
    require_local(query, "q.rq")


@pytest.mark.parametrize("form", ["SERVICE#c\n<{url}>", "SERVICE SILENT#c\n<{url}>"])
def test_a_shape_that_asks_another_endpoint_is_refused(other, form, url):
    call = form.replace("{url}", url)
    shape = f'''@prefix sh: <http://www.w3.org/ns/shacl#> .
[] a sh:NodeShape ; sh:targetSubjectsOf <https://example.org/bees/ontology#frames> ;
  sh:sparql [ sh:message "m" ; sh:select
    """SELECT $this {{ $this ?p ?o . {call} {{ ?a ?b ?c }} }}""" ] .
'''
    shapes = [
        ox.Triple(q.subject, q.predicate, q.object)
        for q in ox.parse(input=shape, format=ox.RdfFormat.TURTLE)
    ]
    with pytest.raises(ContentError):
        validate(load(find_content(other)).triples(DESCRIBED), shapes)
