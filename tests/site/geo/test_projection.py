"""The projection agrees with UTM coordinates published elsewhere."""

import pytest

from samgraf.site.geo.plane import Box
from samgraf.site.geo.projection import even, projection_for, transverse_mercator

FALSE_EASTING = 500_000


@pytest.mark.parametrize(
    ("position", "meridian", "east", "north", "within"),
    [
        # the CN Tower, zone 17, as Wikipedia has it on Universal Transverse Mercator
        ((-79.387139, 43.642567), -81, 630084, 4833438, 2),
        # on the meridian, the arc from the equator on WGS 84 times the scale
        ((15, 45), 15, 500_000, 4_984_944.378 * 0.9996, 0.01),
        ((15, 0), 15, 500_000, 0, 0.001),
        ((15, 90), 15, 500_000, 10_001_965.729 * 0.9996, 1),
    ],
)
def test_known_points(position, meridian, east, north, within):
    x, y = transverse_mercator(meridian)(position)
    assert x + FALSE_EASTING == pytest.approx(east, abs=within)
    assert y == pytest.approx(north, abs=within)


def test_a_country_is_shown_in_the_zone_of_its_middle():
    assert projection_for([Box(4.6, 58, 31.1, 71.2)]) is transverse_mercator(15)


def test_what_is_wider_than_a_country_has_even_meridians():
    assert projection_for([Box(-120, -40, 120, 60)]) is even(10)


def test_west_of_the_meridian_mirrors_east():
    project = transverse_mercator(15)
    (x, y), (u, v) = project((5, 62)), project((25, 62))
    assert (x, y) == pytest.approx((-u, v))
