"""Every type of page, each by an address in the real content: what the browser tests visit."""

from __future__ import annotations

PAGES = {
    "home": "/",
    "questions": "/questions",
    "question with a table": "/questions/18",
    "question with bars": "/questions/26",
    "question with causes": "/questions/09",
    "question with a map": "/questions/05",
    "unknown question": "/questions/99",
    "problem": "/no-such-page",
    "query": "/sparql",
    "answer": "/sparql?query=SELECT+*+%7B+%3Fs+rdfs%3Alabel+%3Fo+%7D+LIMIT+30",
    "graph answer": "/sparql?query=DESCRIBE+%3Chttps%3A%2F%2Fw3id.org%2Fsamgraf%2Fontology%3E",
    "yes or no": "/sparql?query=ASK%7B%7D",
    "query problem": "/sparql?query=SELECT+nonsense",
}
