"""A federated answer is the one that a single store gives where GRAPH stands for SERVICE."""

from __future__ import annotations

import os

import pytest
from generated import query, seeds, triples
from hypothesis import HealthCheck, given, settings
from in_process import World

MANY = int(os.environ.get("SAMGRAF_FEDERATED_QUERIES", "2000"))
AS_GIVEN = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    derandomize=True,
)


def has_the_answer_of_one_store(chance):
    asked = query(chance)
    world = World(triples(chance), {"one": triples(chance), "two": triples(chance)}, block=2)
    assert world.federated(asked) == world.in_one_store(asked), asked


@settings(AS_GIVEN, max_examples=300)
@given(seeds())
def test_every_generated_query_has_the_answer_of_one_store(chance):
    has_the_answer_of_one_store(chance)


@pytest.mark.slow
@settings(AS_GIVEN, max_examples=MANY)
@given(seeds())
def test_very_many_generated_queries_have_the_answer_of_one_store(chance):
    has_the_answer_of_one_store(chance)
