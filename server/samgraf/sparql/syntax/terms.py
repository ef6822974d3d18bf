"""Read terms, paths and triple patterns.

https://www.w3.org/TR/sparql11-query/#rTriplesSameSubjectPath and the productions below it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NoReturn

from samgraf.sparql.evaluation import QuerySyntaxError
from samgraf.sparql.outline import iri_of, resolve
from samgraf.sparql.tokens import Kind, Token

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_END = Token(Kind.SPACE, "", 0)
_INTEGER = re.compile(r"[0-9]+\Z")


class Terms:
    """Read ``tokens`` (spaces and comments left out) one after another."""

    def __init__(self, text: str, tokens: Sequence[Token], prefixes: Mapping[str, str], base: str):
        self.text, self.tokens, self.at = text, tokens, 0
        self.prefixes, self.base = dict(prefixes), base
        self.seen: dict[str, None] = {}  # variables, in order of appearance
        self.properties: dict[str, None] = {}

    # tokens

    @property
    def token(self) -> Token:
        """Return the token to be read next."""
        return self.tokens[self.at] if self.at < len(self.tokens) else _END

    @property
    def start(self) -> int:
        """Return where that token starts."""
        return self.tokens[self.at].start if self.at < len(self.tokens) else len(self.text)

    @property
    def end(self) -> int:
        """Return where the token ends that was read last."""
        last = self.tokens[self.at - 1] if self.at else _END
        return last.start + len(last.text)

    def peek(self) -> Token:
        """Return the token behind the next one."""
        return self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else _END

    def take(self) -> Token:
        """Read one token."""
        token = self.token
        self.at += 1
        return token

    def is_word(self, *words: str) -> bool:
        """Say whether one of ``words`` comes next."""
        return self.token.kind is Kind.WORD and self.token.text.upper() in words

    def is_mark(self, *marks: str) -> bool:
        """Say whether one of ``marks`` comes next."""
        return self.token.kind is Kind.MARK and self.token.text in marks

    def skip_word(self, *words: str) -> str:
        """Read one of ``words`` if it comes next, and return it in capitals, else nothing."""
        return self.take().text.upper() if self.is_word(*words) else ""

    def skip(self, *marks: str) -> bool:
        """Read one of ``marks`` if it comes next, and say whether it did."""
        found = self.is_mark(*marks)
        self.at += found
        return found

    def expect(self, mark: str) -> None:
        """Read ``mark``."""
        if not self.skip(mark):
            self.fail(f"{mark} is missing here")

    def expect_word(self, word: str) -> None:
        """Read ``word``."""
        if not self.skip_word(word):
            self.fail(f"{word} is missing here")

    def fail(self, message: str, start: int | None = None) -> NoReturn:
        """Raise QuerySyntaxError at the next token, or at ``start``."""
        start = self.start if start is None else start
        before = self.text[:start]
        line, column = before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1
        raise QuerySyntaxError(message, line, column)

    # terms

    def is_variable(self) -> bool:
        """Say whether a variable comes next."""
        return self.token.kind is Kind.VARIABLE

    def variable(self) -> str:
        """Read a variable; return its name."""
        if not self.is_variable():
            self.fail("a variable is missing here")
        name = self.take().text[1:]
        self.seen.setdefault(name)
        return name

    def is_iri(self) -> bool:
        """Say whether an IRI or a prefixed name comes next."""
        return self.token.kind in (Kind.IRI, Kind.NAME)

    def iri(self) -> str:
        """Read an IRI; return it absolute."""
        if not self.is_iri():
            self.fail("an IRI is missing here")
        token = self.take()
        if token.kind is Kind.IRI:
            return resolve(self.base, iri_of(token))
        prefix, _, local = token.text.partition(":")
        if prefix not in self.prefixes:
            self.fail(f"the prefix {prefix}: is not declared", token.start)
        return self.prefixes[prefix] + local.replace("\\", "")

    def is_number(self) -> bool:
        """Say whether a number comes next, its sign right before it."""
        if self.token.kind is Kind.NUMBER:
            return True
        behind = self.peek()
        signed = self.is_mark("+", "-") and behind.kind is Kind.NUMBER
        return signed and behind.start == self.start + 1

    def number(self) -> None:
        """Read a number."""
        self.at += 1 if self.token.kind is Kind.NUMBER else 2

    def integer(self) -> None:
        """Read digits."""
        if self.token.kind is not Kind.NUMBER or not _INTEGER.match(self.token.text):
            self.fail("a whole number is missing here")
        self.at += 1

    def literal(self) -> None:
        """Read a string with its language or datatype."""
        self.at += 1
        if self.token.kind is Kind.LANGUAGE:
            self.at += 1
        elif self.skip("^^"):
            self.iri()

    def is_nil(self) -> bool:
        """Say whether an empty list comes next."""
        behind = self.peek()
        return self.is_mark("(") and behind.kind is Kind.MARK and behind.text == ")"

    def constant(self) -> bool:
        """Read an IRI, a literal, a number or a boolean if one comes next; say whether it did."""
        if self.is_iri():
            self.iri()
        elif self.token.kind is Kind.STRING:
            self.literal()
        elif self.is_number():
            self.number()
        elif self.is_word("TRUE", "FALSE"):
            self.at += 1
        else:
            return False
        return True

    def _term(self) -> bool:
        """Read a variable or a term without parts of its own, if one comes next."""
        if self.is_variable():
            self.variable()
        elif self.token.kind is Kind.BLANK:
            self.at += 1
        elif self.is_nil() or (self.is_mark("[") and self.peek().text == "]"):
            self.at += 2
        else:
            return self.constant()
        return True

    # triple patterns

    def starts_triples(self) -> bool:
        """Say whether a triple pattern comes next."""
        return (
            self.token.kind in (Kind.VARIABLE, Kind.IRI, Kind.NAME, Kind.STRING, Kind.BLANK)
            or self.is_number()
            or self.is_word("TRUE", "FALSE")
            or self.is_mark("(", "[")
        )

    def triples(self, *, paths: bool) -> None:
        """Read triple patterns up to what is none; templates take no ``paths``."""
        while self.starts_triples():
            with_parts = self._node(paths)
            if not with_parts or self._starts_verb():
                self._properties(paths)
            if not self.skip("."):
                return

    def _node(self, paths: bool) -> bool:
        """Read a term; say whether it holds triple patterns itself."""
        if self._term():
            return False
        if self.skip("("):
            self._node(paths)
            while not self.is_mark(")"):
                self._node(paths)
        elif self.skip("["):
            self._properties(paths)
            self.expect("]")
            return True
        else:
            self.fail("a term is missing here")
        self.expect(")")
        return True

    def _starts_verb(self) -> bool:
        return (
            self.token.kind in (Kind.VARIABLE, Kind.IRI, Kind.NAME)
            or self.token.text == "a"
            or self.is_mark("(", "^", "!")
        )

    def _properties(self, paths: bool) -> None:
        self._property(paths)
        while self.skip(";"):
            if self._starts_verb():
                self._property(paths)

    def _property(self, paths: bool) -> None:
        if self.is_variable():
            self.variable()
        elif paths:
            self._path()
        else:
            self._verb()
        self._node(paths)
        while self.skip(","):
            self._node(paths)

    def _verb(self) -> None:
        if self.token.kind is Kind.WORD and self.token.text == "a":
            self.at += 1
            self.properties.setdefault(TYPE)
        else:
            self.properties.setdefault(self.iri())

    # paths

    def _path(self) -> None:
        self._path_sequence()
        while self.skip("|"):
            self._path_sequence()

    def _path_sequence(self) -> None:
        self._path_element()
        while self.skip("/"):
            self._path_element()

    def _path_element(self) -> None:
        self.skip("^")
        if self.skip("!"):
            self._negated()
        elif self.skip("("):
            self._path()
            self.expect(")")
        else:
            self._verb()
        # a sign in front of a number belongs to the number, but a path's object follows a space
        self.skip("?", "*", "+")

    def _negated(self) -> None:
        if not self.skip("("):
            self._one_negated()
        elif not self.skip(")"):
            self._one_negated()
            while self.skip("|"):
                self._one_negated()
            self.expect(")")

    def _one_negated(self) -> None:
        self.skip("^")
        self._verb()
