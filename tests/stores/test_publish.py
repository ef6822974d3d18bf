"""A release reaches a store whole, or the store does not call it whole."""

from __future__ import annotations

import asyncio
import json
import urllib.parse
import urllib.request
from collections import Counter
from contextlib import asynccontextmanager

import pytest
import store_servers
from fake_store import fake_store

from samgraf import limits
from samgraf.engine.remote.client import StoreError
from samgraf.engine.remote.engine import RemoteEngine
from samgraf.engine.remote.publish import (
    GraphStore,
    PublishError,
    StoreGraph,
    publish,
    query_endpoint,
    store_graphs,
)
from samgraf.engine.remote.query import ReleaseNames
from samgraf.errors import ContentError, UsageError
from samgraf.progress import Silent
from samgraf.release import read_manifest
from samgraf.settings import Settings
from samgraf.sparql.evaluation import QueryRequest
from small_release import BASE, EX, LINES, REPORT, write_release

WRONG = "wrong-one"
JSON = "application/sparql-results+json"
NOTHING = b'{"head":{"vars":[]},"results":{"bindings":[]}}'


@pytest.fixture(scope="module")
def oxigraph(tmp_path_factory):
    """Return an empty store of this module's own."""
    folder = tmp_path_factory.mktemp("own-oxigraph")
    running = store_servers.start("oxigraph", folder, folder)
    yield running
    running.stop()


def rows(url, query):
    request = urllib.request.Request(
        url, urllib.parse.urlencode({"query": query}).encode(), {"Accept": JSON}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["results"]["bindings"]


def graph_names(url):
    found = rows(url, "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
    return {row["g"]["value"] for row in found}


@asynccontextmanager
async def graph_store(url, slept):
    async def sleep(seconds):
        slept.append(seconds)

    store = GraphStore(url, Settings(), sleep)
    try:
        yield store
    finally:
        await store.close()


def writing(url, *acts):
    """Do ``acts`` to the graph store at ``url``; return the pauses that were made."""

    async def run():
        async with graph_store(url, slept) as store:
            for act in acts:
                await act(store)

    slept = []
    asyncio.run(run())
    return slept


def other_release(folder, number):
    line = (f"<{EX}rose>", f"<{EX}number>", f'"{number}"', BASE + "graph/a")
    return write_release(folder, [*LINES, line])


def test_every_graph_stands_under_its_versioned_name(oxigraph, release_dir):
    names = ReleaseNames(read_manifest(release_dir))
    done = publish(oxigraph.graphs, release_dir, Settings(), Silent())
    assert done.loaded
    expected = {names.to_store(line[3]) for line in LINES}
    expected |= {names.default, names.merge, names.complete}
    assert {g for g in graph_names(oxigraph.query) if g.startswith(names.root)} == expected
    again = publish(oxigraph.graphs, release_dir, Settings(), Silent())
    assert not again.loaded


def test_damaged_release_is_loaded_again(oxigraph, release_dir):
    names = ReleaseNames(read_manifest(release_dir))
    publish(oxigraph.graphs, release_dir, Settings(), Silent())
    writing(oxigraph.graphs, lambda store: store.delete(names.to_store(REPORT)))
    assert publish(oxigraph.graphs, release_dir, Settings(), Silent()).loaded
    assert names.to_store(REPORT) in graph_names(oxigraph.query)


def test_keep_removes_the_oldest_whole_releases(oxigraph, tmp_path, monkeypatch):
    roots = []
    for number in range(3):
        # the time of publishing has whole seconds
        monkeypatch.setattr(
            "samgraf.engine.remote.publish.now", lambda n=number: f"2100-01-0{n + 1}T00:00:00Z"
        )
        folder = other_release(tmp_path / str(number), number)
        roots.append(ReleaseNames(read_manifest(folder)).root)
        done = publish(oxigraph.graphs, folder, Settings(), Silent(), keep=2)
    assert roots[0].rpartition("/")[2] in {hash[:12] for hash in done.removed}
    left = graph_names(oxigraph.query)
    assert not any(g.startswith(roots[0]) for g in left)
    assert all(any(g.startswith(root) for g in left) for root in roots[1:])


async def number_at(url, manifest):
    engine = RemoteEngine(url, manifest, Settings())
    request = QueryRequest(query="SELECT ?n WHERE { ?s ex:number ?n }")
    try:
        return (await engine.answer(request, JSON)).read()
    finally:
        await engine.close()


def test_every_release_in_one_store_answers_for_itself(oxigraph, tmp_path):
    for number in (7, 8):
        folder = other_release(tmp_path / str(number), number)
        publish(oxigraph.graphs, folder, Settings(), Silent())
        body = asyncio.run(number_at(oxigraph.query, read_manifest(folder)))
        found = [row["n"]["value"] for row in json.loads(body)["results"]["bindings"]]
        assert found == [str(number)]


def test_refusal_names_graph_status_and_words_and_leaves_no_marker(release_dir):
    names = ReleaseNames(read_manifest(release_dir))
    refused = names.to_store(BASE + "graph/b")

    def act(handler, body):
        wanted = urllib.parse.quote(refused, safe="")
        if handler.path == "/query":
            handler.send(200, NOTHING, JSON)
        elif handler.command == "PUT" and wanted in handler.path:
            handler.send(507, b"No room is left.\nStack: secret", "text/plain")
        else:
            handler.send(204)

    with fake_store(act) as store:
        with pytest.raises(PublishError) as error:
            publish(f"{store.url[:-1]}store", release_dir, Settings(), Silent())
        marker = urllib.parse.quote(names.complete, safe="")
        marked = [m for m, path, _, _ in store.seen if marker in path]
    assert marked == ["DELETE"]
    assert str(error.value).startswith(refused)
    assert "(507)" in str(error.value)
    assert "No room is left." in str(error.value)
    assert "secret" not in str(error.value)


def test_marker_is_written_last(release_dir):
    names = ReleaseNames(read_manifest(release_dir))
    stored = Counter()

    def act(handler, body):
        if handler.path == "/query":
            rows = [{"graph": {"value": g}, "triples": {"value": n}} for g, n in stored.items()]
            handler.send(200, json.dumps({"results": {"bindings": rows}}).encode(), JSON)
            return
        graph = urllib.parse.unquote(handler.path.partition("?graph=")[2])
        stored[graph] += body.count(b"\n")
        handler.send(204)

    with fake_store(act) as store:
        done = publish(f"{store.url[:-1]}store", release_dir, Settings(), Silent())
        first, *_, last = (seen for seen in store.seen if seen[1] != "/query")
    marker = "/store?graph=" + urllib.parse.quote(names.complete, safe="")
    assert first[:2] == ("DELETE", marker)
    assert last[:2] == ("PUT", marker)
    assert done.loaded


def test_counts_that_differ_leave_no_marker(release_dir):
    def act(handler, body):
        if handler.path.startswith("/query"):
            handler.send(200, NOTHING, JSON)
        else:
            handler.send(204)

    with fake_store(act) as store:
        url = store.url.removesuffix("/x")
        with pytest.raises(PublishError, match="not marked as whole"):
            publish(f"{url}/store", release_dir, Settings(), Silent())
        marker = urllib.parse.quote(ReleaseNames(read_manifest(release_dir)).complete, safe="")
        assert [m for m, path, _, _ in store.seen if marker in path] == ["DELETE"]


@pytest.mark.parametrize(("status", "after", "waits"), [(503, "7", [7, 7]), (429, "", [1, 2])])
def test_busy_store_is_asked_again_when_it_says(status, after, waits):
    answers = iter([status, status, 204])

    def act(handler, body):
        headers = {"Retry_After": after} if after else {}
        handler.send(next(answers), b"", "", **headers)

    with fake_store(act) as store:
        slept = writing(store.url, lambda graphs: graphs.write("PUT", "http://e/g", b""))
    assert slept == waits


def test_store_that_stays_busy_is_given_up():
    with (
        fake_store(lambda handler, body: handler.send(503, b"later", "text/plain")) as store,
        pytest.raises(PublishError, match=r"\(503\).*later"),
    ):
        writing(store.url, lambda graphs: graphs.write("PUT", "http://e/g", b""))
    assert len(store.seen) == limits.STORE_WRITE_TRIES


def test_redirect_is_refused():
    with (
        fake_store(lambda handler, body: handler.send(307, Location="http://e/")) as store,
        pytest.raises(PublishError, match="Redirects are not followed"),
    ):
        writing(store.url, lambda graphs: graphs.write("PUT", "http://e/g", b""))


@pytest.mark.parametrize("store", [pytest.param("virtuoso", marks=pytest.mark.slow)], indirect=True)
def test_wrong_password_is_told_without_it(store, tmp_path):
    folder = other_release(tmp_path, "password")
    settings = Settings(store_user="dba", store_password=WRONG)
    with pytest.raises(PublishError, match="name and a password") as error:
        publish(store.graphs, folder, settings, Silent())
    assert WRONG not in str(error.value)


def test_release_that_could_not_be_checked_is_not_published(release_dir):
    with pytest.raises(UsageError, match="--query"):
        publish("http://127.0.0.1:9/graphs", release_dir, Settings(), Silent())


def test_unknown_query_endpoint_is_told(release_dir):
    def act(handler, body):
        handler.send(404 if handler.path == "/nowhere" else 204)

    with fake_store(act) as store:
        nowhere = store.url.replace("/x", "/nowhere")
        with pytest.raises(StoreError, match="--query"):
            publish(store.url, release_dir, Settings(), Silent(), query_url=nowhere)


@pytest.mark.parametrize(
    ("graphs", "query"),
    [
        ("http://h:7878/store", "http://h:7878/query"),
        ("http://h:3030/ds/data", "http://h:3030/ds/query"),
        ("http://h:8890/sparql-graph-crud-auth", "http://h:8890/sparql"),
        ("http://h/repositories/r/rdf-graphs/service", "http://h/repositories/r"),
        ("http://h/other", None),
    ],
)
def test_query_endpoint_is_guessed_by_the_path(graphs, query):
    assert query_endpoint(graphs) == query


def test_release_sent_in_portions_is_whole(store, tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "STORE_WRITE_TRIPLES", 3)
    folder = other_release(tmp_path, store.name)
    settings = Settings(store_user=store.user, store_password=store.password)
    done = publish(store.graphs, folder, settings, Silent())
    assert done.loaded


def test_blank_nodes_come_in_the_first_portion(monkeypatch, tmp_path):
    monkeypatch.setattr(limits, "STORE_WRITE_TRIPLES", 2)
    blank = [
        ("_:c14n0", f"<{EX}next>", "_:c14n1", BASE + "graph/z"),
        (f"<{EX}x>", f"<{EX}has>", "_:c14n0", BASE + "graph/z"),
        ("_:c14n1", f"<{EX}next>", '"no _:node"', BASE + "graph/z"),
    ]
    plain = [
        (f"<{EX}a>", f"<{EX}says>", '"_:not \\" _:x"@en', BASE + "graph/z"),
        (f"<{EX}b>", f"<{EX}says>", f"<{EX}_:x>", BASE + "graph/z"),
        (f"<{EX}c>", f"<{EX}says>", f"<{EX}y>", BASE + "graph/z"),
    ]
    folder = write_release(tmp_path, [*blank, *plain])
    manifest = read_manifest(folder)
    [graph, _] = store_graphs(folder, manifest, ReleaseNames(manifest))
    first, *rest = (portion.decode().splitlines() for portion in graph.portions())
    assert sorted(first) == sorted(f"{s} {p} {o} ." for s, p, o, _ in blank)
    assert sorted(line for portion in rest for line in portion) == sorted(
        f"{s} {p} {o} ." for s, p, o, _ in plain
    )
    assert [len(portion) for portion in rest] == [2, 1]


def test_portions_add_up_to_the_graph():
    lines = [f"<http://e/{i}> <http://e/p> <http://e/o> .\n" for i in range(100_001)]
    portions = list(StoreGraph("http://e/g", lines, []).portions())
    assert [p.count(b"\n") for p in portions] == [50_000, 50_000, 1]
    assert b"".join(portions).decode() == "".join(lines)
    assert list(StoreGraph("http://e/g", [], []).portions()) == [b""]


def test_altered_release_is_not_published(tmp_path, release_dir):
    for file in release_dir.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes() + b"\n" * (file.suffix == ".nq"))
    with pytest.raises(ContentError, match="not those"):
        publish("http://127.0.0.1:9/store", tmp_path, Settings(), Silent())


def test_renaming_can_be_undone(release):
    manifest = read_manifest(release)
    names = ReleaseNames(manifest)
    graphs = store_graphs(release, manifest, names)
    quads = (release / "quads.nq").read_text("utf-8")
    lines = [
        f"{names.from_store(triple.encode()).decode()[:-3]} <{graph}> ."
        for entry in graphs[:-1]
        for graph in [names.from_store(entry.name.encode()).decode()]
        for triple in entry.triples
    ]
    assert sorted(lines) == sorted(quads.splitlines())
    assert names.plain not in "".join(t for g in graphs for t in g.triples)


def test_command_tells_what_it_did(call, oxigraph, release_dir):
    done = call("publish", oxigraph.graphs, "--release", release_dir, "--keep", 9)
    assert done.exit_code == 0
    assert read_manifest(release_dir)["release"][:12] in done.stdout
    assert "default graph" in done.stderr


def test_command_refuses_what_is_no_address(call, release_dir):
    assert call("publish", "nowhere", "--release", release_dir).exit_code == 2


def test_command_exits_by_the_contract_where_the_store_is_down(call, release_dir):
    with store_servers.closed_port() as port:
        done = call("publish", f"http://127.0.0.1:{port}/store", "--release", release_dir)
    assert (done.exit_code, "Traceback" in done.stderr) == (1, False)
