import json
import re
from collections import defaultdict
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
import pytest

from samgraf.engine.in_process_service import in_process_service
from samgraf.release import open_release
from samgraf.settings import Settings
from samgraf.site import create_app
from samgraf.site.language import LANGUAGES
from samgraf.site.things.statements import IN, OUT, Statements, arrange
from small_release import BASE, EX, HOSTILE_LABEL, LABEL, TYPE, A
from thing_release import write_things

HTML = {"Accept": "text/html"}
FORMATS = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
}
STUDY = "https://w3id.org/samgraf/"
# what of a page is in the language that its address names
LANGUAGE_KEPT = re.compile('href="[^"]*"|<input type="hidden" name="lang"[^>]*>')
DT = re.compile(r"<dt[^>]*>(.*?)</dt>", re.DOTALL)
PREFIXED = re.compile(r">\s*[a-z][\w-]*:[A-Za-z]\w+\s*<")


def client_of(release, **settings):
    return create_app(in_process_service(release, Settings(**settings))).test_client()


@pytest.fixture(scope="module")
def things(tmp_path_factory):
    return write_things(tmp_path_factory.mktemp("things"))


@pytest.fixture(scope="module")
def client(things):
    return client_of(things)


def triples(body, suffix):
    return {str(q.triple) for q in ox.parse(input=body, format=FORMATS[suffix][1])}


def test_format_chooses_where_no_suffix_does(client):
    sent = client.get("/doc/rose?format=ntriples", headers=HTML)
    assert (sent.mimetype, sent.data) == (FORMATS["nt"][0], client.get("/doc/rose.nt").data)
    assert client.get("/doc/rose?format=nonsense", headers=HTML).mimetype == "text/html"
    assert client.get("/doc/rose.ttl?format=nt", headers=HTML).mimetype == FORMATS["ttl"][0]


# from the thing to its document


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_thing_leads_to_its_document(client, method):
    response = getattr(client, method)("/id/rose?lang=en")
    assert response.status_code == 303
    assert response.headers["Location"] == "/doc/rose?lang=en"
    assert "Accept" in response.headers["Vary"]
    assert 'rel="describedby"' in response.headers["Link"]


def test_a_suffix_is_kept_on_the_way(client):
    assert client.get("/id/rose.ttl").headers["Location"] == "/doc/rose.ttl"


@pytest.mark.parametrize(
    ("accept", "type_"),
    [
        ("text/html", "text/html"),
        ("text/turtle", "text/turtle"),
        ("application/json", "application/json"),
        ("application/xml;q=0.5, text/turtle;q=0.6", "text/turtle"),
        ("text/html;q=0.1, application/n-triples;q=0.2", "application/n-triples"),
        ("text/*;q=0.3, application/ld+json", "application/ld+json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
    ],
)
def test_the_document_comes_as_the_client_likes_it_best(client, accept, type_):
    response = client.get("/doc/rose", headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (200, type_)
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_suffix_goes_before_accept(client, suffix):
    response = client.get(f"/doc/rose.{suffix}", headers=HTML)
    assert response.mimetype == FORMATS[suffix][0]
    assert response.headers["Content-Location"] == f"/doc/rose.{suffix}"
    assert triples(response.data, suffix) == triples(client.get("/doc/rose.nt").data, "nt")


@pytest.mark.parametrize("suffix", [*FORMATS, "html"])
def test_what_is_negotiated_says_where_it_stands(client, suffix):
    types = {"html": "text/html"} | {s: t for s, (t, _) in FORMATS.items()}
    response = client.get("/doc/rose", headers={"Accept": types[suffix]})
    there = response.headers["Content-Location"]
    assert there.startswith(f"/doc/rose.{suffix}")
    if suffix == "html":
        # its links keep the language that the address names
        there, here = (re.sub(LANGUAGE_KEPT, "", r.text) for r in (client.get(there), response))
        assert there == here
    else:
        assert client.get(there).data == response.data


def test_a_client_that_has_it_gets_304(client):
    for accept in ("text/html", "text/turtle"):
        tag = client.get("/doc/rose", headers={"Accept": accept}).headers["ETag"]
        assert not tag.startswith("W/")
        again = client.get("/doc/rose", headers={"Accept": accept, "If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
    assert tag != client.get("/doc/mint", headers={"Accept": "text/turtle"}).headers["ETag"]


def test_each_language_of_a_page_has_a_tag_of_its_own(client):
    tags = {client.get(f"/doc/rose.html?lang={x}").headers["ETag"] for x in LANGUAGES}
    assert len(tags) == 3


def test_what_cannot_be_had_is_406_and_says_what_can(client):
    response = client.get("/doc/rose", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert response.mimetype == "application/problem+json"
    assert "text/turtle" in response.json["offered"]


def test_what_rdf_xml_cannot_say_is_had_in_the_next_format_that_is_accepted(client):
    accept = "application/rdf+xml, text/n3;q=0.9"
    for path in ("/doc/odd", "/graph/b"):
        response = client.get(path, headers={"Accept": accept})
        assert (response.status_code, response.mimetype) == (200, "text/n3"), path
    assert client.get("/about", headers={"Accept": "text/n3"}).mimetype == "text/n3"
    assert client.get("/doc/odd.rdf", headers={"Accept": accept}).status_code == 406
    only = client.get("/doc/odd", headers={"Accept": "application/rdf+xml"})
    assert (only.status_code, "XML" in only.json["detail"]) == (406, True)


def test_the_other_representations_are_linked_in_head_and_header(client):
    response = client.get("/doc/rose", headers=HTML)
    for suffix, (type_, _) in FORMATS.items():
        assert f'</doc/rose.{suffix}>; rel="alternate"; type="{type_}"' in response.headers["Link"]
        assert f'<link rel="alternate" type="{type_}"' in response.text
    assert f'<{EX}rose>; rel="describes"' in response.headers["Link"]
    assert '<link rel="canonical" href="http://localhost/doc/rose">' in response.text


def test_a_page_is_the_same_at_each_of_its_addresses(study):
    page, named = (
        study.get(f"/doc/municipality/namdalseid{suffix}?lang=nb", headers=HTML).text
        for suffix in ("", ".html")
    )
    one, other = (text.partition("<main")[2].partition("</main>")[0] for text in (page, named))
    assert one == other
    assert 'aria-current="true"' in one


def test_the_public_base_is_canonical(things):
    client = client_of(things, base="https://public.example/")
    link = client.get("/doc/rose", headers=HTML).headers["Link"]
    assert '<https://public.example/doc/rose>; rel="canonical"' in link


def test_a_name_with_a_dot_is_not_cut(tmp_path):
    lines = [(f"<{EX}page.html>", LABEL, '"a file"', A)]
    client = client_of(write_things(tmp_path / "r", lines))
    assert "a file" in client.get("/doc/page.html", headers=HTML).text
    assert f"<{EX}page.html> <" in client.get("/doc/page.html.nt").text
    assert client.get("/doc/page.html", headers={"Accept": "text/turtle"}).mimetype == "text/turtle"


# what the document holds


def test_the_document_holds_what_is_stated_and_what_points_there(client):
    found = triples(client.get("/doc/Flower.nt").data, "nt")
    assert f"<{EX}rose> {TYPE} <{EX}Flower>" in found
    whole = triples(client.get("/doc/rose.nt").data, "nt")
    assert len(whole) == 6


def test_unnamed_nodes_come_with_the_thing_they_hang_on(tmp_path):
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    lines = [
        (f"<{EX}c>", "<http://www.w3.org/2002/07/owl#intersectionOf>", "_:l", A),
        ("_:l", f"<{rdf}first>", f"<{EX}d>", A),
        ("_:l", f"<{rdf}rest>", "_:m", A),
        ("_:m", f"<{rdf}first>", "_:n", A),
        ("_:m", f"<{rdf}rest>", f"<{rdf}nil>", A),
        ("_:n", LABEL, '"a restriction"', A),
        (f"<{EX}d>", LABEL, '"another thing"', A),
    ]
    client = client_of(write_things(tmp_path / "r", lines))
    found = client.get("/doc/c.nt").text
    assert found.count("\n") - found.count("/doc/c> ") == 6
    assert "a restriction" in found
    assert "another thing" not in found
    page = client.get("/doc/c", headers=HTML).text.partition("<body>")[2]
    assert page.index("another thing") < page.index("a restriction")


def test_an_ordered_collection_shows_its_members_in_order_and_they_show_it(tmp_path):
    rdf, skos = (
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "http://www.w3.org/2004/02/skos/core#",
    )
    names = ["zz low", "mm middle", "aa high"]
    lines = [
        (f"<{EX}severity>", LABEL, '"Severity"', A),
        (f"<{EX}severity>", f"<{skos}memberList>", "_:0", A),
    ]
    for n, name in enumerate(names):
        lines += [
            (f"<{EX}s{n}>", LABEL, f'"{name}"', A),
            (f"_:{n}", f"<{rdf}first>", f"<{EX}s{n}>", A),
            (f"_:{n}", f"<{rdf}rest>", f"_:{n + 1}" if n < 2 else f"<{rdf}nil>", A),
        ]
    client = client_of(write_things(tmp_path / "r", lines))
    page = client.get("/doc/severity", headers=HTML).text
    assert re.findall("zz low|mm middle|aa high", page) == names
    assert "uten navn" not in page
    assert "Severity" in client.get("/doc/s2", headers=HTML).text


def test_the_page_carries_its_document(client):
    page = client.get("/doc/rose", headers=HTML).text
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    documents = [json.loads(text) for text in found]
    assert [d for d in documents if "citation" in d]
    assert json.loads(client.get("/doc/rose.jsonld").data) in documents


def test_no_text_ends_the_carried_document(client):
    page = client.get("/doc/evil", headers=HTML).text
    harmless = client.get("/doc/rose", headers=HTML).text
    assert page.count("<script") == page.count("</script>") == harmless.count("<script")
    assert "<script>alert" not in page
    assert "\\u003cscript\\u003ealert" in page
    assert "<script>" in HOSTILE_LABEL


def test_only_web_addresses_become_links(client):
    page = client.get("/doc/evil", headers=HTML).text
    hrefs = re.findall(r'href="([^"]*)"', page)
    assert not [h for h in hrefs if not h.startswith(("/", "#", "http://"))]
    assert 'rel="noopener"' in page
    assert "javascript:alert(1)" in page


# things named elsewhere, things unknown


def test_a_thing_named_elsewhere_has_a_page_by_its_iri(study):
    address = "/doc?iri=" + quote("http://www.w3.org/ns/prov#Entity", safe="")
    page = study.get(address, headers=HTML)
    assert "entitet" in page.text
    data = study.get(address, headers={"Accept": "text/turtle"})
    assert data.mimetype == "text/turtle"
    assert study.get(data.headers["Content-Location"]).data == data.data


def test_a_thing_of_ours_asked_for_by_iri_is_sent_to_its_own_page(client):
    response = client.get("/doc?iri=" + quote(EX + "rose", safe=""))
    assert response.status_code == 301
    assert response.headers["Location"] == "/doc/rose"


@pytest.mark.parametrize("iri", ["//evil.example/x", "/evil.example", "///evil.example"])
def test_no_iri_leads_to_another_host(client, iri):
    response = client.get("/doc", query_string={"iri": BASE + iri})
    assert urlsplit(response.headers.get("Location", "")).netloc == ""
    response = client.get("/id/" + iri)
    assert urlsplit(response.headers.get("Location", "")).netloc in ("", "localhost")


@pytest.mark.parametrize("iri", ["", "no iri", "http://a b", "<x>", "http://e/\x00"])
def test_what_is_no_iri_is_a_bad_request(client, iri):
    assert client.get("/doc", query_string={"iri": iri}).status_code == 400


def test_an_unknown_format_is_a_bad_request(client):
    assert client.get("/doc?iri=http://e/&format=pdf").status_code == 400


def test_an_unknown_thing_is_404_with_what_may_be_meant(study):
    page = study.get("/doc/claim/S2", headers=HTML | {"Accept-Language": "nb"})
    assert page.status_code == 404
    assert "/doc/claim/S" in page.text
    problem = study.get("/doc/municipality/storfjrd", headers={"Accept": "application/json"})
    assert problem.mimetype == "application/problem+json"
    near = {found["iri"] for found in problem.json["near"]}
    assert STUDY + "id/municipality/storfjord" in near


def test_an_unknown_thing_is_404_in_every_format(client):
    for suffix in (*FORMATS, "html"):
        assert client.get(f"/doc/nothing.{suffix}").status_code == 404
    assert client.get("/doc/nothing.ttl", headers={"If-None-Match": "*"}).status_code == 404


def test_other_iris_below_the_base_have_pages(study):
    for path in ("/graph/study/claims", "/lens/claim-what", "/view/claim-evidence"):
        assert study.get(path, headers=HTML).status_code == 200, path
        assert study.get(path + ".ttl").mimetype == "text/turtle"


# the page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_speaks_one_language(study, lang):
    page = study.get(f"/doc/claim/S23?lang={lang}", headers=HTML).text
    heading = {"nb": "Hvordan det er sagt", "nn": "Korleis det er sagt", "en": "How it is said"}
    assert heading[lang] in page
    assert not [h for code, h in heading.items() if code != lang and h in page]
    says = {
        "nb": "Sagt uten forbehold",
        "nn": "Sagt utan atterhald",
        "en": "Said without reservation",
    }
    assert says[lang] in page


@pytest.fixture(scope="module")
def one_of_each(release):
    """Return an address for one instance of each class of the study."""
    store = open_release(release)
    found = store.query("SELECT ?c (MIN(STR(?s)) AS ?one) { ?s a ?c } GROUP BY ?c")
    ones = {row["one"].value for row in found if row["one"] is not None}
    ones = {one for one in ones if one.startswith(STUDY + "id/")}
    return sorted("/doc/" + one.removeprefix(STUDY + "id/") for one in ones)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_reader_meets_a_bare_name_of_a_property(study, one_of_each, lang):
    assert len(one_of_each) > 40
    for address in one_of_each:
        page = study.get(f"{address}?lang={lang}", headers=HTML)
        assert page.status_code == 200, address
        heads = " ".join(DT.findall(page.text)) + "".join(re.findall(r"<th.*?</th>", page.text))
        assert PREFIXED.findall(heads) == [], address


def test_what_is_inferred_says_so(study):
    berg = study.get("/doc/municipality/berg?lang=en", headers=HTML).text
    assert "former unit · inferred" in berg
    page = study.get("/doc/municipality/storfjord?lang=en", headers=HTML).text
    assert re.search(r'Byregionprogrammet.{0,80}class="mark"', page, re.DOTALL)
    assert 'id="about-inferred"' in page
    assert (
        'class="mark"'
        not in study.get("/doc/geometry/berg-2019", headers=HTML).text.split("<details")[0]
    )


def test_tables_of_one_page_are_told_apart(study):
    page = study.get("/doc/factor/too-many-collaborations?lang=en", headers=HTML).text
    names = re.findall(r'role="region" tabindex="0" aria-label="([^"]*)"', page)
    assert len(names) == len(set(names)) == 4
    assert any(name.startswith("What the source says about this: ") for name in names)


def test_what_is_gone_says_so_and_leads_on(study):
    page = study.get("/doc/claim/S19-2?lang=en", headers=HTML).text
    assert "This is no longer in use." in page
    assert "What replaces it:" in page
    assert 'href="/doc/reading/reluctance-and-too-many?lang=en"' in page
    without = study.get("/doc/observation/commuting-luroy-2020?lang=nn", headers=HTML).text
    assert "Dette har gått ut av bruk." in without
    assert "Ingenting kjem i staden" in without
    assert "no longer in use" not in study.get("/doc/claim/S02?lang=en", headers=HTML).text
    # a unit that another replaces is not gone from the graph
    berg = study.get("/doc/municipality/berg?lang=en", headers=HTML).text
    assert "no longer in use" not in berg


def test_each_statement_names_its_source(study):
    page = study.get("/doc/municipality/berg?lang=en", headers=HTML).text
    numbers = set(re.findall(r'href="#source-(\d+)"', page))
    listed = set(re.findall(r'id="source-(\d+)"', page))
    # those of the views, which mark no single statement, are listed with them
    assert numbers < listed
    assert "Population on 1 January" in page[page.index('class="sources"') :]
    assert len(numbers) > 5
    one = study.get("/doc/claim/S02?lang=en", headers=HTML).text
    assert "same collection" in one
    assert 'class="source"' not in one


def test_identity_elsewhere_leads_out(study):
    page = study.get("/doc/municipality/berg", headers=HTML).text
    assert re.search(r'href="http://www.wikidata.org/entity/Q503912" rel="noopener"', page)


def test_a_value_that_only_holds_something_is_read_in_its_place(study):
    page = study.get("/doc/municipality/storfjord?lang=en", headers=HTML).text
    assert re.search(r"1939 Storfjord.*?31 December 2019", page, re.DOTALL)
    assert re.search(
        r'<a href="/doc/region/tromso[^"]*"><bdi>the Tromsø region.*?verified', page, re.S
    )


def test_geometry_is_not_dumped(study):
    response = study.get("/doc/geometry/storfjord-2019?lang=en", headers=HTML)
    assert "MULTIPOLYGON" in response.text or "POLYGON" in response.text
    assert "((" not in re.sub(r"<script.*?</script>", "", response.text, flags=re.DOTALL)
    assert len(response.data) < 100_000


def test_names_in_other_languages_are_kept_and_marked(study):
    page = study.get("/doc/municipality/storfjord?lang=en", headers=HTML).text
    assert '<bdi lang="se">Omasvuotna</bdi> <span class="note">Northern Sámi</span>' in page


# claims and their evidence


def test_a_claim_shows_its_paraphrase_first_and_its_limitation(study):
    page = study.get("/doc/claim/S27?lang=en", headers=HTML).text
    main = page[page.index("<h1") :]
    assert main.index('class="paraphrase"') < main.index("<h2")
    assert "How the claim must be read" in main
    assert "clear conclusions about small municipalities" in main
    assert "caution" in main
    assert ">held by<" in main


def test_restating_is_shown_from_both_sides(study):
    page = study.get("/doc/claim/S02?lang=en", headers=HTML).text
    assert re.search(r"said again in.*?/doc/claim/S23", page, re.DOTALL)
    page = study.get("/doc/claim/S23-3?lang=en", headers=HTML).text
    assert re.search(r"sharpens.*?/doc/claim/S03b", page, re.DOTALL)


def test_a_claim_leads_to_the_place_at_the_publisher(study):
    page = study.get("/doc/claim/S02?lang=en", headers=HTML).text
    assert "characters 63–120" in page
    links = re.findall(r'href="(https://distriktssenteret[^"]*)"', page)
    [link] = {address for address in links if "#" in address}
    assert link.endswith("#:~:text=sverd%20for%20sm%C3%A5kommuner")


# any content


def test_the_bees_are_shown_by_the_same_code(bees):
    page = bees.get("/doc/hive-north?lang=en", headers=HTML).text
    assert '<h2 id="part-1">The hive</h2>' in page
    section = page[page.index('id="part-1"') :]
    assert section.index("number of frames") < section.index("forages on")
    assert "Who comes here" not in page
    meadow = bees.get("/doc/meadow-fen?lang=nb", headers=HTML).text
    assert "besøkes av" in meadow
    place = bees.get("/doc/passage-honey?lang=en", headers=HTML).text
    assert re.search(r'href="/doc/selector-honey[^"]*"><bdi>24</bdi>.*?"51">51<', place, re.DOTALL)


def test_things_of_the_bees_have_a_page_whatever_is_said_of_them(bees, other_release):
    """Of those of which the same is said, by property and class, one is asked for."""
    said = defaultdict(set)
    for quad in open_release(other_release).quads_for_pattern(None, None, None, ox.DefaultGraph()):
        if isinstance(quad.subject, ox.NamedNode):
            kind = quad.object if str(quad.predicate) == TYPE else None
            said[quad.subject.value].add((quad.predicate, kind))
            if isinstance(quad.object, ox.NamedNode):
                said[quad.object.value].add(("of", quad.predicate))
    alike = {frozenset(what): iri for iri, what in sorted(said.items())}
    assert len(alike) > 60
    for iri in alike.values():
        response = bees.get(
            "/doc",
            query_string={"iri": iri},
            headers=HTML,
            follow_redirects=True,
            buffered=True,
        )
        assert response.status_code == 200, iri


def test_a_document_says_what_it_is_about_and_under_which_licence(study):
    response = study.get("/doc/municipality/berg", headers={"Accept": "application/n-triples"})
    base = "https://w3id.org/samgraf/"
    document, thing = f"<{base}doc/municipality/berg>", f"<{base}id/municipality/berg>"
    assert f"{document} <http://xmlns.com/foaf/0.1/primaryTopic> {thing} ." in response.text
    whole = f"<{base}datasets/all>"
    assert f"{document} <http://rdfs.org/ns/void#inDataset> {whole} ." in response.text
    assert f"{document} <http://purl.org/dc/terms/license> <http" in response.text


def test_a_document_about_a_term_says_nothing_of_itself(study):
    response = study.get("/ontology/Municipality", headers={"Accept": "application/n-triples"})
    assert "primaryTopic" not in response.text
    assert "inDataset" not in response.text


def test_a_thing_without_an_iri_is_shown_where_it_stands(tmp_path):
    at, street, within = f"<{EX}at>", f"<{EX}street>", f"<{EX}within>"
    lines = [
        (f"<{EX}house>", at, "_:address", A),
        ("_:address", street, '"High Street"@en', A),
        ("_:address", street, '"Høggata"@nb', A),
        ("_:address", within, "_:town", A),
        ("_:address", TYPE, f"<{EX}Deduced>", BASE + "graph/inferred"),
        ("_:town", LABEL, '"the town"', A),
        ("_:town", within, "_:country", A),
        ("_:country", LABEL, '"too far away"', A),
        (at, LABEL, '"stands at"@en', A),
        (street, LABEL, '"street"@en', A),
        (f"<{EX}empty>", at, "_:nothing", A),
    ]
    client = client_of(write_things(tmp_path, lines))
    page = client.get("/doc/house?lang=en", headers=HTML).text.partition("<body>")[2]
    for shown in ("stands at", ">street</a>: <bdi>High Street</bdi></li>", "the town"):
        assert shown in page
    assert page.count("a node without a name") == 1  # the country
    assert "Høggata" not in page
    assert "Deduced" not in page
    assert "too far away" not in page
    assert "a node without a name" in client.get("/doc/empty?lang=en", headers=HTML).text


@pytest.mark.parametrize("last", ["nil", "circle"])
def test_a_list_is_shown_as_its_members_where_it_ends(tmp_path, last):
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    ends = f"<{rdf}nil>" if last == "nil" else "_:c0"
    lines = [(f"<{EX}rose>", f"<{EX}link>", "_:c0", A)]
    for n in range(5):
        lines.append((f"_:c{n}", f"<{rdf}first>", f'"number {n}"', A))
        lines.append((f"_:c{n}", f"<{rdf}rest>", f"_:c{n + 1}" if n < 4 else ends, A))
    own = [(f"<{EX}own>", f"<{EX}link>", "_:o", A), ("_:o", f"<{rdf}first>", "_:o", A)]
    own.append(("_:o", f"<{rdf}rest>", f"<{rdf}nil>", A))
    client = client_of(write_things(tmp_path, [*lines, *own]))
    assert client.get("/doc/own", headers=HTML).status_code == 200  # a member of itself
    page = client.get("/doc/rose?lang=en", headers=HTML).text.partition("<body>")[2]
    shown = re.findall("<li><bdi>(number .)</bdi></li>", page)
    assert shown == ([f"number {n}" for n in range(5)] if last == "nil" else [])


def test_a_comment_leads_where_no_lens_has_a_place_for_it(study, tmp_path):
    comment = "<http://www.w3.org/2000/01/rdf-schema#comment>"
    lines = [(f"<{EX}a>", comment, '"what it is"@en', A)]
    page = client_of(write_things(tmp_path, lines)).get("/doc/a?lang=en", headers=HTML).text
    assert '<p class="paraphrase">what it is</p>' in page
    assert (
        'class="paraphrase">Wikidata' not in study.get("/doc/county/trondelag", headers=HTML).text
    )


def test_what_other_parts_show_has_one_order_whatever_order_it_is_named_in():
    keys = [(way, f"http://x/{name}") for way in (OUT, IN) for name in "abc"]
    statements = Statements(dict.fromkeys(keys, 1), {})
    for named in (keys, reversed(keys), frozenset(keys)):
        assert arrange(statements, [], named).elsewhere == keys
