"""Make the page about a thing: what the templates show, from a fixed number of queries.

They are: counts, statements, one page of a long list where it is open, what is said of the things
named and of those that are shown in their places, labels; two for each view of the classes; and
those for the concepts of a scheme.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from samgraf.site.answers import answered
from samgraf.site.context import the_service
from samgraf.site.graph import Labels, address
from samgraf.site.language import Phrase, interface_text, pick
from samgraf.site.things.display import Structure, the_structure
from samgraf.site.things.groups import Groups, Named, Section, Source, look_up
from samgraf.site.things.statements import (
    IN,
    OUT,
    RDF_TYPE,
    Arranged,
    Key,
    Statement,
    Statements,
    Wanted,
    arrange,
    is_inferred,
    read_statements,
    without_repeats,
)
from samgraf.site.vocabularies import Scheme, read_scheme

#: What says what a thing is, the best first: the first that is there leads the page.
TEXTS = (
    "http://purl.org/dc/terms/description",
    "http://www.w3.org/2004/02/skos/core#definition",
    "https://schema.org/description",
)
_SKOS = "http://www.w3.org/2004/02/skos/core#"
#: What the tree of a scheme's concepts says.
_TREE = ((IN, _SKOS + "inScheme"), (IN, _SKOS + "topConceptOf"), (OUT, _SKOS + "hasTopConcept"))
DEPRECATED = "http://www.w3.org/2002/07/owl#deprecated"
REPLACED_BY = "http://purl.org/dc/terms/isReplacedBy"
INFERRED = "graph/inferred"


@dataclass
class Tag:
    """Hold a class of the thing, and whether that is inferred."""

    label: Phrase
    href: str
    inferred: bool


@dataclass
class Page:
    """Hold all that the page about a thing shows; ``replaced_by`` is None unless it is gone."""

    iri: str
    title: Phrase
    other_titles: list[Phrase]
    lead: list[Phrase]
    tags: list[Tag]
    replaced_by: list[Tag] | None
    sections: list[Section]
    inferred: Section | None
    sources: list[Source]
    has_inferred: bool
    scheme: Scheme | None


def make_page(iri: str, language: str, wanted: Wanted | None) -> Page | None:
    """Return the page about ``iri`` for a reader of ``language``, None where nothing is known."""
    this = ox.NamedNode(iri)
    statements = read_statements(this, wanted)
    if not statements:
        return None
    structure = the_structure()
    inferred = the_service().base + INFERRED
    types = [s.node["value"] for s in statements.read.get((OUT, RDF_TYPE), ())]
    lead_by = next((t for t in TEXTS if (OUT, t) in statements.read), None)
    lead = _texts(statements, lead_by, language)
    scheme = read_scheme(iri, language) if _SKOS + "ConceptScheme" in types else None
    elsewhere = [(OUT, lead_by)] if lead_by else []
    if scheme:
        elsewhere += _TREE
    is_gone = "true" in (s.node["value"] for s in statements.read.get((OUT, DEPRECATED), ()))
    if is_gone:
        elsewhere += [(OUT, DEPRECATED), (OUT, REPLACED_BY)]
    arranged = arrange(statements, structure.sections_for(types), inferred, elsewhere)
    _thin_out(statements, arranged, inferred)
    named = look_up(iri, types, statements, arranged, structure, language)
    groups = Groups(iri, statements, structure, named, inferred, language, wanted)
    sections = _sections(arranged, structure, groups, language)
    sections += _views(this, types, structure, language)
    groups.take_sources(arranged.elsewhere)
    folded = None
    if arranged.inferred:
        title = _text(language, "things_inferred_rest")
        folded = Section("inferred", 0, title, groups.all(arranged.inferred))
    return Page(
        iri=iri,
        title=named.labels[iri],
        other_titles=_other_titles(named.labels, iri, language),
        lead=lead,
        tags=_tags(types, statements, structure, named, inferred),
        replaced_by=_replaced_by(statements, named) if is_gone else None,
        sections=sorted(sections, key=lambda s: s.order),
        inferred=folded,
        sources=groups.sources(),
        has_inferred=groups.has_inferred,
        scheme=scheme,
    )


def _texts(statements: Statements, name: str | None, language: str) -> list[Phrase]:
    if name is None:
        return []
    found = statements.read[OUT, name]
    phrases = [Phrase(s.node["value"], s.node.get("xml:lang", "")) for s in found]
    best = pick(phrases, language)
    return [p for p in phrases if best and p.language == best.language]


def _other_titles(labels: Labels, iri: str, language: str) -> list[Phrase]:
    title = labels[iri].text
    others = {p.text: p for p in labels.all(iri) if p.text != title and p.language != language}
    return sorted(others.values(), key=lambda p: p.language)


def _thin_out(statements: Statements, arranged: Arranged, inferred: str) -> None:
    arranged.sections = [
        (lens, kept)
        for lens, keys in arranged.sections
        if (kept := without_repeats(statements, keys, inferred))
    ]
    rest: list[Key] = [*arranged.more, *arranged.pointing]
    kept = set(without_repeats(statements, rest, inferred))
    arranged.more = [k for k in arranged.more if k in kept]
    arranged.pointing = [k for k in arranged.pointing if k in kept]


def _sections(
    arranged: Arranged, structure: Structure, groups: Groups, language: str
) -> list[Section]:
    sections = []
    for number, (lens, keys) in enumerate(arranged.sections, 1):
        title = pick(structure.headings.get(lens.iri, ()), language)
        title = title or _text(language, "things_facts")
        made = groups.all(keys, lens)
        sections.append(Section(f"part-{number}", lens.order, title, made, lens.caution))
    after = max((s.order for s in sections), default=0) + 1_000_000_000
    key = "things_more" if sections else "things_facts"
    if arranged.more:
        made = groups.all(arranged.more)
        sections.append(Section("more", after, _text(language, key), made))
    if arranged.pointing:
        made = groups.all(arranged.pointing)
        title = _text(language, "things_pointing")
        sections.append(Section("pointing", after + 1, title, made))
    return sections


def _views(
    this: ox.NamedNode, types: Iterable[str], structure: Structure, language: str
) -> list[Section]:
    sections = []
    for number, view in enumerate(structure.views_for(types), 1):
        shown = answered(view.query, language, this=this).shown_as(view.form)
        if shown is None or not shown.count:
            continue
        title = pick(structure.headings.get(view.iri, ()), language)
        title = title or Phrase(view.form, "")
        sections.append(Section(f"view-{number}", view.order, title, answer=shown))
    return sections


def _tags(
    types: list[str], statements: Statements, structure: Structure, named: Named, inferred: str
) -> list[Tag]:
    stated: dict[str, Statement] = {
        s.node["value"]: s for s in statements.read.get((OUT, RDF_TYPE), ())
    }
    namespace = the_service().manifest.get("namespace") or "\0"
    by_rule = {name for name in types if is_inferred(stated[name], inferred)}
    chosen = structure.most_special(set(types) - by_rule)
    # what follows in foreign terms says nothing that ours does not
    own = [name for name in structure.most_special(types) if name.startswith(namespace)]
    chosen += [name for name in own if name in by_rule]
    return [Tag(named.labels[name], address(name), name in by_rule) for name in chosen]


def _replaced_by(statements: Statements, named: Named) -> list[Tag]:
    """Return what the page leads on to, in the order of the names."""
    things = [s.node["value"] for s in statements.read.get((OUT, REPLACED_BY), ())]
    found = [Tag(named.labels[thing], address(thing), False) for thing in things]
    return sorted(found, key=lambda tag: tag.label.text)


def _text(language: str, key: str) -> Phrase:
    return Phrase(str(interface_text(language, key)), language)
