import re
from pathlib import Path

import pyoxigraph as ox
import pytest

import samgraf
from samgraf.engine.workers.frames import LENGTH, QueryFrame, pack_query, read_query
from samgraf.settings import Settings
from samgraf.sparql import service as services
from samgraf.sparql.binding import bind
from samgraf.sparql.corrections import corrected
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import Operation
from samgraf.sparql.service import Service
from samgraf.sparql.syntax import parse

MANIFEST = {"release": "0" * 64, "base": "http://e/", "prefixes": {"ex": "http://e/"}}


@pytest.fixture(scope="module")
def service():
    return Service(None, MANIFEST, Settings())


def prepared(service, query, **more):
    return service.prepare(Operation(query=query, **more), None, html=False)


def test_queries_that_differ_in_spaces_and_comments_have_one_answer(service):
    one = prepared(service, "SELECT ?a { ex:one ex:p ?a }")
    other = prepared(service, "SELECT  ?a\n{ ex:one ex:p ?a } # why")
    assert (one.key, one.etag) == (other.key, other.etag)


@pytest.mark.parametrize(
    "other",
    [
        {"query": "SELECT ?b { ex:one ex:p ?b }"},
        {"query": "SELECT ?a { ex:one ex:p ?a }", "format": "csv"},
        {"query": "SELECT ?a { ex:one ex:p ?a }", "default_graphs": ("http://g/",)},
        {"query": "SELECT ?a { ex:one ex:p 'a  b' }"},
    ],
)
def test_what_may_answer_otherwise_has_another_key(service, other):
    assert prepared(service, **other).key != prepared(service, "SELECT ?a { ex:one ex:p ?a }").key


@pytest.mark.parametrize("query", ["SELECT (NOW() AS ?n) {}", "ASK { SERVICE <http://x/> {} }"])
def test_what_may_differ_next_time_has_no_key(service, query):
    found = prepared(service, query)
    assert (found.key, found.etag) == (None, None)


def test_dataset_of_the_request_goes_before_that_of_the_query(service):
    query = "ASK FROM <a> FROM NAMED <b> {}"
    found = prepared(service, query).request
    assert (found.default_graphs, found.named_graphs) == (("http://e/a",), ("http://e/b",))
    found = prepared(service, query, default_graphs=("http://g/",)).request
    assert (found.default_graphs, found.named_graphs) == (("http://g/",), ())
    found = prepared(service, "ASK {}").request
    assert (found.default_graphs, found.named_graphs) == (None, None)


def test_syntax_error_is_told_before_a_worker_sees_the_query(service):
    with pytest.raises(ProblemError) as caught:
        prepared(service, "SELECT *\n{ ?s ex:p }")
    problem = caught.value
    assert (problem.status, problem.outcome) == (400, "syntax")
    assert (problem.members["line"], problem.members["column"]) == (2, 11)
    assert problem.members["excerpt"] == "{ ?s ex:p }\n          ^"


def test_longer_query_than_allowed_is_413():
    service = Service(None, MANIFEST, Settings(max_query_bytes=10))
    with pytest.raises(ProblemError) as caught:
        prepared(service, "SELECT * { }")
    assert caught.value.status == 413


SITE = Path(samgraf.__file__).parent / "site"
OWN = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.rq"))
TERMS = (ox.NamedNode("http://x/a"), ox.NamedNode("http://x/b#c"))


def bound(text, term, several):
    """Return a query of the site with ``term`` in each place, ``several`` where a list stands."""
    counts = set(re.findall(r"(?:LIMIT|OFFSET) \$(\w+)", text))
    lists = set(re.findall(r"(?:\{|IN *\() *\$(\w+) *[)}]", text))
    given = {
        name: 7 if name in counts else several if name in lists else term
        for name in re.findall(r"\$(\w+)", text)
    }
    return bind(text, **given)


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("term", TERMS)
def test_a_query_of_our_own_is_known_by_its_template(service, name, term):
    text = (SITE / name).read_text("utf-8")
    for several in ([], [term], [*TERMS, ox.Literal("d * ?", language="en")]):
        query = bound(text, term, several)
        read, known = parse(query, service.prefixes, service.base), prepared(service, query)
        same = ("form", "kind", "default_graphs", "named_graphs", "volatile")
        assert [getattr(known.query, n) for n in same] == [getattr(read, n) for n in same]
        if known.request.plain_unless_mixed is not None:
            assert corrected(read, tuple).text == read.text


@pytest.mark.parametrize("template", ["ASK { $this ?p ?o }", "ASK { ?s ?p $this } # \\u0041"])
def test_what_a_worker_is_sent_says_all_but_the_client(service, template):
    query = bind(template, this=TERMS[0])
    request = prepared(service, query).request._replace(client="somebody")
    sent = QueryFrame(request, "text/csv", 1000, 5.0)
    read = read_query(pack_query(sent)[LENGTH.size :])
    assert read == sent._replace(request=request._replace(client=""))


def test_a_template_is_read_once(service, monkeypatch):
    read = []
    monkeypatch.setattr(
        services, "parse", lambda text, *more: read.append(text) or parse(text, *more)
    )
    found = [prepared(service, bind("ASK { $this ?once ?o }", this=term)) for term in TERMS]
    assert len(read) == 1
    assert [f.request.query for f in found] == [f"ASK {{ {term} ?once ?o }}" for term in TERMS]
    assert found[0].key != found[1].key
    again = prepared(service, bind("ASK { $this ?once ?o }", this=TERMS[0]))
    assert (again.key, again.etag) == (found[0].key, found[0].etag)


@pytest.mark.parametrize(
    "template", ["ASK FROM $this { ?s ?p ?o }", "ASK { SERVICE $this { ?s ?p ?o } }"]
)
def test_a_query_whose_terms_name_graphs_or_partners_is_read_itself(service, template):
    for term in TERMS:
        query = prepared(service, bind(template, this=term)).query
        assert term.value in (*query.default_graphs, *(s.iri for s in query.services))


def test_a_query_that_needs_a_correction_is_not_called_plain(service):
    for template in ("ASK { $this ex:p* ?o }", "ASK { ?s ?p ?o FILTER(REGEX(?o, $this)) }"):
        known = prepared(service, bind(template, this=ox.Literal("a"))).request
        assert known.plain_unless_mixed is None
