"""The accessibility statement."""

import pytest

from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.site import create_app
from samgraf.site.language import LANGUAGES

HTML = {"Accept": "text/html"}


def statement(release, lang="en", **settings):
    app = create_app(in_process_service(release, Settings(**settings)))
    return app.test_client().get(f"/accessibility?lang={lang}", headers=HTML).text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_statement_names_standard_and_release_and_is_linked(release_dir, client, lang):
    text = statement(release_dir, lang)
    for said in (
        "WCAG 2.1",
        "WCAG 2.2",
        "EN 301 549",
        "axe-core",
        client.application.extensions["samgraf"].release,
    ):
        assert said in text
    assert text.count("<h1>") == 1
    assert f'href="/accessibility?lang={lang}"' in client.get(f"/?lang={lang}").text


@pytest.mark.parametrize(
    ("setting", "shown"),
    [
        ("post@example.org", '<a href="mailto:post@example.org">post@example.org</a>'),
        ("mailto:post@example.org", '<a href="mailto:post@example.org">post@example.org</a>'),
        ("https://example.org/a", '<a href="https://example.org/a">https://example.org/a</a>'),
        ("javascript:alert(1)", "javascript:alert(1)."),
        ("Ring <oss>", "Ring &lt;oss&gt;."),
        ("", "have given no contact address"),
    ],
)
def test_contact_is_told_as_it_can_be_used(release_dir, setting, shown):
    text = statement(release_dir, contact=setting)
    assert shown in text
    assert 'href="javascript' not in text
