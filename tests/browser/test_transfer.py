"""What a page costs to fetch, as the browser counts it."""

from visits import Visitor

MOST = 300_000  # bytes of the home page with all that it needs, compressed


def test_home_page_is_light(browser, site):
    visitor = Visitor(browser, site)
    protocol = visitor.context.new_cdp_session(visitor.page)
    protocol.send("Network.enable")
    received: list[float] = []
    protocol.on("Network.loadingFinished", lambda e: received.append(e["encodedDataLength"]))
    visitor.go("/")
    visitor.close()
    assert len(received) > 3
    assert sum(received) < MOST
