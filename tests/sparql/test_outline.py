import pytest

from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.outline import outline
from samgraf.sparql.tokens import significant

BASE = "https://example.org/"


def read(query, prefixes=None):
    return outline(significant(query), prefixes, BASE)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("SELECT * {}", QueryKind.SOLUTIONS),
        ("BASE <http://e/> PREFIX a: <b> # c\nask {}", QueryKind.BOOLEAN),
        ("prefix : <http://e/> CONSTRUCT {} WHERE {}", QueryKind.GRAPH),
        ("DESCRIBE <a>", QueryKind.GRAPH),
        ("hello", None),
        ("", None),
        ("PREFIX", None),
        ("PREFIX a:", None),
        ("LOAD <a>", None),
    ],
)
def test_form_of_the_query(query, kind):
    assert read(query).kind is kind


def test_prologue_resolves_relative_namespaces():
    query = "BASE <http://e/x/> PREFIX a: <b#> PREFIX c: <../d\\u0023> SELECT * {}"
    assert read(query).prefixes == {"a": "http://e/x/b#", "c": "http://e/d#"}


def test_dataset_clause_is_resolved():
    query = """PREFIX g: <http://g/> SELECT (COUNT(*) AS ?n)
        FROM <x> FROM g:a FROM NAMED <http://n/> FROM NAMED g:b\\.c { FROM <not> }"""
    found = read(query)
    assert found.default_graphs == (BASE + "x", "http://g/a")
    assert found.named_graphs == ("http://n/", "http://g/b.c")


def test_releases_prefix_serves_the_dataset_clause():
    assert read("ASK FROM p:a {}", {"p": "http://p/"}).default_graphs == ("http://p/a",)


@pytest.mark.parametrize(
    ("query", "volatile"),
    [
        ("SELECT (NOW() AS ?t) {}", True),
        ("SELECT * {} ORDER BY rand()", True),
        ("SELECT (bnode() AS ?b) {}", True),
        ("SELECT ?now { ?now ?p 'RAND()' }", False),
        ("CONSTRUCT { ?s ?p [] } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { _:a ?p ?o } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p [] FILTER(?o > 1) }", False),
        ("CONSTRUCT WHERE { ?s ?p ?o }", False),
    ],
)
def test_volatile_queries_are_known(query, volatile):
    assert read(query).volatile is volatile
