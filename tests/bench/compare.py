"""Compare answers as multisets of rows: numbers by value, blank nodes without their names."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections import Counter
from urllib.parse import quote

XSD = "http://www.w3.org/2001/XMLSchema#"
NUMBERS = {
    XSD + name
    for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")
}
PATIENCE = 120
DIGITS = 12


def ask(endpoint: str, query: str) -> Counter:
    """Return the rows of the answer of ``endpoint``; raise OSError or ValueError without one."""
    joint = "&" if "?" in endpoint else "?"
    request = urllib.request.Request(
        f"{endpoint}{joint}query={quote(query, safe='')}",
        headers={"Accept": "application/sparql-results+json"},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        results = json.load(answer)
    if "boolean" in results:
        return Counter([results["boolean"]])
    return Counter(
        tuple(sorted((name, _canonical(term)) for name, term in row.items()))
        for row in results["results"]["bindings"]
    )


def _canonical(term: dict[str, str]) -> tuple[str, ...]:
    value, datatype = term["value"], term.get("datatype", "")
    if term["type"] == "bnode":
        return ("blank",)
    if term["type"] == "uri":
        return ("iri", value)
    if datatype in NUMBERS:
        return ("number", f"{float(value):.{DIGITS}g}")
    if datatype == XSD + "boolean":
        return ("boolean", {"1": "true", "0": "false"}.get(value, value))
    datatype = "" if datatype == XSD + "string" else datatype
    return ("literal", value, datatype, term.get("xml:lang", "").lower())


def difference(expected: Counter, endpoint: str, query: str) -> str:
    """Return how the answer of ``endpoint`` differs from ``expected``; empty where it does not."""
    try:
        found = ask(endpoint, query)
    except urllib.error.HTTPError as error:
        with error:
            return f"status {error.code}"
    except (OSError, ValueError) as error:
        return f"no answer: {error}"
    if found == expected:
        return ""
    missing, more = (expected - found).total(), (found - expected).total()
    return f"{missing} rows missing, {more} other rows"
