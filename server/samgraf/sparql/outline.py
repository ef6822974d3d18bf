"""Read from a query's tokens what must be known before any parser sees it.

That is its form, its prologue and its dataset clause
(https://www.w3.org/TR/sparql11-query/#specifyingDataset), and whether it may answer
differently when asked again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.tokens import Kind, Token

FORMS = {
    "SELECT": QueryKind.SOLUTIONS,
    "ASK": QueryKind.BOOLEAN,
    "CONSTRUCT": QueryKind.GRAPH,
    "DESCRIBE": QueryKind.GRAPH,
}
UPDATES = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
)
VOLATILE = frozenset(("NOW", "RAND", "UUID", "STRUUID", "BNODE"))


@dataclass(frozen=True)
class Outline:
    """Hold a query's form (a key of FORMS or UPDATES, or nothing), prologue and dataset clause.

    ``default_graphs`` and ``named_graphs`` are the absolute IRIs of ``FROM`` and ``FROM NAMED``.
    ``volatile`` is true where the same query over the same release may answer with other bytes.
    """

    form: str = ""
    prefixes: Mapping[str, str] = field(default_factory=dict)
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    volatile: bool = False

    @property
    def kind(self) -> QueryKind | None:
        """Return what the query answers with, if it is one."""
        return FORMS.get(self.form)


def outline(
    tokens: Sequence[Token], prefixes: Mapping[str, str] | None = None, base: str = ""
) -> Outline:
    """Return the outline of the query that ``tokens`` (spaces and comments left out) spell.

    ``prefixes`` are those that need no declaration; ``base`` resolves relative IRIs.
    """
    known = dict(prefixes or {})
    at = 0
    while at < len(tokens) and tokens[at].word in ("BASE", "PREFIX", "VERSION"):
        word = tokens[at].word
        following = tokens[at + 1 : at + 3]
        if word == "PREFIX" and [t.kind for t in following] == [Kind.NAME, Kind.IRI]:
            known[following[0].text[:-1]] = resolve(base, iri_of(following[1]))
            at += 3
        elif word == "BASE" and following and following[0].kind is Kind.IRI:
            base = resolve(base, iri_of(following[0]))
            at += 2
        elif word == "VERSION":
            at += 2
        else:
            break
    form = tokens[at].word if at < len(tokens) else ""
    if form not in FORMS and form not in UPDATES:
        return Outline(prefixes=known)
    rest = tokens[at + 1 :]
    words = {text.upper() for kind, text, _ in rest if kind is Kind.WORD}
    default, named = _dataset_clause(rest, known, base) if "FROM" in words else ((), ())
    volatile = not words.isdisjoint(VOLATILE) or (form == "CONSTRUCT" and _makes_nodes(rest))
    return Outline(form, known, tuple(default), tuple(named), volatile)


def iri_of(token: Token) -> str:
    r"""Return the text of an IRI token without its brackets, ``\u`` escapes resolved."""
    text = token.text[1:-1]
    return (
        text.encode("ascii", "backslashreplace").decode("unicode_escape")
        if "\\" in text
        else (text)
    )


def resolve(base: str, reference: str) -> str:
    """Return ``reference`` made absolute by ``base``, an empty fragment kept."""
    path, mark, fragment = reference.partition("#")
    target = urljoin(base, path) if path else base.partition("#")[0]
    return target + mark + fragment


def _dataset_clause(
    tokens: Sequence[Token], prefixes: Mapping[str, str], base: str
) -> tuple[list[str], list[str]]:
    default: list[str] = []
    named: list[str] = []
    depth = 0
    for at, token in enumerate(tokens):
        if token.text in ("{", "("):
            depth += 1
        elif token.text in ("}", ")"):
            depth -= 1
        if token.word != "FROM" or depth:
            continue
        is_named = at + 1 < len(tokens) and tokens[at + 1].word == "NAMED"
        source = tokens[at + 1 + is_named : at + 2 + is_named]
        graph = iri_named(source[0], prefixes, base) if source else None
        if graph is not None:
            (named if is_named else default).append(graph)
    return default, named


def iri_named(token: Token, prefixes: Mapping[str, str], base: str) -> str | None:
    """Return the absolute IRI that ``token`` names, None where it names none."""
    if token.kind is Kind.IRI:
        return resolve(base, iri_of(token))
    if token.kind is Kind.NAME:
        prefix, _, local = token.text.partition(":")
        if prefix in prefixes:
            return prefixes[prefix] + local.replace("\\", "")
    return None


def _makes_nodes(tokens: Sequence[Token]) -> bool:
    """Return whether the template has a blank node, which gets a new label in each answer."""
    for token in tokens:
        if token.text in ("}", "WHERE"):
            return False
        if token.kind is Kind.BLANK or token.text in ("[", "("):
            return True
    return False
