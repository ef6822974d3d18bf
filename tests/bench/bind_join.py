"""Measure a join of nine things known here with a partner of a million triples.

    make bench ARGS="--federation"

Compared are samgraf's bind join; samgraf made to send the same pattern unbound (its values do not
fit in one block of that partner, and the pattern has a LIMIT, which may not be divided); the bare
answer to the unbound pattern, which is the least that any engine can do that sends it so; and the
SERVICE of ``oxigraph serve`` and of Fuseki over the same graph. Bytes are those that came from the
partner, counted between. Ratios are medians of rounds in which all take turns.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from bench_data import STUDY, make_data
from compare import ask

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "federation"))
import standin_data
import standins
from counting_proxy import CountingProxy

from live import Live
from samgraf.release import read_manifest

OTHERS = 1_000_000
ROUNDS = 7
BOUND, UNBOUND, BARE = "samgraf, bind join", "samgraf, unbound", "the unbound pattern alone"
PEERS = {"oxigraph": "oxigraph serve, SERVICE", "fuseki": "Fuseki, SERVICE"}
FEWER, FASTER = 50.0, 10.0
HERE = Path(__file__).parent / "federated"


@dataclass
class Runner:
    """Hold one way to answer: how to ask, and the proxy that its bytes come through."""

    name: str
    ask: Callable[[str], Counter | None]
    proxy: CountingProxy
    bytes: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    told: str = ""

    def run(self, query: str) -> Counter | None:
        """Answer ``query``, note what it took, and return the rows if they can be compared."""
        before, began = self.proxy.received, time.perf_counter()
        rows = self.ask(query)
        self.seconds.append(time.perf_counter() - began)
        self.bytes.append(self.proxy.received - before)
        return rows


def run(others: int = OTHERS, rounds: int = ROUNDS) -> bool:
    """Measure and print; return whether the promises are kept."""
    with tempfile.TemporaryDirectory(prefix="samgraf-bench-") as folder, ExitStack() as stack:
        study = make_data(STUDY, Path(folder))
        data = standins.write_data(Path(folder) / "partner.nt", standin_data.lines(others))
        began = time.perf_counter()
        partner = standins.start("partner", "oxigraph", Path(folder) / "partner", data)
        stack.callback(partner.store.stop)
        print(f"partner: oxigraph serve, {others} triples beside 400 municipalities, loaded in")
        print(f"{time.perf_counter() - began:.0f} s; medians of {rounds} rounds")
        runners = list(_runners(partner, study, Path(folder), stack))
        kept = True
        for file in sorted(HERE.glob("*.rq")):
            kept = _measure(file.read_text("utf-8"), runners, rounds) and kept
    return kept


def _runners(
    partner: standins.Standin, study: object, folder: Path, stack: ExitStack
) -> Iterator[Runner]:
    def proxied() -> CountingProxy:
        proxy = CountingProxy(partner.endpoint)
        stack.callback(proxy.close)
        return proxy

    base = read_manifest(study.release)["base"]
    proxies = {"bound": proxied(), "unbound": proxied()}
    records = [
        partner.record(
            base,
            proxy.endpoint,
            name=name,
            iri=standins.partner_iri(base, name),
            block=200 if name == "bound" else 1,
        )
        for name, proxy in proxies.items()
    ]
    release = standins.release_with(study.release, folder / "release", records)
    live = stack.enter_context(Live("--release", release, **standins.SETTINGS))
    sparql = f"http://127.0.0.1:{live.port}/sparql"
    for name, told in (("bound", BOUND), ("unbound", UNBOUND)):
        yield Runner(told, _through(sparql, name, limit=name == "unbound"), proxies[name])
    bare = proxied()
    yield Runner(BARE, _bare(bare.endpoint), bare)
    for engine, told in PEERS.items():
        try:
            peer = standins.start(engine, engine, folder / f"peer-{engine}", study.triples)
        except pytest.skip.Exception as reason:
            print(f"left out: {told}: {reason}")
            continue
        stack.callback(peer.store.stop)
        proxy = proxied()
        yield Runner(told, _through(peer.endpoint, proxy.endpoint), proxy)


_GROUP = re.compile(r"SERVICE <partner> \{(.*?)\}\s*#end", re.DOTALL)


def _through(endpoint: str, name: str, *, limit: bool = False) -> Callable[[str], Counter]:
    """Return a function that asks ``endpoint``, with the partner named ``name``.

    With ``limit`` the remote pattern becomes one whose values may not be divided into blocks.
    """
    group = r"{ SELECT * WHERE {\1} LIMIT 1000000 }" if limit else r"{\1}"

    def send(query: str) -> Counter:
        return ask(endpoint, _GROUP.sub(f"SERVICE <{name}> {group}", query))

    return send


def _bare(endpoint: str) -> Callable[[str], None]:
    def send(query: str) -> None:
        prologue = query[: query.index("SELECT")]
        pattern = _GROUP.search(query)[1]
        fields = urllib.parse.urlencode({"query": f"{prologue} SELECT * WHERE {{{pattern}}}"})
        request = urllib.request.Request(
            f"{endpoint}?{fields}", headers={"Accept": "application/sparql-results+json"}
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            json.load(answer)

    return send


def _measure(query: str, runners: list[Runner], rounds: int) -> bool:
    for runner in runners:
        runner.bytes, runner.seconds, runner.told = [], [], ""
    working = list(runners)
    for number in range(rounds + 1):
        # another name of a variable each time, so that no cache of answers knows the query
        text = query.replace("?value", f"?value{number}")
        expected: Counter | None = None
        turn = number % len(working)
        for runner in (*working[turn:], *working[:turn]):
            try:
                rows = runner.run(text)
            except (OSError, ValueError) as error:
                runner.told = f"no answer: {error}"
                continue
            if rows is not None:
                expected = rows if expected is None else expected
                runner.told = runner.told or ("" if rows == expected else "OTHER ANSWER")
                if runner.name == BOUND:
                    found = rows.total()
        working = [r for r in working if not r.told.startswith("no answer")]
        if number == 0:  # a first round warms everything up
            for runner in working:
                runner.bytes.clear()
                runner.seconds.clear()
    return _print(query, working, runners, found)


def _print(query: str, working: list[Runner], runners: list[Runner], found: int) -> bool:
    first = next(r for r in working if r.name == BOUND)
    title = query.splitlines()[0].removeprefix("# ")
    print(f"\n{title} ({found} rows)")
    print(f"{'':28}{'bytes':>12}{'ms':>9}{'× bytes':>10}{'× time':>9}")
    ratios = {}
    for runner in runners:
        if runner not in working:
            print(f"{runner.name:28}{runner.told}")
            continue
        more, slower = (
            statistics.median(t / o for t, o in zip(theirs, ours, strict=True))
            for theirs, ours in ((runner.bytes, first.bytes), (runner.seconds, first.seconds))
        )
        ratios[runner.name] = more, slower
        cells = (
            f"{statistics.median(runner.bytes):12.0f}{statistics.median(runner.seconds) * 1e3:9.1f}"
        )
        print(f"{runner.name:28}{cells}{more:10.1f}{slower:9.1f}  {runner.told}")
    if "# promised" not in query or UNBOUND not in ratios:
        return True
    more, slower = ratios[UNBOUND]
    kept = more >= FEWER and slower >= FASTER
    told = "kept" if kept else "NOT KEPT"
    print(
        f"promised beside sending unbound: {FEWER:.0f} × fewer bytes, {FASTER:.0f} × faster: {told}"
    )
    return kept
