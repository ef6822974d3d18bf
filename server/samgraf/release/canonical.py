"""Answers and statements in one form, whatever their order and whatever blank nodes are called.

A term is written as in https://www.w3.org/TR/n-triples/#canonical-ntriples. A blank node is named
by where it stands: its name is a hash over the rows that it is in, in which the others bear the
names of the round before (colour refinement). Blank nodes that differ only in how they are tied in
very regular patterns may share a name; what has one form may thus be called the same though it is
not, never the reverse. The cost is linear in the rows, for each of some rounds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pyoxigraph as ox

from samgraf.limits import CANONICAL_ROUNDS
from samgraf.vocab import XSD

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = tuple[Any, ...]  # of terms, or None
#: Characters of the name of a blank node.
_NAME = 16


class CanonicalAnswer(NamedTuple):
    """An answer in its one form: a line that says what it holds, and the others, sorted."""

    head: str
    lines: list[str]

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the lines in UTF-8, each with its end (line feed)."""
        return _hash("".join(f"{line}\n" for line in (self.head, *self.lines)))


def canonical_solutions(variables: Sequence[str], rows: Iterable[Row]) -> CanonicalAnswer:
    """Return solutions: the variables, then each row, its terms parted by tabs.

    The order of rows is not part of it, how often each occurs is; a term that is not bound is
    empty.
    """
    return CanonicalAnswer("\t".join(f"?{name}" for name in variables), canonical_rows(rows))


def canonical_boolean(value: bool) -> CanonicalAnswer:
    """Return a yes or no."""
    return CanonicalAnswer("true" if value else "false", [])


def canonical_graph(triples: Iterable[ox.Triple]) -> CanonicalAnswer:
    """Return a graph: a head as that of solutions, then each triple once, parted by tabs."""
    rows = dict.fromkeys((t.subject, t.predicate, t.object) for t in triples)
    return CanonicalAnswer("?subject\t?predicate\t?object", sorted(set(canonical_rows(rows))))


def canonical_rows(rows: Iterable[Row]) -> list[str]:
    """Return a line for each of ``rows``, sorted by code point."""
    rows = list(rows)
    names = _names([row for row in rows if any(map(holds_blank, row))])
    return sorted("\t".join(_written(term, names) for term in row) for row in rows)


def term_of(value: Mapping[str, Any] | None) -> Term | None:
    """Return the term that SPARQL results in JSON tell.

    https://www.w3.org/TR/sparql11-results-json/#select-encode-terms
    """
    if value is None:
        return None
    kind, text = value["type"], value["value"]
    if kind == "uri":
        return ox.NamedNode(text)
    if kind == "bnode":
        return ox.BlankNode(text)
    if kind == "triple":
        parts: Any = (term_of(text[name]) for name in ("subject", "predicate", "object"))
        return ox.Triple(*parts)
    if language := value.get("xml:lang"):
        return ox.Literal(text, language=language)
    return ox.Literal(text, datatype=ox.NamedNode(value.get("datatype", XSD + "string")))


def json_of(term: Term) -> dict[str, Any]:
    """Return ``term`` as SPARQL results in JSON tell it."""
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: json_of(part) for name, part in parts.items()}}
    found = {"type": "literal", "value": term.value}
    if term.language:
        return found | {"xml:lang": term.language}
    datatype = term.datatype.value
    return found if datatype == XSD + "string" else found | {"datatype": datatype}


def holds_blank(term: object) -> bool:
    """Return whether ``term`` is a blank node, or a triple that holds one."""
    if isinstance(term, ox.Triple):
        return any(map(holds_blank, (term.subject, term.object)))
    return isinstance(term, ox.BlankNode)


def _blanks(term: Term | None) -> Iterable[ox.BlankNode]:
    if isinstance(term, ox.BlankNode):
        yield term
    elif isinstance(term, ox.Triple):
        yield from _blanks(term.subject)
        yield from _blanks(term.object)


def _written(term: Term | None, names: Mapping[ox.BlankNode, str]) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.BlankNode):
        return f"_:{names[term]}"
    if isinstance(term, ox.Triple):
        parts = (term.subject, term.predicate, term.object)
        return f"<<( {' '.join(_written(part, names) for part in parts)} )>>"
    return str(term)


def _names(rows: list[Row]) -> dict[ox.BlankNode, str]:
    """Return a name for each blank node in ``rows``, all of which hold one."""
    within = [[b for term in row for b in _blanks(term)] for row in rows]
    names = dict.fromkeys((b for blanks in within for b in blanks), "")
    apart = 0
    for _ in range(CANONICAL_ROUNDS):
        seen: dict[ox.BlankNode, list[str]] = {blank: [] for blank in names}
        for row, blanks in zip(rows, within, strict=True):
            # where in the row the same one stands again
            first: dict[ox.BlankNode, int] = {}
            places = [first.setdefault(blank, len(first)) for blank in blanks]
            text = "\t".join(_written(term, names) for term in row)
            whole = _hash(f"{text}\t{places}")
            for blank, place in first.items():
                seen[blank].append(f"{whole} {place}")
        names = {b: _hash("\n".join([names[b], *sorted(found)])) for b, found in seen.items()}
        told_apart = len(set(names.values()))
        if told_apart <= apart:
            break
        apart = told_apart
    return {blank: name[:_NAME] for blank, name in names.items()}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
