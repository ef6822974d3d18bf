"""Find the SERVICE groups of a query by its tokens, to check a query without asking anybody.

https://www.w3.org/TR/sparql11-federated-query/#grammar
"""

from __future__ import annotations

from samgraf.sparql.tokens import Kind, Token, tokenize

_TARGETS = (Kind.IRI, Kind.NAME, Kind.VARIABLE)


def as_local(query: str) -> tuple[str, list[Token]]:
    """Return ``query`` with each SERVICE written GRAPH, and the tokens that name the services.

    A parser takes the outcome as it would take the query, and no engine asks anybody for it.
    """
    written, named = [], []
    awaits = False  # the name of a service comes next
    for token in tokenize(query):
        text = token.text
        if token.word == "SERVICE":
            awaits, text = True, "GRAPH"
        elif awaits and token.word == "SILENT":
            text = ""
        elif awaits and token.kind not in (Kind.SPACE, Kind.COMMENT):
            awaits = False
            if token.kind in _TARGETS:
                named.append(token)
        written.append(text)
    return "".join(written), named
