"""Rewrite a query for a store that knows neither the release's prefixes nor its plain names.

Done on tokens (https://www.w3.org/TR/sparql11-query/#sparqlGrammar), so that every other
character reaches the store as it was asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from samgraf.engine.remote.names import Names
from samgraf.engine.remote.standard import require_standard
from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.outline import FORMS, iri_of, outline, resolve
from samgraf.sparql.tokens import Kind, Token, tokenize

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_FORBIDDEN = r"\x00-\x20<>\"{}|^`\\"


@dataclass(frozen=True)
class Rewritten:
    """Hold a rewritten query: its text and what it answers with."""

    text: str
    kind: QueryKind
    _pieces: tuple[tuple[str, int], ...]
    _source: str

    def place(self, line: int, column: int) -> tuple[int, int]:
        """Return the line and column of the asker's text for those of the rewritten one."""
        lines = self.text.split("\n")
        offset = sum(len(text) + 1 for text in lines[: line - 1]) + column - 1
        reached = origin = 0
        for text, start in self._pieces:
            origin = max(start, 0)
            reached += len(text)
            if reached > offset:
                break
        before = self._source[:origin]
        return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def rewrite(
    query: str,
    names: Names,
    prefixes: Mapping[str, str],
    base: str,
    default: Sequence[str],
    named: Sequence[str],
) -> Rewritten:
    """Return ``query`` with its names mapped, its prefixes declared and a dataset of its own.

    ``default`` and ``named`` are graphs by their names in the store. They are put into the text,
    since one store repeats the protocol's parameters in its headers, one line for each.
    """
    tokens = list(tokenize(query))
    bare = [t for t in tokens if t.kind not in (Kind.SPACE, Kind.COMMENT)]
    sketch = outline(bare, prefixes, base)
    require_standard(bare, sketch)
    changed = _changes(bare, sketch.prefixes, names, base)
    declared = {bare[i + 1].text[:-1] for i in _declarations(bare)}
    used = {t.text.partition(":")[0] for t in bare if t.kind is Kind.NAME}
    # a BASE of the query's own is made absolute, and some parsers take no second one
    prologue = f"BASE <{base}>\n" if base and not _has_base(bare) else ""
    for name in sorted((used & set(prefixes)) - declared):
        prologue += f"PREFIX {name}: <{names.to_store(prefixes[name])}>\n"
    clause = "".join(f" FROM <{graph}>" for graph in default)
    if any(t.word == "GRAPH" for t in bare):
        clause += "".join(f" FROM NAMED <{graph}>" for graph in named)
    before = dataset_place(bare)
    pieces = [(prologue, -1)]
    for token in tokens:
        if token is before:
            pieces.append((f"{clause} ", token.start))
        pieces.append((changed.get(token.start, token.text), token.start))
    if before is None:
        pieces.append((f"\n{clause}", len(query)))
    text = "".join(piece for piece, _ in pieces)
    return Rewritten(text, FORMS[sketch.form], tuple(pieces), query)


def dataset_place(tokens: Sequence[Token]) -> Token | None:
    """Return the token before which a dataset clause may stand; ``None`` for the end.

    https://www.w3.org/TR/sparql11-query/#rQueryUnit
    """
    form = next((i for i, t in enumerate(tokens) if t.word in FORMS), len(tokens))
    word = tokens[form].word if form < len(tokens) else ""
    rest = list(tokens[form + 1 :])
    if word == "CONSTRUCT":
        return _after_template(rest)
    if word == "DESCRIBE":
        targets = (Kind.VARIABLE, Kind.IRI, Kind.NAME)
        return next((t for t in rest if t.kind not in targets and t.text != "*"), None)
    depth = 0
    for token in rest:
        if not depth and (token.text == "{" or token.word in ("WHERE", "FROM")):
            return token
        depth += (token.text == "(") - (token.text == ")")
    return None


def _after_template(tokens: Sequence[Token]) -> Token | None:
    if not tokens or tokens[0].text != "{":
        return tokens[0] if tokens else None
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token.text == "{") - (token.text == "}")
        if not depth:
            return tokens[at + 1] if at + 1 < len(tokens) else None
    return None


def _has_base(tokens: Sequence[Token]) -> bool:
    form = next((i for i, t in enumerate(tokens) if t.word in FORMS), len(tokens))
    return any(t.word == "BASE" for t in tokens[:form])


def _declarations(tokens: Sequence[Token]) -> list[int]:
    return [
        i
        for i, t in enumerate(tokens[:-2])
        if t.word == "PREFIX" and (tokens[i + 1].kind, tokens[i + 2].kind) == (Kind.NAME, Kind.IRI)
    ]


def _changes(
    tokens: Sequence[Token], prefixes: Mapping[str, str], names: Names, base: str
) -> dict[int, str]:
    """Return the new text of each token that changes, by the token's start."""
    changes = {t.start: " " for t in _dataset_clause(tokens)}
    declared = {tokens[i + 1].start for i in _declarations(tokens)}
    before = ""
    for token in tokens:
        if token.start in changes or token.start in declared:
            pass
        elif token.kind is Kind.STRING and names.plain in token.text:
            changes[token.start] = names.to_store(token.text)
        elif token.kind is Kind.IRI:
            iri = iri_of(token)
            if not _SCHEME.match(iri) and base:
                iri = resolve(base, iri)
            if before == "BASE":
                # relative IRIs are resolved here, so what is given to IRI() meets the plain base
                base = iri
                changes[token.start] = _written(iri, token.text)
            elif names.plain in iri or iri != iri_of(token):
                changes[token.start] = _written(names.to_store(iri), token.text)
        elif token.kind is Kind.NAME:
            prefix, _, local = token.text.partition(":")
            iri = prefixes.get(prefix, "") + local.replace("\\", "")
            if prefix in prefixes and names.plain in iri:
                changes[token.start] = _written(names.to_store(iri))
        before = token.word
    return changes


def _written(iri: str, source: str = "") -> str:
    # where the guard has escaped, a parser could see the start of a comment or of a string
    marks = "#'" if "\\" in source else ""
    return "<" + re.sub(rf"[{_FORBIDDEN}{marks}]", lambda m: f"\\u{ord(m[0]):04X}", iri) + ">"


def _dataset_clause(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens of FROM and FROM NAMED: what they say stands in the request."""
    found: list[Token] = []
    depth = 0
    for at, token in enumerate(tokens):
        if token.text in ("{", "("):
            depth += 1
        elif token.text in ("}", ")"):
            depth -= 1
        elif token.word == "FROM" and not depth:
            named = at + 1 < len(tokens) and tokens[at + 1].word == "NAMED"
            found += tokens[at : at + 2 + named]
    return found
