r"""Translate regular expressions of XPath into those of Rust, which the store evaluates.

SPARQL takes its patterns from https://www.w3.org/TR/xpath-functions/#regex-syntax (section 7.6.1
of the edition that SPARQL 1.1 names), and this from https://www.w3.org/TR/xmlschema-2/#regexs.
The two languages agree on most, and differ silently on the rest: ``\w``, ``\s``, ``\i``, ``\c``,
``.``, subtraction of classes, flags, and what ``$1`` in a replacement reaches over.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn, cast

import pyoxigraph as ox

from samgraf.limits import REGEX_CACHE
from samgraf.sparql.errors import RefusedQueryError

FLAGS = frozenset("smixq")
_SECTION = "XPath Functions and Operators, section 7.6.1; SPARQL 1.1, section 17.4.3.14"
_REPLACE = "XPath Functions and Operators, section 7.6.3; SPARQL 1.1, section 17.4.3.15"
_NAME_START = (
    r":A-Z_a-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}"
    r"\x{200C}-\x{200D}\x{2070}-\x{218F}\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}\x{F900}-\x{FDCF}"
    r"\x{FDF0}-\x{FFFD}\x{10000}-\x{EFFFF}"
)
#: The escapes for many characters, as classes of Rust.
_CLASSES = {
    "s": r"[ \t\n\r]",
    "S": r"[^ \t\n\r]",
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "w": r"[^\p{P}\p{Z}\p{C}]",
    "W": r"[\p{P}\p{Z}\p{C}]",
    "i": f"[{_NAME_START}]",
    "I": f"[^{_NAME_START}]",
    "c": rf"[{_NAME_START}\-.0-9\x{{B7}}\x{{300}}-\x{{36F}}\x{{203F}}-\x{{2040}}]",
    "C": rf"[^{_NAME_START}\-.0-9\x{{B7}}\x{{300}}-\x{{36F}}\x{{203F}}-\x{{2040}}]",
}
_CHARACTERS = {"n": "\n", "r": "\r", "t": "\t"} | {c: c for c in r"\|.?*+(){}-[]^$"}
_CATEGORY = re.compile(r"\{(L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?)\}")
_CASED = frozenset(("Lu", "Ll", "Lt"))
_QUANTIFIER = re.compile(r"\{[0-9]+(?:,[0-9]*)?\}")
_WHITE = frozenset(" \t\n\r")
#: What is no character of its own in a replacement.
_REFERENCE = re.compile(r"\\(.?)|\$([0-9]*)", re.DOTALL)
_PLAIN = re.compile(r"""[A-Za-z0-9_ ,:;@%=<>"'/!`]""")


class Pattern(NamedTuple):
    """A pattern of Rust without flags, how many groups it captures, whether flag q was given."""

    rust: str
    groups: int
    literal: bool


class BadPatternError(RefusedQueryError):
    """The pattern, the flags or the replacement is none: evaluating it is an error."""


class UnsupportedPatternError(RefusedQueryError):
    """The pattern is right, but the store cannot evaluate it."""


@lru_cache(REGEX_CACHE)
def translated(pattern: str, flags: str = "") -> Pattern:
    """Return ``pattern`` for Rust.

    Raise BadPatternError where it is none of XPath, UnsupportedPatternError where Rust has nothing
    of the kind.
    """
    if unknown := set(flags) - FLAGS:
        raise BadPatternError(
            f"{sorted(unknown)[0]!r} is no flag of a regular expression; there are s, m, i, x and "
            f"q ({_SECTION})."
        )
    if "q" in flags:
        rust, groups = "".join(map(_escaped, pattern)), 0
    else:
        reader = _PatternReader(pattern, flags)
        rust, groups = reader.read(), reader.groups
    modes = "".join(m for m in "mi" if m in flags and not ("q" in flags and m == "m"))
    return Pattern(f"(?{modes}){rust}" if modes else rust, groups, "q" in flags)


def replacement_of(replacement: str, pattern: Pattern) -> str:
    r"""Return ``replacement`` for Rust; raise BadPatternError where it is none of XPath.

    ``$12`` is the twelfth group if there are as many, else the first and a ``2``.
    """
    if pattern.literal:
        return replacement.replace("$", "$$")

    def written(match: re.Match[str]) -> str:
        escaped, digits = match.groups()
        if escaped is not None:
            if escaped not in ("\\", "$"):
                raise BadPatternError(
                    rf"In a replacement, \ stands before $ or another \ alone ({_REPLACE})."
                )
            return "$$" if escaped == "$" else "\\"
        if not digits:
            raise BadPatternError(
                rf"In a replacement, $ stands before a number; the sign itself is \$ ({_REPLACE})."
            )
        group = digits
        while len(group) > 1 and int(group) > pattern.groups:
            group = group[:-1]
        # a group that the pattern does not have is empty
        reference = f"${{{int(group)}}}" if int(group) <= pattern.groups else ""
        return reference + digits[len(group) :]

    return _REFERENCE.sub(written, replacement)


@lru_cache(REGEX_CACHE)
def matches_empty(pattern: Pattern) -> bool:
    """Return whether ``pattern`` matches a text of no length.

    Raise UnsupportedPatternError where the store does not take the pattern.
    """
    found = _value("REGEX", ox.Literal(""), ox.Literal(pattern.rust))
    if found is None:
        raise UnsupportedPatternError(
            "The regular expression is too large, once its classes are written out."
        )
    return found.value == "true"


def require_consuming(pattern: Pattern) -> None:
    """Raise BadPatternError where REPLACE may not take ``pattern``: it matches nothing at all."""
    if matches_empty(pattern):
        raise BadPatternError(
            f"REPLACE takes no pattern that matches a text of no length ({_REPLACE})."
        )


def regex(text: ox.Literal, pattern: Pattern) -> ox.Literal | None:
    """Return what REGEX gives, or None for an error."""
    matches_empty(pattern)
    return _value("REGEX", text, ox.Literal(pattern.rust))


def matching(texts: Collection[str], pattern: Pattern) -> set[str]:
    """Return those of ``texts`` that ``pattern`` matches."""
    values = " ".join(str(ox.Literal(text)) for text in texts)
    query = (
        f"SELECT ?text {{ VALUES ?text {{ {values} }} "
        f"FILTER(REGEX(?text, {ox.Literal(pattern.rust)})) }}"
    )
    found = cast("ox.QuerySolutions", _NOTHING.query(query))
    return {cast("ox.Literal", row[0]).value for row in found}


def replace(text: ox.Literal, pattern: Pattern, replacement: str) -> ox.Literal | None:
    """Return what REPLACE gives, or None for an error."""
    require_consuming(pattern)
    new = ox.Literal(replacement_of(replacement, pattern))
    return _value("REPLACE", text, ox.Literal(pattern.rust), new)


_NOTHING = ox.Store()


def _value(function: str, *arguments: ox.Literal) -> Any:
    """Return what the store gives for a function, or None for an error."""
    query = f"SELECT ({function}({', '.join(map(str, arguments))}) AS ?value) {{}}"
    return next(iter(cast("ox.QuerySolutions", _NOTHING.query(query))))[0]


def _escaped(char: str) -> str:
    return char if _PLAIN.match(char) else f"\\x{{{ord(char):X}}}"


class _PatternReader:
    """A reader of one pattern, which writes it for Rust as it goes."""

    def __init__(self, pattern: str, flags: str):
        self.pattern, self.flags, self.at, self.groups = pattern, flags, 0, 0

    def read(self) -> str:
        """Return the whole pattern."""
        written, open_groups = [], 0
        quantifiable = False
        while self.at < len(self.pattern):
            char = self._next()
            if "x" in self.flags and char in _WHITE:
                continue
            before, quantifiable = quantifiable, True
            if char == "(":
                open_groups += 1
                written.append(self._group())
                quantifiable = False
            elif char == ")":
                if not open_groups:
                    self._bad("a ) without its (")
                open_groups -= 1
                written.append(")")
            elif char in "*+?{":
                if not before:
                    self._bad(f"nothing for {char} to repeat")
                written.append(self._quantifier(char))
                quantifiable = False
            elif char in "|^$":
                written.append(char)
                quantifiable = False
            elif char == ".":
                written.append("(?s:.)" if "s" in self.flags else r"[^\n\r]")
            elif char == "[":
                written.append(self._class())
            elif char == "\\":
                written.append(self._escape(in_class=False))
            elif char in "]}":
                self._bad(rf"a loose {char}; the character itself is \{char}")
            else:
                written.append(_escaped(char))
        if open_groups:
            self._bad("a ( without its )")
        return "".join(written)

    def _next(self) -> str:
        char = self.pattern[self.at : self.at + 1]
        if not char:
            self._bad("an end that comes too early")
        self.at += 1
        return char

    def _bad(self, what: str) -> NoReturn:
        raise BadPatternError(
            f"The regular expression {self.pattern[:100]!r} has {what} ({_SECTION})."
        )

    def _unsupported(self, what: str) -> NoReturn:
        raise UnsupportedPatternError(
            f"The regular expression {self.pattern[:100]!r} has {what}, which the standard knows, "
            f"but which cannot be evaluated here ({_SECTION})."
        )

    def _group(self) -> str:
        if not self.pattern.startswith("?", self.at):
            self.groups += 1
            return "("
        if not self.pattern.startswith("?:", self.at):
            self._bad("(? before something else than : (flags are the third argument)")
        self.at += 2
        return "(?:"

    def _quantifier(self, char: str) -> str:
        if char == "{":
            match = _QUANTIFIER.match(self.pattern, self.at - 1)
            if match is None:
                self._bad(r"a { that counts nothing; the character itself is \{")
            self.at, char = match.end(), match[0]
        if self.pattern.startswith("?", self.at):
            self.at += 1
            return char + "?"
        return char

    def _escape(self, *, in_class: bool) -> str:
        """Read what follows a backslash; return it as Rust writes it."""
        char = self._next()
        if char in _CLASSES:
            return _CLASSES[char]
        if char in _CHARACTERS:
            return _escaped(_CHARACTERS[char])
        if char in "pP":
            return self._category(char, in_class)
        if char.isdigit() and char != "0" and not in_class:
            self._unsupported(rf"the back-reference \{char}")
        self._bad(rf"\{char}, which is no escape")

    def _category(self, char: str, in_class: bool) -> str:
        match = _CATEGORY.match(self.pattern, self.at)
        if match is None:
            if self.pattern.startswith("{Is", self.at):
                self._unsupported(rf"\{char} with the name of a block")
            self._bad(rf"\{char} without a category of characters")
        self.at = match.end()
        found = rf"\{char}{match[0]}"
        # the flag i is for letters as written, and not for categories
        if "i" in self.flags and match[1] in _CASED:
            if in_class:
                self._unsupported(rf"{found} within a class, together with the flag i")
            return f"(?-i:{found})"
        return found

    def _class(self) -> str:
        r"""Read a class behind its ``[``: characters, ranges, escapes, and ``-[…]`` at its end."""
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        items: list[str] = []
        subtracted = ""
        while True:
            char = self._next()
            if char == "]":
                break
            if char == "-" and self.pattern.startswith("[", self.at) and items:
                self.at += 1
                subtracted = f"--{self._class()}"
                if self._next() != "]":
                    self._bad("something behind a class that is subtracted")
                break
            items.append(self._item(char))
        if not items:
            self._bad("an empty class")
        body = f"[{'^' if negated else ''}{''.join(items)}]"
        return f"[{body}{subtracted}]" if subtracted else body

    def _item(self, char: str) -> str:
        """Read a character, an escape or a range that begins with ``char``."""
        if char == "[":
            self._bad(r"a [ within a class; the character itself is \[")
        if char == "\\":
            low = self._escape(in_class=True)
            single = low.startswith("\\x") or len(low) == 1
        else:
            low, single = _escaped(char), True
        ahead = self.pattern[self.at : self.at + 2]
        if not (single and ahead[:1] == "-" and len(ahead) == 2 and ahead[1] not in "]["):
            return low
        self.at += 1
        char = self._next()
        high = self._escape(in_class=True) if char == "\\" else _escaped(char)
        if not (high.startswith("\\x") or len(high) == 1) or _code(low) > _code(high):
            self._bad("a range that ends before it begins")
        return f"{low}-{high}"


def _code(written: str) -> int:
    return ord(written) if len(written) == 1 else int(written[3:-1], 16)
