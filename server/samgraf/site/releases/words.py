"""Tell in words what changed between two releases, as ``samgraf.release.diff`` found it.

The page ``/changes`` and the command ``samgraf diff`` show the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from samgraf.site.language import Phrase, catalogue, phrase_of, pick
from samgraf.text import number, sort_key

WAYS = ("added", "removed", "changed")
_LAST = re.compile(r"[^/#:]+(?=[/#:]?$)")


@dataclass(frozen=True)
class ValueChange:
    """A value that came, went, or took the place of another; None where there is none."""

    before: Phrase | None
    after: Phrase | None


@dataclass(frozen=True)
class ChangedProperty:
    """What happened to the values of a property, and how many more there are than are told."""

    iri: str
    label: Phrase
    steps: list[ValueChange]
    more: int


@dataclass(frozen=True)
class ChangedThing:
    """What became of a thing: ``what`` is one of WAYS."""

    iri: str
    label: Phrase
    what: str
    properties: list[ChangedProperty]


@dataclass(frozen=True)
class ChangedAnswer:
    """What became of a question or its answer, and its rows before and after."""

    name: str
    label: Phrase
    what: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def things_of(told: Mapping[str, Any], name: str, language: str) -> list[ChangedThing]:
    """Return the ``things`` or the ``inferences`` of ``told``: added, removed, changed; by name."""
    found = [
        ChangedThing(
            thing["iri"],
            label_of(told, thing["iri"], language),
            thing["what"],
            [
                ChangedProperty(
                    change["property"],
                    label_of(told, change["property"], language),
                    _steps(told, change, language),
                    change["count"] - len(change["removed"]) - len(change["added"]),
                )
                for change in thing["changes"]
            ],
        )
        for thing in told[name]
    ]
    return sorted(
        found, key=lambda t: (WAYS.index(t.what), sort_key(t.label.text, language), t.iri)
    )


def answers_of(told: Mapping[str, Any], base: str, language: str) -> list[ChangedAnswer]:
    """Return the questions whose answers differ."""
    return [
        ChangedAnswer(
            entry["id"],
            label_of(told, f"{base}questions/{entry['id']}", language),
            entry["what"],
            entry["old"],
            entry["new"],
        )
        for entry in told["questions"]
    ]


def label_of(told: Mapping[str, Any], iri: str, language: str) -> Phrase:
    """Return what ``iri`` is called, else the end of it."""
    texts = told["labels"].get(iri, {})
    found = pick((Phrase(text, tag) for tag, text in texts.items()), language)
    if found is not None:
        return found
    last = _LAST.search(iri)
    return Phrase(last[0] if last else iri, "")


def as_lines(told: Mapping[str, Any], base: str, language: str) -> Iterable[str]:
    """Yield what changed as lines of plain text."""

    def words(key: str, **values: object) -> str:
        return catalogue()[language][key].format(**values)

    def count(value: int) -> str:
        return number(value, language)

    old, new = (_named(told[name]) for name in ("old", "new"))
    yield words("changes_from_to", old=old, new=new)
    sizes = [told[name]["statements"] for name in ("old", "new")]
    if None not in sizes:
        yield f"{words('statements')}: {' → '.join(map(count, sizes))}"
    statements = told["statements"]
    if not any(statements.values()):
        yield words("changes_none")
    if not told["is_whole"]:
        yield words("changes_cut", **{name: count(value) for name, value in statements.items()})
    for name, heading in (("things", "changes_things"), ("inferences", "changes_inferences")):
        counts = told[f"{name}_count"]
        if any(counts.values()):
            yield ""
            yield f"{words(heading)}: {sum_of(counts, language)}"
            yield from _thing_lines(things_of(told, name, language), words)
            if (left := sum(counts.values()) - len(told[name])) > 0:
                yield words("changes_more", count=count(left))
    if answers := answers_of(told, base, language):
        yield ""
        yield f"{words('changes_answers')}:"
        for answer in answers:
            rows = [words("changes_no_rows") if a is None else count(a["rows"])
                    for a in (answer.before, answer.after)]  # fmt: skip
            yield f"  {_SIGNS[answer.what]} {answer.label.text} ({answer.name}): {' → '.join(rows)}"
    others = [
        (label_of(told, entry["graph"], language).text, entry["added"], entry["removed"])
        for entry in told["made"]
    ]
    if any(told["unnamed"].values()):
        others.append((words("changes_unnamed"), *told["unnamed"].values()))
    if told["moved"]:
        yield ""
        yield words("changes_moved", count=count(told["moved"]))
    if others:
        yield ""
        yield f"{words('changes_made')}:"
        for name, added, removed in others:
            yield f"  {name}: +{count(added)} −{count(removed)}"


def sum_of(counts: Mapping[str, int], language: str) -> str:
    """Return how many things were added, removed and changed, in words."""
    texts = catalogue()[language]
    values = {way: number(counts[way], language) for way in WAYS}
    return texts["changes_sum"].format(**values)


_SIGNS = {"added": "+", "removed": "−", "changed": "~"}


def _thing_lines(things: Iterable[ChangedThing], words: Any) -> Iterable[str]:
    for thing in things:
        yield f"  {_SIGNS[thing.what]} {thing.label.text} <{thing.iri}>"
        for prop in thing.properties:
            steps = "; ".join(
                " → ".join(_shown(p) for p in (step.before, step.after) if p is not None)
                if step.before and step.after
                else f"+ {_shown(step.after)}"
                if step.after
                else f"− {_shown(step.before)}"
                for step in prop.steps
            )
            more = f"; {words('changes_more_values', count=prop.more)}" if prop.more else ""
            yield f"      {prop.label.text}: {steps}{more}"


def _shown(phrase: Phrase | None) -> str:
    if phrase is None:
        return ""
    text = " ".join(phrase.text.split())
    return f"{text} ({phrase.language})" if phrase.language else text


def _named(release: Mapping[str, Any]) -> str:
    short = release["release"][:12]
    return f"{release['version']} ({short})" if release["version"] else short


def _steps(told: Mapping[str, Any], change: Mapping[str, Any], language: str) -> list[ValueChange]:
    """Return the values that came and went; one for one in a language is a change of it."""
    by_kind: dict[tuple[str, str], tuple[list[Phrase], list[Phrase]]] = {}
    for place, name in enumerate(("removed", "added")):
        for value in change[name]:
            kind = (value["type"], value.get("xml:lang", ""))
            pair = by_kind.setdefault(kind, ([], []))
            pair[place].append(_phrase(told, value, language))
    steps = []
    for before, after in by_kind.values():
        if len(before) == len(after) == 1:
            steps.append(ValueChange(before[0], after[0]))
        else:
            steps += [ValueChange(phrase, None) for phrase in before]
            steps += [ValueChange(None, phrase) for phrase in after]
    return steps


def _phrase(told: Mapping[str, Any], value: Mapping[str, str], language: str) -> Phrase:
    if value["type"] == "uri":
        return Phrase(label_of(told, value["value"], language).text, "")
    return phrase_of(value)
