"""Every address has a file name that any file system takes, and no two have the same."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samgraf.site.export.addresses import HTML, Address, forward_file, read_address, relative


@pytest.mark.parametrize(
    ("text", "media_type", "file"),
    [
        ("/", HTML, "index.html"),
        ("/questions", HTML, "questions.html"),
        ("/doc/a/b", HTML, "doc/a/b.html"),
        ("/doc/a/b.ttl", "text/turtle", "doc/a/b.ttl"),
        ("/doc/a.b", HTML, "doc/a.b.html"),
        ("/doc/a%2Fb", HTML, "doc/a~2Fb.html"),
        ("/doc/a~b", HTML, "doc/a~7Eb.html"),
        ("/doc/caf%C3%A9", HTML, "doc/caf~C3~A9.html"),
        ("/doc/..%2F..", HTML, "doc/~2E.~2F...html"),
        ("/doc//a", HTML, "doc/~/a.html"),
        ("/doc?iri=http%3A%2F%2Fx%2Fy", HTML, "doc~~iri=http~3A~2F~2Fx~2Fy.html"),
        ("/doc?iri=u%3AX%C3%85", HTML, "doc~~iri=u~3A~58~C3~85.html"),
        ("/doc?iri=u%3Ax&format=ttl", "text/turtle", "doc~~format=ttl~~iri=u~3Ax.ttl"),
        ("/cite.bib?iri=u%3Ax", "application/x-bibtex", "cite~~iri=u~3Ax.bib"),
        ("/cite.ris", "application/x-research-info-systems", "cite.ris"),
        ("/dumps/SHA256SUMS", "text/plain", "dumps/SHA256SUMS"),
        ("/map.geojson?lang=nb", "application/geo+json", "map.geojson"),
        ("/x?b=2&a=1&lang=en", HTML, "x~~a=1~~b=2.html"),
    ],
)
def test_an_address_becomes_a_file(text, media_type, file):
    address, _, _ = read_address(text, "nb")
    assert address.file(media_type) == file


def test_a_long_name_is_cut_into_several():
    file = Address("/doc/" + "a" * 350).file(HTML)
    assert max(map(len, file.split("/"))) < 120
    assert file.replace("~/", "") == "doc/" + "a" * 350 + ".html"


@given(st.lists(st.text(max_size=300), min_size=2, max_size=2, unique=True))
def test_two_addresses_have_two_files_that_lead_nowhere_else(names):
    files = [Address("/doc", (("iri", name),)).file(HTML) for name in names]
    assert files[0].lower() != files[1].lower()  # some file systems take the two for one
    for file in files:
        assert ".." not in file.split("/")
        assert all(0 < len(part) < 255 for part in file.split("/"))
        assert file.isascii()


def test_the_language_of_a_link_is_that_of_the_page_unless_it_names_another():
    assert read_address("/a?lang=nn#b", "nb") == (Address("/a"), "nn", "b")
    assert read_address("/a?x=1&lang=xx", "nb") == (Address("/a", (("x", "1"),)), "nb", "")


def test_links_are_relative_so_that_the_copy_works_below_any_path():
    assert relative("nb/doc/a.html", "nb/questions/b.html") == "../doc/a.html"
    assert relative("static/x.css", "index.html") == "static/x.css"
    assert forward_file("/id/a/b") == "id/a/b/index.html"


def test_scripts_make_the_same_names():
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is missing; on Debian and Ubuntu: apt-get install nodejs")
    paths = ["/", "/doc/a/b", "/doc/a%2Fb", "/doc/caf%C3%A9.x", "/doc/%2Ehidden", "/doc//a",
             "/doc/a~b", "/ontology/" + "Long" * 60]  # fmt: skip
    done = subprocess.run(
        [node, Path(__file__).parent / "names.mjs"],
        input=json.dumps(paths), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [Address(path).file(HTML) for path in paths]
