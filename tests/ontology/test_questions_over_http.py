"""Every competency question is answered as expected by the endpoint, as an outsider asks it."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest

from gateway_client import GatewayClient
from samgraf.build.content.layout import find_content
from samgraf.settings import Settings

QUESTIONS = find_content().questions()


@pytest.fixture(scope="module")
def client(release):
    client = GatewayClient(release, Settings())
    yield client
    client.close()


def table(text: str) -> tuple[list[str], Counter]:
    """Return the columns and the multiset of rows of a CSV answer."""
    columns, *rows = csv.reader(io.StringIO(text))
    return columns, Counter(tuple(row) for row in rows)


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda p: p.stem)
def test_question_is_answered_over_http(client, path):
    answer = client.get(
        "/sparql",
        query_string={"query": path.read_text("utf-8")},
        headers={"Accept": "text/csv"},
    )
    assert answer.status_code == 200
    columns, rows = table(answer.text)
    expected_columns, expected = table(path.with_suffix(".csv").read_text("utf-8"))
    order = [columns.index(name) for name in expected_columns]
    assert Counter({tuple(row[i] for i in order): n for row, n in rows.items()}) == expected


def test_page_of_all_questions_links_each(client):
    page = client.get("/questions", headers={"Accept": "text/html"}).text
    for path in QUESTIONS:
        assert f'href="/questions/{path.stem}"' in page


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda p: p.stem)
def test_question_has_its_answer_at_its_own_address(client, path):
    answer = client.get(f"/questions/{path.stem}.csv")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    asked = client.get(
        "/sparql",
        query_string={"query": path.read_text("utf-8")},
        headers={"Accept": "text/csv"},
    )
    assert answer.text == asked.text
