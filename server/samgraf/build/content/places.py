"""Find the line of a Turtle or SPARQL text on which a term stands.

A parser gives triples without places, so the text is searched for the forms that the term can
take (https://www.w3.org/TR/turtle/#sec-iri).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_COMMENT = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|<[^<>\s]*>)|#[^\n]*""")
_BASE = re.compile(r"(?:@base|\bbase)\s+<([^<>\s]*)>", re.IGNORECASE)
_PREFIX = re.compile(r"(?:@prefix|\bprefix)\s+([\w.-]*):\s*<([^<>\s]*)>", re.IGNORECASE)


def declared_prefixes(text: str) -> dict[str, str]:
    """Return the prefixes that a Turtle or SPARQL text declares."""
    return dict(_PREFIX.findall(text))


def without_comments(text: str) -> str:
    """Return ``text`` with its comments blanked, every line in its place."""
    return _COMMENT.sub(lambda m: m.group(1) or "", text)


def line_of(
    text: str, iri: str, prefixes: Mapping[str, str], *, subject: bool = False
) -> int | None:
    """Return the first line (1-based) of ``text`` that names ``iri``, None where none does.

    ``subject`` prefers a line that starts with the term, as a description does.
    """
    forms = [re.escape(f"<{iri}>")]
    forms += [re.escape(f"<{iri[len(b) :]}>") for b in _BASE.findall(text) if iri.startswith(b)]
    for prefix, namespace in sorted((prefixes or declared_prefixes(text)).items()):
        if namespace and iri.startswith(namespace):
            local = re.escape(iri[len(namespace) :])
            forms.append(rf"(?<![\w:.-]){re.escape(prefix)}:{local}(?![\w:%-]|\.\w)")
    pattern = re.compile("|".join(forms))
    first = None
    declaration = re.compile(r"\s*@?(?:prefix|base)\b", re.IGNORECASE)
    for number, line in enumerate(without_comments(text).splitlines(), 1):
        match = pattern.search(line)
        if not match or declaration.match(line):
            continue
        if not subject or not line[: match.start()].strip():
            return number
        first = first or number
    return first
