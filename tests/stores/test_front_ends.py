"""Two front ends behind nginx are one service: the same bytes, whichever answers."""

from __future__ import annotations

import html
import http.client
import os
import re
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
import store_servers

from live import Live

CONFIG = Path(__file__).parents[2] / "server" / "nginx.conf"
PATIENCE = 60.0
# query, media type
QUERIES = {
    "order": ("SELECT ?s WHERE { ?s a ?c } ORDER BY ?s LIMIT 20", "text/csv"),
    "no-order": ("SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 50", "application/json"),
    "offset": ("SELECT ?s ?o WHERE { ?s rdfs:label ?o } OFFSET 7 LIMIT 30", "text/csv"),
    "graphs": ("SELECT ?g ?s WHERE { GRAPH ?g { ?s a ?c } } LIMIT 40", "application/json"),
    "groups": ("SELECT ?c (COUNT(?s) AS ?n) WHERE { ?s a ?c } GROUP BY ?c", "text/csv"),
    "distinct": ("SELECT DISTINCT ?p WHERE { ?s ?p ?o } LIMIT 15", "text/csv"),
    "optional": (
        "SELECT ?s ?l WHERE { ?s a ?c OPTIONAL { ?s skos:prefLabel ?l } } LIMIT 60",
        "application/sparql-results+xml",
    ),
    "construct": ("CONSTRUCT WHERE { ?s rdfs:label ?l } LIMIT 25", "text/turtle"),
    "construct-json": ("CONSTRUCT WHERE { ?s a ?c } LIMIT 25", "application/ld+json"),
    "describe": ("DESCRIBE ?s WHERE { ?s a ?c } LIMIT 3", "application/n-triples"),
    "ask": ("ASK { ?s ?p ?o }", "application/json"),
}


@pytest.fixture(scope="module")
def front_ends(other_release):
    """Return the ports of two servers of the same release, started on their own."""
    with Live("--release", other_release) as one, Live("--release", other_release) as two:
        yield one, two


@contextmanager
def run_nginx(folder, text, path):
    """Run nginx by the configuration ``text`` until ``path`` is answered; yield nothing."""
    nginx = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    (folder / "nginx.conf").write_text(text, "utf-8")
    port = int(re.search(r"listen 127\.0\.0\.1:(\d+)", text)[1])
    # started by root, nginx would hand its workers to a user who may not read the folder
    user = "user root; " if os.geteuid() == 0 else ""
    process = subprocess.Popen(
        [nginx, "-p", folder, "-c", folder / "nginx.conf", "-g", f"{user}daemon off;"],
        stderr=subprocess.PIPE,
    )
    until = time.monotonic() + PATIENCE
    while get(port, path, "*/*")[0] in (0, 502):
        assert process.poll() is None, process.stderr.read().decode()
        assert time.monotonic() < until
        time.sleep(0.05)
    try:
        yield
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def configured(ports):
    """Return the example configuration with other ports."""
    text, changed = re.subn(
        r"127\.0\.0\.1:(\d+)",
        lambda m: f"127.0.0.1:{ports[m[1]]}",
        CONFIG.read_text("utf-8"),
    )
    assert changed == 3
    return text


@pytest.fixture(scope="module")
def proxy(tmp_path_factory, front_ends):
    """Return the port of nginx, run by the example configuration with other ports."""
    port = store_servers.free_port()
    text = configured({"8080": port, "8081": front_ends[0].port, "8082": front_ends[1].port})
    with run_nginx(tmp_path_factory.mktemp("nginx"), text, "/health"):
        yield port


def get(port, path, accept, **headers):
    """Return status, headers and body; status 0 where nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={"Accept": accept, **headers})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    except ConnectionError:
        return 0, http.client.HTTPMessage(), b""
    finally:
        connection.close()


def path_of(name):
    return "/sparql?" + urlencode({"query": QUERIES[name][0]})


@pytest.mark.parametrize("name", QUERIES)
def test_both_front_ends_and_the_proxy_send_the_same_bytes(front_ends, proxy, name):
    answers = [
        get(port, path_of(name), QUERIES[name][1])
        for port in (front_ends[0].port, front_ends[1].port, proxy, proxy)
    ]
    assert {status for status, _, _ in answers} == {200}
    assert len({body for _, _, body in answers}) == 1
    assert len(answers[0][2]) > 10
    for header in ("ETag", "Content-Type", "Samgraf-Release"):
        assert len({headers[header] for _, headers, _ in answers}) == 1
        assert answers[0][1][header]


def test_etag_of_one_is_good_at_the_other(front_ends, proxy):
    _, headers, _ = get(front_ends[0].port, path_of("order"), "text/csv")
    for port in (front_ends[1].port, proxy, proxy):
        other = {"If-None-Match": '"another"'}
        status, _, body = get(port, path_of("order"), "text/csv", **other)
        assert (status, bool(body)) == (200, True)
        known = {"If-None-Match": headers["ETag"]}
        status, _, body = get(port, path_of("order"), "text/csv", **known)
        assert (status, body) == (304, b"")


def test_front_end_that_ends_is_passed_over(proxy, front_ends):
    front_ends[1].stop()
    found = {get(proxy, path_of("no-order"), "application/json")[0] for _ in range(8)}
    assert found == {200}


def test_below_a_path_of_its_own_every_page_leads_on(other_release, tmp_path):
    """By the example, with its location changed as its comment says."""
    port = store_servers.free_port()
    base = f"http://127.0.0.1:{port}/graf/"
    with Live("--release", other_release, base=base) as live:
        text = configured({"8080": port, "8081": live.port, "8082": live.port})
        text, changed = re.subn(r"(?m)^(\s+location) / {", r"\1 /graf/ {", text)
        assert changed == 1
        with run_nginx(tmp_path, text, "/graf/health"):
            assert get(port, "/", "text/html")[0] == 404
            seen, queue = set(), ["/graf/"]
            while queue and len(seen) < 150:
                address = queue.pop(0)
                status, headers, body = get(port, address, "text/html")
                assert status < 400 or status == 503, address
                found = re.findall(
                    r'\b(?:src|href|action)="(/[^"]*)"', body.decode("utf-8", "replace")
                )
                found += [headers["Location"]] if headers["Location"] else []
                for link in {html.unescape(f).partition("#")[0] for f in found} - seen:
                    assert link.startswith("/graf"), f"{link} on {address}"
                    seen.add(link)
                    queue.append(link)
            assert len(seen) > 100
            status, _, body = get(port, path_below("/graf", "ask"), "application/json")
            assert (status, b"boolean" in body) == (200, True)


def path_below(folder, name):
    return folder + path_of(name)


def test_the_persistent_address_leads_on_with_escapes_and_query(tmp_path):
    port = store_servers.free_port()
    rules = (CONFIG.parent / "redirects" / "nginx.conf").read_text("utf-8")
    text = (
        f"pid nginx.pid; error_log stderr; events {{}} http {{ access_log off; "
        f"client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; "
        f"scgi_temp_path s; server {{ listen 127.0.0.1:{port};\n{rules}\n}} }}"
    )
    with run_nginx(tmp_path, text, "/"):
        for path in ("", "/", "/id/a%2Fb", "/id/caf%C3%A9?x=1&y=%20", "/ontology"):
            status, headers, _ = get(port, "/samgraf" + path, "text/html")
            expected = "https://samgraf.example/" + path.removeprefix("/")
            assert (status, headers["Location"]) == (302, expected)
