"""The pages about the graph and on privacy, and what head and foot of every page tell."""

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest

from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.site import create_app
from samgraf.site.language import LANGUAGES
from samgraf.sparql.problems import ProblemError
from samgraf.sparql.service import Service

HTML = {"Accept": "text/html"}
REPORT = "https://code.example/new?title={iri}&body={address}+{release}"


def site(release, **settings):
    return create_app(in_process_service(release, Settings(**settings))).test_client()


def page(client, path, lang="en"):
    answer = client.get(path, query_string={"lang": lang}, headers=HTML)
    assert answer.status_code in (200, 404), path
    return answer.text


def foot(text):
    return text.split('<footer class="bottom"', 1)[1].split("</footer>")[0]


def fault_of(text):
    found = re.search(r'<p class="fault">.*?<a href="([^"]*)"', text)
    return found and unescape(found[1])


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "nb",
            ("åpen kunnskapsgraf over hva studier", "Slik er den laget", "CC BY 4.0", "29 funn"),
        ),
        ("nn", ("open kunnskapsgraf over kva studiar", "Slik er han laga", "CC BY 4.0", "29 funn")),
        ("en", ("open knowledge graph of what studies", "How it is made", "CC BY 4.0", "29 f")),
    ],
)
def test_the_page_says_what_it_is_how_it_was_made_and_what_it_cannot_say(study, lang, said):
    text = page(study, "/about", lang)
    for phrase in said[:3]:
        assert phrase in text
    main = text.split("<main", 1)[1].split("</main>")[0]
    assert main.count('<ol class="points">') == main.count('<ul class="points">') == 1
    method = main.split('<ol class="points">')[1].split("</ol>")[0]
    assert method.count("<li>") == 5
    assert 'id="about-limitations"' in main
    assert study.application.extensions["samgraf"].release[:12] in main
    assert f'href="/about?lang={lang}"' in foot(text)


def test_it_is_told_in_the_readers_language_alone(study):
    for lang in LANGUAGES:
        main = page(study, "/about", lang).split("<main", 1)[1].split("</main>")[0]
        assert not re.findall(rf'<(?:span|bdi|p)[^>]* lang="(?!{lang})', main)


def test_other_contents_say_what_is_known_of_them_and_nothing_else(bees):
    text = page(bees, "/about")
    main = text.split("<main", 1)[1].split("</main>")[0]
    assert "Bees and meadows" in main
    assert "points" not in main
    assert "samgraf is" not in main
    assert 'id="facts"' in main


def test_the_page_is_there_without_a_base_and_without_anything_said(release_dir):
    text = page(site(release_dir), "/about")
    assert "About flowers." in text
    assert "have not said how they can be reached" in text


@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld", "rdf"])
def test_what_it_says_is_data_too(study, suffix):
    assert study.get(f"/about.{suffix}").status_code == 200
    asked = study.get("/about", headers={"Accept": "application/n-triples"})
    subjects = {q.subject.value for q in ox.parse(input=asked.data, format=ox.RdfFormat.N_TRIPLES)}
    base = "https://w3id.org/samgraf/"
    assert {f"{base}about", f"{base}about#method-check", f"{base}ontology"} <= subjects


def test_the_number_of_queries_is_constant(study):
    from flask import g

    with study.application.test_request_context("/about", headers=HTML):
        study.application.full_dispatch_request()
        assert g.asked <= 4


@pytest.mark.parametrize(
    "path", ["/", "/doc/rose", "/doc/rose.html", "/ontology", "/questions/01", "/status"]
)
def test_a_fault_can_be_told_with_the_thing_and_the_page_filled_in(release_dir, path):
    client = site(release_dir, report_url=REPORT)
    asked = parse_qs(urlsplit(fault_of(page(client, path))).query)
    iri = "https://example.org" + path.replace("/doc/", "/id/").removesuffix(".html")
    assert asked["title"] == [iri]
    release = client.application.extensions["samgraf"].release
    assert asked["body"] == [f"http://localhost{path} {release}"]


def test_without_such_an_address_it_is_a_mail_to_the_contact(release_dir):
    found = fault_of(page(site(release_dir, contact="post@example.org"), "/doc/rose"))
    assert found.startswith("mailto:post@example.org?subject=")
    asked = parse_qs(urlsplit(found).query)
    assert asked["subject"] == ["https://example.org/id/rose"]
    assert asked["body"][0].startswith("https://example.org/id/rose\nhttp://localhost/doc/rose\n")
    found = fault_of(page(site(release_dir, contact="https://example.org/talk"), "/doc/rose"))
    assert found == "https://example.org/talk"


@pytest.mark.parametrize("contact", ["", "javascript:alert(1)", "Ring oss"])
def test_where_nobody_can_be_told_there_is_no_dead_link(release_dir, contact):
    text = page(site(release_dir, contact=contact, report_url="javascript:x"), "/doc/rose")
    assert fault_of(text) is None
    assert "javascript:" not in foot(text)


def test_what_a_client_writes_stays_within_its_place(release_dir):
    client = site(release_dir, report_url=REPORT)
    text = client.get(
        "/doc", query_string={"iri": "http://x.example/&body='b'", "lang": "en"}, headers=HTML
    ).text
    found = fault_of(text)
    assert found.startswith(
        "https://code.example/new?title=http%3A%2F%2Fx.example%2F%26body%3D%27b%27&body="
    )


def test_the_foot_links_what_is_set_and_nothing_else(release_dir):
    bare = foot(page(site(release_dir), "/"))
    assert "Source code" not in bare
    assert "Contact" not in bare
    told = foot(
        page(site(release_dir, contact="a@example.org", repository="https://code.example/x"), "/")
    )
    assert '<a href="https://code.example/x">Source code</a>' in told
    assert '<a href="mailto:a@example.org">Contact</a>' in told
    assert "javascript" not in foot(page(site(release_dir, repository="javascript:x"), "/"))


@pytest.mark.parametrize(
    ("lang", "date"), [("nb", "november 2026"), ("nn", "november 2026"), ("en", "November 2026")]
)
def test_every_page_tells_licence_and_date(study, lang, date):
    for path in ("/", "/map", "/questions/promoting-factors", "/doc/claim/S19", "/no/such"):
        told = foot(page(study, path, lang))
        assert 'rel="license">CC BY 4.0</a>' in told
        assert date in told


@pytest.mark.parametrize(
    ("settings", "said", "unsaid"),
    [
        ({}, "keeps no log of requests", "maps"),
        ({"tile_url": "https://tiles.example/{z}/{x}/{y}.png"}, "sees your network", "logs each"),
        ({"log_dir": "LOG"}, "The server logs each request", "keeps no log"),
    ],
)
def test_privacy_tells_what_this_server_does(release_dir, tmp_path, settings, said, unsaid):
    if "log_dir" in settings:
        settings = {"log_dir": tmp_path}
    text = page(site(release_dir, **settings), "/privacy")
    main = text.split("<main", 1)[1].split("</main>")[0]
    assert said in main
    assert unsaid not in main


def test_no_page_sets_a_cookie(study):
    for path in ("/", "/about", "/sparql", "/search?q=a", "/map", "/privacy"):
        assert "Set-Cookie" not in study.get(path, headers=HTML).headers


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_type_of_page_has_a_description_and_says_what_it_is(study, lang):
    descriptions = {}
    paths = ["/", "/about", "/questions", "/questions/costs", "/map", "/status", "/privacy"]
    paths += ["/accessibility", "/about/sparql", "/search", "/sparql", "/sources", "/datasets"]
    for path in paths:
        text = page(study, path, lang)
        said = re.findall(r'<meta name="description" content="([^"]+)">', text)
        assert len(said) == 1
        descriptions[path] = said[0]
        for name in ("title", "description", "url", "site_name", "locale", "type"):
            assert text.count(f'<meta property="og:{name}" content="') == 1
        head = text.split("</head>")[0]
        markup = json.loads(
            re.findall(r'<script type="application/ld\+json">(.*?)</script>', head)[-1]
        )
        assert markup["inLanguage"] == lang
        assert unescape(said[0]) == markup["description"]
    assert len(set(descriptions.values())) == len(paths), "each says what it is itself"
    home = json.loads(
        re.findall(r'<script type="application/ld\+json">(.*?)</script>', page(study, "/", lang))[0]
    )
    assert home["@type"] == "WebSite"
    assert home["potentialAction"]["target"] == "http://localhost/search?q={q}"


def test_the_front_page_says_in_a_sentence_what_it_is_above_what_was_found(study):
    main = page(study, "/", "nb").split("<main", 1)[1]
    assert main.index("samgraf er en åpen kunnskapsgraf") < main.index('class="reply"')


class AtTimesBusy(Service):
    """A service that has no time for a question while it is said to be busy."""

    is_busy = False

    def rows(self, query):
        if self.is_busy:
            raise ProblemError(503, "later", outcome="busy")
        return super().rows(query)


def test_a_page_that_lacks_its_footer_is_not_kept(release):
    service = in_process_service(release, Settings(), AtTimesBusy)
    client, answers = create_app(service).test_client(), {}
    for service.is_busy in (True, False):
        answers[service.is_busy] = client.get("/privacy?lang=en", headers=HTML)
    assert [answer.status_code for answer in answers.values()] == [200, 200]
    assert len(foot(answers[True].text)) < len(foot(answers[False].text))
    assert answers[True].headers["Cache-Control"] == "no-store"
    assert "no-store" not in answers[False].headers["Cache-Control"]
