"""Tell in words what changed between two releases, as ``samgraf.release.diff`` found it.

The page ``/changes`` and the command ``samgraf diff`` show the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from samgraf.site.language import Phrase, phrase_of, pick, plain_text
from samgraf.text import number, sort_key

WAYS = ("added", "removed", "changed")
_LAST = re.compile(r"[^/#:]+(?=[/#:]?$)")
_SIGNS = {"added": "+", "removed": "−", "changed": "~"}


class ValueChange(NamedTuple):
    """A value that came, went, or took the place of another; None where there is none."""

    before: Phrase | None
    after: Phrase | None


class Changes:
    """What was ``found`` between two releases, for a reader of ``language``.

    ``found`` is what ``compare_releases`` returns; ``base`` is that of the graph, below which the
    questions have their names.
    """

    def __init__(self, found: Mapping[str, Any], base: str, language: str):
        self.found, self._base, self._language = found, base, language

    def label(self, iri: str) -> Phrase:
        """Return what ``iri`` is called, else the end of it."""
        texts = self.found["labels"].get(iri, {})
        label = pick((Phrase(text, tag) for tag, text in texts.items()), self._language)
        if label is not None:
            return label
        last = _LAST.search(iri)
        return Phrase(last[0] if last else iri, "")

    def question(self, name: str) -> Phrase:
        """Return what the question ``name`` is called."""
        return self.label(f"{self._base}questions/{name}")

    def things(self, kind: str) -> list[Mapping[str, Any]]:
        """Return the ``things`` or the ``inferences``: added, removed, changed; each by name."""

        def place(thing: Mapping[str, Any]) -> tuple:
            name = sort_key(self.label(thing["iri"]).text, self._language)
            return WAYS.index(thing["what"]), name, thing["iri"]

        return sorted(self.found[kind], key=place)

    def sum(self, kind: str) -> str:
        """Return how many things were added, removed and changed, in words."""
        counts = self.found[f"{kind}_count"]
        return self._words("changes_sum", **{way: self._count(counts[way]) for way in WAYS})

    def untold(self, kind: str) -> int:
        """Return how many things there are that are not told one by one."""
        return sum(self.found[f"{kind}_count"].values()) - len(self.found[kind])

    def properties(self, thing: Mapping[str, Any]) -> str:
        """Return the names of the properties of which values of ``thing`` came or went."""
        return ", ".join(self.label(change["property"]).text for change in thing["changes"])

    def steps(self, change: Mapping[str, Any]) -> list[ValueChange]:
        """Return the values that came and went; one for one in a language is a change of it."""
        by_kind: dict[tuple[str, str], tuple[list[Phrase], list[Phrase]]] = {}
        for place, name in enumerate(("removed", "added")):
            for value in change[name]:
                kind = (value["type"], value.get("xml:lang", ""))
                by_kind.setdefault(kind, ([], []))[place].append(self._phrase(value))
        steps = []
        for before, after in by_kind.values():
            if len(before) == len(after) == 1:
                steps.append(ValueChange(before[0], after[0]))
            else:
                steps += [ValueChange(phrase, None) for phrase in before]
                steps += [ValueChange(None, phrase) for phrase in after]
        return steps

    def untold_values(self, change: Mapping[str, Any]) -> int:
        """Return how many values came and went that are not told."""
        return change["count"] - len(change["removed"]) - len(change["added"])

    def lines(self) -> Iterable[str]:
        """Yield what changed as lines of plain text."""
        words, count, found = self._words, self._count, self.found
        yield words("changes_from_to", old=_named(found["old"]), new=_named(found["new"]))
        sizes = [found[name]["statements"] for name in ("old", "new")]
        if None not in sizes:
            yield f"{words('statements')}: {' → '.join(map(count, sizes))}"
        statements = found["statements"]
        if not any(statements.values()):
            yield words("changes_none")
        if not found["is_whole"]:
            yield words("changes_cut", **{name: count(value) for name, value in statements.items()})
        for kind in ("things", "inferences"):
            if any(found[f"{kind}_count"].values()):
                yield ""
                yield f"{words(f'changes_{kind}')}: {self.sum(kind)}"
                for thing in self.things(kind):
                    yield from self._lines_of(thing)
                if left := self.untold(kind):
                    yield words("changes_more", count=count(left))
        if found["questions"]:
            yield ""
            yield f"{words('changes_answers')}:"
        for entry in found["questions"]:
            name, sign = self.question(entry["id"]).text, _SIGNS[entry["what"]]
            rows = [count(answer["rows"]) if answer else words("changes_no_rows")
                    for answer in (entry["old"], entry["new"])]  # fmt: skip
            yield f"  {sign} {name} ({entry['id']}): {' → '.join(rows)}"
        others = [
            (self.label(entry["graph"]).text, entry["added"], entry["removed"])
            for entry in found["made"]
        ]
        if any(found["unnamed"].values()):
            others.append((words("changes_unnamed"), *found["unnamed"].values()))
        if found["moved"]:
            yield ""
            yield words("changes_moved", count=count(found["moved"]))
        if others:
            yield ""
            yield f"{words('changes_made')}:"
            for name, added, removed in others:
                yield f"  {name}: +{count(added)} −{count(removed)}"

    def _lines_of(self, thing: Mapping[str, Any]) -> Iterable[str]:
        yield f"  {_SIGNS[thing['what']]} {self.label(thing['iri']).text} <{thing['iri']}>"
        for change in thing["changes"]:
            steps = "; ".join(
                f"{_shown(before)} → {_shown(after)}"
                if before and after
                else f"+ {_shown(after)}"
                if after
                else f"− {_shown(before)}"
                for before, after in self.steps(change)
            )
            if more := self.untold_values(change):
                steps += f"; {self._words('changes_more_values', count=self._count(more))}"
            yield f"      {self.label(change['property']).text}: {steps}"

    def _phrase(self, value: Mapping[str, str]) -> Phrase:
        if value["type"] == "uri":
            return Phrase(self.label(value["value"]).text, "")
        return phrase_of(value)

    def _words(self, key: str, **values: str) -> str:
        return plain_text(self._language, key, **values)

    def _count(self, value: int) -> str:
        return number(value, self._language)


def _shown(phrase: Phrase | None) -> str:
    if phrase is None:
        return ""
    text = " ".join(phrase.text.split())
    return f"{text} ({phrase.language})" if phrase.language else text


def _named(release: Mapping[str, Any]) -> str:
    short = release["release"][:12]
    return f"{release['version']} ({short})" if release["version"] else short
