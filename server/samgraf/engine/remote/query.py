"""Write a query anew for a store that holds many releases and knows none of our prefixes.

The text ``{base}graph/`` becomes ``{base}release/{hash}/graph/`` wherever it stands (names of
graphs, IRIs and literals in triples, queries) and back in answers: a bijection, so that queries
keep their meaning. What lies outside it are functions that measure or cut such a text (STRLEN,
SUBSTR by position, hashes).

What reaches the store is written from the tokens of a query that has been parsed
(https://www.w3.org/TR/sparql11-query/#sparqlGrammar): IRIs are whole, strings have escapes of
our own, and there is no comment, no dataset clause and no prologue but one BASE. A store that
decodes escapes before it parses therefore finds nothing that the parser here has not seen.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from samgraf.errors import ContentError
from samgraf.sparql.evaluation import QueryKind, QuerySyntaxError
from samgraf.sparql.guard import RefusedQueryError
from samgraf.sparql.outline import FORMS, iri_of, resolve
from samgraf.sparql.syntax import parse
from samgraf.sparql.tokens import Kind, Token, significant

HASH_LENGTH = 12  # hexadecimal digits of a release's hash in names
# characters that no IRI has: https://www.w3.org/TR/sparql11-query/#rIRIREF
_NO_IRI = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_WRITTEN = str.maketrans({'"': '\\"', "\n": "\\n", "\r": "\\r"})
# Virtuoso's SQL functions and procedures, Jena's Java classes and JavaScript
_VENDOR_SCHEMES = ("bif:", "sql:", "java:", "js:")
_VENDOR_FUNCTIONS = (
    "http://jena.apache.org/ARQ/js#",
    "http://www.openlinksw.com/schemas/bif#",
)


class ReleaseNames:
    """The names that one release goes by in a store.

    ``root`` is the release itself; ``default`` its default graph, each triple once; ``empty`` a
    graph that nothing is ever put in; ``complete`` the graph that says, written last, that all is
    there; ``merge`` a second graph with one triple of ``complete``. Raise ContentError where the
    release has no base IRI.
    """

    def __init__(self, manifest: Mapping[str, Any]):
        self.base, self.release = manifest.get("base") or "", manifest["release"]
        if not self.base:
            raise ContentError(
                "The release has no base IRI, so its graphs cannot be told from other releases'."
            )
        self.root = f"{self.base}release/{self.release[:HASH_LENGTH]}"
        self.plain, self.versioned = f"{self.base}graph/", f"{self.root}/graph/"
        self.default, self.empty = f"{self.root}/default", f"{self.root}/empty"
        self.complete, self.merge = f"{self.root}/complete", f"{self.root}/merge"

    def to_store(self, text: str) -> str:
        """Return ``text`` as it stands in the store."""
        return text.replace(self.plain, self.versioned)

    def from_store(self, data: bytes) -> bytes:
        """Return text from the store (UTF-8) as it stands in the release."""
        return data.replace(self.versioned.encode(), self.plain.encode())


class StoreQuery(NamedTuple):
    """A query as a store is sent it: its text, what it answers with, and its dataset.

    The graphs have the store's names. ``named`` is empty where the text has no GRAPH.
    """

    text: str
    kind: QueryKind
    default: tuple[str, ...]
    named: tuple[str, ...]

    def form(self) -> bytes:
        """Return the body of the request: https://www.w3.org/TR/sparql11-protocol/#query-operation.

        Raise QuerySyntaxError where the query holds half of a surrogate pair.
        """
        fields = [
            ("query", self.text),
            *(("default-graph-uri", graph) for graph in self.default),
            *(("named-graph-uri", graph) for graph in self.named),
        ]
        try:
            return urlencode(fields).encode()
        except UnicodeEncodeError as error:
            raise QuerySyntaxError("it holds half of a character") from error


def rewrite(
    query: str,
    names: ReleaseNames,
    prefixes: Mapping[str, str],
    base: str,
    default: Collection[str],
    named: Collection[str],
) -> StoreQuery:
    """Return ``query`` for the store, over the graphs ``default`` and ``named`` alone.

    ``prefixes`` need no declaration, ``base`` resolves relative IRIs; graphs have the store's
    names. Raise QuerySyntaxError where it is no query, RefusedQueryError where it calls functions
    of the store itself.
    """
    tree = parse(query, prefixes, base)
    # the plain one, which is what a name given to IRI() is relative to
    pieces = [f"BASE <{_checked(tree.base)}>\n"] if tree.base else []
    known = frozenset(named)
    reached, before = tree.start, ""
    skipped = has_graph = False
    for token in significant(query):
        if token.start < tree.start:
            continue
        if token.word == "FROM":
            skipped = True
        elif skipped:
            skipped = token.word == "NAMED"
        else:
            if token.start > reached:
                pieces.append(" ")
            iri = _iri_of(token, tree.prefixes, tree.base)
            if iri is None:
                is_string = token.kind is Kind.STRING
                pieces.append(_string(names, token.text) if is_string else token.text)
            else:
                iri = names.to_store(_checked(iri))
                if before == "GRAPH" and iri not in known:
                    # some stores answer for any graph that a query names
                    iri = names.empty
                pieces.append(f" <{iri}> ")
            has_graph = has_graph or token.word == "GRAPH"
            before = token.word
        reached = token.start + len(token.text)
    graphs = tuple(named) if has_graph else ()
    return StoreQuery("".join(pieces), FORMS[tree.form], tuple(default), graphs)


def _iri_of(token: Token, prefixes: Mapping[str, str], base: str) -> str | None:
    if token.kind is Kind.IRI:
        return resolve(base, iri_of(token))
    if token.kind is Kind.NAME:
        prefix, _, local = token.text.partition(":")
        return prefixes[prefix] + local.replace("\\", "")
    return None


def _checked(iri: str) -> str:
    """Return ``iri``; raise QuerySyntaxError or RefusedQueryError where it may not be sent."""
    if _NO_IRI.search(iri):
        raise QuerySyntaxError(f"{iri!r} is no IRI")
    if iri.lower().startswith(_VENDOR_SCHEMES) or iri.startswith(_VENDOR_FUNCTIONS):
        raise RefusedQueryError(
            f"<{iri}> may call into the store behind this service, so it is not passed on."
        )
    return iri


def _string(names: ReleaseNames, text: str) -> str:
    """Return a string literal in double quotes, without any code point written as an escape."""

    def unescaped(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        if code and int(code, 16) > sys.maxunicode:
            raise QuerySyntaxError(f"{match[0]} is no character")
        return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])

    quotes = 3 if text.startswith(('"""', "'''")) else 1
    value = names.to_store(_ESCAPE.sub(unescaped, text[quotes:-quotes]))
    first, *rest = (piece.translate(_WRITTEN) for piece in value.split("\\"))
    # a letter u behind a backslash could be taken for the start of an escape
    rest = [f"\\u{ord(p[0]):04X}{p[1:]}" if p[:1] in {"u", "U"} else p for p in rest]
    return '"' + "\\\\".join((first, *rest)) + '"'
