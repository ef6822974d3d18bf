"""A federated query answers as if all data stood in one store, whatever server the partner runs.

The queries lie in ``queries``, one for each form that SERVICE stands in; ``<standin>`` and
``<catalogue>`` are the partners. ``# ordered`` marks an answer whose order counts, ``# none`` one
that is empty.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
import standins
from one_store import graph_of, is_empty, rows_of, unordered

FOLDER = Path(__file__).parent / "queries"
PROLOGUE = (FOLDER / "prologue.sparql").read_text("utf-8")
QUERIES = sorted(FOLDER.glob("*.rq"))
_PARTNER = re.compile(r"<(standin|catalogue)>")


def text_of(path: Path, rig, engine: str, base: str) -> str:
    """Return the query with its partners named, by each of their three names in turn."""
    names = {"standin": rig.partner(engine), "catalogue": rig.partner(standins.CATALOGUE)}
    query = PROLOGUE + path.read_text("utf-8")
    # a variable cannot have a short name as its value
    place = 1 if "SERVICE ?" in query else int(path.stem[:2]) % 3
    return _PARTNER.sub(lambda f: f"<{standins.spellings(base, names[f[1]])[place]}>", query)


def ask(live, query: str):
    """Return the answer, and what is told of the partners."""
    accept = "application/sparql-results+json, application/n-triples;q=0.9"
    status, headers, body = live.get(f"/sparql?{urlencode({'query': query})}", accept)
    assert status == 200, body.decode()
    is_graph = headers.get_content_type() == "application/n-triples"
    return (graph_of(body) if is_graph else rows_of(body)), headers.get("Samgraf-Partners", "")


@pytest.mark.parametrize("engine", standins.ENGINES)
@pytest.mark.parametrize("path", QUERIES, ids=lambda p: p.stem)
def test_answer_is_that_of_one_store(rig, federated, one_store, expect, engine, path):
    query = text_of(path, rig, engine, one_store.base)
    expected = one_store.answer(query)
    assert is_empty(expected) == ("# none\n" in query)
    expect(engine, path.stem)
    found, told = ask(federated, query)
    if "# ordered\n" in query:
        assert found == expected
    assert unordered(found) == unordered(expected)
    outcomes = set(re.findall(r"outcome=(\w+)", told))
    assert outcomes <= {"ok"}
    assert outcomes or "# none\n" in query


def test_partner_sends_what_the_answer_needs(rig, federated):
    query = (
        "SELECT ?unit ?population { ?case sg:caseUnit ?unit . ?unit schema:sameAs ?item "
        "SERVICE <%s> { SELECT ?item ?population { ?item wdt:P1082 ?population } LIMIT 100000 } }"
    )
    answers, sizes = [], []
    # the values would not fit into one block, and a LIMIT must not be divided: so none are sent
    for name in ("counted", "undivided"):
        before = rig.proxy.received
        answers.append(unordered(ask(federated, PROLOGUE + query % name)[0]))
        sizes.append(rig.proxy.received - before)
    assert answers[0] == answers[1]
    assert not is_empty(answers[0])
    # of nine items, and of all that the partner has
    assert 0 < sizes[0] < 5_000 < 100_000 < sizes[1]
