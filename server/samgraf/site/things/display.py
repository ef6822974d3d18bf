"""What rules how things are shown: lenses, views, the order of classes; read once per release.

Lenses are those of https://www.w3.org/2005/04/fresnel-info/manual/ as far as
``samgraf/build/views/vocabulary.ttl`` says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from samgraf.sentences import Sentence, parse
from samgraf.site.context import once_per_release, the_service
from samgraf.site.graph import Row, read_query
from samgraf.site.language import Phrase, phrase_of, pick
from samgraf.vocab import DISPLAY, FRESNEL, RDFS

#: The form of a view that is a sentence, not a section.
LEAD = "lead"
SHOW, HIDE = FRESNEL + "showProperties", FRESNEL + "hideProperties"
SHOW_INVERSE, HIDE_INVERSE = DISPLAY + "showInverseProperties", DISPLAY + "hideInverseProperties"
EXPLAIN = DISPLAY + "explainProperties"
#: What says how complete the lists of a lens are.
STATUS = DISPLAY + "listStatus"
#: The class of everything, for lenses that apply to all.
RESOURCE = RDFS + "Resource"
_SUBCLASS = RDFS + "subClassOf"
_LAST = 1_000_000


@dataclass
class Lens:
    """One lens: what it names, by list, for a section of a page or for a value shown in place."""

    iri: str
    order: int
    in_place: bool
    caution: bool
    classes: set[str] = field(default_factory=set)
    lists: dict[str, list[str]] = field(default_factory=dict)

    def named(self, says: str) -> list[str]:
        """Return the properties in the list ``says``, in order."""
        return self.lists.get(says, [])


@dataclass(frozen=True)
class ShownView:
    """A view of the content: where it is shown, in which form, its query, what it is about."""

    iri: str
    on: str
    form: str
    order: int
    query: str
    scope: str | None = None

    @property
    def slug(self) -> str:
        """Return the end of its IRI."""
        return self.iri.rstrip("/").rpartition("/")[2]


@dataclass(frozen=True)
class Display:
    """All that the release says of how things are shown."""

    lenses: list[Lens]
    views: list[ShownView]
    headings: Mapping[str, list[Phrase]]
    sentences: Mapping[str, Mapping[str, Sentence]]
    above: Mapping[str, set[str]]
    inverses: Mapping[str, str]

    def sections_for(self, types: Iterable[str]) -> list[Lens]:
        """Return the lenses that make sections of the page of a thing of ``types``, in order."""
        wanted = {*types, RESOURCE}
        return [lens for lens in self.lenses if not lens.in_place and lens.classes & wanted]

    def in_place_for(self, types: Iterable[str]) -> Lens | None:
        """Return the first lens that shows things of ``types`` in place of a mere link."""
        wanted = set(types)
        return next((x for x in self.lenses if x.in_place and x.classes & wanted), None)

    def views_for(self, places: Iterable[str]) -> list[ShownView]:
        """Return the views that are shown on ``places``, which are classes or pages."""
        wanted = set(places)
        return [v for v in self.views if v.on in wanted and v.form not in ("list", "name")]

    def title_of(self, view: ShownView, language: str) -> Phrase:
        """Return what ``view`` is called, else its form."""
        return pick(self.headings.get(view.iri, ()), language) or Phrase(view.form, "")

    def most_special(self, types: Iterable[str]) -> list[str]:
        """Return those of ``types`` that stand above no other of them."""
        types = sorted(set(types))
        over = {a for t in types for a in self.above.get(t, ()) if t not in self.above.get(a, ())}
        return [t for t in types if t not in over]


@once_per_release
def the_display() -> Display:
    """Return what the release that answers this request says of showing."""

    def ask(name: str) -> list[Row]:
        return the_service().rows(read_query(__package__, name))

    headings: dict[str, list[Phrase]] = defaultdict(list)
    sentences: dict[str, list[Phrase]] = defaultdict(list)
    for row in ask("headings.rq"):
        found, name = (headings, "label") if "label" in row else (sentences, "text")
        said = phrase_of(row[name])
        found[row["thing"]["value"]].append(said)
    above: dict[str, set[str]] = defaultdict(set)
    inverses: dict[str, str] = {}
    for row in ask("terms.rq"):
        subject, other = row["subject"]["value"], row["object"]["value"]
        if row["property"]["value"] == _SUBCLASS:
            above[subject].add(other)
        else:
            inverses[subject] = other
            inverses.setdefault(other, subject)
    return Display(
        _lenses(ask("lenses.rq")),
        _views(ask("views.rq")),
        headings,
        {view: _parsed(said) for view, said in sentences.items()},
        above,
        inverses,
    )


def _parsed(phrases: Iterable[Phrase]) -> dict[str, Sentence]:
    """Return templates by language, but for those that no build has checked."""
    found = {}
    for phrase in phrases:
        with suppress(ValueError):
            found[phrase.language] = parse(phrase.text)
    return found


def _lenses(rows: Iterable[Row]) -> list[Lens]:
    lenses: dict[str, Lens] = {}
    # a node of a list is counted once for itself and once for each before it
    for row in sorted(rows, key=lambda r: int(r["at"]["value"])):
        iri = row["lens"]["value"]
        lens = lenses.setdefault(
            iri, Lens(iri, _order(row), _true(row, "inPlace"), _true(row, "caution"))
        )
        lens.classes.add(row["class"]["value"])
        named = lens.lists.setdefault(row["says"]["value"], [])
        if (name := row["property"]["value"]) not in named:
            named.append(name)
    return sorted(lenses.values(), key=lambda lens: (lens.order, lens.iri))


def _views(rows: Iterable[Row]) -> list[ShownView]:
    views = [
        ShownView(
            row["view"]["value"],
            row["on"]["value"],
            row["form"]["value"],
            _order(row),
            row["query"]["value"],
            row["scope"]["value"] if "scope" in row else None,
        )
        for row in rows
    ]
    return sorted(views, key=lambda view: (view.order, view.iri))


def _order(row: Mapping[str, Mapping[str, str]]) -> int:
    value = row.get("order", {}).get("value", "")
    return int(value) if value.lstrip("-").isdigit() else _LAST


def _true(row: Mapping[str, Mapping[str, str]], name: str) -> bool:
    return row.get(name, {}).get("value") in ("true", "1")
