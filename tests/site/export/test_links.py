"""The links of pages and of data that pages read are changed, and nothing else."""

import json

from samgraf.site.export.links import ORIGIN, change_links

PAGE = f"""<a href="/doc/a?lang=nb&amp;x=1#y">/doc/a</a> <a href="//elsewhere/">b</a>
<a class="x" href="https://elsewhere.example/">c</a><img src="/static/i.svg">
<link rel="canonical" href="{ORIGIN}/doc/a"><link rel="icon" href="/none"><form action="/list">
<input type="hidden" name="lang" value="nb">
</form><div data-index="/search/index.json" data-words="{{&#34;a&#34;: &#34;/b&#34;}}"></div>
<script type="application/ld+json">{{"a": "<a href=\\"/doc/z\\">"}}</script>"""


def test_local_addresses_are_found():
    found = []
    change_links(PAGE.encode(), "text/html", lambda text, *_: found.append(text))
    assert found[:6] == [
        "/doc/a?lang=nb&x=1#y", "/static/i.svg", "/doc/a", "/none", "/list", "/search/index.json",
    ]  # fmt: skip


def test_only_they_are_changed():
    told = []

    def change(text, tag, name):
        told.append((tag, name))
        return None if tag in ("form", "img") or text == "/none" else f"<{text}>"

    page = change_links(PAGE.encode(), "text/html", change).decode()
    assert 'href="&lt;/doc/a?lang=nb&amp;x=1#y&gt;"' in page
    assert '<a href="//elsewhere/">' in page
    assert '<a class="x" href="https://elsewhere.example/">' in page
    assert "<img>" in page
    assert 'rel="icon"' not in page
    assert "<form hidden>" in page
    assert 'name="lang"' not in page
    assert 'data-words="{&#34;a&#34;: &#34;/b&#34;}"' in page
    assert ("div", "data-index") in told


def test_strings_of_json_that_lead_somewhere_are_changed():
    body = json.dumps({"a": ["/doc/x", "/no", "x"], "b": 1}).encode()
    known = {"/doc/x": "y.html"}
    changed = change_links(body, "application/json", lambda text, *_: known.get(text))
    assert json.loads(changed) == {"a": ["y.html", "/no", "x"], "b": 1}
    assert change_links(body, "application/json", lambda *_: None) == body
    assert change_links(body, "text/turtle", lambda *_: "y") == body
