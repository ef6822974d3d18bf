"""The server knows RDF, not what a content is about."""

from __future__ import annotations

import re
from pathlib import Path

SERVER = Path(__file__).parents[2] / "server"
FILES = sorted(
    p
    for p in SERVER.rglob("*")
    if p.suffix in {".py", ".html", ".js", ".rq", ".toml", ".css", ".txt"}
    and "vendor" not in p.parts
)
#: Beginnings of words of the domain, Norwegian and English.
WORDS = (
    "kommun", "fylke", "bygd", "distrikt", "regionråd", "samarbeid", "småkommune", "byregion",
    "sammenslå", "municipal", "county", "counties", "mayor", "ordfører", "rådmann", "programme",
    "informant", "claim", "factor", "stakeholder", "norwegian", "w3id.org",
)  # fmt: skip
WORD = re.compile(rf"\b(?:{'|'.join(map(re.escape, WORDS))})", re.IGNORECASE)
#: "Factor" and "claim" are also plain English; display# and federation# are the
#: program's own namespaces.
PLAIN = re.compile(
    r"\bfactory\b|\bfactories\b|false claim|https://w3id\.org/samgraf/(?:content|display|federation)#",
    re.IGNORECASE,
)
PREFIX = re.compile(r"(?<![\w-])sg:\w")


def without_plain(text: str) -> str:
    # the one is the name of a stemmer, by language
    return PLAIN.sub("", text.replace('"norwegian"', ""))


def test_no_word_of_the_domain_stands_in_the_server():
    texts = {p.relative_to(SERVER).as_posix(): without_plain(p.read_text("utf-8")) for p in FILES}
    found = {name: [*WORD.findall(text), *PREFIX.findall(text)] for name, text in texts.items()}
    assert {name: words for name, words in found.items() if words} == {}


def test_the_search_would_find_such_words():
    assert WORD.findall("the Municipality of X, en kommune, sg:Claim") == [
        "Municipal",
        "kommun",
        "Claim",
    ]
    assert PREFIX.findall("?x a sg:Thing") == ["sg:T"]
    assert len(FILES) > 40
