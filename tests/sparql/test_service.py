import pytest

from samgraf.settings import Settings
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.protocol import Operation
from samgraf.sparql.service import Service

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
