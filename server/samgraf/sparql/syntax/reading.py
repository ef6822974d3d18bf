"""Read tokens one by one, and the terms that are one or a few of them.

https://www.w3.org/TR/sparql11-query/#rGraphTerm
"""

from __future__ import annotations

import re
from typing import NoReturn

from samgraf.sparql.errors import syntax_error, undeclared, unexpected
from samgraf.sparql.syntax.iris import Prologue
from samgraf.sparql.tokens import Kind, Token

# what the parser decides by: a mark or ``a`` as it is written, another word in capitals, and for
# the other kinds one of these, which no mark and no word is
VARIABLE, IRI, NAME, STRING, NUMBER, BLANK, LANGUAGE, ERROR, END = (
    "?x", "<>", "x:", '"', "1", "_:", "@", "\\", "",
)  # fmt: skip
_KEYS = {
    Kind.VARIABLE: VARIABLE,
    Kind.IRI: IRI,
    Kind.NAME: NAME,
    Kind.STRING: STRING,
    Kind.NUMBER: NUMBER,
    Kind.BLANK: BLANK,
    Kind.LANGUAGE: LANGUAGE,
    Kind.ERROR: ERROR,
}
BOOLEANS = frozenset(("TRUE", "FALSE"))
NAMES = frozenset((IRI, NAME))
_ESCAPE = re.compile(r"\\(?:[tbnrf\"'\\]|(.))", re.DOTALL)


class Reader:
    """The part of the parser that reads tokens; ``at`` is the number of the one to be read next."""

    def __init__(self, text: str, tokens: list[Token], prologue: Prologue):
        self.text, self.tokens, self.prologue, self.at = text, tokens, prologue, 0
        self.keys = keys_of(tokens)

    @property
    def start(self) -> int:
        """Return where the next token starts, counted in characters."""
        return self.tokens[self.at][2] if self.at < len(self.tokens) else len(self.text)

    @property
    def end(self) -> int:
        """Return where the token ends that was read last."""
        if not self.at:
            return 0
        _, text, start = self.tokens[self.at - 1]
        return start + len(text)

    def skip(self, key: str) -> bool:
        """Read a mark or word if it comes next, and return whether it did."""
        if self.keys[self.at] == key:
            self.at += 1
            return True
        return False

    def expect(self, key: str) -> None:
        """Read the mark or word ``key``."""
        if self.keys[self.at] != key:
            self.fail(f"{key} has to stand here")
        self.at += 1

    def fail(self, wanted: str) -> NoReturn:
        """Raise the QuerySyntaxError that says that ``wanted`` is missing at the next token."""
        self.refuse(unexpected(self.tokens, self.at, wanted, self.words()))

    def refuse(self, message: str, start: int | None = None) -> NoReturn:
        """Raise QuerySyntaxError at the next token, or at ``start``."""
        raise syntax_error(self.text, self.start if start is None else start, message)

    def words(self) -> frozenset[str]:
        """Return the words of the language."""
        raise NotImplementedError

    def variable(self) -> str:
        """Read a variable; return its name."""
        if self.keys[self.at] != VARIABLE:
            self.fail("a variable has to stand here")
        self.at += 1
        return self.tokens[self.at - 1].text[1:]

    def name(self) -> Token:
        """Read an IRI or a prefixed name; return the token."""
        key = self.keys[self.at]
        if key not in NAMES:
            self.fail("an IRI has to stand here")
        token = self.tokens[self.at]
        if key == NAME:
            prefix = token.text.partition(":")[0]
            if prefix not in self.prologue.prefixes:
                self.refuse(undeclared(prefix))
        self.at += 1
        return token

    def iri(self) -> str:
        """Read an IRI or a prefixed name; return it absolute."""
        token = self.name()
        return self.resolved(token)

    def resolved(self, token: Token) -> str:
        """Return the absolute IRI that ``token`` names."""
        try:
            return self.prologue.iri(token)
        except ValueError:
            self.refuse(f"{token.text} is no IRI", token.start)

    def signed(self) -> bool:
        """Return whether a sign comes next with a number right behind it: they are one term."""
        at = self.at
        return (
            self.keys[at] in ("+", "-")
            and self.keys[at + 1] == NUMBER
            and self.tokens[at + 1].start == self.tokens[at].start + 1
        )

    def string(self) -> None:
        """Read a string; check its escapes."""
        token = self.tokens[self.at]
        if self.keys[self.at] != STRING:
            self.fail("text between quotation marks has to stand here")
        if "\\" in token.text:
            for match in _ESCAPE.finditer(token.text):
                if match[1] is not None:
                    self.refuse(
                        rf"{match[0]!s} is no escape in a text; a backslash is written \\",
                        token.start + match.start(),
                    )
        self.at += 1

    def constant(self) -> bool:
        """Read an IRI, a literal or a boolean if one comes next; return whether it did."""
        key = self.keys[self.at]
        if key in NAMES:
            self.name()
        elif key == STRING:
            self.string()
            if self.keys[self.at] == LANGUAGE:
                self.at += 1
            elif self.skip("^^"):
                self.name()
        elif key == NUMBER or key in BOOLEANS:
            self.at += 1
        elif self.signed():
            self.at += 2
        else:
            return False
        return True


def keys_of(tokens: list[Token]) -> list[str]:
    """Return what the parser decides by for each token, and behind the last one."""
    keys, mark, word = _KEYS, Kind.MARK, Kind.WORD
    found = [
        text if kind is mark else (text if text == "a" else text.upper()) if kind is word
        else keys[kind]
        for kind, text, _ in tokens
    ]  # fmt: skip
    found += (END, END)  # so that one may always look at the token behind the next
    return found
