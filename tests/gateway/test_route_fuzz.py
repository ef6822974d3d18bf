"""Whatever is sent to any address of the site is answered, and never with 500.

SAMGRAF_FUZZ_SEED chooses other requests than those of an ordinary run.
"""

from __future__ import annotations

import http.client
import os
import random
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from raw_client import Raw

from live import PATIENCE, Live
from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.site import create_app

SEED = int(os.environ.get("SAMGRAF_FUZZ_SEED", "12"))
METHODS = ["GET"] * 14 + ["HEAD", "HEAD", "POST", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"]
METHODS += ["TRACE", "PROPFIND", "BREW", "get"]
#: Pieces of paths, parameters and headers: well formed, badly formed, and of other alphabets.
ODD = [
    *(
        b"%00",
        b"%FF",
        b"%2F",
        b"%25",
        b"%",
        b"%zz",
        b"%C3%A9",
        b"%c3%a9",
        b"%EE%80%80",
        b"%ED%A0%80",
    ),
    *(b"%2e%2e", b"..", b".", b"//", b"/", b"\\", b";", b"'", b'"', b"<", b">", b"[", b"]", b"|"),
    *(
        b"^",
        b"`",
        b"{",
        b"}",
        b"{0}",
        b"%s",
        b"$",
        b"*",
        b"+",
        b"~",
        b"@",
        b"!",
        b"&",
        b"=",
        b",",
        b":",
    ),
    *(b"\xc3\xa9", b"\xff", b"\xe9", b"\x80", b"%F0%9F%98%80", b"%E2%80%AE", b"%0d%0a", b"%09"),
    *(b".ttl", b".html", b".jsonld", b".rdf", b".nt", b".json", b".exe", b"#", b"%23", b"%3F"),
    *(b"0", b"-1", b"99999999999999999999", b"1e9", b"None", b"nan", b"a" * 3000, b"%41" * 900),
    *(b"http://x/", b"http%3A%2F%2Fx%2F", b"urn:x", b"javascript:alert(1)", b"http://[::1", b"a:b"),
    *(b"<script>", b"../../etc/passwd", b"sparql", b"id/", b"doc/", b"ontology/", b"\xd1\x8f"),
]
NAMES = [
    *(
        "lang",
        "q",
        "class",
        "page",
        "iri",
        "format",
        "in",
        "out",
        "term",
        "open",
        "query",
        "timeout",
    ),
    *(
        "default-graph-uri",
        "named-graph-uri",
        "endpoint",
        "_anchor",
        "_scheme",
        "_method",
        "values",
    ),
    *("_external", "extension", "suffix", "name", "self", "filename", "kind", "limit", "answer"),
]
QUERIES = [
    *("ASK {}", "SELECT * { ?s ?p ?o } LIMIT 2", "DESCRIBE <x>", "CONSTRUCT WHERE { ?s a ?o }"),
    *(
        "SELECT",
        "SELECT * FROM <http://x/%zz> {}",
        "PREFIX p: <http://[::1> ASK {}",
        "ASK { <a b> a 1 }",
    ),
    *(
        "SELECT * FROM <http://x:abc> {}",
        "BASE <http://[::1> ASK { <a> <b> <c> }",
        "ASK FROM <\\u0020> {}",
    ),
    *(
        'SELECT ("\\uD800" AS ?x) {}',
        "SELECT ('POINT(x y)'^^<http://www.opengis.net/ont/geosparql#wktLiteral> AS ?wkt) {}",
    ),
]
TYPES = [
    *("text/html", "text/turtle", "application/ld+json", "application/json", "*/*", "text/csv"),
    *("application/rdf+xml", "application/n-triples", "image/png", "text/*;q=0.5", "geo+json"),
    *(
        "application/geo+json",
        "application/problem+json",
        "application/sparql-results+json",
        ";q=x",
    ),
    *("application/x-www-form-urlencoded", "application/sparql-query", "text/html;q=0,*/*;q=0"),
]
HEADERS = [
    *(
        "Accept-Language",
        "Accept-Encoding",
        "If-None-Match",
        "If-Modified-Since",
        "Range",
        "Cookie",
    ),
    *("X-Forwarded-For", "X-Forwarded-Host", "Origin", "Referer", "Content-Type", "Accept", "TE"),
    *("If-Match", "Authorization", "Prefer", "Access-Control-Request-Method", "Forwarded", "Via"),
]
VALUES = [
    *("nb", "en;q=x", "*", "gzip", "br;q=0", 'W/"a"', '"a", "b"', "bytes=0-10", "bytes=9-1", "a=b"),
    *("Thu, 01 Jan 1970 00:00:00 GMT", "yesterday", "127.0.0.1", "::1, x", "", "\xe9", "x" * 2000),
    *("text/html", "multipart/form-data; boundary=x", "text/html; charset=x", "=?", '"', "zstd"),
]
HOSTS = ["h", "h:80", "[::1]:8080", "127.0.0.1", "\xe9", "a b", "x/y", "u@h", '"', "h:x", ""]


class Fuzz:
    """Requests at random over the addresses of a site, the same for the same seed."""

    def __init__(self, release: Path, seed: int):
        app = create_app(in_process_service(release, Settings()))
        self._random = random.Random(seed)  # noqa: S311
        self._rules = sorted({rule.rule for rule in app.url_map.iter_rules()})
        found = app.test_client().get("/sitemap-1.xml").get_data(as_text=True)
        self._pages = re.findall("<loc>http://localhost([^<]*)</loc>", found)
        assert len(self._rules) > 20
        assert self._pages

    def request(self) -> tuple[str, bytes]:
        """Return the method of a request, and its bytes."""
        choose = self._random.choice
        method = choose(METHODS)
        lines = [f"{method} ".encode() + self._target() + b" HTTP/1.1"]
        host = choose(HOSTS) if self._random.random() < 0.05 else "h"
        lines.append(b"Host: " + host.encode("latin-1"))
        if self._random.random() < 0.8:
            accept = ", ".join(self._random.choices(TYPES, k=choose([1, 1, 1, 2, 4])))
            lines.append(b"Accept: " + accept.encode())
        for name in self._random.sample(HEADERS, choose([0, 0, 1, 2])):
            lines.append(f"{name}: {choose(VALUES)}".encode("latin-1"))
        body = b""
        if method in ("POST", "PUT", "PATCH", "DELETE", "BREW"):
            body = self._body()
            lines.append(b"Content-Type: " + choose(TYPES).encode())
            lines.append(b"Content-Length: %d" % len(body))
        return method, b"\r\n".join(lines) + b"\r\n\r\n" + body

    def _target(self) -> bytes:
        if self._random.random() < 0.3:
            path = self._random.choice(self._pages).encode()
        else:
            rule = self._random.choice([*self._rules, "/sparql", "/sparql"])
            path = re.sub("<[^>]*>", "\0", rule).encode()
            while b"\0" in path:
                path = path.replace(b"\0", self._value(), 1)
        for _ in range(self._random.choice([0, 0, 0, 1, 1, 2, 5])):
            at = self._random.randint(0, len(path))
            path = path[:at] + self._random.choice(ODD) + path[at:]
        if self._random.random() < 0.97 and not path.startswith(b"/"):
            path = b"/" + path
        parameters = []
        for _ in range(self._random.choice([0, 0, 1, 1, 2, 4])):
            name = self._random.choice(NAMES).encode()
            parameters.append(name + b"=" + self._value())
        if path.startswith(b"/sparql") and self._random.random() < 0.7:
            query = quote(self._random.choice(QUERIES), safe="")
            parameters.insert(0, b"query=" + query.encode())
        query = b"?" + b"&".join(parameters) if parameters else b""
        # what would end the line is not part of a target
        return re.sub(rb"[ \r\n]", b"+", path + query)

    def _value(self) -> bytes:
        how = self._random.random()
        if how < 0.2:
            return quote(self._random.choice(QUERIES), safe="").encode()
        if how < 0.5:
            return self._random.choice(self._pages).encode().rpartition(b"/")[2]
        if how < 0.6:
            return quote("https://example.org" + self._random.choice(self._pages), safe="").encode()
        return b"".join(self._random.choices(ODD, k=self._random.choice([0, 1, 1, 2, 3])))

    def _body(self) -> bytes:
        pieces = [*ODD, *(q.encode() for q in QUERIES), b"query=ASK%7B%7D", b'["http://x/", 1]']
        pieces += [b'["http://x/ y", "\\ud800", "http://www.w3.org/2002/07/owl#Class"]', b"null"]
        return b"".join(self._random.choices(pieces, k=self._random.choice([0, 1, 1, 1, 3])))


def faults_of(release: Path, count: int, seed: int) -> list[str]:
    """Return what went wrong with ``count`` requests to a server over ``release``."""
    found, fuzz = [], Fuzz(release, seed)
    requests = (fuzz.request() for _ in range(count))
    with Live("--release", release, query_timeout=5) as live:
        is_done = False
        while not is_done:
            made = socket.create_connection(("127.0.0.1", live.port), PATIENCE)
            with Raw(made) as connection:
                is_done = _ask_all(connection, requests, found)
        live.process.terminate()
        log = live.process.communicate(timeout=PATIENCE)[1]
    if "Traceback" in log or "Error" in log:
        found.append(log[-4000:])
    return found


def _ask_all(connection: Raw, requests: Iterator[tuple[str, bytes]], found: list[str]) -> bool:
    """Send ``requests`` until the server closes, and add to ``found``; return whether all are."""
    for method, data in requests:
        try:
            answer = connection.ask(data, method)
        except (OSError, http.client.HTTPException) as error:
            found.append(f"{error!r}: {data!r}")
            return False
        if answer.status == 500 or not 200 <= answer.status < 600:
            found.append(f"{answer.status}: {data!r}")
        if answer.headers.get("Connection", "").lower() == "close":
            return False
    return True


def test_no_request_to_the_small_release_fails(release_dir):
    assert faults_of(release_dir, 1300, SEED) == []


@pytest.mark.slow
def test_none_of_very_many_requests_fails(release_dir, release):
    assert faults_of(release_dir, 14_000, SEED + 1) == []
    assert faults_of(release, 6000, SEED + 2) == []
