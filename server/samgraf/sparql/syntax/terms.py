"""Read triple patterns and paths.

https://www.w3.org/TR/sparql11-query/#rTriplesSameSubjectPath and the productions below it, with
the triple terms, reifiers and annotations of https://www.w3.org/TR/sparql12-query/#sparqlGrammar.
"""

from __future__ import annotations

from samgraf.sparql.syntax.iris import Prologue
from samgraf.sparql.syntax.nodes import Choices, Node, Predicate, Step, Term, Triples
from samgraf.sparql.syntax.reading import (
    BLANK,
    BOOLEANS,
    IRI,
    NAME,
    NUMBER,
    STRING,
    VARIABLE,
    Reader,
)
from samgraf.sparql.tokens import Token

_STARTS = frozenset((VARIABLE, IRI, NAME, STRING, NUMBER, BLANK, "(", "[", "<<", "<<(")) | BOOLEANS
_VERBS = frozenset((VARIABLE, IRI, NAME, "a", "(", "^", "!"))
#: Of what holds triples itself.
NESTED = frozenset(("[", "(", "<<"))
_PATH_VERBS = frozenset((IRI, NAME, "a"))
_TERM = "a variable, an IRI or a value has to stand here"


class Terms(Reader):
    """The part of the parser that reads triple patterns and paths.

    ``scope`` maps the variables of the innermost group, in order of appearance; ``labels`` each
    label of a blank node to the basic graph pattern, by number, that it stands in.
    """

    def __init__(self, text: str, tokens: list[Token], prologue: Prologue):
        super().__init__(text, tokens, prologue)
        self.scope: dict[str, None] = {}
        self.verbs: list[Token] = []
        self.by_subject: list[Triples] = []
        self.labels: dict[str, int] = {}
        self.pattern = self.last_pattern = 0  # number of the basic graph pattern at hand, the last
        self.patterns = self.operators = self.values = 0
        self.volatile = False

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
