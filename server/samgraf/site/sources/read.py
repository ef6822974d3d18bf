"""Read the texts with their places and what is drawn from each: a fixed number of queries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from samgraf.site.context import the_service
from samgraf.site.graph import Labels, address, ask
from samgraf.site.graph.ask import Row, ask_whole
from samgraf.site.language import Phrase
from samgraf.site.sources.strip import Item, Place, Strip, lay_out
from samgraf.site.things.display import the_structure

MOST = 3000  # places that the page shows
_WEB = re.compile(r"https?://[^\x00-\x20\x7f]+\Z", re.IGNORECASE)


@dataclass
class Text:
    """Hold one text with its places in order."""

    label: Phrase
    href: str
    strip: Strip
    used: int
    unused: int

    @property
    def places(self) -> list[Place]:
        """Return the places without their pieces."""
        return [place for place, _ in self.strip.places]


def read_texts(language: str) -> list[Text]:
    """Return the texts that the graph points into, for a reader of ``language``."""
    rows = [row for row in ask(__package__, "places.rq", most=MOST) if _is_place(row)]
    drawn = _drawn(rows)
    iris = {row[name]["value"] for row in rows for name in ("place", "text")}
    iris |= {t["value"] for row in drawn for t in row.values() if t["type"] == "uri"}
    labels = Labels(sorted(iris), language)
    by_place: dict[str, list[Row]] = {}
    for row in drawn:
        by_place.setdefault(row["place"]["value"], []).append(row)
    by_text: dict[str, dict[str, Place]] = {}
    for row in rows:
        places = by_text.setdefault(row["text"]["value"], {})
        iri = row["place"]["value"]
        if iri not in places:
            places[iri] = _place(row, by_place.get(iri, []), labels)
    texts = []
    for iri, places in by_text.items():
        ordered = sorted(places.values(), key=lambda p: (p.start, p.end))
        for number, place in enumerate(ordered, 1):
            place.id = f"place-{len(texts) + 1}-{number}"
        used = sum(bool(p.items) for p in ordered)
        strip = lay_out(ordered, None)
        texts.append(Text(labels[iri], address(iri), strip, used, len(ordered) - used))
    return texts


def _is_place(row: Row) -> bool:
    start, end = row["start"]["value"], row["end"]["value"]
    return start.isdigit() and end.isdigit() and int(start) <= int(end)


def _drawn(rows: list[Row]) -> list[Row]:
    """Return what is drawn from the places, as the content's own views say it."""
    views = the_structure().views_for([the_service().base + "sources"])
    found: list[Row] = []
    for view in views:
        variables, answer = ask_whole(view.query)
        if "place" in variables:
            found += [row for row in answer if "place" in row]
    if views or not rows:
        return found
    places = [ox.NamedNode(iri) for iri in sorted({row["place"]["value"] for row in rows})]
    return ask(__package__, "resting.rq", places=places)


def _place(row: Row, drawn: list[Row], labels: Labels) -> Place:
    iri = row["place"]["value"]
    place = Place(
        iri=iri,
        start=int(row["start"]["value"]),
        end=int(row["end"]["value"]),
        label=labels[iri],
        href=address(iri),
    )
    items: dict[str, Item] = {}
    for told in drawn:
        if item := told.get("item"):
            value = item["value"]
            items.setdefault(value, Item(value, labels[value], address(value)))
        if status := told.get("status"):
            place.status = _said(status, labels)
        if (page := told.get("page")) and _WEB.match(page["value"]):
            place.page = page["value"]
    place.items = list(items.values())
    return place


def _said(term: Mapping[str, str], labels: Labels) -> Phrase:
    if term["type"] == "uri":
        return labels[term["value"]]
    return Phrase(term["value"], term.get("xml:lang", ""))
