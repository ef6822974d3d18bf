"""Names on a picture: none covers another, none runs out of it."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from samgraf.site.geo.labels import LETTER, LINE, Named, label_places
from samgraf.site.geo.plane import Box

WIDTH, HEIGHT = 300.0, 200.0
names = st.builds(
    lambda text, x, y, w, h: Named(text, Box(x, y, x + w, y + h), (x + w / 2, y + h / 2)),
    st.text("abcdå", max_size=14),
    st.floats(-20, WIDTH),
    st.floats(-20, HEIGHT),
    st.floats(0, 120),
    st.floats(0, 120),
)


def box_of(name, place):
    half = len(name.text) * LETTER / 2
    x, y = place
    return Box(x - half, y - LINE / 2, x + half, y + LINE / 2)


@given(st.lists(names, max_size=12))
def test_no_name_covers_another_or_runs_out(named):
    places = label_places(named, WIDTH, HEIGHT)
    assert len(places) == len(named)
    boxes = [box_of(n, p).grown(-0.2) for n, p in zip(named, places, strict=True) if p]
    assert not any(a.meets(b) for a, b in combinations(boxes, 2))
    assert all(Box(0, 0, WIDTH, HEIGHT).holds(box) for box in boxes)


def test_a_name_stands_in_a_shape_that_holds_it_and_beside_a_speck():
    large = Named("Berg", Box(50, 50, 150, 150), (100, 100))
    speck = Named("Øy", Box(200, 100, 204, 104), (202, 102))
    inside, beside = label_places([large, speck], WIDTH, HEIGHT)
    assert inside == (100, 100)
    assert beside[0] > 204
    assert beside[1] == 102


def test_many_names_take_no_more_than_a_picture_bears():
    named = [Named("a", Box(i, j, i + 1, j + 1), (i, j)) for i in range(40) for j in range(40)]
    assert sum(place is not None for place in label_places(named, 4000, 4000)) <= 60
