"""Read terms, paths and triple patterns.

https://www.w3.org/TR/sparql11-query/#rTriplesSameSubjectPath and the productions below it, with
the triple terms, reifiers and annotations of https://www.w3.org/TR/sparql12-query/#sparqlGrammar.
"""

from __future__ import annotations

import re
from typing import NoReturn

from samgraf.sparql.errors import syntax_error, undeclared, unexpected
from samgraf.sparql.syntax.iris import Prologue
from samgraf.sparql.syntax.nodes import Choices, Node, Predicate, Step, Term, Triples
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
_BOOLEANS = frozenset(("TRUE", "FALSE"))
_STARTS = frozenset((VARIABLE, IRI, NAME, STRING, NUMBER, BLANK, "(", "[", "<<", "<<(")) | _BOOLEANS
_VERBS = frozenset((VARIABLE, IRI, NAME, "a", "(", "^", "!"))
NAMES = frozenset((IRI, NAME))
#: Of what holds triples itself.
NESTED = frozenset(("[", "(", "<<"))
_PATH_VERBS = frozenset((IRI, NAME, "a"))
_ESCAPE = re.compile(r"\\(?:[tbnrf\"'\\]|(.))", re.DOTALL)
_TERM = "a variable, an IRI or a value has to stand here"


class Terms:
    """The part of the parser that reads terms, paths and triple patterns.

    ``at`` is the number of the token to be read next. ``scope`` maps the variables of the innermost
    group, in order of appearance; ``labels`` each label of a blank node to the basic graph pattern,
    by number, that it stands in.
    """

    def __init__(self, text: str, tokens: list[Token], prologue: Prologue):
        self.text, self.tokens, self.prologue, self.at = text, tokens, prologue, 0
        self.keys = keys_of(tokens)
        self.scope: dict[str, None] = {}
        self.verbs: list[Token] = []
        self.by_subject: list[Triples] = []
        self.labels: dict[str, int] = {}
        self.pattern = self.last_pattern = 0  # number of the basic graph pattern at hand, the last
        self.patterns = self.operators = self.values = 0
        self.volatile = False

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

    # terms

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
        elif key == NUMBER or key in _BOOLEANS:
            self.at += 1
        elif self.signed():
            self.at += 2
        else:
            return False
        return True

    # triple patterns

    def starts_triples(self) -> bool:
        """Return whether a triple pattern comes next."""
        return self.keys[self.at] in _STARTS or self.signed()

    def triples(self, *, paths: bool) -> None:
        """Read triple patterns up to what is none; a template takes no ``paths``."""
        while self.starts_triples():
            start, key = self.start, self.keys[self.at]
            holds_triples = self._node(paths)
            subject = Term(start, self.end, key)
            if not holds_triples or self.keys[self.at] in _VERBS:
                self._properties(paths, subject)
            if self.keys[self.at] != ".":
                return
            self.at += 1

    def _node(self, paths: bool) -> bool:
        """Read a term; return whether it holds triple patterns itself."""
        key = self.keys[self.at]
        if key == VARIABLE:
            self.scope[self.tokens[self.at].text[1:]] = None
            self.at += 1
        elif key == BLANK:
            self._label()
        elif key == "(":
            self.at += 1
            if self.skip(")"):
                return False
            self._collection(paths)
            return True
        elif key == "[":
            self.at += 1
            if self.skip("]"):
                return False
            brackets = Term(self.tokens[self.at - 1].start, self.end, key)
            self._properties(paths, brackets)
            self.expect("]")
            brackets.end = self.end
            return True
        elif key == "<<(":
            self.triple_term()
        elif key == "<<":
            self._reified()
            return True
        elif not self.constant():
            self.fail(_TERM)
        return False

    def _label(self) -> None:
        label = self.tokens[self.at].text
        if self.labels.setdefault(label, self.pattern) != self.pattern:
            self.refuse(
                f"the blank node {label} stands in another pattern too; a variable can join the two"
            )
        self.at += 1

    def _collection(self, paths: bool) -> None:
        while True:
            self._node(paths)
            self.patterns += 2
            if self.skip(")"):
                return

    def triple_term(self) -> None:
        """Read ``<<( subject verb object )>>``."""
        self.at += 1
        self._plain_node()
        self._property_verb()
        self._plain_node()
        self.expect(")>>")

    def _reified(self) -> None:
        """Read ``<< subject verb object >>``, which may name its reifier."""
        self.at += 1
        self.patterns += 1
        self._plain_node()
        self._property_verb()
        self._plain_node()
        self._reifier()
        self.expect(">>")

    def _plain_node(self) -> None:
        """Read a term of a triple term: neither a collection nor a list of properties."""
        key = self.keys[self.at]
        if key in ("[", "(") and self.keys[self.at + 1] not in ("]", ")"):
            self.fail(_TERM)
        self._node(paths=False)

    def _reifier(self) -> bool:
        if not self.skip("~"):
            return False
        if self.keys[self.at] in (VARIABLE, IRI, NAME, BLANK):
            self._node(paths=False)
        return True

    def _properties(self, paths: bool, subject: Term | None = None) -> None:
        predicates: list[Predicate] = []
        while True:
            start, zero, closed = self.start, 0, 0
            choices: Choices = ()
            if paths and self.keys[self.at] != VARIABLE:
                zero, closed, choices = self._path()
            else:
                self._property_verb()
            end, objects = self.end, []
            while True:
                place, key = self.start, self.keys[self.at]
                self._node(paths)
                self.patterns += 1
                if self.keys[self.at] in ("~", "{|"):
                    self._annotations(paths)
                objects.append(Term(place, self.end, key))
                if self.keys[self.at] != ",":
                    break
                self.at += 1
            predicates.append(Predicate(start, end, tuple(objects), zero, closed, choices))
            if self.keys[self.at] != ";":
                break
            while self.skip(";"):
                pass
            if self.keys[self.at] not in _VERBS:
                break
        start = predicates[0].start if subject is None else subject.start
        self.by_subject.append(Triples(start, self.end, subject, tuple(predicates)))

    def _property_verb(self) -> None:
        if self.keys[self.at] == VARIABLE:
            self.scope[self.variable()] = None
        else:
            self._path_verb()

    def _annotations(self, paths: bool) -> None:
        while self._reifier() or self.keys[self.at] == "{|":
            if self.skip("{|"):
                self._properties(paths)
                self.expect("|}")

    # paths

    def _path(self) -> tuple[int, int, Choices]:
        """Read a path; return what ``Predicate`` says of it: zero, closed and choices.

        A sequence is patterns that share a variable, so that one of two paths may be over no step
        between two terms alone, and a longer one never:
        https://www.w3.org/TR/sparql11-query/#sparqlTranslatePathExpressions.
        """
        keys = self.keys
        zero = closed = 0
        choices: list[tuple[Step, ...]] = []
        steps: list[Step] = []
        zeros: list[tuple[int, int]] = []
        is_choice = False
        while True:
            step, *found = self._step()
            steps.append(step)
            zeros.append((found[0], found[1]))
            is_choice = is_choice or bool(step.choices)
            key = keys[self.at]
            if key != "/":
                if len(zeros) == 1:
                    zero, closed = zero + zeros[0][0], closed + zeros[0][1]
                elif len(zeros) == 2:
                    closed += zeros[0][0] * zeros[1][0]
                choices.append(tuple(steps))
                steps, zeros = [], []
            if key != "/" and key != "|":
                is_choice = is_choice or len(choices) > 1
                return zero, closed, tuple(choices) if is_choice else ()
            self.at += 1
            self.operators += 1

    def _step(self) -> tuple[Step, int, int]:
        """Read a part of a path, up to a slash or bar; return its zero and closed as well."""
        keys = self.keys
        is_inverse = self.skip("^")
        self.operators += is_inverse
        start, zero, closed = self.start, 0, 0
        choices: Choices = ()
        if keys[self.at] == "!":
            choices = self._negated()
        elif keys[self.at] == "(":
            self.at += 1
            zero, closed, choices = self._path()
            self.expect(")")
        else:
            self._path_verb()
        key = keys[self.at]
        if key in ("*", "?") or (key == "+" and not self.signed()):
            # whichever way it goes, it finds each end once
            zero = closed = min(zero, 1) if key == "+" else 1
            choices = ()
            self.at += 1
            self.operators += 1
        return Step(start, self.end, is_inverse, choices), zero, closed

    def _negated(self) -> Choices:
        """Read what excludes properties: where they lead both ways, it is a choice of these."""
        start = self.start
        self.at += 1
        self.operators += 1
        found: dict[bool, list[Node]] = {False: [], True: []}
        if not self.skip("("):
            self._one_negated(found)
        elif not self.skip(")"):
            self._one_negated(found)
            while self.skip("|"):
                self.operators += 1
                self._one_negated(found)
            self.expect(")")
        if not all(found.values()):
            return ()
        return tuple((Step(start, self.end, excluded=tuple(n)),) for n in found.values())

    def _one_negated(self, found: dict[bool, list[Node]]) -> None:
        start = self.start
        is_inverse = self.skip("^")
        self._path_verb()
        found[is_inverse].append(Node(start, self.end))

    def _path_verb(self) -> None:
        key = self.keys[self.at]
        if key not in _PATH_VERBS:
            self.fail("a property has to stand here")
        if key == "a":
            self.verbs.append(self.tokens[self.at])
            self.at += 1
        else:
            self.verbs.append(self.name())


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
