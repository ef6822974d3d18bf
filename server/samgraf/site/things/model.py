"""What a page about a thing is made of: sections of properties with their values."""

from __future__ import annotations

from dataclasses import dataclass, field

from samgraf.site.answers import Shown
from samgraf.site.language import Phrase
from samgraf.site.things.values import Literal


@dataclass(frozen=True)
class Source:
    """Hold a graph that statements of the page stand in, and its number on the page."""

    number: int
    iri: str
    label: Phrase
    href: str
    licence: Value | None = None
    modified: Literal | None = None


@dataclass
class Value:
    """Hold one value as shown: a thing by its label, or a literal; never both."""

    label: Phrase | None = None
    href: str | None = None
    outside: str | None = None
    literal: Literal | None = None
    explanation: Phrase | None = None
    inferred: bool = False
    sources: list[Source] = field(default_factory=list)
    cells: list[list[Value]] = field(default_factory=list)


@dataclass
class Pager:
    """Hold where the reader stands in a long list, and the ways on."""

    first: int
    last: int
    total: int
    before: str | None
    after: str | None
    back: str


@dataclass
class Group:
    """Hold a property with its values, as a list or, with ``columns``, as a table."""

    id: str
    property: str
    label: Phrase
    href: str
    values: list[Value]
    total: int
    columns: list[Phrase] = field(default_factory=list)
    more: str | None = None
    pager: Pager | None = None


@dataclass
class Section:
    """Hold a part of the page: groups of statements, or the answer of a view in its form."""

    id: str
    order: int
    title: Phrase
    groups: list[Group] = field(default_factory=list)
    caution: bool = False
    answer: Shown | None = None
