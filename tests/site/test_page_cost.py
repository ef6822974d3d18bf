"""The number of queries of a page is constant, and long lists are paged, whatever the size."""

import re
import threading

import pytest
from flask import g

from live import wait_until
from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.site import create_app
from samgraf.site.context import WHEN_IDLE
from small_release import EX, LABEL, TYPE, A
from thing_release import write_things

HTML = {"Accept": "text/html"}
SIZES = (300, 3_000, 60_000)  # things; each has three or four triples


def hub(count):
    """Yield a hub with ``count`` leaves that point at it, half of which it points at."""
    yield f"<{EX}hub>", LABEL, '"hub"@en', A
    for n in range(count):
        leaf = f"<{EX}leaf{n:06}>"
        yield leaf, LABEL, f'"leaf {n}"@en', A
        yield leaf, TYPE, f"<{EX}Leaf>", A
        yield leaf, f"<{EX}on>", f"<{EX}hub>", A
        if n % 2:
            yield f"<{EX}hub>", f"<{EX}bears>", leaf, A


@pytest.fixture(scope="module")
def apps(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sizes")
    return {
        size: create_app(
            in_process_service(write_things(folder / str(size), list(hub(size))), Settings())
        )
        for size in SIZES
    }


def asked(app, address):
    with app.test_request_context(address, headers=HTML):
        response = app.full_dispatch_request()
        assert response.status_code == 200
        return g.asked, response.get_data(as_text=True)


@pytest.mark.parametrize(
    "address", ["/doc/hub", "/doc/leaf000001", f"/doc/hub?in={EX.replace(':', '%3A')}on&page=3"]
)
def test_the_number_of_queries_does_not_grow(apps, address):
    for app in apps.values():
        asked(app, "/doc/hub")  # what rules the showing is read once per release
    numbers = {asked(app, address)[0] for app in apps.values()}
    # what is not there need not be asked for, and lists are counted only where they are very long
    assert max(numbers) <= 7


def test_a_long_list_is_folded_and_opened_page_by_page(apps):
    _, page = asked(apps[60_000], "/doc/hub?lang=en")
    assert page.count("/doc/leaf") == 0
    assert "Show the list (60000)" in page
    address = f"/doc/hub?lang=en&in={EX}on&page=1200"
    _, page = asked(apps[60_000], address)
    leaves = re.findall(r'href="/doc/(leaf\d+)', page)
    assert leaves == [f"leaf{n:06}" for n in range(59_950, 60_000)]
    assert "59951–60000 of 60000" in page
    assert "page=1199" in page
    assert "page=1201" not in page
    _, later = asked(apps[60_000], address.replace("page=1200", "page=1999"))
    assert "59951–60000 of 60000" in later
    assert "page=1199" in later


def test_a_short_list_shows_its_beginning(apps):
    _, page = asked(apps[300], "/doc/hub?lang=en")
    assert "Show all 300" in page
    assert "Show all 150" in page
    assert len(set(re.findall(r'href="/doc/(leaf\d+)', page))) < 60


def test_a_page_stays_small_however_much_points_at_it(apps):
    _, page = asked(apps[60_000], "/doc/Leaf")
    assert len(page) < 150_000


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999", "", "1e3", "2000000"])
def test_a_page_number_that_is_none_does_no_harm(apps, page):
    count, _ = asked(apps[300], f"/doc/hub?in={EX}on&page={page}")
    assert count <= 7


def test_many_problems_told_at_once_ask_nothing_and_compile_nothing(release_dir):
    app = create_app(in_process_service(release_dir, Settings()))
    for make_ready in app.extensions[WHEN_IDLE]:
        make_ready()
    assert wait_until(lambda: not any(t.name == "query page" for t in threading.enumerate()))
    compiled = set(app.jinja_env.cache)
    address = "/sparql?query=SELECT+*+{+?s+?p"
    with app.test_request_context(address, headers=HTML):
        assert app.full_dispatch_request().status_code == 400
        assert "asked" not in g
    assert set(app.jinja_env.cache) == compiled
