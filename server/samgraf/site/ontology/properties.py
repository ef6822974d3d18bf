"""What a thing of a class may have: by the ontology, by the shapes, and by what things have.

Three sources, told apart by where a property stands: on the class itself or on one above it (by
its domain, or by a rule of a shape), or with its things only. How many things have it is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

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

    ``source`` is the class that says so, None where only things do. ``ranges`` are what it leads
    to, and whether that is ``stated`` or only so in the data; ``rule`` says how many values a shape
    asks for; ``things`` is how many things of the class have it, some of them ``in_languages``.
    """

    iri: str
    source: str | None = None
    ranges: list[Words] = field(default_factory=list)
    stated: bool = False
    rule: Words | None = None
    things: int = 0
    in_languages: bool = False

    @property
    def names(self) -> set[str]:
        """Return the IRIs of all that is named."""
        leads_to = (w.iri for w in self.ranges if isinstance(w, Thing))
        return {self.iri, *leads_to, *((self.source,) if self.source else ())}


def read_use(iri: str) -> tuple[list[Row], list[Row]]:
    """Return the rows of what the things of a class have, and of what that leads to."""
    this, among = ox.NamedNode(iri), graphs()
    kinds = ask(__package__, "kinds.rq", this=this, most=CLASS_THINGS)
    leads = ask(__package__, "leads.rq", this=this, most=CLASS_THINGS, **among)
    return kinds, leads


def class_properties(
    iri: str,
    inherited: Sequence[Row],
    rules: Sequence[Rule],
    use: tuple[Sequence[Row], Sequence[Row]],
    terms: Mapping[str, OntologyTerm],
) -> list[ClassProperty]:
    """Return what a thing of the class ``iri`` may have, each with the class nearest to it."""
    found: dict[str, ClassProperty] = {}

    def noted(property_: str, source: str) -> ClassProperty:
        each = found.setdefault(property_, ClassProperty(property_, source))
        each.source = min(each.source, source, key=lambda s: _distance(terms, iri, s))
        return each

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
    _add_use(found, use)
    return [each for each in found.values() if each.iri != _TYPE]


def by_source(
    properties: Iterable[ClassProperty],
    iri: str,
    terms: Mapping[str, OntologyTerm],
    labels: LabelLookup,
) -> list[tuple[str | None, list[ClassProperty]]]:
    """Return the properties by their sources, the nearest to the class ``iri`` first.

    What most things have comes first, by name where as many have it.
    """

    def order(each: ClassProperty) -> tuple:
        distance = _distance(terms, iri, each.source)
        return distance, -each.things, name_in_order(labels, each.iri)

    grouped = groupby(sorted(properties, key=order), key=lambda each: each.source)
    return [(source, list(group)) for source, group in grouped]


def _add_use(found: dict[str, ClassProperty], use: tuple[Sequence[Row], Sequence[Row]]) -> None:
    kinds, leads = use
    seen: dict[str, dict[str, int]] = {}
    for row in kinds:
        property_, things = row["property"]["value"], int(row["things"]["value"])
        each = found.setdefault(property_, ClassProperty(property_))
        # one thing may have values of several kinds
        each.things = max(each.things, things)
        kind = row["kind"]["value"]
        if kind.startswith("@"):
            kind, each.in_languages = RDF + "langString", True
        if kind:
            of = seen.setdefault(property_, {})
            of[kind] = max(of.get(kind, 0), things)
    for row in leads:
        of = seen.setdefault(row["property"]["value"], {})
        of[row["class"]["value"]] = int(row["uses"]["value"])
    for property_, of in seen.items():
        if property_ in found and not found[property_].ranges:
            usual = sorted(of, key=lambda name: (-of[name], name))
            found[property_].ranges = [Thing(name) for name in usual[:_FEW]]


def _says_kind(words: Words) -> bool:
    """Return whether a rule says what a value is, not how it is written or compared."""
    return isinstance(words, Said) and words.key.startswith(_KIND_WORDS)


def _distance(
    terms: Mapping[str, OntologyTerm], iri: str, source: str | None
) -> tuple[bool, bool, bool, int, str]:
    """Return what sorts classes by nearness to ``iri``: the class itself, ours, others, none."""
    above = len(ancestors(terms, source or ""))
    return source is None, source != iri, source not in terms, -above, source or ""


def sample(
    iri: str, properties: Iterable[ClassProperty], total: int, terms: Mapping[str, OntologyTerm]
) -> str:
    """Return a query that asks for things of the class with what most of the ``total`` have."""
    service = the_service()

    def name(of: str) -> str:
        return written(service, ox.NamedNode(of))

    chosen = [
        p
        for p in properties
        if p.source and p.things and not p.in_languages and p.iri not in _NOT_SAMPLED
    ]
    chosen.sort(key=lambda p: (-p.things, _distance(terms, iri, p.source), p.iri))
    variables: list[str] = []
    required, optional = [f"a {name(iri)}"], []
    for each in chosen[:SAMPLE_PROPERTIES]:
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
