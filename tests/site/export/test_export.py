"""A copy of the site holds every page, and every link in it leads to a file."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re

import pytest

from samgraf.engine.in_process_service import in_process_service
from samgraf.errors import UsageError
from samgraf.progress import Plain, Silent
from samgraf.settings import Settings
from samgraf.site import create_app
from samgraf.site import export as exporting
from samgraf.site.export import MARK, check_target, export
from samgraf.site.export.addresses import Address
from samgraf.site.export.crawl import Copied, FoundPage
from static_copy import dead_links, make_copy

pytestmark = pytest.mark.server
LANGUAGES = ("nn", "en")


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("export-cache")


@pytest.fixture(scope="module")
def copy(bees_copy):
    return bees_copy[0]


def files_of(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_every_link_leads_to_a_file(copy):
    assert dead_links(copy) == {}


def test_every_page_of_the_site_map_is_there_in_each_language(copy, bees_app):
    client = bees_app.test_client()
    text = client.get("/sitemap-1.xml").get_data(as_text=True)
    paths = re.findall(r"<loc>http://localhost(/[^<]*)</loc>", text)
    missing = [
        f"{language}{path}"
        for path in paths
        for language in LANGUAGES
        if not (copy / f"{language}{'/index' if path == '/' else path}.html").is_file()
        and path not in ("/partners", "/.well-known/void")
        and client.get(path).status_code == 200  # what leads on has no page of its own
    ]
    assert missing == []
    assert len(paths) > 50


def test_nothing_asked_for_was_dead(bees_copy):
    folder, told = bees_copy
    assert told.dead == []
    assert set(told.pages) == set(LANGUAGES)
    assert not (folder / "nb").exists()


def test_pages_say_what_the_server_says(copy, bees_app):
    page = (copy / "en/questions.html").read_text("utf-8")
    served = bees_app.test_client().get("/questions?lang=en").get_data(as_text=True)
    body = re.compile(r"<main.*</main>", re.DOTALL)
    text = [re.sub(r"<[^<>]*>|\s+", " ", body.search(p)[0]).split() for p in (page, served)]
    assert text[0] == text[1]


@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld", "rdf"])
@pytest.mark.parametrize(
    ("name", "formats"),
    [
        ("ontology", "ttl nt jsonld rdf"),
        ("vocabularies", "ttl nt jsonld rdf"),
        # of what there is much of, all formats would be too many files
        ("doc/hive-south", "ttl jsonld"),
        ("things/Hive", "ttl"),
    ],
)
def test_data_have_the_bytes_that_the_server_sends(copy, bees_app, name, formats, suffix):
    served = bees_app.test_client().get(f"/{name}.{suffix}")
    assert served.status_code == 200
    file = copy / f"{name}.{suffix}"
    if suffix in formats.split():
        assert file.read_bytes() == served.get_data()
    else:
        assert not file.exists()


@pytest.mark.parametrize(
    ("name", "offered"),
    [("doc/hive-south", "ttl jsonld"), ("things/Hive", "csv json geojson ttl")],
)
def test_pages_offer_the_formats_that_have_a_file(copy, name, offered):
    page = (copy / f"en/{name}.html").read_text("utf-8")
    (row,) = re.findall(r'<p class="row formats">(.*?)</p>', page)
    assert re.findall(r'href="[^"]*\.(\w+)"', row) == offered.split()
    assert page.count("<link ") == len(re.findall('<link [^>]*href="', page))


def test_the_copy_tells_which_formats_it_lacks(copy):
    assert "as other RDF than Turtle and JSON-LD" in (copy / "en/about/copy.html").read_text(
        "utf-8"
    )


def test_the_address_of_a_thing_forwards_to_its_page(copy):
    page = (copy / "id/hive-south/index.html").read_text("utf-8")
    assert 'rel="canonical" href="../../nn/doc/hive-south.html"' in page
    assert 'content="0; url=../../nn/doc/hive-south.html"' in page
    assert 'href="../../en/doc/hive-south.html"' in page


def test_policy_of_each_page_is_strict(copy):
    for page in copy.rglob("*.html"):
        policy = re.search(
            r'http-equiv="Content-Security-Policy" content="([^"]*)"', page.read_text("utf-8")
        )
        assert policy, page
        assert "unsafe" not in policy[1]


def test_no_page_leads_to_what_only_a_server_answers(copy):
    pages = [page.read_text("utf-8") for page in copy.rglob("*.html")]
    for text in pages:
        assert "export.invalid" not in text
        assert "/search/suggestions" not in text
        assert 'rel="search"' not in text
        assert 'class="lookup"' not in text
    assert not (copy / "en/partners.html").exists()


def test_robots_are_told_the_addresses_under_the_setting(copy):
    told = (copy / "sitemap-1.xml").read_text("utf-8")
    assert "<loc>https://copy.example/bees/en/questions.html</loc>" in told
    assert "Sitemap: https://copy.example/bees/sitemap.xml" in (copy / "robots.txt").read_text(
        "utf-8"
    )
    assert "void:Dataset" in (copy / ".well-known/void").read_text("utf-8")


def test_the_release_is_there_for_the_engine(copy, other_release):
    told = json.loads((copy / MARK).read_text("utf-8"))
    quads = gzip.decompress((copy / told["data"]).read_bytes())
    assert hashlib.sha256(quads).hexdigest() == told["release"]
    assert quads == (other_release / "quads.nq").read_bytes()
    # what is packed stands for what is not
    assert not (copy / told["data"].removesuffix(".gz")).exists()
    page = (copy / f"en/release/{told['release']}/~.html").read_text("utf-8")
    assert f'href="../../../{told["data"]}">quads.nq.gz</a>' in page


def test_the_index_of_the_search_leads_to_pages(copy):
    index = copy / "en/search/index.json"
    entries = json.loads(index.read_text("utf-8"))
    assert any("hive" in entry[1].lower() for entry in entries)
    own = [entry[0] for entry in entries if not entry[0].startswith(("/", "http"))]
    assert len(own) > 20
    assert [href for href in own if not (index.parent / href).is_file()] == []


def test_the_index_says_of_things_what_a_search_says(copy, bees_app):
    client = bees_app.test_client()
    entries = json.loads((copy / "en/search/index.json").read_text("utf-8"))
    for _, name, _, kind, _, _ in [entry for entry in entries if entry[3]][::7]:
        asked = {"q": name, "lang": "en", "model": "1", "exact": "1"}
        hits = client.get("/search.json", query_string=asked).json["hits"]
        alike = [hit for hit in hits if hit["label"]["value"] == name]
        assert kind in [hit["classes"][0]["label"]["value"] for hit in alike]


def test_a_copy_made_again_has_the_same_bytes(release_dir, tmp_path, cache):
    made = []
    for name in ("one", "two"):
        make_copy(release_dir, tmp_path / name, "en", cache=cache)
        made.append(files_of(tmp_path / name))
    assert made[0] == made[1]
    assert len(made[0]) > 50


def test_the_folder_that_one_is_in_is_refused_before_the_work(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="replaced in one step"):
        check_target(tmp_path)


def test_a_folder_with_something_else_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(UsageError, match="no export"):
        check_target(tmp_path)
    with pytest.raises(UsageError, match="a file"):
        check_target(tmp_path / "letter.txt")
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


def test_an_export_that_is_broken_off_leaves_what_was_there(release_dir, tmp_path, cache):
    out = tmp_path / "copy"
    out.mkdir()
    (out / MARK).write_text("{}")
    settings = Settings(cache_dir=cache)

    class Interrupted(Silent):
        def end(self, stage, note=""):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(out, release_dir, settings, ("en",), Interrupted())
    assert [p.name for p in tmp_path.iterdir()] == ["copy"]
    assert [p.name for p in out.iterdir()] == [MARK]


def test_names_that_differ_in_case_alone_are_found():
    files = ("en/ontology/Claim.html", "en/ontology/claim.html", "en/ontology/claims.html")
    copied = Copied({Address(f"/{file}"): FoundPage(Address("/"), "", file) for file in files})
    assert copied.clashes() == [files[:2]]


def test_names_are_not_written_over_where_case_does_not_count(
    release_dir, tmp_path, cache, monkeypatch
):
    settings = Settings(cache_dir=cache)
    monkeypatch.setattr(Copied, "clashes", lambda _: [("a/B.html", "a/b.html")])
    told = export(tmp_path / "told", release_dir, settings, ("en",), Silent())
    assert told.clashes == [("a/B.html", "a/b.html")]
    monkeypatch.setattr(exporting, "_tells_cases_apart", lambda _: False)
    with pytest.raises(UsageError, match=r"a/B\.html and a/b\.html are one file"):
        export(tmp_path / "refused", release_dir, settings, ("en",), Silent())
    assert [path.name for path in tmp_path.iterdir()] == ["told"]


def test_pages_are_counted_while_they_are_made(release_dir, tmp_path, cache):
    stream = io.StringIO()
    told = export(tmp_path / "copy", release_dir, Settings(cache_dir=cache), ("en",), Plain(stream))
    lines = [line for line in stream.getvalue().splitlines() if "pages in en" in line]
    assert lines[-1].endswith(f"{told.pages['en']} pages in en")
    assert lines[0].startswith("addresses up to ")


def test_the_site_without_a_copy_knows_of_none(other_release):
    client = create_app(in_process_service(other_release, Settings())).test_client()
    page = client.get("/sparql").get_data(as_text=True)
    assert "data-engine" not in page
    assert "http-equiv" not in page
    assert client.get("/about/copy").status_code == 404
