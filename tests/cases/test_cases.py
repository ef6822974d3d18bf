"""Troubles that users of other endpoints reported do not come up here.

The inputs are beside this file. ``*.rq`` with ``*.expected.json`` is a query and its right answer
(``rows``: each variable with its term, in any order; ``ask``; ``status``; or ``any_of`` these),
over the data in ``*.ttl``. ``*.sh`` sends requests with curl and says PASS or FAIL of each. In
``failing.toml`` is what answered wrongly once. In ``content`` is a content with the data of further
cases, and what is asked of it once it is served; in ``checked`` are contents and what ``samgraf
check`` says of each; in ``partners`` is what is asked of a server with a pretended partner; in
``operations`` what is asked of one that was started in another way.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pyoxigraph as ox
import pytest

from gateway_client import GatewayClient
from live import Live
from partnered import with_partners
from samgraf.settings import Settings
from samgraf.vocab import XSD
from small_release import LINES, write_release

HERE = Path(__file__).parent
QUERIES = sorted(HERE.glob("*.rq"))
FAILING = tomllib.loads((HERE / "failing.toml").read_text("utf-8"))["case"]
CHECKED = tomllib.loads((HERE / "checked/cases.toml").read_text("utf-8"))["case"]
#: A line of ``samgraf check`` that tells what is wrong, or that something is not looked at.
FOUND = r"Violation: |Warning: |Contradiction |not valid |about triples|Shapes "
JSON = "application/sparql-results+json"


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """Return a release with the data of all cases, one graph for each file."""
    lines = list(LINES)
    for file in sorted(HERE.glob("*.ttl")):
        graph = f"https://example.org/graph/{file.stem}"
        quads = ox.parse(path=file, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
        lines += [(str(q.subject), str(q.predicate), object_of(q), graph) for q in quads]
    return write_release(tmp_path_factory.mktemp("cases") / "release", lines)


def object_of(quad):
    text = str(quad.object)
    return f"<<( {text} )>>" if isinstance(quad.object, ox.Triple) else text


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    arguments = "--content", HERE / "content"
    with Live(*arguments, cache_dir=tmp_path_factory.mktemp("content")) as live:
        yield live


@pytest.fixture(scope="module")
def client(release, tmp_path_factory):
    front = GatewayClient(release, Settings(cache_dir=tmp_path_factory.mktemp("cache")))
    yield front
    front.close()


@pytest.fixture(scope="module")
def server(release, tmp_path_factory):
    with Live("--release", release, cache_dir=tmp_path_factory.mktemp("live")) as live:
        yield live


def written(term):
    """Return a term of JSON results as the expected answers write it."""
    if term["type"] == "uri":
        return f"<{term['value']}>"
    if term["type"] == "bnode":
        return "_:"
    text = f'"{term["value"]}"'
    if "xml:lang" in term:
        return f"{text}@{term['xml:lang'].lower()}"
    datatype = term.get("datatype", XSD + "string")
    if datatype == XSD + "string":
        return text
    return (
        f"{text}^^{datatype.replace(XSD, 'xsd:') if datatype.startswith(XSD) else f'<{datatype}>'}"
    )


def fits(expected, answer):
    """Return whether ``answer`` is one of the right ones."""
    if "any_of" in expected:
        return any(fits(one, answer) for one in expected["any_of"])
    if "status" in expected:
        return answer.status_code in expected["status"]
    if answer.status_code != 200:
        return False
    if "ask" in expected:
        return answer.json["boolean"] is expected["ask"]
    found = [{n: written(t) for n, t in row.items()} for row in answer.json["results"]["bindings"]]
    if not expected.get("ordered"):
        found, wanted = (sorted(map(str, map(sorted, (r.items() for r in rows))))
                         for rows in (found, expected["rows"]))  # fmt: skip
        return found == wanted
    return found == expected["rows"]


def ask(client, query):
    return client.post("/sparql", data={"query": query}, headers={"Accept": JSON})


@pytest.mark.parametrize("file", QUERIES, ids=lambda file: file.stem)
def test_query_is_answered_rightly(client, file):
    expected = json.loads(file.with_suffix(".expected.json").read_text("utf-8"))
    answer = ask(client, file.read_text("utf-8"))
    assert fits(expected, answer), answer.text


@pytest.mark.parametrize("case", FAILING, ids=lambda case: case["id"])
def test_what_answered_wrongly_once_is_right_or_refused(client, case):
    answer = ask(client, case["query"])
    if "refused" in case:
        assert (answer.status_code, case["refused"] in answer.json["detail"]) == (400, True)
        return
    (row,) = answer.json["results"]["bindings"]
    assert {name: term["value"] for name, term in row.items()} == case["row"]


@pytest.mark.parametrize(
    "file", sorted((HERE / "content").glob("*.rq")), ids=lambda file: file.stem
)
def test_query_of_a_content_is_answered_rightly(content, file):
    expected = json.loads(file.with_suffix(".expected.json").read_text("utf-8"))
    status, _, body = content.ask(file.read_text("utf-8"))
    assert (status, json.loads(body)["boolean"]) == (200, expected["ask"])


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(
    "script", sorted((HERE / "content").glob("*.sh")), ids=lambda script: script.stem
)
def test_content_is_served_rightly(content, script):
    run_script(script, content.port)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("script", sorted(HERE.glob("B*.sh")), ids=lambda script: script.stem)
def test_requests_are_answered_rightly(server, script):
    run_script(script, server.port)


@pytest.fixture(scope="module")
def pretended(tmp_path_factory):
    """Yield a partner and a stranger: the port and the log of each."""
    folder, found, processes = tmp_path_factory.mktemp("pretended"), {}, []
    elsewhere = ""
    for name in ("STRANGER", "PARTNER"):
        log = folder / f"{name}.log"
        log.touch()
        command = [sys.executable, HERE / "partners/pretend_partner.py", log, elsewhere]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        port = process.stdout.readline().strip()
        elsewhere = f"http://127.0.0.1:{port}/sparql"
        found |= {name: port, f"{name}_LOG": str(log)}
    yield found
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def federated(release, pretended, tmp_path_factory):
    folder = tmp_path_factory.mktemp("federated")
    endpoints = {
        name: f"http://127.0.0.1:{pretended['PARTNER']}/{name}"
        for name in ("sparql", "html", "err", "redirect")
    }
    endpoints["closed"] = "http://127.0.0.1:9/sparql"
    with Live(
        "--release",
        with_partners(release, folder / "release", **endpoints),
        cache_dir=folder / "cache",
        contact="mailto:operator@example.org",
        partner_hosts="127.0.0.1",
    ) as live:
        yield live


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(
    "script", sorted((HERE / "partners").glob("*.sh")), ids=lambda script: script.stem
)
def test_partners_are_asked_rightly(federated, pretended, script):
    run_script(script, federated.port, **pretended)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_a_server_below_a_path_and_with_logs_does_as_the_cases_ask(release, tmp_path):
    scripts, logs = HERE / "operations", tmp_path / "logs"
    logs.mkdir()
    with Live("--release", release, cache_dir=tmp_path / "cache", log_dir=logs) as live:
        run_script(scripts / "B89.sh", live.port, LOGF=str(logs / "access.jsonl"))
    base = "https://host.example/kg"
    with Live("--release", release, cache_dir=tmp_path / "cache", base=base) as live:
        below = f"http://127.0.0.1:{live.port}/kg"
        run_script(scripts / "B86.sh", live.port, BASE=below, EP=f"{below}/sparql")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_a_server_listens_on_ipv6(release, tmp_path):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    command = [sys.executable, "-m", "samgraf", "serve", "--host", "::1", "--port", "0"]
    with subprocess.Popen(
        [*command, "--release", release],
        env=os.environ | {"SAMGRAF_CACHE_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            found = re.search(r"http://\[::1\]:(\d+)/", process.stdout.readline())
            address = f"http://[::1]:{found[1]}"
            run_script(HERE / "operations/B88.sh", 0, BASE=address, B6=address)
        finally:
            process.terminate()
            process.communicate(timeout=60)


def run_script(script, port, **environ):
    base = f"http://127.0.0.1:{port}"
    given = {"PATH": "/usr/bin:/bin:/usr/local/bin", "BASE": base, "IDBASE": f"{base}/id/"}
    run = subprocess.run(
        ["sh", script.name],
        cwd=script.parent,
        env=given | environ,
        capture_output=True,
        text=True,
        timeout=60,
    )
    told = run.stdout + run.stderr
    assert "PASS" in told or "NOTE" in told, told
    assert "FAIL" not in told, told
    assert run.returncode == 0, told


@pytest.mark.parametrize("case", CHECKED, ids=lambda case: case["id"])
def test_check_says_what_is_wrong(call, tmp_path, case):
    (tmp_path / "ontology").mkdir()
    shutil.copy(HERE / "content/ontology/base.onto.ttl", tmp_path / "ontology")
    for place in case["files"]:
        target = tmp_path / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / "checked" / target.name, target)
    done = call("check", "--content", tmp_path, "--lang", "en")
    told = [line for line in done.output.splitlines() if re.search(FOUND, line)]
    assert done.exit_code == case["status"], done.output
    assert len(told) == len(case["says"]), done.output
    for line, words in zip(told, case["says"], strict=True):
        assert words in line
