"""Triple terms (RDF 1.2) are shown as Turtle writes them, however deep they stand in each other."""

from urllib.parse import urlencode

import pytest

from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.site import create_app
from small_release import EX, LINES, A
from thing_release import write_things

DEPTHS = (1, 60, 450, 900)
HTML = {"Accept": "text/html"}


def nested(depth: int) -> str:
    inner = f"<<( <{EX}a> <{EX}b> <{EX}c> )>>"
    return f"<<( <{EX}a> <{EX}b> " * (depth - 1) + inner + " )>>" * (depth - 1)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    lines = [(f"<{EX}deep{d}>", f"<{EX}link>", nested(d), A) for d in DEPTHS]
    folder = write_things(tmp_path_factory.mktemp("deep"), [*LINES, *lines])
    return create_app(in_process_service(folder, Settings())).test_client()


def addresses(depth):
    thing = f"<{EX}deep{depth}>"
    select = urlencode({"query": f"SELECT * {{ {thing} ?p ?o }}"})
    construct = urlencode({"query": f"CONSTRUCT WHERE {{ {thing} ?p ?o }}"})
    paths = [f"/sparql?{select}", f"/sparql?{construct}", f"/sparql/places?{select}"]
    return [*paths, f"/sparql/triples?{construct}", f"/doc/deep{depth}"]


@pytest.mark.parametrize("depth", [1, 60, 450])
def test_they_are_shown_whole(client, depth):
    for path in addresses(depth):
        assert client.get(path, headers=HTML).status_code == 200, path
    page = client.get(f"/doc/deep{depth}", headers=HTML).text
    assert page.count("&lt;&lt;(") == page.count(")&gt;&gt;") >= depth


def test_what_is_too_deep_for_a_page_can_be_had_as_a_file(client):
    for path in addresses(900):
        assert client.get(path, headers=HTML).status_code in (200, 406), path
    file = client.get("/doc/deep900", headers={"Accept": "application/n-triples"})
    assert file.text.count("<<(") == 900
