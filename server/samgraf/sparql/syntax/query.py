"""Read a query from its prologue to its end: https://www.w3.org/TR/sparql11-query/#rQueryUnit."""

from __future__ import annotations

from collections.abc import Mapping

from samgraf.sparql.outline import iri_of, resolve
from samgraf.sparql.syntax.nodes import Group, Query
from samgraf.sparql.syntax.patterns import Patterns
from samgraf.sparql.tokens import Kind, significant


def parse(text: str, prefixes: Mapping[str, str] | None = None, base: str = "") -> Query:
    """Return the query that ``text`` is; ``prefixes`` need no declaration.

    Raise QuerySyntaxError, with the place, where it is no query of SPARQL 1.1.
    """
    return _Queries(text, significant(text), prefixes or {}, base).query()


class _Queries(Patterns):
    def query(self) -> Query:
        """Read the whole text."""
        self._prologue()
        form, start = self.token.word, self.start
        if form == "SELECT":
            select = self.select(nested=False)
        else:
            where = self._other_form()
            select = self.modifiers(where, None, frozenset(), [])
        return Query(
            text=self.text,
            form=form,
            start=start,
            prefixes=self.prefixes,
            base=self.base,
            select=select,
        )

    def _prologue(self) -> None:
        while word := self.skip_word("BASE", "PREFIX"):
            if word == "PREFIX":
                name = self.token
                if name.kind is not Kind.NAME or name.text.find(":") != len(name.text) - 1:
                    self.fail("a prefix with its colon is missing here")
                self.at += 1
            if self.token.kind is not Kind.IRI:
                self.fail("an IRI between < and > is missing here")
            iri = resolve(self.base, iri_of(self.take()))
            if word == "BASE":
                self.base = iri
            else:
                self.prefixes[name.text[:-1]] = iri

    def _other_form(self) -> Group:
        """Read CONSTRUCT, DESCRIBE or ASK up to the end of its pattern."""
        if self.skip_word("ASK"):
            return self._where()
        if self.skip_word("DESCRIBE"):
            if not self.skip("*"):
                self._target()
                while self.is_variable() or self.is_iri():
                    self._target()
            self.dataset()
            if self.is_word("WHERE") or self.is_mark("{"):
                return self._where()
            return Group(start=self.end, end=self.end)
        if not self.skip_word("CONSTRUCT"):
            self.fail("SELECT, ASK, CONSTRUCT or DESCRIBE is missing here")
        if self.is_mark("{"):
            self._template()
            return self._where()
        self.dataset()
        self.expect_word("WHERE")
        start = self.start
        self._template()
        return Group(start=start, end=self.end)

    def _where(self) -> Group:
        self.dataset()
        self.skip_word("WHERE")
        return self.group()

    def _target(self) -> None:
        if self.is_variable():
            self.variable()
        else:
            self.iri()

    def _template(self) -> None:
        self.expect("{")
        self.triples(paths=False)
        self.expect("}")
