"""What the page about a thing of a certain kind shows besides its statements.

A function of the package that knows the kind looks at the ``Subject`` and returns an ``Extra``, or
None where the thing is of another kind; ``page.KINDS`` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from samgraf.site.graph import LabelLookup
from samgraf.site.things.statements import Key, Statements


class Subject(NamedTuple):
    """The thing that a page is about, as read, and the language of the reader."""

    iri: str
    types: frozenset[str]
    statements: Statements
    language: str


@dataclass
class Extra:
    """What a kind adds to the page: a template that extends ``things/thing.html``, and its values.

    ``finish`` returns the values, by name, once the labels of ``names`` are known. ``hidden`` are
    lists of statements that need no place of their own, since the template shows what they say.
    """

    template: str
    finish: Callable[[LabelLookup], Mapping[str, Any]]
    names: Iterable[str] = ()
    hidden: Iterable[Key] = field(default_factory=list)
