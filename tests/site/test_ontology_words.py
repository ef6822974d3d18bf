"""What axioms, shapes and trees come to, without a graph."""

import pytest

from samgraf.site.language import LANGUAGES, Phrase, catalogue
from samgraf.site.ontology.shapes import constraints, count, rules
from samgraf.site.ontology.terms import BrowserState, OntologyTerm, ancestors, trees
from samgraf.site.ontology.words import (
    Said,
    Several,
    Thing,
    members,
    path_words,
    predicates,
)
from samgraf.site.representations import cut_suffix
from samgraf.site.vocabularies.scheme import concept_tree
from samgraf.vocab import RDF, SH

A, B, C = ("http://x.example/" + name for name in "ABC")


def iri(value):
    return {"type": "uri", "value": value}


def literal(value):
    return {"type": "literal", "value": value}


def blank(value):
    return {"type": "bnode", "value": value}


def rdf_list(name, *items):
    nodes = {}
    for number, item in enumerate(items):
        rest = blank(f"{name}{number + 1}") if number + 1 < len(items) else iri(RDF + "nil")
        nodes[f"{name}{number}"] = {RDF + "first": [item], RDF + "rest": [rest]}
    return nodes


@pytest.mark.parametrize(
    ("least", "most", "said"),
    [
        (1, 1, Said("ontology_exactly_one")),
        (3, 3, Said("ontology_exactly", {"count": Phrase("3")})),
        (1, None, Said("ontology_at_least_one")),
        (None, 1, Said("ontology_at_most_one")),
        (2, 4, Said("ontology_between", {"least": Phrase("2"), "most": Phrase("4")})),
        (None, 0, Said("ontology_never")),
        (0, None, None),
        (None, None, None),
    ],
)
def test_how_many_values_are_asked_for(least, most, said):
    node = {}
    if least is not None:
        node[SH + "minCount"] = [literal(str(least))]
    if most is not None:
        node[SH + "maxCount"] = [literal(str(most))]
    assert count(node) == said


def test_choices_and_bounds_are_told():
    nodes = rdf_list("l", iri(A), literal("b"))
    node = {SH + "in": [blank("l0")], SH + "pattern": [literal("^[0-9]{4}$")]}
    assert constraints(nodes, node) == [
        Said("ontology_one_of", {"it": Several([Thing(A), Phrase("b")], "ontology_or")}),
        Said("ontology_pattern", {"it": Phrase("^[0-9]{4}$")}),
    ]


def test_paths_are_told_and_their_properties_known():
    nodes = {
        "p": {SH + "inversePath": [blank("q")]},
        "q": {SH + "alternativePath": [blank("l0")]},
    }
    nodes |= rdf_list("l", iri(A), iri(B))
    assert path_words(nodes, blank("p")) == Said(
        "ontology_inverse_path", {"path": Several([Thing(A), Thing(B)], "ontology_or")}
    )
    assert predicates(nodes, blank("p")) == {A, B}


def test_shapes_that_go_in_circles_come_to_an_end():
    nodes = {"s": {SH + "not": [blank("s")]}, "p": {SH + "inversePath": [blank("p")]}}
    assert constraints(nodes, nodes["s"])
    assert path_words(nodes, blank("p"))
    circle = {"l": {RDF + "first": [iri(A)], RDF + "rest": [blank("l")]}}
    assert members(circle, blank("l")) == [iri(A)]


def test_a_class_can_be_its_own_shape_and_a_shape_be_switched_off():
    nodes = {
        A: {SH + "property": [iri(B), iri(C)]},
        B: {SH + "path": [iri("http://x.example/p")], SH + "minCount": [literal("1")]},
        C: {SH + "path": [iri("http://x.example/q")], SH + "deactivated": [literal("true")]},
    }
    (rule,) = rules(nodes, "nb", [A])
    assert (rule.path, rule.count) == (Thing("http://x.example/p"), Said("ontology_at_least_one"))


def test_every_text_that_words_may_ask_for_is_there():
    for lang in LANGUAGES:
        for key in ("exactly_one", "at_most_one", "type_year", "kind_iri", "path_any", "tie_see"):
            assert catalogue()[lang]["ontology_" + key]


def term(iri, *parents, kind="class"):
    return OntologyTerm(iri, iri[-1], kind, list(parents))


def test_circles_in_the_hierarchy_do_no_harm():
    terms = {A: term(A, B), B: term(B, A), C: term(C, A)}
    words = {i: [i] for i in terms}
    (root,) = trees(terms, words, BrowserState())["class"]
    assert root.term.iri == A
    assert {n.term.iri for n in root.children} == {B, C}
    assert ancestors(terms, A) == {B}


def test_term_with_two_parents_stands_under_both_and_unfolds_once():
    d = "http://x.example/D"
    terms = {A: term(A), B: term(B), C: term(C, A, B), d: term(d, C)}
    words = {i: [i] for i in terms}
    first, second = trees(terms, words, BrowserState())["class"]
    assert [n.term.iri for n in first.children[0].children] == [d]
    assert (second.children[0].first, second.children[0].children) == (False, [])


def test_chosen_term_opens_the_branches_above_it():
    terms = {A: term(A), B: term(B, A), C: term(C, B)}
    (root,) = trees(terms, {i: [i] for i in terms}, BrowserState(chosen=C))["class"]
    assert (root.is_open, root.children[0].is_open) == (True, True)


def test_circle_of_concepts_is_shown_once():
    rows = [{"concept": iri(A), "broader": iri(B)}, {"concept": iri(B), "broader": iri(A)}]

    class Named(dict):
        def __missing__(self, key):
            return type("P", (), {"text": key})

    (top,) = concept_tree(rows, {}, Named())
    assert (top.iri, [p.iri for p in top.below]) == (A, [B])


def test_only_suffixes_of_formats_are_cut():
    assert cut_suffix("Claim.ttl") == ("Claim", "ttl")
    assert cut_suffix("0.1.0") == ("0.1.0", None)
    assert cut_suffix(".ttl") == (".ttl", None)


def test_large_tree_holds_open_branches_and_the_way_to_the_chosen_term(monkeypatch):
    monkeypatch.setattr("samgraf.site.ontology.terms.TREE_TERMS", 5)
    terms = {"r": OntologyTerm("r", "r", "class")}
    for number in range(9):
        terms[f"c{number}"] = OntologyTerm(f"c{number}", f"c{number}", "class", ["r"])
    terms["deep"] = OntologyTerm("deep", "deep", "class", ["c8"])
    words = {i: [i] for i in terms}
    (root,) = trees(terms, words, BrowserState())["class"]
    assert (root.children, root.hidden) == ([], 9)
    (root,) = trees(terms, words, BrowserState(open=frozenset("r")))["class"]
    assert 0 < len(root.children) < 9
    assert len(root.children) + root.hidden == 9
    (root,) = trees(terms, words, BrowserState(chosen="deep"))["class"]
    assert root.children[-1].children[0].term.iri == "deep"


def test_roots_beyond_the_bound_are_counted(monkeypatch):
    monkeypatch.setattr("samgraf.site.ontology.terms.TREE_TERMS", 5)
    terms = {f"c{n}": OntologyTerm(f"c{n}", f"c{n}", "class") for n in range(9)}
    found = trees(terms, {i: [i] for i in terms}, BrowserState(chosen="c8"))["class"]
    assert [node.term.iri for node in found] == ["c0", "c1", "c2", "c3", "c4", "c8"]
    assert found.hidden == 3
