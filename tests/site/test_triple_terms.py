"""Triple terms (RDF 1.2) are shown as Turtle writes them, however deep they stand in each other."""

import re
from urllib.parse import urlencode

import pytest

from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.site import create_app
from samgraf.vocab import RDF, RDFS, XSD
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
    rose = f'<<( <{EX}rose> <{EX}petals> "5"^^<{XSD}integer> )>>'
    lines += [
        ("_:said", f"<{RDF}reifies>", rose, A),
        ("_:said", f"<{EX}countedBy>", f"<{EX}mint>", A),
        ("_:said", f"<{RDFS}comment>", '"talt to ganger"@nb', A),
        (f"<{EX}named>", f"<{RDF}reifies>", rose, A),
        (f"<{EX}named>", f"<{RDFS}comment>", '"has a page"@en', A),
    ]
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


def test_annotation_without_a_name_stands_on_the_page_of_what_it_is_about(client):
    page = client.get("/doc/rose?lang=nb", headers=HTML).text
    told = page.partition('id="annotations"')[2].partition("</section>")[0]
    text = " ".join(re.sub(r"<[^>]+>", " ", told).split())
    assert "ex:petals : 5" in text.replace("petals:", "petals :")
    assert "countedBy" in text
    assert "talt to ganger" in text
    assert 'href="/doc/mint?lang=nb"' in told
    assert "has a page" not in told
    assert 'id="annotations"' not in client.get("/doc/mint", headers=HTML).text
    assert "has a page" in client.get("/doc/named", headers=HTML).text
