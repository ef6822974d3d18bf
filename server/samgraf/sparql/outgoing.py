r"""Write a query, or a part of it, anew for another store, which may read texts otherwise.

Some engines decode escapes such as \u0022 before they read anything else
(https://www.w3.org/TR/sparql11-query/#codepointEscape), so that a comment or a string may turn
into something else for them. So what is sent is made of the tokens of a query that was parsed, and
holds neither comments nor escapes of whoever wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pyoxigraph as ox

from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.syntax.nodes import Query
from samgraf.sparql.tokens import Kind, Token, unquoted

# two backslashes before a ``u`` are no escape, but not all readers see that
_HIDDEN = re.compile(r"\\\\[uU][0-9A-Fa-f]{4}")


def written_anew(
    query: Query,
    start: int,
    end: int,
    named: Callable[[str], str] = str,
    said: Callable[[str], str] = str,
) -> str:
    """Return what stands between two places of ``query``, less its comments.

    IRIs are absolute and without escapes, whether they were written with a prefix or not; strings
    are escaped as N-Triples has it, where a backslash of the string stays escaped even where what
    follows it is decoded once more. ``named`` gives the IRI to write for another, ``said`` the text
    for another. Raise RefusedQueryError where an IRI or a string cannot be written, or might be
    read otherwise.
    """
    pieces: list[str] = []
    before: Token | None = None
    for token in query.within(start, end):
        try:
            if token.kind in (Kind.IRI, Kind.NAME):
                text = str(ox.NamedNode(named(query.prologue.iri(token))))
            elif token.kind is Kind.STRING:
                text = str(ox.Literal(said(unquoted(token.text))))
            else:
                text = query.text[token.start : token.end]
        except ValueError as error:
            shown = repr(token.text[:200])
            raise RefusedQueryError(f"{shown} cannot be passed on: {error}.") from error
        # a sign is part of the number that it touches, and some engines know a function only where
        # its bracket touches it; all else may stand apart
        signed = before and before.text in ("+", "-") and before.start + 1 == token.start
        called = before and before.kind is Kind.WORD and text == "("
        if called or (signed and token.kind is Kind.NUMBER):
            pieces[-1] += text
        else:
            pieces.append(text)
        before = token
    written = " ".join(pieces)
    if match := _HIDDEN.search(written):
        raise RefusedQueryError(
            f"Some stores read {match[0]} as another character, so the query is not passed on. Put "
            "the text together by CONCAT."
        )
    return written
