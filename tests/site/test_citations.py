"""Citations: each format holds any text, and what is cited is named by who made it."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samgraf.build.cached import cached_release
from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.site import create_app
from samgraf.site.cite.citation import (
    KINDS,
    Citation,
    MakerName,
    as_bibtex,
    as_csl,
    as_ris,
    as_text,
)

HTML = {"Accept": "text/html"}
HIVE = "https://example.org/bees/id/hive-north"
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
names = st.builds(MakerName, texts, texts, texts, st.booleans())
citations = st.builds(
    Citation,
    kind=st.sampled_from(sorted(KINDS)),
    title=texts,
    iri=st.just("https://example.org/a%20b"),
    authors=st.lists(names, max_size=3).map(tuple),
    publisher=texts,
    issued=st.sampled_from(["", "2026", "2026-11", "2026-11-29", "soon"]),
    container=texts,
    version=texts,
    number=texts,
    release=st.sampled_from(["", "a" * 64]),
    licence=st.sampled_from(["", "https://example.org/licence"]),
    language=st.sampled_from(["", "nb"]),
)
ESCAPES = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    **{"\\" + c: c for c in "$&#%_"},
}
ESCAPED = re.compile("|".join(re.escape(key) for key in ESCAPES))


def line(text: str) -> str:
    return re.sub(r"[\x00-\x20\x7f-\xa0\u2028\u2029]+", " ", text).strip()


def bibtex_fields(entry: str) -> dict[str, str]:
    """Read an entry as BibTeX does: a value ends with the brace that matches its first."""
    head = re.match(r"@\w+\{[A-Za-z0-9.-]+,\n", entry)
    assert head, entry
    at, found = head.end(), {}
    while name := re.compile(r"\s*(\w+) = \{").match(entry, at):
        depth, start = 1, name.end()
        at = start
        while depth:
            depth += {"{": 1, "}": -1}.get(entry[at], 0)
            at += 1
        found[name[1]] = entry[start : at - 1]
        at += entry[at] == ","
    assert entry[at:] == "\n}\n"
    return found


def plain(value: str) -> str:
    return ESCAPED.sub(lambda m: ESCAPES[m[0]], value)


@given(citations)
def test_bibtex_holds_any_text(citation):
    fields = bibtex_fields(as_bibtex(citation, "en"))
    assert plain(fields["title"][1:-1]) == line(citation.title)
    assert plain(fields.get("version", "")) == line(citation.version)
    publisher = fields.get("institution" if citation.kind == "report" else "publisher", "")
    assert plain(publisher) == line(citation.publisher)
    unescaped = ESCAPED.sub("", "".join(v for k, v in fields.items() if k != "url"))
    assert not re.search(r"[\\$&#%_~^]", unescaped)


@given(citations)
def test_ris_has_a_tag_and_a_value_on_each_line(citation):
    written = as_ris(citation, "en")
    assert written.endswith("ER  - \r\n")
    lines = written.split("\r\n")[:-1]
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - [^\r\n]*", each) for each in lines)
    values = dict(each.split("  - ", 1) for each in lines)
    assert next(iter(values)) == "TY"
    assert values.get("TI", "") == line(citation.title)
    assert values.get("PY", "") == citation.year


@given(citations)
def test_csl_is_json_of_known_types(citation):
    item = json.loads(as_csl(citation, "en"))
    assert item["type"] in {kind.csl for kind in KINDS.values()}
    assert item.get("title", "") == line(citation.title)
    if citation.year:
        numbers = item["issued"]["date-parts"][0]
        assert numbers[0] == 2026
        assert len(numbers) == len(citation.issued.split("-"))
    assert all(set(a) in ({"literal"}, {"family", "given"}) for a in item.get("author", ()))


@given(citations, st.sampled_from(["nb", "nn", "en"]))
def test_words_stand_on_one_line_and_end_with_the_address(citation, language):
    text = as_text(citation, language)
    assert "\n" not in text
    assert text.endswith(citation.iri)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        (MakerName("Ada Lovelace", is_person=True), "Ada Lovelace"),
        (MakerName("A and B", is_person=True), "{A and B}"),
        (MakerName("Bank of England"), "{Bank of England}"),
        (MakerName("x", "de Beauvoir", "Simone"), "{de Beauvoir}, Simone"),
    ],
)
def test_names_are_read_as_they_are_meant(name, written):
    entry = as_bibtex(Citation("book", "T", "https://example.org/", (name,)), "en")
    assert bibtex_fields(entry)["author"] == written


@pytest.fixture(scope="module")
def site(past):
    return create_app(in_process_service(past.folder, past.settings)).test_client()


FILES = {
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "csl": "application/vnd.citationstyles.csl+json",
    "txt": "text/plain",
}


@pytest.mark.parametrize(("suffix", "media_type"), FILES.items())
def test_a_thing_is_cited_by_suffix_and_by_accept(site, past, suffix, media_type):
    by_suffix = site.get(f"/cite.{suffix}", query_string={"iri": HIVE, "lang": "en"})
    asked = {"Accept": media_type}
    by_accept = site.get("/cite", query_string={"iri": HIVE, "lang": "en"}, headers=asked)
    assert by_suffix.data == by_accept.data
    assert by_suffix.headers["Content-Type"].startswith(media_type)
    for part in (HIVE, past.new, "northern hive", "Bees and meadows"):
        assert part in by_suffix.text


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_page_of_a_thing_has_a_box_and_says_what_to_cite(site, language):
    page = site.get("/doc/hive-north", query_string={"lang": language}, headers=HTML)
    assert (
        f"/cite.bib?iri={quote(HIVE, safe='')}" in page.text or f"/cite.bib?iri={HIVE}" in page.text
    )
    assert f'<{HIVE}>; rel="cite-as"' in page.headers.getlist("Link")
    markup = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.S)
    (cited,) = (told for text in markup if "citation" in (told := json.loads(text)))
    assert cited["@type"] == "WebPage", "a hive is no work because it can be cited"
    assert cited["mainEntity"]["@id"] == HIVE
    assert any(cited["url"] == json.loads(text).get("url") for text in markup if "inLang" in text)


def test_data_says_what_to_cite_too(site):
    answer = site.get("/doc/hive-north.ttl")
    assert f'<{HIVE}>; rel="cite-as"' in answer.headers.getlist("Link")


@pytest.mark.parametrize(
    "path", ["/questions/forage", "/datasets", "/datasets/all", "/ontology/Hive"]
)
def test_other_pages_have_the_box(site, path):
    page = site.get(path, headers=HTML)
    assert page.status_code == 200
    assert 'id="cite"' in page.text
    assert any('rel="cite-as"' in link for link in page.headers.getlist("Link"))


def test_a_release_is_cited_by_its_address(site, past):
    page = site.get(f"/release/{past.old}/", headers=HTML)
    assert 'id="cite"' in page.text
    told = site.get(f"/cite/release/{past.old}.txt").text
    assert f"/release/{past.old}/" in told


@pytest.mark.parametrize(("iri", "status"), [("no iri", 400), ("https://example.org/none", 404)])
def test_what_is_unknown_is_not_cited(site, iri, status):
    assert site.get("/cite", query_string={"iri": iri}).status_code == status


def test_a_claim_names_the_publication_that_it_was_drawn_from(study):
    iri = "https://w3id.org/samgraf/id/claim/S26"
    told = study.get("/cite.csl", query_string={"iri": iri, "lang": "en"}).json
    assert told[0]["URL"] == iri
    report = next(item for item in told if item["type"] == "report")
    assert {a["literal"] for a in report["author"]} == {"Elisabeth Angell", "Gro Marit Grimsrud"}
    assert report["issued"]["date-parts"] == [[2017]]


def test_a_content_of_others_is_cited_by_what_it_says_of_itself(tmp_path):
    (tmp_path / "shop.ttl").write_text(
        """
        @prefix dc: <http://purl.org/dc/elements/1.1/> .
        @prefix dct: <http://purl.org/dc/terms/> .
        @prefix foaf: <http://xmlns.com/foaf/0.1/> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        <https://example.net/shop> a owl:Ontology ; dct:title "Shop"@en ;
          owl:versionInfo "3" ; dct:issued "2020-02-01" ;
          dct:creator <https://people.example/ada> , "Ada Lovelace" ; dc:creator [ foaf:name "?" ] .
        <https://people.example/ada> a foaf:Person ; foaf:name "Ada Lovelace" .
        """
    )
    settings = Settings(cache_dir=tmp_path / "cache")
    site = create_app(in_process_service(cached_release(tmp_path, settings), settings))
    (item,) = site.test_client().get("/cite.csl").json
    assert item["author"] == [{"literal": "Ada Lovelace"}]
    assert (item["title"], item["version"]) == ("Shop", "3")
    assert item["issued"] == {"date-parts": [[2020, 2, 1]]}
    # its base is nobody's
    assert item["URL"] == "https://example.net/shop"
    fields = bibtex_fields(site.test_client().get("/cite.bib").text.rstrip("\n") + "\n")
    assert fields["author"] == "Ada Lovelace"
