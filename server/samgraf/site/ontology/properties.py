"""What a thing of a class may have: by the ontology, by the shapes, and by what things have.

Three sources, told apart by where a property stands: on the class itself or on one above it (by
its domain, or by a rule of a shape), or with its things only. How many things have it is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from samgraf.limits import CLASS_THINGS, SAMPLE_PROPERTIES
from samgraf.site.context import the_service
from samgraf.site.graph import LabelLookup, Row, ask, graphs
from samgraf.site.ontology.shapes import Rule
from samgraf.site.ontology.terms import OntologyTerm, ancestors, name_in_order
from samgraf.site.ontology.words import Said, Thing, Words
from samgraf.site.query.hints import written
from samgraf.vocab import OWL, RDF, RDFS

_TYPE = RDF + "type"
_NOT_SAMPLED = frozenset((_TYPE, OWL + "sameAs", RDFS + "label"))
#: What the words of a rule begin with that tell what a value is.
_KIND_WORDS = (
    *("ontology_type_", "ontology_of_the_class", "ontology_concept_of"),
    *("ontology_one_of", "ontology_has_value"),
)
_FEW = 3  # classes or datatypes that are named where nothing says what a property leads to


@dataclass
class ClassProperty:
    """A property that a thing of the class may have.

    ``ranges`` are what it leads to, and whether that is ``stated`` or only so in the data; ``rule``
    says how many values a shape asks for; ``things`` is how many things of the class have it, some
    of them ``in_languages``.
    """

    iri: str
    ranges: list[Words] = field(default_factory=list)
    stated: bool = False
    rule: Words | None = None
    things: int = 0
    in_languages: bool = False


@dataclass(frozen=True)
class PropertiesOfSource:
    """Properties by where they stand: on ``source``, a class, or with things only (None)."""

    source: str | None
    properties: Sequence[ClassProperty]


@dataclass(frozen=True)
class ClassProperties:
    """The properties of a class in groups; ``things`` is how many things were looked at.

    ``whole`` tells whether these are all; ``sample`` is a query for things with what they have.
    """

    groups: Sequence[PropertiesOfSource]
    things: int
    whole: bool
    sample: str

    @property
    def names(self) -> Iterator[str]:
        """Yield the IRIs of all that is named."""
        for group in self.groups:
            yield from (group.source,) if group.source else ()
            for each in group.properties:
                yield each.iri
                yield from (w.iri for w in each.ranges if isinstance(w, Thing))


def read_use(iri: str) -> tuple[list[Row], list[Row]]:
    """Return the rows of what the things of a class have, and of what that leads to."""
    this, among = ox.NamedNode(iri), graphs()
    kinds = ask(__package__, "kinds.rq", this=this, most=CLASS_THINGS)
    leads = ask(__package__, "leads.rq", this=this, most=CLASS_THINGS, **among)
    return kinds, leads


def class_properties(
    iri: str,
    total: int,
    inherited: Sequence[Row],
    rules: Sequence[Rule],
    use: tuple[Sequence[Row], Sequence[Row]],
    terms: Mapping[str, OntologyTerm],
) -> ClassProperties:
    """Return what a thing of the class ``iri`` may have; it has ``total`` things."""
    found: dict[str, ClassProperty] = {}
    sources: dict[str, str | None] = {}

    def noted(property_: str, source: str | None) -> ClassProperty:
        before = sources.get(property_)
        if property_ not in sources or (source and _nearer(terms, iri, source, before)):
            sources[property_] = source
        return found.setdefault(property_, ClassProperty(property_))

    for row in inherited:
        each = noted(row["property"]["value"], row["class"]["value"])
        if "range" in row and (thing := Thing(row["range"]["value"])) not in each.ranges:
            each.ranges.append(thing)
            each.stated = True
    for rule in rules:
        if isinstance(rule.path, Thing):
            source = iri if iri in rule.classes else next(iter(rule.classes), iri)
            each = noted(rule.path.iri, source)
            each.rule = each.rule or rule.count
            kinds = [w for w in rule.values if isinstance(w, Thing) or _says_kind(w)]
            if kinds and not each.ranges:
                each.ranges, each.stated = kinds, True
    _add_use(found, sources, use)
    groups: dict[str | None, list[ClassProperty]] = {}
    for property_, each in found.items():
        if property_ != _TYPE:
            groups.setdefault(sources[property_], []).append(each)
    looked_at = min(total, CLASS_THINGS)
    ordered = [
        PropertiesOfSource(s, sorted(groups[s], key=lambda p: (-p.things, p.iri)))
        for s in sorted(groups, key=lambda s: _depth(terms, iri, s))
    ]
    return ClassProperties(ordered, looked_at, total <= CLASS_THINGS, _sample(iri, ordered, total))


def in_reading_order(
    properties: ClassProperties, labels: LabelLookup
) -> Sequence[PropertiesOfSource]:
    """Return the groups with what most things have first, by name where as many have it."""
    return [
        PropertiesOfSource(
            group.source,
            sorted(group.properties, key=lambda p: (-p.things, name_in_order(labels, p.iri))),
        )
        for group in properties.groups
    ]


def _add_use(
    found: dict[str, ClassProperty],
    sources: dict[str, str | None],
    use: tuple[Sequence[Row], Sequence[Row]],
) -> None:
    kinds, leads = use
    datatypes: dict[str, dict[str, int]] = {}
    for row in kinds:
        property_, things = row["property"]["value"], int(row["things"]["value"])
        sources.setdefault(property_, None)
        each = found.setdefault(property_, ClassProperty(property_))
        # one thing may have values of several kinds
        each.things = max(each.things, things)
        kind = row["kind"]["value"]
        if kind.startswith("@"):
            kind, each.in_languages = RDF + "langString", True
        if kind:
            of = datatypes.setdefault(property_, {})
            of[kind] = max(of.get(kind, 0), things)
    for row in leads:
        of = datatypes.setdefault(row["property"]["value"], {})
        of[row["class"]["value"]] = int(row["uses"]["value"])
    for property_, of in datatypes.items():
        if property_ in found and not found[property_].ranges:
            usual = sorted(of, key=lambda name: (-of[name], name))
            found[property_].ranges = [Thing(name) for name in usual[:_FEW]]


def _says_kind(words: Words) -> bool:
    """Return whether a rule says what a value is, not how it is written or compared."""
    return isinstance(words, Said) and words.key.startswith(_KIND_WORDS)


def _nearer(terms: Mapping[str, OntologyTerm], iri: str, source: str, before: str | None) -> bool:
    return _depth(terms, iri, source) < _depth(terms, iri, before)


def _depth(
    terms: Mapping[str, OntologyTerm], iri: str, source: str | None
) -> tuple[bool, bool, bool, int, str]:
    """Return what sorts classes by nearness: the class itself, ours, others, none."""
    if source is None:
        return True, True, True, 0, ""
    return source != iri, source not in terms, False, -len(ancestors(terms, source)), source


def _sample(iri: str, groups: Sequence[PropertiesOfSource], total: int) -> str:
    """Return a query that asks for things of the class with what most of them have."""
    service = the_service()

    def name(of: str) -> str:
        return written(service, ox.NamedNode(of))

    chosen = [
        p
        for group in groups
        for p in group.properties
        if group.source and p.things and not p.in_languages and p.iri not in _NOT_SAMPLED
    ]
    chosen = sorted(chosen, key=lambda p: -p.things)[:SAMPLE_PROPERTIES]
    variables: list[str] = []
    required, optional = [f"a {name(iri)}"], []
    for each in chosen:
        word = re.sub(r"\W+", "_", re.split(r"[/#:]", each.iri)[-1]).strip("_") or "value"
        variable = word if word not in ("thing", "name", *variables) else f"{word}_{len(variables)}"
        variables.append(variable)
        pattern = f"{name(each.iri)} ?{variable}"
        if each.things >= total:
            required.append(pattern)
        else:
            optional.append(f"  OPTIONAL {{ ?thing {pattern} }}")
    head = " ".join(f"?{variable}" for variable in ("thing", *variables))
    body = " ;\n    ".join(required)
    return "\n".join(
        (f"SELECT {head}", "WHERE {", f"  ?thing {body} .", *optional, "}", "LIMIT 100")
    )
