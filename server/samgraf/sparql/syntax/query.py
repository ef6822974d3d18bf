"""Read a query from its prologue to its end: https://www.w3.org/TR/sparql11-query/#rQueryUnit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress

from samgraf.limits import QUERY_OPERATORS, QUERY_PATTERNS, QUERY_VALUES
from samgraf.sparql.errors import QuerySyntaxError, RefusedQueryError
from samgraf.sparql.guard import decoded, guard
from samgraf.sparql.syntax.expressions import AGGREGATES, FUNCTIONS
from samgraf.sparql.syntax.iris import Prologue
from samgraf.sparql.syntax.nodes import (
    FORMS,
    Call,
    Group,
    Query,
    ServicePattern,
    TriplesBlock,
)
from samgraf.sparql.syntax.patterns import ELEMENTS
from samgraf.sparql.syntax.reading import BLANK, END, IRI, NAME, STRING, VARIABLE, keys_of
from samgraf.sparql.syntax.selects import Selects
from samgraf.sparql.tokens import Kind, Token, significant

UPDATES = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
)
_KEYWORDS = """BASE PREFIX VERSION DISTINCT REDUCED WHERE FROM NAMED UNION EXISTS NOT IN AS BOUND
    GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET SILENT UNDEF SEPARATOR TRUE FALSE"""
_WORDS = frozenset((*FORMS, *FUNCTIONS, *AGGREGATES, *ELEMENTS, *_KEYWORDS.split()))
_COMMENT = re.compile(r"#[^\r\n]*")
_CAPITALS = re.compile(r"\b(?!true|false)(?i:true|false)\b")
_TEMPLATE_NODES = frozenset((BLANK, "[", "(", "<<"))


def parse(
    text: str,
    prefixes: Mapping[str, str] | None = None,
    base: str = "",
    max_bytes: int | None = None,
    *,
    bounded: bool = True,
) -> Query:
    """Return the tree of the query that ``text`` is.

    ``prefixes`` need no declaration, ``base`` resolves relative IRIs. Raise QuerySyntaxError, with
    the place, where it is no query; RefusedQueryError where it is an update, has more than
    ``max_bytes`` of UTF-8 or more than one of the bounds of ``samgraf.limits``. A text that was
    made of one within the bounds need not be ``bounded`` again.
    """
    read, tokens = guard(text, max_bytes, bounded=bounded)
    return _Parser(read, tokens, Prologue(prefixes or {}, base), bounded=bounded).query()


class _Parser(Selects):
    """The whole parser."""

    def __init__(self, text: str, tokens: list[Token], prologue: Prologue, *, bounded: bool = True):
        super().__init__(text, tokens, prologue)
        self._described: list[str] = []  # variables of DESCRIBE
        self._describes_iris = False
        self._services: list[ServicePattern] = []
        self._bounded = bounded

    def words(self) -> frozenset[str]:
        return _WORDS

    def noted(self, service: ServicePattern) -> ServicePattern:
        self._services.append(service)
        return service

    def query(self) -> Query:
        """Read the whole text."""
        self.prologue_only()
        form, start = self.keys[self.at], self.start
        self.dataset_place = (start, start)
        if form == "SELECT":
            select = self.select(nested=False)
        else:
            keys: list[str] = []
            where = self._other_form(form)
            select = self.modifiers(where, None, [], [], keys)
            describes_iris = self._describes_iris and where.end > where.start
            if select.grouped or describes_iris:
                names = " ".join(f"?{name}" for name in self._described or keys)
                self.calls.append(
                    Call(where.start, self.end, "SOLUTIONS", (), describes_iris, names)
                )
        if self.keys[self.at] != END:
            self.fail("the query should end here")
        if self._services and "LATERAL" in self.keys:
            raise RefusedQueryError("SERVICE and LATERAL do not go together in one query here.")
        if self._bounded:
            self._refuse_more()
        return Query(
            _in_small_letters(_without_comments(self.text, self.tokens), self.tokens),
            self.tokens,
            form,
            start,
            self.dataset_place,
            self.prologue,
            tuple(self.graphs[0]),
            tuple(self.graphs[1]),
            select,
            tuple(sorted(self._services, key=lambda service: service.start)),
            self.volatile,
            tuple(self.calls),
        )

    def _refuse_more(self) -> None:
        """Raise RefusedQueryError where the query asks too much of a planner."""
        for number, limit, what, instead in (
            (self.patterns, QUERY_PATTERNS, "triple patterns", "Ask for less at a time."),
            (self.operators, QUERY_OPERATORS, "operators and functions", "Use VALUES."),
            (self.values, QUERY_VALUES, "terms in VALUES", "Ask in several parts."),
        ):
            if number > limit:
                raise RefusedQueryError(
                    f"The query has {number} {what}; the limit is {limit}. {instead}"
                )

    def prologue_only(self) -> None:
        """Read BASE, PREFIX and VERSION."""
        prologue = self.prologue
        while (key := self.keys[self.at]) in ("BASE", "PREFIX", "VERSION"):
            self.at += 1
            if key == "VERSION":
                if self.keys[self.at] != STRING:
                    self.fail("a version between quotation marks has to stand here")
                self.at += 1
                continue
            prefix = ""
            if key == "PREFIX":
                name = self.tokens[self.at].text if self.keys[self.at] == NAME else ""
                prefix = name[:-1]
                if not name or name.find(":") != len(name) - 1:
                    self.fail("a prefix with its colon has to stand here")
                self.at += 1
            if self.keys[self.at] != IRI:
                self.fail("an IRI between < and > has to stand here")
            iri = self.iri()
            if key == "BASE":
                prologue.base = iri
            else:
                prologue.prefixes[prefix] = iri

    def _other_form(self, form: str) -> Group:
        """Read CONSTRUCT, DESCRIBE or ASK up to the end of its pattern."""
        if form in UPDATES:
            raise RefusedQueryError(
                f"{form} belongs to SPARQL Update. This service only answers queries: "
                "SELECT, ASK, CONSTRUCT and DESCRIBE."
            )
        if form not in FORMS:
            self.fail("a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE")
        self.at += 1
        if form == "ASK":
            return self._where()
        if form == "DESCRIBE":
            return self._describe()
        if self.keys[self.at] == "{":
            before = self.at
            self._template()
            self.volatile |= not _TEMPLATE_NODES.isdisjoint(self.keys[before : self.at])
            return self._where()
        self.dataset()
        self.expect("WHERE")
        start = self.start
        self.verbs, self.by_subject = [], []
        self._template()
        scope, triples = tuple(self.scope), tuple(self.by_subject)
        block = TriplesBlock(start, self.end, scope, tuple(self.verbs), triples)
        return Group(start, self.end, (block,), scope=scope)

    def _describe(self) -> Group:
        if not self.skip("*"):
            if self.keys[self.at] not in (VARIABLE, IRI, NAME):
                self.fail("a variable, an IRI or * has to stand here")
            while self.keys[self.at] in (VARIABLE, IRI, NAME):
                if self.keys[self.at] == VARIABLE:
                    start, name = self.start, self.variable()
                    if name in self._described:
                        self.calls.append(Call(start, self.end, "AGAIN", ()))
                    else:
                        self._described.append(name)
                else:
                    self.name()
                    self._describes_iris = True
        self.dataset()
        if self.keys[self.at] in ("WHERE", "{"):
            self.skip("WHERE")
            return self.group()
        return Group(self.end, self.end)

    def _where(self) -> Group:
        self.dataset()
        self.skip("WHERE")
        return self.group()

    def _template(self) -> None:
        self.expect("{")
        self.triples(paths=False)
        self.expect("}")
        # its labels are no part of the pattern's
        self.labels = {}


def _in_small_letters(text: str, tokens: list[Token]) -> str:
    """Return ``text`` with its truth values in small letters, as other readers want them.

    Keywords may be written in any: https://www.w3.org/TR/sparql11-query/#sparqlGrammar.
    """
    if _CAPITALS.search(text):
        pieces, at = [], 0
        for kind, word, start in tokens:
            if kind is Kind.WORD and _CAPITALS.fullmatch(word):
                pieces += (text[at:start], word.lower())
                at = start + len(word)
        text = "".join((*pieces, text[at:]))
    return text


def _without_comments(text: str, tokens: list[Token]) -> str:
    """Return ``text`` with spaces for its comments: another reader may see their end elsewhere."""
    if text.count("#") == "".join([piece for _, piece, _ in tokens]).count("#"):
        return text
    pieces: list[str] = []
    kept = reached = 0
    for token in (*tokens, Token(Kind.SPACE, "", len(text))):
        start = token.start
        if start > reached and "#" in (gap := text[reached:start]):
            pieces += (text[kept:reached], _COMMENT.sub(lambda m: " " * len(m[0]), gap))
            kept = start
        reached = start + len(token.text)
    return "".join((*pieces, text[kept:]))


def form_of(text: str) -> str:
    """Return the form of the query that ``text`` is, in capitals; nothing where it has none.

    No more than the prologue is read, so that ``text`` may hold places that are filled in later.
    """
    parser = _prologue_of(text, {}, "")
    form = parser.keys[parser.at]
    return form if form in FORMS else ""


def may_call(text: str) -> bool:
    """Return whether some parser may find a SERVICE in ``text``, which need be no whole query.

    pyoxigraph finds the keyword within a longer name too, where a group follows.
    """
    tokens = list(significant(decoded(text)))
    keys = keys_of(tokens)
    for at, token in enumerate(tokens):
        if "SERVICE" not in token.text.upper():
            continue
        following = keys[at + 1 : at + 3]
        glued = token.kind in (Kind.NAME, Kind.BLANK) and (
            "{" in following or following[0].startswith("SILENT")
        )
        if token.kind is Kind.WORD:
            return True
        if glued and (not at or keys[at - 1] not in ("GRAPH", "FROM", "NAMED")):
            return True
    return False


def names_in(
    text: str, prefixes: Mapping[str, str] | None = None, base: str = ""
) -> Iterator[tuple[Token, str]]:
    """Yield the IRIs and prefixed names of a query, behind its prologue, each with its IRI.

    ``text`` need be no whole query; names whose prefix is not declared are left out.
    """
    parser = _prologue_of(text, prefixes or {}, base)
    for token in parser.tokens[parser.at :]:
        if token.kind in (Kind.IRI, Kind.NAME):
            with suppress(KeyError, ValueError):
                yield token, parser.prologue.iri(token)


def _prologue_of(text: str, prefixes: Mapping[str, str], base: str) -> _Parser:
    """Return a parser of ``text`` that has read its prologue, as far as it is one."""
    text = decoded(text)
    parser = _Parser(text, list(significant(text)), Prologue(prefixes, base))
    with suppress(QuerySyntaxError):
        parser.prologue_only()
    return parser
