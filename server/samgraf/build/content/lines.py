"""Find the line of a Turtle text on which a statement, or a term, stands.

The parser that loads a file gives triples without lines. Here a text is split once more for them,
by the tokens of SPARQL, which are those of Turtle (https://www.w3.org/TR/turtle/#sec-grammar);
only where a fault is to be told, and only of texts that the parser has taken, so that nothing is
checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple, cast

import pyoxigraph as ox

from samgraf.build.rdf import Subject, Term
from samgraf.sparql.syntax.iris import resolve
from samgraf.sparql.tokens import Kind, significant
from samgraf.vocab import RDF, XSD

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CONTROL = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_DECLARING = frozenset(("prefix", "base", "@prefix", "@base"))


class FileStatement(NamedTuple):
    """One triple; ``subject_line`` is where its subject is named, ``line`` where its object is.

    Lines count from 1. Blank nodes have labels of this reading alone.
    """

    subject: Subject
    predicate: ox.NamedNode
    object: Term
    subject_line: int
    line: int


class _Token(NamedTuple):
    kind: Kind
    text: str
    line: int


def read_statements(text: str) -> list[FileStatement]:
    """Return the statements of ``text``, in the order in which their objects end.

    What cannot be followed (such as lists nested very deeply) ends the reading, without an error:
    the statements before it are returned.
    """
    reader = _StatementReader(text)
    with suppress(LookupError, ValueError, RecursionError):
        reader.read()
    return reader.found


def _tokens(text: str) -> Iterator[_Token]:
    """Yield the tokens, IRIs and prefixed names as whole IRIs; declarations are left out."""
    prefixes: dict[str, str] = {}
    base, line, reached, before = "", 1, 0, None
    tokens = significant(text)
    for kind, token, start in tokens:
        line += text.count("\n", reached, start)
        reached, tagged, before = start, before is Kind.STRING, kind
        if not tagged and token.lower() in _DECLARING:
            prefix = next(tokens).text[:-1] if token.lower().endswith("prefix") else None
            iri = resolve(base, _unescaped(next(tokens).text[1:-1]))
            if prefix is None:
                base = iri
            else:
                prefixes[prefix] = iri
            if kind is Kind.LANGUAGE:
                next(tokens)  # the full stop
        elif kind is Kind.IRI:
            yield _Token(kind, resolve(base, _unescaped(token[1:-1])), line)
        elif kind is Kind.NAME:
            prefix, _, local = token.partition(":")
            if prefix in prefixes:
                iri = prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)
                yield _Token(Kind.IRI, iri, line)
            else:
                yield _Token(Kind.ERROR, token, line)
        else:
            yield _Token(kind, token, line)


class _StatementReader:
    """Read one text, token by token."""

    def __init__(self, text: str) -> None:
        self.found: list[FileStatement] = []
        self._tokens = list(_tokens(text))
        self._at = 0
        self._blanks = 0

    def read(self) -> None:
        while self._at < len(self._tokens):
            line = self._tokens[self._at].line
            self._predicates(self._node(), line)
            self._at += 1  # the full stop

    def _sees(self, *texts: str) -> bool:
        return self._tokens[self._at].text in texts

    def _next(self) -> _Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _predicates(self, subject: Term, line: int) -> None:
        while not self._sees(".", "]"):
            if self._sees(";"):
                self._at += 1
                continue
            predicate = self._node()
            while True:
                at = self._tokens[self._at].line
                found = cast("Subject", subject), cast("ox.NamedNode", predicate), self._node()
                self.found.append(FileStatement(*found, line, at))
                if not self._sees(","):
                    break
                self._at += 1

    def _node(self) -> Term:
        kind, text, line = self._next()
        if kind is Kind.IRI:
            return ox.NamedNode(text)
        if kind is Kind.BLANK:
            return ox.BlankNode("n" + text[2:].replace(".", "-"))
        if kind is Kind.STRING:
            return self._literal(text)
        if text in ("+", "-"):
            kind, text = Kind.NUMBER, text + self._next().text
        if kind is Kind.NUMBER:
            number = "double" if "e" in text.lower() else "decimal" if "." in text else "integer"
            return ox.Literal(text, datatype=ox.NamedNode(XSD + number))
        if kind is Kind.WORD:
            if text == "a":
                return ox.NamedNode(RDF + "type")
            return ox.Literal(text, datatype=ox.NamedNode(XSD + "boolean"))
        if text == "[":
            node = self._blank()
            self._predicates(node, line)
            self._at += 1
            return node
        if text == "(":
            return self._list(line)
        raise ValueError(text)

    def _list(self, line: int) -> Term:
        first = rest = ox.NamedNode(RDF + "nil")
        while not self._sees(")"):
            at = self._tokens[self._at].line
            item, node = self._node(), self._blank()
            if isinstance(rest, ox.BlankNode):
                self.found.append(FileStatement(rest, ox.NamedNode(RDF + "rest"), node, line, at))
            else:
                first = node
            self.found.append(FileStatement(node, ox.NamedNode(RDF + "first"), item, line, at))
            rest = node
        if isinstance(rest, ox.BlankNode):
            at = self._tokens[self._at].line
            nil = ox.NamedNode(RDF + "nil")
            self.found.append(FileStatement(rest, ox.NamedNode(RDF + "rest"), nil, line, at))
        self._at += 1
        return first

    def _blank(self) -> ox.BlankNode:
        self._blanks += 1
        return ox.BlankNode(f"b{self._blanks}")

    def _literal(self, text: str) -> ox.Literal:
        quotes = 3 if text[:3] in ('"""', "'''") else 1
        value = _unescaped(text[quotes:-quotes])
        if self._tokens[self._at].kind is Kind.LANGUAGE:
            return ox.Literal(value, language=self._next().text[1:].lower())
        if self._sees("^^"):
            self._at += 1
            datatype = cast("ox.NamedNode", self._node())
            return ox.Literal(value, datatype=datatype)
        return ox.Literal(value)


def _unescaped(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else _CONTROL.get(match[3], match[3])

    return _ESCAPE.sub(one, text) if "\\" in text else text


def first_lines(text: str) -> dict[str, int]:
    """Return the first line on which each IRI is named in ``text``, in Turtle or TriG.

    The text is read once, token by token; where it declares a prefix or a base is not counted.
    """
    lines: dict[str, int] = {}
    for kind, iri, line in _tokens(text):
        if kind is Kind.IRI:
            lines.setdefault(iri, line)
    return lines


def language_tags(text: str) -> Iterator[tuple[str, int]]:
    """Yield (tag, line) of each language tag in ``text``, in Turtle, as it is written."""
    before, line, reached = None, 1, 0
    for kind, token, start in significant(text):
        if kind is Kind.LANGUAGE and before is Kind.STRING:
            line += text.count("\n", reached, start)
            reached = start
            yield token[1:], line
        before = kind
