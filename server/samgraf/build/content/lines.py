"""Find the line of a Turtle or SPARQL text on which a statement, or a term, stands.

The parser that loads a file gives triples without lines. ``read_statements`` reads a text once
more for them, ``line_of`` searches it for a term; both are asked only where a fault is to be told,
and only of texts that the parser has taken, so they check nothing.
https://www.w3.org/TR/turtle/#sec-grammar
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple, cast
from urllib.parse import urljoin

import pyoxigraph as ox

from samgraf.build.rdf import Subject, Term
from samgraf.vocab import RDF, XSD

_TOKEN = re.compile(
    r'''(?P<space>\s++|\#[^\n]*+)
    |(?P<iri><[^<>"{}|^`\s]*+>)
    |(?P<text>"""(?:[^"\\]++|\\.|"(?!""))*+"""|\'\'\'(?:[^'\\]++|\\.|'(?!''))*+\'\'\'
        |"(?:[^"\\\n]++|\\.)*+"|'(?:[^'\\\n]++|\\.)*+')
    |(?P<at>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
    |(?P<blank>_:\w(?:[\w·-]|\.(?=\.*[\w·-]))*+)
    |(?P<name>(?:[^\W\d_](?:[\w·-]|\.(?=\.*[\w·:-]))*+)?
        :(?:[\w·:-]|%[0-9A-Fa-f]{2}|\\.|\.(?=\.*(?:[\w·:%-]|\\)))*+)
    |(?P<number>[+-]?(?:\d*\.?\d+|\d+\.(?=[eE]))(?:[eE][+-]?\d+)?)
    |(?P<word>[A-Za-z]++)
    |(?P<sign>\^\^|.)''',
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CONTROL = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


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
    kind: str
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
    line, told = 1, 0
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "space":
            line += text.count("\n", told, match.start())
            told = match.start()
            yield _Token(match.lastgroup or "", match[0], line)


class _StatementReader:
    """Read one text, token by token."""

    def __init__(self, text: str) -> None:
        self.found: list[FileStatement] = []
        self._tokens = list(_tokens(text))
        self._at = 0
        self._base = ""
        self._prefixes: dict[str, str] = {}
        self._blanks = 0

    def read(self) -> None:
        while self._at < len(self._tokens):
            if not self._declaration():
                line = self._tokens[self._at].line
                self._predicates(self._node(), line)
                self._at += 1  # the full stop

    def _sees(self, *texts: str) -> bool:
        return self._tokens[self._at].text in texts

    def _next(self) -> _Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _declaration(self) -> bool:
        kind, text, _ = self._tokens[self._at]
        word = text.lower().removeprefix("@")
        if kind not in ("at", "word") or word not in ("prefix", "base"):
            return False
        self._at += 1
        prefix = self._next().text[:-1] if word == "prefix" else None
        iri = self._iri(self._next().text)
        if prefix is None:
            self._base = iri
        else:
            self._prefixes[prefix] = iri
        self._at += kind == "at"
        return True

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
        if kind == "iri":
            return ox.NamedNode(self._iri(text))
        if kind == "name":
            prefix, _, local = text.partition(":")
            return ox.NamedNode(self._prefixes[prefix] + re.sub(r"\\(.)", r"\1", local))
        if kind == "blank":
            return ox.BlankNode("n" + text[2:].replace(".", "-"))
        if kind == "text":
            return self._literal(text)
        if kind == "number":
            number = "double" if "e" in text.lower() else "decimal" if "." in text else "integer"
            return ox.Literal(text, datatype=ox.NamedNode(XSD + number))
        if kind == "word":
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
        if self._tokens[self._at].kind == "at":
            return ox.Literal(value, language=self._next().text[1:].lower())
        if self._sees("^^"):
            self._at += 1
            datatype = cast("ox.NamedNode", self._node())
            return ox.Literal(value, datatype=datatype)
        return ox.Literal(value)

    def _iri(self, text: str) -> str:
        return _resolved(self._base, text)


def _unescaped(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else _CONTROL.get(match[3], match[3])

    return _ESCAPE.sub(one, text) if "\\" in text else text


def first_lines(text: str) -> dict[str, int]:
    """Return the first line on which each IRI is named in ``text``, in Turtle or SPARQL or TriG.

    The text is read once, token by token; where it declares a prefix or a base is not counted.
    """
    lines: dict[str, int] = {}
    prefixes: dict[str, str] = {}
    base = ""
    tokens = _tokens(text)
    for kind, token, line in tokens:
        word = token.lower().removeprefix("@") if kind in ("at", "word") else ""
        if word in ("prefix", "base"):
            name = next(tokens, None) if word == "prefix" else None
            iri = next(tokens, None)
            if iri is not None and iri.kind == "iri" and (name is not None or word == "base"):
                resolved = _resolved(base, iri.text)
                if name is None:
                    base = resolved
                else:
                    prefixes[name.text[:-1]] = resolved
        elif kind == "iri":
            lines.setdefault(_resolved(base, token), line)
        elif kind == "name":
            prefix, _, local = token.partition(":")
            if prefix in prefixes:
                lines.setdefault(prefixes[prefix] + re.sub(r"\\(.)", r"\1", local), line)
    return lines


def language_tags(text: str) -> Iterator[tuple[str, int]]:
    """Yield (tag, line) of each language tag in ``text``, in Turtle, as it is written."""
    before = ""
    for kind, token, line in _tokens(text):
        if kind == "at" and before == "text":
            yield token[1:], line
        before = kind


def _resolved(base: str, text: str) -> str:
    """Return the IRI of the token ``text``, in angle brackets, resolved against ``base``."""
    reference = _unescaped(text[1:-1])
    if _SCHEME.match(reference) or not base:
        return reference
    # urljoin drops an empty fragment, which is the end of many a namespace
    end = "#" if reference.endswith("#") else ""
    return urljoin(base, reference) + end if reference else base


_COMMENT = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|<[^<>\s]*>)|#[^\n]*""")
_BASE = re.compile(r"(?:@base|\bbase)\s+<([^<>\s]*)>", re.IGNORECASE)
_PREFIX = re.compile(r"(?:@prefix|\bprefix)\s+([\w.-]*):\s*<([^<>\s]*)>", re.IGNORECASE)


def declared_prefixes(text: str) -> dict[str, str]:
    """Return the prefixes that a Turtle or SPARQL text declares."""
    return dict(_PREFIX.findall(text))


def line_of(text: str, iri: str, prefixes: Mapping[str, str]) -> int | None:
    """Return the first line (1-based) of ``text`` that names ``iri``, None where none does."""
    forms = [re.escape(f"<{iri}>")]
    forms += [re.escape(f"<{iri[len(b) :]}>") for b in _BASE.findall(text) if iri.startswith(b)]
    for prefix, namespace in sorted((prefixes or declared_prefixes(text)).items()):
        if namespace and iri.startswith(namespace):
            local = re.escape(iri[len(namespace) :])
            forms.append(rf"(?<![\w:.-]){re.escape(prefix)}:{local}(?![\w:%-]|\.\w)")
    pattern = re.compile("|".join(forms))
    declaration = re.compile(r"\s*@?(?:prefix|base)\b", re.IGNORECASE)
    uncommented = _COMMENT.sub(lambda m: m.group(1) or "", text)
    for number, line in enumerate(uncommented.splitlines(), 1):
        if pattern.search(line) and not declaration.match(line):
            return number
    return None
