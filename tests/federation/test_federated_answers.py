"""What a federated query is answered with, and what is told of its partners."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pyoxigraph as ox
import pytest
from in_process import JSON, E, World, comparable

from samgraf import limits
from samgraf.engine.in_process import InProcessEngine
from samgraf.engine.local import LocalEngine
from samgraf.federation.bind_join import Federation
from samgraf.federation.results import PartnerReply
from samgraf.release.partner import Mirror
from samgraf.sparql.evaluation import (
    QueryRequest,
    QuerySyntaxError,
    QueryTimeoutError,
    ResultTooLargeError,
)
from samgraf.sparql.federated.faults import FailedPartnerError, Fault, NoPartnerError, PartnerError
from samgraf.sparql.federated.outcome import header_of
from samgraf.sparql.guard import RefusedQueryError
from samgraf.sparql.syntax import parse

HERE = """@prefix : <http://e.example/> . :a :key "1" . :b :key "2" . :c :key "3" .
:a :at <http://x.example/sparql> . :b :at <http://e.example/id/partner/y> .
GRAPH :mirror { :A :key "1" ; :size 11 . _:n :key "2" ; :size 12 . }"""
THERE = """@prefix : <http://e.example/> . :A :key "1" ; :size 10 . :B :key "2" ; :size 20 ."""
JOIN = "SELECT ?k ?n {{ ?s <key> ?k {} <x> {{ ?r <key> ?k ; <size> ?n }} }}"


@pytest.fixture
def world():
    return World(HERE, {"x": THERE, "y": THERE.replace("10", "30")})


def values(answer, name):
    rows = json.loads(answer.read())["results"]["bindings"]
    return sorted(row[name]["value"] for row in rows if name in row)


@pytest.mark.parametrize(
    "name",
    [
        "<x>",
        "<http://x.example/sparql>",
        "<http://e.example/id/partner/x>",
        "p:x",
        "<id/partner/x>",
    ],
)
def test_partner_goes_by_each_of_its_names(world, name):
    query = f"PREFIX p: <{E}id/partner/> SELECT ?k {{ SERVICE {name} {{ ?r <key> ?k }} }}"
    assert values(world.answer(query), "k") == ["1", "2"]


@pytest.mark.parametrize(
    "name", ["<z>", "<http://x.example/sparql/>", "<http://127.0.0.1/>", "<X>", "p:z", "<file:x>"]
)
def test_who_is_no_partner_is_refused_by_a_message_that_names_the_partners(world, name):
    query = f"PREFIX p: <{E}id/partner/> SELECT ?k {{ SERVICE SILENT {name} {{ ?r <key> ?k }} }}"
    with pytest.raises(NoPartnerError, match=r"no partner.*Partners here are <x>, <y>; see"):
        world.answer(query)
    assert world.client.asked == []


def test_variable_may_name_partners(world):
    query = "SELECT ?s ?n { ?s <at> ?p . ?s <key> ?k SERVICE ?p { ?r <key> ?k ; <size> ?n } }"
    answer = world.answer(query)
    assert values(answer, "n") == ["10", "20"]
    assert sorted(o.partner for o in answer.outcomes) == ["x", "y"]
    assert len(world.client.asked) == 2


def test_variable_that_the_group_binds_too_must_fit(world):
    query = "SELECT ?s { ?s <at> ?s2 . BIND(?s2 AS ?p) SERVICE ?p { ?p <key> ?k } }"
    assert values(world.answer(query), "s") == []
    assert values(world.answer("SELECT ?p { ?s <at> ?p SERVICE ?p { <A> <key> '1' } }"), "p") == [
        "http://e.example/id/partner/y",
        "http://x.example/sparql",
    ]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * { SERVICE ?p { ?r <key> ?k } }", "needs a value for its variable"),
        (
            "SELECT * { ?s <key> ?p SERVICE ?p { ?r <key> ?k } }",
            'bound to "1", which is no partner',
        ),
        ("SELECT * { VALUES ?p { <x> UNDEF } SERVICE ?p { ?r <key> ?k } }", "needs a value"),
        ("SELECT * { VALUES ?p { <http://no.example/> } SERVICE ?p {} }", "is no partner"),
        ("SELECT * { SERVICE <x> { SERVICE <y> {} } }", "on line 1 holds another SERVICE"),
        ("ASK { FILTER EXISTS {\n SERVICE <x> { ?r <key> ?k OPTIONAL { ?r ?p ?o } } } }", "line 2"),
        (
            "ASK { ?s <key> ?k FILTER EXISTS { SERVICE <x> { ?r ?p ?v FILTER(?k = ?v) } } }",
            "EXISTS",
        ),
    ],
)
def test_what_cannot_be_answered_as_the_standard_has_it_is_refused(world, query, message):
    with pytest.raises(RefusedQueryError, match=message.replace('"', ".")):
        world.answer(query)


def test_failure_of_a_partner_is_an_error_that_says_what_to_do(world):
    world.client.down.add("x")
    with pytest.raises(FailedPartnerError, match=r"x gave no answer.*refused.*SILENT") as caught:
        world.answer(JOIN.format("SERVICE"))
    told = caught.value.outcome
    assert (told.fault, told.requests, told.bindings) == ("unreachable", 1, 3)
    assert told.seconds > 0


@pytest.mark.parametrize(
    ("word", "asked"), [("SERVICE SILENT", {}), ("SERVICE", {"partial": True})]
)
def test_answer_without_a_partner_is_given_where_allowed_and_told(world, word, asked):
    world.client.down.add("x")
    answer = world.answer(JOIN.format(word), **asked)
    document = json.loads(answer.read())
    # one solution that binds nothing, https://www.w3.org/TR/sparql11-federated-query/#service
    rows = document["results"]["bindings"]
    assert sorted(row["k"]["value"] for row in rows) == ["1", "2", "3"]
    (told,) = document["partners"]
    assert (told["partner"], told["outcome"], told["fault"]) == ("x", "failed", "unreachable")
    assert header_of(answer.outcomes) == "x;outcome=failed;fault=unreachable;rows=0;requests=1"
    assert document["head"]["vars"] == ["k", "n"]


def test_silence_binds_nothing_for_what_follows(world):
    world.client.down.add("y")
    # no key is a size: what the failed partner left unbound takes one, and then fits to no key
    query = """SELECT * { ?s <key> ?k
      { SERVICE SILENT <y> { ?q <name> ?k } OPTIONAL { SERVICE <x> { ?r <size> ?k } } } }"""
    assert json.loads(world.answer(query).read())["results"]["bindings"] == []


def test_mirror_stands_in_for_a_partner_and_is_told_with_its_date(world):
    world.client.down.add("x")
    partner = world.federation.partners.named(_service("<x>"))
    object.__setattr__(partner, "mirror", Mirror(graph=E + "mirror", date="2026-11-23"))
    answer = world.answer(JOIN.format("SERVICE"))
    assert values(answer, "n") == ["11", "12"]
    (told,) = answer.outcomes
    assert (told.state, told.at) == ("mirror", datetime(2026, 11, 23, tzinfo=UTC))
    assert 'x;outcome=mirror;date="2026-11-23";fault=unreachable' in header_of(answer.outcomes)
    # what an extract cannot know is not answered from it
    for pattern in ("GRAPH ?g { ?r <key> ?k }", "?r <key> ?k ; <colour> ?c", "?r a ?k"):
        with pytest.raises(FailedPartnerError, match="extract of 2026-11-23 does not hold"):
            world.answer(f"SELECT * {{ SERVICE <x> {{ {pattern} }} }}")


def test_what_an_extract_answers_is_bounded_as_what_the_partner_would(world, monkeypatch):
    world.client.down.add("x")
    partner = world.federation.partners.named(_service("<x>"))
    object.__setattr__(partner, "mirror", Mirror(graph=E + "mirror", date="2026-11-23"))
    for name in ("SERVICE_ROWS", "PARTNER_ROWS_BYTES"):
        with monkeypatch.context() as patch:
            patch.setattr(limits, name, 1)
            bounded = Federation(world.federation.engine, world.client, world.partners, E)
            with pytest.raises(FailedPartnerError, match="extract of 2026-11-23 gave none either"):
                asked(bounded, JOIN.format("SERVICE"))
            assert values(asked(bounded, JOIN.format("SERVICE SILENT")), "n") == []


CHOSEN = "SELECT ?k {{ {{ SELECT ?k {{ ?s <key> ?k }} LIMIT {} }} SERVICE <x> {{ ?r <key> ?k }} }}"


def test_no_more_is_read_of_the_store_here_than_a_partner_is_asked_for(world, monkeypatch):
    monkeypatch.setattr(limits, "SERVICE_VALUES", 1)
    read = []

    class Store(InProcessEngine):
        async def answer(self, request, media_type):
            answer = await super().answer(request, media_type)
            read.append((request.max_bytes, len(json.loads(answer.read())["results"]["bindings"])))
            return answer

    federation = Federation(Store(LocalEngine(world.here, {})), world.client, world.partners, E)
    assert values(asked(federation, CHOSEN.format(1000)), "k") == ["1", "2"]
    *before, last = read
    assert before == [(limits.PARTNER_ANSWER_BYTES, 2)]
    assert last == (None, 2)


def test_values_that_are_too_long_to_be_told_are_not(world):
    class Store(InProcessEngine):
        async def answer(self, request, media_type):
            if request.max_bytes is not None:
                raise ResultTooLargeError(request.max_bytes)
            return await super().answer(request, media_type)

    federation = Federation(Store(LocalEngine(world.here, {})), world.client, world.partners, E)
    assert values(asked(federation, CHOSEN.format(3)), "k") == ["1", "2"]
    with pytest.raises(ResultTooLargeError):
        asked(federation, JOIN.format("SERVICE"))


def test_values_that_no_partner_knows_are_refused(world):
    query = "SELECT * { BIND(TRIPLE(<a>, <b>, <c>) AS ?k) SERVICE <x> { ?r <key> ?k } }"
    with pytest.raises(RefusedQueryError, match=r"RDF 1\.1, cannot have these values: a term is"):
        world.answer(query)


def asked(federation, query):
    request = QueryRequest(query=query, base=E)
    return asyncio.run(federation.answer(request, JSON, parse(query, base=E), 60.0))


def _service(name):
    from samgraf.sparql.syntax import parse

    return parse(f"ASK {{ SERVICE {name} {{}} }}", base=E).select.where.elements[0]


class Fixed:
    """Answer every request with the same reply, or error."""

    def __init__(self, reply):
        self.reply, self.asked = reply, []

    def use(self, partners):
        """Take part as the client that asks partners."""

    async def ask(self, partner, query, seconds, max_rows, *, last_good=False):
        self.asked.append((query, seconds, last_good))
        if isinstance(self.reply, Exception):
            raise self.reply
        if callable(self.reply):
            return await self.reply()
        return self.reply


def told_by(world, reply, query="SELECT ?r { SERVICE <x> { ?r <key> ?k } }", **request):
    client = Fixed(reply)
    federation = Federation(world.federation.engine, client, world.partners, E)
    asked = QueryRequest(query=query, base=E, **request)
    return asyncio.run(federation.answer(asked, JSON, parse(query, base=E), 10.0)), client


def test_blank_nodes_of_a_partner_get_iris_that_tell_them_apart(world):
    rows = [("_:b0", '"1"'), ("_:b1", '"1"'), ("_:b0", '"2"')]
    answer, _ = told_by(world, PartnerReply(("r", "k"), rows))
    found = values(answer, "r")
    assert len(set(found)) == 2
    assert len(found) == 3
    assert all(iri.startswith(E + ".well-known/genid/") for iri in found)
    assert "skolemised=2" in header_of(answer.outcomes)


def test_answer_that_was_kept_is_told_with_its_time(world):
    moment = datetime(2026, 11, 25, 12, tzinfo=UTC)
    reply = PartnerReply(
        ("k", "r"), [('"1"', "<http://e.example/A>")], at=moment.timestamp(), cached=True
    )
    answer, client = told_by(world, reply)
    assert values(answer, "r") == ["http://e.example/A"]
    told = 'x;outcome=cache;at="2026-11-25T12:00:00Z";rows=1;requests=0'
    assert header_of(answer.outcomes) == told
    ((_, seconds, last_good),) = client.asked
    assert last_good
    # something is left for the work after the partner's answer
    assert 0 < seconds <= 9.1


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (PartnerReply(("r", "other"), [("<http://a.example/>", None)]), "not asked for"),
        (
            PartnerReply(("r",), [("<http://a.example/>",)]),
            "leaves unbound what the pattern binds",
        ),
        (
            PartnerReply(("r", "k"), [("<http://a.example/>", '"1"')] * (limits.SERVICE_ROWS + 1)),
            "more than 50000",
        ),
    ],
)
def test_answer_that_cannot_be_true_is_a_failure(world, reply, words):
    with pytest.raises(FailedPartnerError, match=words):
        told_by(world, reply)


def test_partner_that_hangs_ends_with_the_query_and_its_request_is_given_up(world):
    given_up = []

    async def hang():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            given_up.append(True)
            raise

    async def go():
        federation = Federation(world.federation.engine, Fixed(hang), world.partners, E)
        asked = QueryRequest(query="SELECT ?r { SERVICE <x> { ?r <key> ?k } }", base=E)
        await asyncio.wait_for(
            federation.answer(asked, JSON, parse(asked.query, base=E), 10.0), 1.0
        )

    with pytest.raises(TimeoutError):
        asyncio.run(go())
    assert given_up == [True]


def test_no_time_left_is_a_timeout(world):
    asked = QueryRequest(query="SELECT ?r { SERVICE <x> { ?r <key> ?k } }", base=E)
    with pytest.raises(QueryTimeoutError):
        asyncio.run(world.federation.answer(asked, JSON, parse(asked.query, base=E), 0.0))


def test_failure_of_one_partner_gives_up_the_other(world):
    world.client.down.add("y")
    with pytest.raises(FailedPartnerError, match="partner y"):
        world.answer(
            "SELECT * { ?s <key> ?k SERVICE <x> { ?r <key> ?k } SERVICE <y> { ?q <key> ?k } }"
        )


def test_pattern_goes_with_whole_iris(world):
    query = """BASE <http://base.example/> PREFIX e: <http://e.example/> PREFIX no: <http://no/>
      SELECT * { SERVICE <http://x.example/sparql> { ?r e:key ?k ; <size> ?n } }"""
    world.answer(query)
    ((_, sent),) = world.client.asked
    assert "{ ?r <http://e.example/key> ?k ; <http://base.example/size> ?n }" in sent
    assert "no:" not in sent


@pytest.mark.parametrize(
    ("media_type", "start"),
    [
        ("text/csv", b"k,n\r\n"),
        ("application/sparql-results+xml", b"<?xml"),
        ("text/tab-separated-values", b"?k\t?n\n"),
    ],
)
def test_other_formats_are_as_they_are_anywhere(world, media_type, start):
    answer = world.answer(JOIN.format("SERVICE"), media_type)
    body = answer.read()
    assert body.startswith(start)
    assert len(body) == answer.length


def test_json_tells_the_partners_and_is_read_as_results_by_others(world):
    answer = world.answer(JOIN.format("SERVICE"))
    body = answer.read()
    assert len(body) == answer.length
    document = json.loads(body)
    (told,) = document["partners"]
    assert told["partner"] == "x"
    assert {"outcome": "ok", "rows": 2, "bindings": 3, "requests": 1}.items() <= told.items()
    rows = list(ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON))
    assert len(rows) == 2
    assert comparable(document)[0] == ["k", "n"]


@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT { ?s <size> ?n } WHERE { ?s <key> ?k SERVICE <x> { ?r <key> ?k ; <size> ?n } }",
        "DESCRIBE ?s WHERE { ?s <key> ?k SERVICE <x> { ?r <key> ?k ; <size> 10 } }",
    ],
)
def test_graphs_are_made_of_what_partners_say(world, query):
    body = world.answer(query, "application/n-triples").read().decode()
    assert "<http://e.example/a>" in body
    assert "<http://e.example/c>" not in body


def test_pattern_without_variables_is_there_or_not(world):
    assert world.federated("ASK { SERVICE <x> { <A> <key> '1' } }") is True
    assert world.federated("ASK { SERVICE <x> { <A> <key> '2' } }") is False


def test_place_of_a_fault_is_that_of_the_text_as_it_was_asked(world):
    query = "SELECT * {\n SERVICE <x> {\n ?r <key> ?k }\n BIND(1 AS ?k) }"
    with pytest.raises(QuerySyntaxError) as caught:
        world.answer(query)
    assert caught.value.line in (None, 4)


def test_busy_partner_says_when_to_come_back(world):
    with pytest.raises(FailedPartnerError) as caught:
        told_by(world, PartnerError(Fault.BUSY, "It wants to be left alone.", 7.0))
    assert caught.value.retry_after == 7.0
