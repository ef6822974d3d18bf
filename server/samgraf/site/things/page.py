"""Make the page about a thing: what the templates show, from a fixed number of queries.

They are: statements (three where there are very many), those of things without an IRI where it
has any, what is said of the things named and of those that are shown in their places, one for each
view of the classes, and labels; and those of the thing's kind, which do not grow with the thing
either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pyoxigraph as ox

from samgraf.sentences import SentencePart
from samgraf.site.answers import Answered, Shown, answered, share_labels
from samgraf.site.context import the_service
from samgraf.site.datasets.read import dataset_extra
from samgraf.site.graph import LabelLookup, NamedTerm, list_address, named
from samgraf.site.language import Phrase, in_order, interface_text, phrase_of, pick
from samgraf.site.ontology.term import term_extra
from samgraf.site.result_views.lead import said
from samgraf.site.things.display import LEAD, SHOW, Display, ShownView, the_display
from samgraf.site.things.groups import GraphSource, Groups, PropertyGroup
from samgraf.site.things.kind import Extra, Subject
from samgraf.site.things.named import look_up
from samgraf.site.things.statements import (
    OUT,
    Arranged,
    Statements,
    Wanted,
    arrange,
    read_statements,
    without_repeats,
)
from samgraf.site.vocabularies.scheme import scheme_extra
from samgraf.vocab import DC, DCT, OWL, PROV, RDF, RDFS, SCHEMA, SKOS

IAO_DEFINITION = "http://purl.obolibrary.org/obo/IAO_0000115"
#: What says what a thing is, the best first: the first that is there leads the page.
TEXTS = (
    DCT + "description",
    SKOS + "definition",
    PROV + "definition",
    IAO_DEFINITION,
    SCHEMA + "description",
    DC + "description",
    RDFS + "comment",
)
#: Who knows more of things of some kind than their statements say; the first that does is asked.
KINDS: tuple[Callable[[Subject], Extra | None], ...] = (dataset_extra, term_extra, scheme_extra)
TEMPLATE = "things/thing.html"
_LAST = 1_000_000_000  # the place of what no lens orders


@dataclass
class Tag:
    """A class of the thing, the list of its things, and whether it is inferred.

    ``many`` is what the things of the class are called.
    """

    label: Phrase
    href: str
    inferred: bool
    many: Phrase


class LeadSentence(NamedTuple):
    """A sentence that the content makes of facts, and the language that it is in."""

    language: str
    pieces: list[SentencePart]


@dataclass
class Section:
    """A part of the page: groups of statements, or the answer of a view in its form.

    ``told`` is what the view says of its answer in words, if anything.
    """

    id: str
    order: int
    title: Phrase
    groups: list[PropertyGroup] = field(default_factory=list)
    caution: bool = False
    answer: Shown | None = None
    told: LeadSentence | None = None


@dataclass
class Page:
    """All that the page about a thing shows; ``replaced_by`` is None unless the thing is gone.

    ``extra`` is what the kind of the thing adds, for ``template``.
    """

    iri: str
    title: Phrase
    other_titles: list[Phrase]
    lead: list[Phrase]
    told: list[LeadSentence]
    tags: list[Tag]
    replaced_by: list[NamedTerm] | None
    sections: list[Section]
    inferred: Section | None
    sources: list[GraphSource]
    has_inferred: bool
    template: str = TEMPLATE
    extra: Mapping[str, Any] = field(default_factory=dict)


def make_page(iri: str, language: str, wanted: Wanted | None) -> Page | None:
    """Return the page about ``iri`` for a reader of ``language``, None where nothing is known."""
    this, display = ox.NamedNode(iri), the_display()
    statements = read_statements(this, wanted)
    types = [s.node["value"] for s in statements.of(OUT, RDF + "type")]
    subject = Subject(iri, frozenset(types), statements, language)
    extra = next((found for kind in KINDS if (found := kind(subject))), None)
    if not statements and extra is None:
        return None
    lenses = display.sections_for(types)
    placed = {name for lens in lenses for name in lens.named(SHOW)}  # where the content wants it
    lead_by = next((t for t in TEXTS if (OUT, t) in statements.read and t not in placed), None)
    is_gone = any(s.node["value"] == "true" for s in statements.of(OUT, OWL + "deprecated"))
    hidden = [(OUT, lead_by)] if lead_by else []
    hidden += [*extra.hidden] if extra else []
    if is_gone:
        hidden += [(OUT, OWL + "deprecated"), (OUT, DCT + "isReplacedBy")]
    arranged = arrange(statements, lenses, hidden)
    repeating = [*(keys for _, keys in arranged.sections), [*arranged.more, *arranged.pointing]]
    subject = subject._replace(statements=without_repeats(statements, repeating))
    views = [(view, answered(view.query, language, this=this)) for view in display.views_for(types)]
    things = look_up(subject, arranged, display)
    more = [*things.names, *(extra.names if extra else ())]
    things.labels = share_labels([answer for _, answer in views], more, language)
    groups = Groups(subject, display, things)
    sections = _sections(arranged, display, groups, language)
    sections += _views(views, iri, display, language)
    groups.take_sources([*arranged.elsewhere, *arranged.hidden])
    folded = None
    if arranged.inferred:
        title = _text(language, "things_inferred_rest")
        folded = Section("inferred", 0, title, groups.all(arranged.inferred))
    return Page(
        iri=iri,
        title=things.labels[iri],
        other_titles=_other_titles(things.labels, iri, language),
        lead=_lead(subject, lead_by),
        told=_told(views, display, language),
        tags=_tags(subject, display, things.labels),
        replaced_by=_replaced_by(subject.statements, things.labels) if is_gone else None,
        sections=sorted(sections, key=lambda s: s.order),
        inferred=folded,
        sources=groups.sources(),
        has_inferred=groups.has_inferred,
        template=extra.template if extra else TEMPLATE,
        extra=extra.finish(things.labels) if extra else {},
    )


def _lead(subject: Subject, name: str | None) -> list[Phrase]:
    phrases = [phrase_of(s.node) for s in subject.statements.of(OUT, name or "")]
    best = pick(phrases, subject.language)
    return [p for p in phrases if best and p.language == best.language]


def _told(
    views: Iterable[tuple[ShownView, Answered]], display: Display, language: str
) -> list[LeadSentence]:
    """Return the sentences that the views say, in order."""
    leads = ((view, answer) for view, answer in views if view.form == LEAD)
    return [told for lead in leads if (told := _said_of(*lead, display, language))]


def _said_of(
    view: ShownView, answer: Answered, display: Display, language: str
) -> LeadSentence | None:
    texts = display.sentences.get(view.iri, {})
    chosen = pick((Phrase("", tag) for tag in texts), language)
    if chosen is None or answer.result is None:
        return None
    pieces = said(texts[chosen.language], answer.result)
    return LeadSentence(chosen.language, pieces) if pieces else None


def _other_titles(labels: LabelLookup, iri: str, language: str) -> list[Phrase]:
    title = labels[iri].text
    others = {p.text: p for p in labels.all(iri) if p.text != title and p.language != language}
    return sorted(others.values(), key=lambda p: p.language)


def _sections(arranged: Arranged, display: Display, groups: Groups, language: str) -> list[Section]:
    sections: list[Section] = []

    def add(
        id: str, order: int, title: Phrase, made: list[PropertyGroup], caution: bool = False
    ) -> None:
        if shown := [group for group in made if group.total]:
            sections.append(Section(id, order, title, shown, caution))

    facts = _text(language, "things_facts")
    for number, (lens, keys) in enumerate(arranged.sections, 1):
        title = pick(display.headings.get(lens.iri, ()), language) or facts
        add(f"part-{number}", lens.order, title, groups.all(keys, lens), lens.caution)
    title = _text(language, "things_more") if sections else facts
    add("more", _LAST, title, groups.all(arranged.more))
    add("pointing", _LAST + 1, _text(language, "things_pointing"), groups.all(arranged.pointing))
    return sections


def _views(
    views: Iterable[tuple[ShownView, Answered]], iri: str, display: Display, language: str
) -> list[Section]:
    sections = []
    for number, (view, answer) in enumerate(views, 1):
        rows = answer.result.rows if answer.result else ()
        # what names nothing but the thing itself tells nothing of it
        if all(term["value"] == iri for row in rows for term in row.values()):
            continue
        shown = None if view.form == LEAD else answer.shown_as(view.form)
        if shown is None:
            continue
        title, told = display.title_of(view, language), _said_of(view, answer, display, language)
        sections.append(Section(f"view-{number}", view.order, title, answer=shown, told=told))
    return sections


def _tags(subject: Subject, display: Display, labels: LabelLookup) -> list[Tag]:
    stated = {s.node["value"]: s for s in subject.statements.of(OUT, RDF + "type")}
    namespace = the_service().manifest.get("namespace") or "\0"
    by_rule = {name for name in stated if stated[name].is_inferred}
    chosen = display.most_special(set(stated) - by_rule)
    # what follows in foreign terms says nothing that ours does not
    own = [name for name in display.most_special(stated) if name.startswith(namespace)]
    chosen += [name for name in own if name in by_rule]
    many = {name: pick(display.headings.get(name, ()), subject.language) for name in chosen}
    return [
        Tag(labels[name], list_address(name), name in by_rule, many[name] or labels[name])
        for name in chosen
    ]


def _replaced_by(statements: Statements, labels: LabelLookup) -> list[NamedTerm]:
    """Return what the page leads on to, in the order of the names."""
    found = [named(s.node, labels) for s in statements.of(OUT, DCT + "isReplacedBy")]
    return sorted(found, key=lambda it: in_order(it.phrase.text))


def _text(language: str, key: str) -> Phrase:
    return Phrase(str(interface_text(language, key)), language)
