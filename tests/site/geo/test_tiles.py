"""Only the host of the tiles is let in, and only where tiles are set."""

import pytest

from samgraf.engine.in_process_service import in_process_service
from samgraf.errors import UsageError
from samgraf.settings import Settings
from samgraf.site import create_app
from samgraf.site.map import tile_source
from samgraf.sparql.headers import policy


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("https://tiles.example/{z}/{x}/{y}.png", "https://tiles.example"),
        ("https://{s}.tiles.example:8443/a/{z}/{x}/{y}?k=1", "https://*.tiles.example:8443"),
        ("http://127.0.0.1:9000/{z}/{x}/{y}", "http://127.0.0.1:9000"),
    ],
)
def test_the_source_is_the_host(address, source):
    assert tile_source(address) == source


@pytest.mark.parametrize(
    "address",
    [
        "tiles.example/{z}/{x}/{y}",
        "javascript:alert({z}{x}{y})",
        "https://tiles.example/",
        "https://tiles.example; script-src */{z}/{x}/{y}",
        "https://*/{z}/{x}/{y}",
        "https://a b/{z}/{x}/{y}",
    ],
)
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(UsageError, match="SAMGRAF_TILE_URL"):
        tile_source(address)


def test_without_tiles_no_host_is_let_in(client):
    sent = client.get("/map", headers={"Accept": "text/html"}).headers["Content-Security-Policy"]
    assert sent == policy()
    assert "http" not in sent


def test_with_tiles_their_host_may_send_pictures_and_nothing_else(release_dir):
    settings = Settings(tile_url="https://tiles.example/{z}/{x}/{y}.png", tile_attribution="<b>T")
    app = create_app(in_process_service(release_dir, settings))
    response = app.test_client().get("/map", headers={"Accept": "text/html"})
    sent = response.headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://tiles.example;" in sent
    assert sent.replace(" https://tiles.example", "") == policy()
