"""How a term stands to others: what is stated and what follows, kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from samgraf.site.graph.ask import Row
from samgraf.site.ontology.expressions import expression
from samgraf.site.ontology.names import DCT, OWL, RDFS, SKOS
from samgraf.site.ontology.words import Thing, Words, key_of, nodes_of

#: What is shown, by the key of its name: the properties that say it of the term, and of the others.
RELATIONS = {
    "ontology_replaced_by": ((DCT + "isReplacedBy",), ()),
    "ontology_super_classes": ((RDFS + "subClassOf",), ()),
    "ontology_sub_classes": ((), (RDFS + "subClassOf",)),
    "ontology_super_properties": ((RDFS + "subPropertyOf",), ()),
    "ontology_sub_properties": ((), (RDFS + "subPropertyOf",)),
    "ontology_equivalent": ((OWL + "equivalentClass", OWL + "equivalentProperty"),) * 2,
    "ontology_disjoint": ((OWL + "disjointWith", OWL + "propertyDisjointWith"),) * 2,
    "ontology_complement": ((OWL + "complementOf",), ()),
    "ontology_inverse": ((OWL + "inverseOf",),) * 2,
    "ontology_chain": ((OWL + "propertyChainAxiom",), ()),
    "ontology_domain": ((RDFS + "domain",), ()),
    "ontology_range": ((RDFS + "range",), ()),
    "ontology_leads_here": ((), (RDFS + "range",)),
}
#: How a foreign term stands to ours.
TIES = {
    OWL + "equivalentClass": "ontology_tie_same",
    OWL + "equivalentProperty": "ontology_tie_same",
    OWL + "sameAs": "ontology_tie_same",
    SKOS + "exactMatch": "ontology_tie_same",
    RDFS + "subClassOf": "ontology_tie_narrower",
    RDFS + "subPropertyOf": "ontology_tie_narrower",
    SKOS + "broadMatch": "ontology_tie_narrower",
    SKOS + "narrowMatch": "ontology_tie_broader",
    SKOS + "closeMatch": "ontology_tie_close",
    SKOS + "relatedMatch": "ontology_tie_related",
    RDFS + "seeAlso": "ontology_tie_see",
}
CHARACTERISTICS = {
    OWL + "FunctionalProperty": "ontology_functional",
    OWL + "InverseFunctionalProperty": "ontology_inverse_functional",
    OWL + "TransitiveProperty": "ontology_transitive",
    OWL + "SymmetricProperty": "ontology_symmetric",
    OWL + "AsymmetricProperty": "ontology_asymmetric",
    OWL + "ReflexiveProperty": "ontology_reflexive",
    OWL + "IrreflexiveProperty": "ontology_irreflexive",
}
_UNTOLD = frozenset(
    (OWL + "Thing", RDFS + "Resource", OWL + "topObjectProperty", OWL + "topDataProperty")
)


@dataclass
class Relation:
    """Hold one way in which terms are tied to this one."""

    key: str
    stated: list[Words] = field(default_factory=list)
    inferred: list[Words] = field(default_factory=list)

    @property
    def words(self) -> list[Words]:
        """Return what the term is tied to, either way."""
        return [*self.stated, *self.inferred]


def relations(
    iri: str, statements: Sequence[Row], incoming: Sequence[Row], expressions: Sequence[Row]
) -> list[Relation]:
    """Return the relations of the term ``iri`` that there are."""
    nodes = nodes_of(expressions)
    heads = {(row["root"]["value"], key_of(row["expression"])): row for row in expressions}
    found = []
    for key, (outgoing_by, incoming_by) in RELATIONS.items():
        relation = Relation(key)
        tied = [(r["value"], r) for r in statements if r["property"]["value"] in outgoing_by]
        tied += [(r["term"], r) for r in incoming if r["property"]["value"] in incoming_by]
        for term, row in tied:
            if term["type"] == "uri" and term["value"] not in _UNTOLD | {iri}:
                inferred = row["inferred"]["value"] == "true"
                _add(relation, Thing(term["value"]), inferred)
        for (root, _), row in heads.items():
            if root in outgoing_by:
                _add(relation, expression(nodes, row["expression"]), False)
        if relation.stated or relation.inferred:
            found.append(relation)
    return found


def _add(relation: Relation, words: Words, inferred: bool) -> None:
    # what is both stated and inferred, from the one side or the other, is stated
    if words in relation.stated:
        return
    if inferred:
        if words not in relation.inferred:
            relation.inferred.append(words)
    else:
        relation.stated.append(words)
        if words in relation.inferred:
            relation.inferred.remove(words)
