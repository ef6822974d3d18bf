"""What a page costs to fetch, as the browser counts it."""

from visits import Visitor, comes_true

MOST = 300_000  # bytes of the home page with all that it needs, compressed


def test_home_page_is_light(browser, site):
    visitor = Visitor(browser, site)
    protocol = visitor.context.new_cdp_session(visitor.page)
    protocol.send("Network.enable")
    received: list[float] = []
    protocol.on("Network.loadingFinished", lambda e: received.append(e["encodedDataLength"]))
    page = visitor.go("/")
    assert comes_true(page, lambda: len(received) > 3)
    visitor.close()
    assert sum(received) < MOST
