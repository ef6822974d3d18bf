"""Pictures are laid out: causes before effects, nothing over anything else, circles or not."""

import itertools
import random

import pytest

from samgraf.site.drawing.arcs import lanes, stacked
from samgraf.site.drawing.layers import layered, layers_of
from samgraf.site.drawing.links import Link, Node, Picture
from samgraf.site.drawing.tall import tall
from samgraf.site.drawing.text import width_of, wrap
from samgraf.site.drawing.wide import WIDEST, wide
from samgraf.site.forms.result import Named
from samgraf.site.language import Phrase

CHAIN = [("a", "b"), ("b", "c"), ("a", "c"), ("d", "c")]
CIRCLE = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "c")]


def drawn(edges, words="a thing"):
    nodes = dict.fromkeys(n for edge in edges for n in edge)
    name = Named(Phrase(words, "en"), "/x")
    links = [Link(a, b, "solid", [(1, name)]) for a, b in edges]
    return Picture([Node(n, name, name, "plain") for n in nodes], links)


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
    layer, backward = layers_of("abcd", CHAIN)
    assert layer == {"a": 0, "b": 1, "c": 2, "d": 1}, "d stands right before what it leads to"
    assert backward == frozenset()


def test_circle_is_taken_apart_at_one_link():
    layer, backward = layers_of("abc", CIRCLE)
    assert {2} <= backward <= {2, 3}
    assert layer == {"a": 0, "b": 1, "c": 2}


def test_order_in_a_column_avoids_crossings():
    sizes = dict.fromkeys("abcdef", (10.0, 10.0))
    boxes = layered(sizes, [("a", "f"), ("b", "e"), ("c", "d")]).boxes
    ys = [[boxes[n].y for n in pair] for pair in ("af", "be", "cd")]
    lefts, rights = zip(*sorted(ys), strict=True)
    assert list(rights) == sorted(rights)
    assert list(lefts) == sorted(lefts)


@pytest.mark.parametrize("edges", [CHAIN, CIRCLE, *(random_edges(n) for n in range(12))])
def test_no_box_lies_over_another_and_all_lie_within(edges):
    picture = drawn(edges)
    for made in (wide(picture), tall(picture)):
        if made is None:
            continue
        assert overlapping(made["boxes"]) == []
        for box in made["boxes"]:
            assert made["left"] <= box["x"]
            assert box["x"] + box["width"] <= made["width"] + 0.2
            assert box["y"] + box["height"] <= made["height"] + made["left"] + 0.2
        assert len(made["links"]) == sum(a != b for a, b in edges)


def test_picture_with_too_many_layers_is_only_drawn_tall():
    edges = list(itertools.pairwise(range(12)))
    assert wide(drawn(edges)) is None
    assert len(tall(drawn(edges))["boxes"]) == 12


def test_wide_picture_keeps_to_the_width_of_the_page():
    made = wide(drawn(list(itertools.pairwise(range(6))), "samarbeidsaktivitetene våre"))
    assert made["width"] <= WIDEST


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
    made = tall(drawn(edges))
    runs = [link["path"] for link in made["links"] if "V" in link["path"]]
    assert len(runs) == 2, "one runs along each lane, the others join it"
    nodes = drawn([("a", "b")]).nodes
    name = nodes[0].name
    twice = [Link("a", "b", line, [(n, name)]) for n, line in ((1, "solid"), (2, "dotted"))]
    both = Picture(nodes, twice)
    assert len({link["arrow"] for link in tall(both)["links"]}) == 2
    marks = [link["marks"][0] for link in wide(both)["links"]]
    assert marks[0]["x"] + 8 < marks[1]["x"]


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
