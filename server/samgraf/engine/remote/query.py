"""Rewrite a query for a store that knows neither the release's prefixes nor its plain names.

What changes is found in the tree of the query; all else but comments reaches the store as it was
asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from samgraf.engine.remote.names import Names
from samgraf.engine.remote.standard import require_standard
from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.syntax import parse
from samgraf.sparql.syntax.nodes import Query
from samgraf.sparql.tokens import Kind


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
            if reached + len(text) > offset:
                # of what was rewritten, only the start is known
                verbatim = start >= 0 and self._source.startswith(text, start)
                origin += offset - reached if verbatim else 0
                break
            reached += len(text)
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
    tree = parse(query, prefixes, base)
    require_standard(tree)
    start, end = tree.dataset
    clause = "".join(f" FROM <{graph}>" for graph in default)
    if any(t.kind is Kind.WORD and t.text.upper() == "GRAPH" for t in tree.tokens):
        clause += "".join(f" FROM NAMED <{graph}>" for graph in named)
    # behind the last token the clause ends the query, else a space parts it from the next
    clause = f"\n{clause}" if start == len(tree.text) else f"{clause} "
    changes = [(start, end, clause), *_changes(tree, names)]
    prologue = f"BASE <{tree.base}>\n" if tree.base else ""
    behind = tree.within(tree.start, len(tree.text))
    for name, iri in tree.declarations(behind).items():
        prologue += f"PREFIX {name}: <{names.to_store(iri)}>\n"
    pieces = [(prologue, -1)]
    reached = tree.start
    for begin, stop, text in sorted(changes):
        if begin >= reached:  # names within the dataset clause have gone with it
            pieces += ((tree.text[reached:begin], reached), (text, begin))
            reached = stop
    pieces.append((tree.text[reached:], reached))
    return Rewritten("".join(text for text, _ in pieces), tree.kind, tuple(pieces), tree.text)


def _changes(query: Query, names: Names) -> Iterator[tuple[int, int, str]]:
    """Yield the start, the end and the new text of each string and name that changes."""
    for token in query.tokens:
        if token.kind is Kind.STRING and names.plain in token.text:
            yield token.start, token.end, names.to_store(token.text)
    for token, iri in query.names():
        changed = names.plain in iri or (token.kind is Kind.IRI and iri != token.text[1:-1])
        if changed:
            yield token.start, token.end, f"<{names.to_store(iri)}>"
