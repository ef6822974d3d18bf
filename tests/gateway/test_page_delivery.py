"""Pages and static files on their way out: coded, tagged, kept."""

import gzip
import os
import sys
import time
from pathlib import Path

import pytest

from gateway_client import Exchange, GatewayClient
from samgraf import limits
from samgraf.gateway.compression import CODINGS
from samgraf.gateway.pages import threaded
from samgraf.release import read_manifest
from samgraf.settings import Settings
from samgraf.site import static_files
from small_release import write_release

HTML = {"Accept": "text/html"}
ICON = "/static/icon.svg"


def get(front, path, coding="gzip", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return front.get(path, headers=HTML | {"Accept-Encoding": coding} | named)


def style_of(front, name="samgraf.css"):
    page = get(front, "/", "").text
    return next(p for p in page.split('"') if p.endswith("/" + name))


@pytest.mark.parametrize("coding", sorted(CODINGS))
def test_page_is_compressed_and_says_what_it_depends_on(front, coding):
    plain, coded = get(front, "/", ""), get(front, "/", coding)
    assert coded.headers["Content-Encoding"] == coding
    assert len(coded.data) < len(plain.data) / 2
    assert int(coded.headers["Content-Length"]) == len(coded.data)
    assert coded.headers["ETag"] == f'{plain.headers["ETag"][:-1]}-{coding}"'
    vary = {v.strip() for v in coded.headers["Vary"].split(",")}
    assert vary == {"Accept", "Accept-Language", "Accept-Encoding"}
    assert coded.headers["Cache-Control"] == "public, no-cache"
    if coding == "gzip":
        assert gzip.decompress(coded.data) == plain.data


ALIKE = (
    "/",
    "/things",
    "/doc/rose.ttl",
    "/sparql?query=ASK+{}",
    "/dumps/all.nq",
    "/robots.txt",
    ICON,
)


@pytest.mark.parametrize("path", [*ALIKE, "/sparql?query=SELECT+(NOW()+AS+?now){}"])
def test_if_match_is_evaluated_before_if_none_match_and_dates_are_ignored(front, path):
    longago = "Sat, 01 Jan 2000 00:00:00 GMT"
    for _ in range(2):  # kept the second time, but for what is never kept
        headers = get(front, path, If_Unmodified_Since=longago, If_Modified_Since=longago).headers
        assert "Last-Modified" not in headers
        tag = headers.get("ETag", "*")
        assert get(front, path, If_Match=f'"x", {tag}').status_code == 200
        assert get(front, path, If_Match="*").status_code == 200
        other = get(front, path, If_Match='"x"', If_None_Match=tag)
        assert (other.status_code, "ETag" in other.headers) == (412, False)
        if path in ALIKE:
            assert get(front, path, If_Match=tag, If_None_Match=tag).status_code == 304
            assert get(front, path, If_Match=f"W/{tag}").status_code == 412
        for method in ("HEAD", "POST"):
            told = front.open(path, method=method, headers={"If-Match": '"x"'}).status_code
            assert (told == 412) is (method == "HEAD")
    assert get(front, "/nowhere", If_Match='"x"').status_code == 404


def test_ranges_are_of_the_state_that_is_named(front):
    path, some = "/dumps/all.nq.gz", "bytes=0-9"
    tag = get(front, path).headers["ETag"]
    assert get(front, path, Range=some, If_Match=tag, If_Range=tag).status_code == 206
    assert get(front, path, Range=some, If_Match='"x"').status_code == 412
    for other in ('"x"', f"W/{tag}", "Sat, 01 Jan 2000 00:00:00 GMT"):
        assert get(front, path, Range=some, If_Range=other).status_code == 200


def test_page_is_made_once_for_all_who_ask_the_same(front, monkeypatch):
    made, pages = [], front.runtime.pages

    class Counting:
        executor = pages.executor

        async def __call__(self, *asked):
            made.append(1)
            await pages(*asked)

    front.runtime.pages = Counting()
    first = get(front, "/")
    for _ in range(3):
        assert get(front, "/").data == first.data
    assert front.head("/", headers=HTML | {"Accept-Encoding": "gzip"}).headers == first.headers
    assert len(made) == 1
    assert get(front, "/", Accept_Language="en").data != first.data
    assert get(front, "/", Host="other.example").status_code == 200
    assert len(made) == 3


def test_page_is_coded_once(front, monkeypatch):
    coded = []
    whole = "samgraf.gateway.compression.compress"
    monkeypatch.setattr(whole, lambda body, coding: coded.append(1) or gzip.compress(body))
    for accept in ("text/html", "text/html, */*;q=0.1", "text/html;q=0.9"):
        front.get("/", headers={"Accept": accept, "Accept-Encoding": "gzip"})
    assert len(coded) == 1


@pytest.mark.parametrize("path", ["/", ICON, "/sparql", "/sparql?query=ASK{}"])
def test_client_that_has_it_is_told_so(front, path):
    first = get(front, path)
    for again in (first.headers["ETag"], f'"x", W/{first.headers["ETag"]}'):
        answer = get(front, path, If_None_Match=again)
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == first.headers["ETag"]
        assert "Content-Type" not in answer.headers
    assert get(front, path, If_None_Match='"other"').status_code == 200


def test_head_is_like_get(front):
    for path in ("/", ICON, "/sparql"):
        head = front.head(path, headers=HTML | {"Accept-Encoding": "gzip"})
        body = get(front, path)
        assert head.data == b""
        assert head.headers == body.headers


def test_own_static_file_is_kept_for_good_by_its_version(front):
    address = style_of(front)
    assert address.startswith("/static/v-")
    named, plain = get(front, address), get(front, "/static/samgraf.css")
    assert named.data == plain.data
    assert named.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain.headers["Cache-Control"] == "public, no-cache"
    old = get(front, address.replace(address[10:22], "0" * 12))
    assert (old.data, old.headers["Cache-Control"]) == (plain.data, "public, no-cache")
    assert gzip.decompress(plain.data)


def test_what_a_style_names_comes_with_its_version(front):
    address = style_of(front).replace(
        "samgraf.css", "vendor/inter-5.3.0/inter-latin-400-normal.woff2"
    )
    font = get(front, address)
    assert font.status_code == 200
    assert "Content-Encoding" not in font.headers
    assert font.headers["Cache-Control"].endswith("immutable")


def test_file_of_another_maker_is_kept_for_good(front):
    page = get(front, "/", "").text
    address = next(p for p in page.split('"') if "/vendor/designsystemet" in p)
    assert get(front, address).headers["Cache-Control"].endswith("immutable")
    assert get(front, "/static/vendor/manifest.json").headers["Cache-Control"].endswith("no-cache")


def test_version_follows_the_files(tmp_path):
    (tmp_path / "a.css").write_text("a {}")
    (tmp_path / "vendor").mkdir()
    first = static_files.version(tmp_path)
    static_files.version.cache_clear()
    (tmp_path / "vendor" / "x.js").write_text("1")
    assert static_files.version(tmp_path) == first
    static_files.version.cache_clear()
    (tmp_path / "a.css").write_text("b {}")
    assert static_files.version(tmp_path) != first
    static_files.version.cache_clear()


def test_errors_are_not_kept(front):
    for path in ("/nowhere", "/static/nothing.css", "/static/v-000000000000/nothing.css"):
        answer = get(front, path)
        assert answer.status_code == 404
        assert answer.headers["Cache-Control"] == "no-store"
        scope, _ = front.request(path, headers=HTML | {"Accept-Encoding": "gzip"})
        assert front.recall(scope) is None


def test_page_that_forbids_it_is_not_kept(front):
    made = []

    def application(environ, start):
        made.append(1)
        start("200 OK", [("Content-Type", "text/html"), ("Cache-Control", "no-store")])
        return [b"now " * 1000]

    front.runtime.pages = threaded(application)
    first, second = get(front, "/now"), get(front, "/now")
    assert len(made) == 2
    assert first.headers["Cache-Control"] == "no-store"
    assert "ETag" not in first.headers
    assert gzip.decompress(second.data) == b"now " * 1000


def test_kept_pages_are_bounded_by_bytes(front):
    cache = front.service.cache
    cache.limit = 200_000

    def application(environ, start):
        start("200 OK", [("Content-Type", "text/html")])
        return [environ["QUERY_STRING"].encode() * 4000]

    front.runtime.pages = threaded(application)
    for number in range(100, 150):
        assert len(get(front, f"/page?{number}", "").data) == 12_000
    assert cache.bytes <= 200_000
    assert 5 < len(cache) < 20


def test_another_release_has_pages_of_its_own(front, other_release):
    first = get(front, "/")
    front.serve(other_release)
    second = get(front, "/", If_None_Match=first.headers["ETag"])
    assert second.status_code == 200
    assert second.headers["Samgraf-Release"] != first.headers["Samgraf-Release"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_who_goes_as_a_file_begins_to_be_sent_leaves_none_open(front, monkeypatch):
    really = os.open

    def slowly(path, *how, **more):
        time.sleep(0.05)  # a disk that is busy, while the client goes
        return really(path, *how, **more)

    scope, exchange = front.request(f"/release/{front.service.release}/quads.nq")
    exchange.leave()
    monkeypatch.setattr(os, "open", slowly)
    front.run(front.call(scope, exchange))
    front.run(front.loop.shutdown_default_executor())
    monkeypatch.undo()
    open_files = [os.path.realpath(file) for file in Path("/proc/self/fd").iterdir()]
    assert [file for file in open_files if file.endswith("/quads.nq")] == []


class Altering(Exchange):
    """Have a file altered in its place once the first piece of it has come."""

    def __init__(self, file):
        super().__init__()
        self._file = file

    async def send(self, message):
        await super().send(message)
        if self.streamed == 1:
            content = self._file.read_bytes()
            self._file.write_bytes(content.replace(b"rose", b"nose"))


def test_a_file_that_is_altered_while_it_is_sent_does_not_come_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "PIECE_BYTES", 100)
    folder = write_release(tmp_path / "release")
    front = GatewayClient(folder, Settings())
    try:
        scope, _ = front.request(f"/release/{read_manifest(folder)['release']}/quads.nq")
        exchange = Altering(folder / "quads.nq")
        front.run(front.call(scope, exchange))
    finally:
        front.close()
    assert (exchange.status, exchange.ended) == (200, False)
