"""Pictures are laid out: causes before effects, nothing over anything else, circles or not."""

import itertools
import random

import pytest

from samgraf.site.graph import NamedTerm
from samgraf.site.language import Phrase
from samgraf.site.result_views.drawing import (
    WIDTH,
    DrawnNode,
    Link,
    Picture,
    draw,
    lanes,
    layers_of,
    stacked,
    width_of,
    wrap,
)

CHAIN = [("a", "b"), ("b", "c"), ("a", "c"), ("d", "c")]
CIRCLE = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "c")]


def drawn(edges, words="a thing"):
    nodes = dict.fromkeys(n for edge in edges for n in edge)
    name = NamedTerm(Phrase(words, "en"), "/x")
    links = [Link(a, b, "solid", [(1, name)]) for a, b in edges]
    return Picture([DrawnNode(n, name, name, "plain") for n in nodes], links)


def random_edges(seed, count=12):
    chance = random.Random(seed)  # noqa: S311 - any graph will do
    return [(chance.randrange(count), chance.randrange(count)) for _ in range(18)]


def overlapping(boxes):
    return [
        (p, q)
        for p, q in itertools.combinations(boxes, 2)
        if p["x"] < q["x"] + q["width"] and q["x"] < p["x"] + p["width"]
        and p["y"] < q["y"] + q["height"] and q["y"] < p["y"] + p["height"]
    ]  # fmt: skip


def test_each_cause_stands_in_an_earlier_layer():
    layer = layers_of("abcd", CHAIN)
    assert layer == {"a": 0, "b": 1, "c": 2, "d": 1}, "d stands right before what it leads to"


def test_circle_is_taken_apart_at_one_link():
    assert layers_of("abc", CIRCLE) == {"a": 0, "b": 1, "c": 2}


@pytest.mark.parametrize("edges", [CHAIN, CIRCLE, *(random_edges(n) for n in range(12))])
def test_no_box_lies_over_another_and_all_lie_within(edges):
    made = draw(drawn(edges))
    assert overlapping(made["boxes"]) == []
    for box in made["boxes"]:
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= WIDTH
        assert box["y"] + box["height"] <= made["height"]
    assert len(made["links"]) == sum(a != b for a, b in edges)


def test_causes_stand_above_their_effects():
    order = stacked("abcd", CHAIN)
    assert all(order.index(a) < order.index(b) for a, b in CHAIN)


def test_links_share_a_lane_only_to_the_same_end_in_the_same_manner():
    order, edges = "abcd", [("a", "d"), ("b", "d"), ("c", "d"), ("a", "c")]
    found = lanes(order, edges, ["solid", "solid", "dashed", "solid"])
    assert {lane.edges for lane in found} == {(0, 1), (2,), (3,)}
    touching = {lane.edges: lane.number for lane in found}
    assert len(set(touching.values())) == 3, "runs that touch lie side by side"


def test_no_broken_line_lies_over_another():
    edges = [("a", "e"), ("b", "e"), ("c", "e"), ("d", "e"), ("e", "f")]
    made = draw(drawn(edges))
    runs = [link["path"] for link in made["links"] if "V" in link["path"]]
    assert len(runs) == 2, "one runs along each lane, the others join it"
    nodes = drawn([("a", "b")]).nodes
    name = nodes[0].name
    twice = [Link("a", "b", line, [(n, name)]) for n, line in ((1, "solid"), (2, "dotted"))]
    both = Picture(nodes, twice)
    assert len({link["arrow"] for link in draw(both)["links"]}) == 2


@pytest.mark.parametrize(
    "words", ["arbeidsmarkedsregiontilhørighet", "two words", "", "x" * 400, "漢字漢字漢字"]
)  # fmt: skip
def test_no_line_is_wider_than_its_box(words):
    lines = wrap(words, 120, 15)
    assert 1 <= len(lines) <= 4
    assert all(width_of(line, 15) <= 120 for line in lines)


def test_text_that_fits_is_whole():
    assert " ".join(wrap("pressure from the own business community", 150, 15)) == (
        "pressure from the own business community"
    )
