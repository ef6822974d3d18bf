"""What there is, by class, and the list of the things of each class."""

import csv
import io
import re

import pyoxigraph as ox
import pytest
from flask import g

from samgraf import limits
from samgraf.engine.in_process_service import in_process_service
from samgraf.release import open_release
from samgraf.settings import Settings
from samgraf.site import create_app
from samgraf.site.lists.classes import ListedClass, tree
from samgraf.text import sort_key
from small_release import EX, LABEL, TYPE, A
from thing_release import write_things

HTML = {"Accept": "text/html"}
ONTOLOGY = "https://w3id.org/samgraf/ontology#"


def page_of(client, address, status=200):
    response = client.get(address, headers=HTML)
    assert response.status_code == status, address
    return response.text


def rows_of(page):
    heads = re.findall(r'<th role="rowheader" scope="row">(.*?)</th>', page, re.DOTALL)
    return [re.search(r"<bdi>(.*?)</bdi>", head)[1] for head in heads]


def csv_of(client, address):
    response = client.get(address)
    assert response.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(response.text)))


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_contents_name_each_own_class_with_the_number_of_its_things(study, release, language):
    page = page_of(study, f"/things?lang={language}")
    rows = open_release(release).query(
        "SELECT ?c (COUNT(DISTINCT ?t) AS ?n) { ?t a ?c "
        f"FILTER(STRSTARTS(STR(?c), '{ONTOLOGY}') && isIRI(?t)) }} GROUP BY ?c"
    )
    counts = {row["c"].value.removeprefix(ONTOLOGY): row["n"].value for row in rows}
    assert len(counts) > 60
    for name, count in counts.items():
        of_class = rf'<a href="/things/{name}\?lang={language}">.+?</a> <span[^>]*>{count}</span>'
        assert re.search(of_class, page), name


def test_contents_leave_out_the_languages_themselves_and_are_data_too(study):
    told = study.get("/things.json?lang=en").json
    assert not [c for c in told if "owl#" in c["class"] or "shacl#" in c["class"]]
    rows = csv_of(study, "/things.csv?lang=en")
    assert [row["class"] for row in rows] == [c["class"] for c in told]
    assert {"municipalities", "claims"} <= {row["name"] for row in rows}
    assert study.get("/things", headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_list_has_every_thing_of_its_class_by_name(study, language):
    names = rows_of(page_of(study, f"/things/Municipality?lang={language}"))
    assert len(names) == 39
    assert names == sorted(names, key=lambda name: sort_key(name, language))


def test_the_columns_are_those_of_the_view_of_the_class_or_of_one_above(study):
    page = page_of(study, "/things/Municipality?lang=en")
    heads = re.findall(r'role="columnheader">(.*?)</th>', page)
    assert heads[:4] == ["Name", "Number", "County", "From"]
    fosnes = re.search(r"<bdi>Fosnes</bdi>.*?</tr>", page, re.DOTALL)[0]
    assert "1748, 5048" in re.sub("<[^>]+>", "", fosnes)
    of_view = re.findall(
        r'role="columnheader">(.*?)</th>', page_of(study, "/things/Finding?lang=en")
    )
    assert {"Certainty", "Held by", "Passage"} <= set(of_view)


def test_without_a_view_the_columns_are_what_the_lenses_show(study):
    heads = re.findall(r'role="columnheader">(.*?)</th>', page_of(study, "/things/Case?lang=en"))
    assert heads[0] == "Name"
    assert len(heads) > 2


def test_a_filter_finds_what_a_row_says_in_any_column(study):
    assert rows_of(page_of(study, "/things/Municipality?q=1748")) == ["Fosnes"]
    assert rows_of(page_of(study, "/things/Municipality?q=FOSNES+namsos")) == ["Fosnes"]
    assert "«xyz»" in page_of(study, "/things/Municipality?q=xyz&lang=nb")
    rows = csv_of(study, "/things/Municipality.csv?q=1748")
    assert [row["name"] for row in rows] == ["Fosnes"]


def test_what_only_a_rule_puts_into_a_class_is_marked(study):
    former = page_of(study, "/things/FormerUnit?lang=en")
    assert former.count('class="mark"') == len(rows_of(former)) == 17
    assert 'id="about-inferred"' in former
    # that a class is below another is no such thing: the kinds are told instead
    regions = page_of(study, "/things/Region?lang=en")
    assert 'class="mark"' not in regions
    assert ">programme region</a>" in regions
    assert 'href="/things/EconomicRegion?lang=en">economic regions · 11</a>' in regions


def test_a_list_of_regions_says_how_complete_their_members_are(study):
    rows = {row["name"]: row for row in csv_of(study, "/things/Region.csv?lang=en")}
    assert rows["Senja, labour-market region 2020"]["memberListStatus"] == "partial"
    assert rows["Midt-Troms"]["memberListStatus"] == "inferred"


def test_the_same_list_is_csv_json_geojson_and_rdf(study):
    rows = csv_of(study, "/things/Claim.csv?lang=nb")
    assert len(rows) == 47
    assert rows[0]["certainty_iri"].startswith("https://w3id.org/samgraf/id/certainty/")
    told = study.get("/things/Claim", headers={"Accept": "application/json"}).json
    assert told["count"] == len(told["things"]) == 47
    assert [t["iri"] for t in told["things"]] == [row["iri"] for row in rows]
    features = study.get("/things/Municipality.geojson").json["features"]
    assert 10 < len(features) < 39
    data = study.get("/things/Claim.ttl").data
    subjects = {q.subject.value for q in ox.parse(input=data, format=ox.RdfFormat.TURTLE)}
    assert subjects == {row["iri"] for row in rows}
    assert study.get("/things/Claim.geojson").status_code == 404
    assert "claim" not in page_of(study, "/things/Claim").partition("GeoJSON")[2]
    assert study.get("/things/Claim", headers={"Accept": "image/png"}).status_code == 406


def test_a_class_of_others_is_named_by_its_iri(study):
    of_others = "/things?class=http%3A%2F%2Fxmlns.com%2Ffoaf%2F0.1%2FPerson"
    page = page_of(study, of_others)
    assert len(rows_of(page)) == 12
    assert 'name="class" value="http://xmlns.com/foaf/0.1/Person"' in page
    assert len(csv_of(study, of_others + "&format=csv")) == 12
    own = study.get("/things?lang=nn&class=" + ONTOLOGY.replace("#", "%23") + "Claim")
    assert (own.status_code, own.location) == (301, "/things/Claim?lang=nn")
    assert study.get("/things?class=no+iri").status_code == 400


def test_a_class_without_things_is_404_with_classes_called_much_like_it(study):
    page = page_of(study, "/things/Municipalitt?lang=nb", 404)
    assert 'href="/things/Municipality?lang=nb"' in page
    problem = study.get("/things/Municipalitt", headers={"Accept": "application/json"}).json
    assert ONTOLOGY + "Municipality" in [near["iri"] for near in problem["near"]]
    assert study.get("/things/a%22b").status_code == 404


def test_tags_and_breadcrumbs_of_a_thing_lead_to_lists(study):
    page = page_of(study, "/doc/municipality/fosnes?lang=nb")
    crumbs = page.partition('class="ds-breadcrumbs"')[2].partition("</nav>")[0]
    assert '<a class="ds-link" href="/things/Municipality?lang=nb">Kommuner</a>' in crumbs
    assert '<a class="ds-tag" href="/things/Municipality?lang=nb">kommune</a>' in page
    listed = page_of(study, "/things/Municipality?lang=nb")
    assert 'href="/ontology/Municipality?lang=nb"' in listed


def test_another_content_has_lists_by_its_own_lenses(bees):
    contents = page_of(bees, "/things?lang=en")
    assert 'href="/things/Hive?lang=en"' in contents
    page = page_of(bees, "/things/Hive?lang=en")
    assert rows_of(page)
    assert re.findall(r'role="columnheader">(.*?)</th>', page)[0] == "Name"


def many(count):
    for n in range(count):
        thing = f"<{EX}leaf{n:06}>"
        yield thing, TYPE, f"<{EX}Leaf>", A
        yield thing, LABEL, f'"{"Å" if n == 7 else "leaf"} {n}"@nb', A
        yield thing, f"<{EX}on>", f"<{EX}twig{n % 7}>", A


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    folder = tmp_path_factory.mktemp("leaves")
    return {
        count: create_app(
            in_process_service(write_things(folder / str(count), list(many(count))), Settings())
        )
        for count in (150, 6_000)
    }


LEAVES = "/things?class=http%3A%2F%2Fe%2FLeaf".replace("http%3A%2F%2Fe%2F", EX.replace(":", "%3A"))


def test_a_long_list_has_pages_that_together_hold_all(grown):
    client = grown[150].test_client()
    pages = [rows_of(page_of(client, f"{LEAVES}&page={n}")) for n in (1, 2)]
    assert [len(p) for p in pages] == [limits.LIST_PAGE, 50]
    assert pages[1][-1] == "Å 7"
    assert len({*pages[0], *pages[1]}) == 150
    assert "Listen har ingen slik side" in page_of(client, f"{LEAVES}&page=9&lang=nb")
    assert len(csv_of(client, f"{LEAVES}&format=csv")) == 150
    assert rows_of(page_of(client, f"{LEAVES}&q=twig3"))[:2] == ["leaf 3", "leaf 10"]


def test_a_very_long_list_is_paged_by_the_store_and_says_so(grown):
    client = grown[6_000].test_client()
    page = page_of(client, f"{LEAVES}&lang=en")
    assert "too long to be sorted" in page
    assert len(rows_of(page)) == limits.LIST_PAGE
    assert (
        "CSV" not in page.partition('id="downloads"')[2].partition("<p class")[2].split("</p>")[0]
    )
    problem = client.get(f"{LEAVES}&format=csv")
    assert problem.status_code == 406
    assert "6000" in problem.json["detail"]
    assert rows_of(page_of(client, f"{LEAVES}&q=leaf+4321")) == ["leaf 4321"]
    assert client.get(f"{LEAVES}&format=nt").data.count(b"\n") == 18_000


def test_the_number_of_queries_does_not_grow_with_the_list(grown):
    counts = set()
    for app in grown.values():
        for address in (LEAVES, f"{LEAVES}&q=leaf", f"{LEAVES}&page=2"):
            page_of(app.test_client(), address)  # what rules the showing is read once per release
            with app.test_request_context(address, headers=HTML):
                app.full_dispatch_request()
                counts.add(g.asked)
    assert max(counts) <= 9


def test_classes_stand_below_the_nearest_above_them_and_circles_do_no_harm():
    def listed(*names):
        return [ListedClass(name, 1, 1) for name in names]

    above = {"c": {"a", "b"}, "b": {"a"}}
    (top,) = tree(listed("a", "b", "c"), above)
    assert [(c.iri, [d.iri for d in c.below]) for c in top.below] == [("b", ["c"])]
    twins = tree(listed("x", "y"), {"x": {"y"}, "y": {"x"}})
    assert [c.iri for c in twins] == ["x", "y"]


def test_hostile_names_stay_text(tmp_path):
    evil = '"<script>alert(1)</script>"'
    lines = [(f"<{EX}a>", TYPE, f"<{EX}Evil>", A), (f"<{EX}a>", LABEL, evil, A)]
    lines += [(f"<{EX}a>", f"<{EX}says>", evil, A)]
    client = create_app(
        in_process_service(write_things(tmp_path / "r", lines), Settings())
    ).test_client()
    address = "/things?class=" + (EX + "Evil").replace(":", "%3A")
    for path in (address, address + "&q=%3Cscript%3E", "/things/%3Cscript%3E"):
        assert "<script>alert" not in client.get(path, headers=HTML).text
