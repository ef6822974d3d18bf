import pytest

from samgraf.settings import Settings
from samgraf.sparql.protocol import Operation
from samgraf.sparql.service import Service

MANIFEST = {"release": "0" * 64, "base": "http://e/", "prefixes": {"ex": "http://e/"}}


@pytest.fixture(scope="module")
def service():
    return Service(None, MANIFEST, Settings())


def prepared(service, query):
    return service.prepare(Operation(query=query), None, html=False)


def test_outline_of_a_shape_is_worked_out_once(service):
    first = prepared(service, "SELECT ?a { ex:one ex:p ?a }")
    second = prepared(service, "SELECT ?b { ex:two ex:q ?b }")
    assert second.outline is first.outline
    assert second.request.query == "SELECT ?b { ex:two ex:q ?b }"
    assert second.key != first.key


@pytest.mark.parametrize(
    ("queries", "told"),
    [
        (
            [f"PREFIX a: <http://a/{n}> SELECT * {{}}" for n in (1, 2)],
            lambda p: p.outline.prefixes["a"],
        ),
        ([f"ASK FROM <{n}> {{}}" for n in (1, 2)], lambda p: p.request.default_graphs),
        ([f"ASK FROM ex:{n} {{}}" for n in (1, 2)], lambda p: p.request.default_graphs),
        ([f"ASK FROM NAMED <{n}> {{}}" for n in (1, 2)], lambda p: p.request.named_graphs),
        ([f"BASE <http://b/{n}/> ASK FROM <x> {{}}" for n in (1, 2)],
         lambda p: p.request.default_graphs),
        (["SELECT (NOW() AS ?n) {}", "SELECT (STR(1) AS ?n) {}"], lambda p: p.outline.volatile),
        (["CONSTRUCT { _:a ex:p 1 } {}", "CONSTRUCT { ex:a ex:p 1 } {}"],
         lambda p: p.outline.volatile),
    ],
)  # fmt: skip
def test_what_is_not_in_the_shape_is_not_remembered_by_it(service, queries, told):
    found = [told(prepared(service, query)) for query in [*queries, *queries]]
    assert found[0] != found[1]
    assert found[2:] == found[:2]
