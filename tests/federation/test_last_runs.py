"""How a query of the content last went is remembered, and no other's."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from samgraf.sparql.federated.faults import FailedPartnerError
from samgraf.sparql.federated.last import LastRuns, key_of
from samgraf.sparql.federated.outcome import FAILED, OK, Outcome

QUERY = "SELECT * { SERVICE <herbarium> { ?s ?p ?o } }"
OUTCOME = Outcome(partner="herbarium", state=OK, rows=3, requests=1)


class Answered:
    outcomes = (OUTCOME,)


async def answered():
    return Answered()


async def failed():
    raise FailedPartnerError(Outcome(partner="herbarium", state=FAILED, reason="It is away."))


@pytest.fixture
def runs():
    return LastRuns([key_of(QUERY)])


def test_nothing_is_known_before_the_first_run(runs):
    assert runs.of(QUERY) is None


def test_run_is_remembered_with_its_time(runs):
    answer = asyncio.run(runs.noting(QUERY, answered()))
    assert answer.outcomes == (OUTCOME,)
    last = runs.of(QUERY)
    assert last.outcomes == [OUTCOME.as_json()]
    assert timedelta() <= datetime.now(UTC) - last.at < timedelta(minutes=1)


def test_failure_is_remembered_and_still_raised(runs):
    with pytest.raises(FailedPartnerError):
        asyncio.run(runs.noting(QUERY, failed()))
    assert runs.of(QUERY).outcomes[0]["reason"] == "It is away."


def test_spaces_and_comments_make_no_other_query(runs):
    runs.note("# mine\n" + QUERY.replace(" ", "\n\t"), [OUTCOME])
    assert runs.of(QUERY) is not None


def test_other_queries_are_not_remembered(runs):
    other = f"{QUERY} LIMIT 1"
    runs.note(other, [OUTCOME])
    assert runs.of(other) is None
    assert runs.of(QUERY) is None
