"""The opening of the front page: ``?title``, the answer to it, a text, and facts beside them."""

from __future__ import annotations

from typing import Any

from samgraf.site.forms.result import Result

_OWN = ("title", "answer", "answerText", "text")


def shape(result: Result) -> dict[str, Any] | None:
    """Return what is said and the facts; None where there is no title, or more than one."""
    titles = list(result.grouped("title"))
    one_thing = len(titles) == 1 or all(row["title"]["type"] == "literal" for row in result.rows)
    if not titles or not one_thing:
        return None
    rows = result.rows
    title = result.named(rows[0], "title")
    if title.href is None:
        title = title._replace(phrase=result.text(rows, "title"))
    facts = [
        (result.heading(v), found)
        for v in result.columns
        if v not in _OWN and (found := result.all_named(rows, v))
    ]
    answers = [own for _, own in result.grouped("answer")]
    return {
        "title": title,
        "answer": result.named(answers[0][0], "answer") if answers else None,
        "answer_text": result.text(answers[0], "answerText") if answers else None,
        "text": result.text(rows, "text"),
        "facts": facts,
    }
