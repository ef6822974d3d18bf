"""The shapes: what is right conforms, and each fault is found by the shape meant for it.

https://www.w3.org/TR/shacl/#validation-report
"""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from pyshacl.entrypoints import meta_validate
from rdflib import OWL, RDF, RDFS, SH, Graph, Literal, Namespace, URIRef

from samgraf.build.rdflib_bridge import Bridge
from samgraf.build.validate import validate

ONTOLOGY = Path(__file__).parents[2] / "ontology"
SHAPE_FILES = sorted(p for p in (ONTOLOGY / "shapes").glob("*.ttl") if p.stem != "prefixes")
EXAMPLES = sorted((ONTOLOGY / "examples").glob("*.ttl"))
VALID = [p for p in EXAMPLES if p.stem.endswith("-valid")]
INVALID = [p for p in EXAMPLES if "-invalid-" in p.stem]

SGSH = Namespace("https://w3id.org/samgraf/shape/")
SG = Namespace("https://w3id.org/samgraf/ontology#")
EXPECTED = re.compile(
    r"^# shape: sgsh:(\S+)\n# component: sh:(\S+)\n# focus: <(\S+)>$", re.MULTILINE
)
LANGUAGES = {"nb", "nn", "en"}

Finding = tuple[URIRef, URIRef, URIRef]


def stem(path: Path) -> str:
    return path.stem


def expected(path: Path) -> set[Finding]:
    """Return what the heading of an invalid example says will be found."""
    found = EXPECTED.findall(path.read_text("utf-8"))
    return {(SGSH[shape], SH[component], URIRef(focus)) for shape, component, focus in found}


def parse(paths: list[Path]) -> Graph:
    graph = Graph()
    for path in paths:
        graph.parse(path)
    return graph


def triples(graph: Graph) -> list[ox.Triple]:
    back = Bridge().to_oxigraph
    return [ox.Triple(*map(back, t)) for t in graph]


def findings(data: Graph, shapes: Graph) -> set[Finding]:
    """Return shape, component and focus node of each result, found as ``samgraf check`` does."""
    return findings_in(triples(data), triples(shapes))


def findings_in(data: list[ox.Triple], shapes: list[ox.Triple]) -> set[Finding]:
    """Return the same of triples that the store has."""
    return {
        (URIRef(f.shape.value), URIRef(f.component), URIRef(f.focus.value))
        for f in validate(data, shapes)
    }


def findings_of_pyshacl(data: Graph, shapes: Graph) -> set[Finding]:
    """Return the same, found by pySHACL and rdflib alone, which takes long."""
    _, report, _ = pyshacl.validate(
        data, shacl_graph=shapes, inference="none", advanced=False, inplace=True
    )
    return {
        tuple(
            report.value(r, p) for p in (SH.sourceShape, SH.sourceConstraintComponent, SH.focusNode)
        )
        for r in report.objects(None, SH.result)
    }


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return parse([*SHAPE_FILES, ONTOLOGY / "shapes" / "prefixes.ttl"])


@pytest.fixture(scope="module")
def terminology() -> Graph:
    folders = (ONTOLOGY / "terms", ONTOLOGY / "alignments", ONTOLOGY / "vocabularies")
    return parse([ONTOLOGY / "samgraf.ttl", *(p for f in folders for p in sorted(f.glob("*.ttl")))])


@pytest.fixture(scope="module")
def world(terminology: Graph) -> Graph:
    """Return the terminology with the small world of all valid examples."""
    return terminology + parse(VALID)


@pytest.fixture(scope="module")
def found(world: Graph, shapes: Graph) -> dict[Path, set[Finding]]:
    """Return what is found in each invalid example.

    Those of which none describes what another one names are validated together, since the world
    around them takes nearly all the time. A finding that none expects is held against all of them.
    """
    described, named = {}, {}
    for path in INVALID:
        example = parse([path])
        described[path] = {*example.subjects(), *(focus for _, _, focus in expected(path))}
        named[path] = example.all_nodes() | described[path]
    apart = {
        path: {p for p in INVALID if described[path] & named[p] or described[p] & named[path]}
        for path in INVALID
    }
    batches: list[list[Path]] = []
    # those that go with few others come first, which makes for fewer batches
    for path in sorted(INVALID, key=lambda path: -len(apart[path])):
        for batch in batches:
            if apart[path].isdisjoint(batch):
                batch.append(path)
                break
        else:
            batches.append([path])
    each = {}
    around, rules = triples(world), triples(shapes)
    for paths in batches:
        report = findings_in([*around, *triples(parse(paths))], rules)
        unnamed = report.difference(*map(expected, paths))
        each |= {path: report & expected(path) | unnamed for path in paths}
    return each


def test_the_ontology_and_the_valid_examples_conform(world: Graph, shapes: Graph) -> None:
    assert findings(world, shapes) == set()


@pytest.mark.parametrize(
    "name",
    [
        "actor-invalid-organisation-number-swapped",
        "claim-invalid-direction-against-effect",
        "source-invalid-passages-overlap",
        "unit-invalid-numbers-overlap",
    ],
)
def test_pyshacl_by_itself_finds_the_same(name: str) -> None:
    example = ONTOLOGY / "examples" / f"{name}.ttl"
    data = parse([example, example.with_name(f"{name.split('-invalid-')[0]}-valid.ttl")])
    # the shapes beside the one that is meant, since pySHACL takes long over all of them
    ((shape, _, _),) = expected(example)
    meant = [p for p in SHAPE_FILES if (shape, RDF.type, None) in parse([p])]
    shapes = parse([*meant, ONTOLOGY / "shapes" / "prefixes.ttl"])
    found = findings_of_pyshacl(data, shapes)
    assert {s for s, c, _ in found if c == SH.SPARQLConstraintComponent}
    assert findings(data, shapes) == found


@pytest.mark.parametrize("path", VALID, ids=stem)
def test_a_valid_example_holds_things_that_some_shape_looks_at(
    path: Path, shapes: Graph, terminology: Graph
) -> None:
    example = parse([path])
    targets = set(shapes.objects(None, SH.targetClass))
    with_supers = {
        ancestor
        for c in example.objects(None, RDF.type)
        for ancestor in terminology.transitive_objects(c, RDFS.subClassOf)
    }
    assert with_supers & targets


@pytest.mark.parametrize("path", INVALID, ids=stem)
def test_an_invalid_example_is_found_by_just_the_shapes_it_names(
    path: Path, found: dict[Path, set[Finding]]
) -> None:
    assert expected(path)
    assert found[path] == expected(path)


@pytest.mark.parametrize("path", INVALID, ids=stem)
def test_an_invalid_example_says_why(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith("# Invalid: ")
    assert text.count("# shape: ") == len(expected(path))
    topic = path.stem.split("-invalid-")[0]
    assert path.with_name(f"{topic}-valid.ttl") in VALID


@pytest.mark.parametrize("path", SHAPE_FILES, ids=stem)
def test_each_shape_with_a_target_has_an_invalid_example(path: Path) -> None:
    graph = parse([path])
    named = {shape for example in INVALID for shape, _, _ in expected(example)}
    targeted = {
        s
        for p in (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
        for s in graph.subjects(p)
    }
    assert targeted
    for shape in targeted:
        assert named & {shape, *graph.objects(shape, SH.property)}, shape


def test_every_expectation_names_a_shape_that_exists(shapes: Graph) -> None:
    named = {shape for example in INVALID for shape, _, _ in expected(example)}
    assert named <= set(shapes.subjects(RDF.type, SH.NodeShape)) | set(
        shapes.subjects(RDF.type, SH.PropertyShape)
    )


def test_each_shape_and_message_stands_in_three_languages(shapes: Graph) -> None:
    typed = [s for t in (SH.NodeShape, SH.PropertyShape) for s in shapes.subjects(RDF.type, t)]
    assert typed
    for shape in typed:
        assert isinstance(shape, URIRef)
        labels = [o.language for o in shapes.objects(shape, RDFS.label)]
        assert sorted(labels) == sorted(LANGUAGES), shape
    speakers = {s for s in typed if (s, RDF.type, SH.PropertyShape) in shapes}
    speakers |= set(shapes.subjects(SH.sparql))
    speakers |= {s for p in (SH["or"], SH.xone) for s in shapes.subjects(p) if s in typed}
    for speaker in speakers:
        messages = [o.language for o in shapes.objects(speaker, SH.message)]
        assert sorted(messages) == sorted(LANGUAGES), speaker


def test_a_shape_calls_a_property_as_the_ontology_does(shapes: Graph, terminology: Graph) -> None:
    """Where the end of its label is the property's name in one language, it is so in all."""
    named = [(shape, p) for shape, p in shapes.subject_objects(SH.path) if p in SG]
    assert len(named) > 100
    for shape, term in named:
        names = set(terminology.objects(term, RDFS.label))
        told = {
            Literal(o.rpartition(": ")[2], o.language) for o in shapes.objects(shape, RDFS.label)
        }
        assert told.isdisjoint(names) or told == names, shape


def test_messages_of_queries_stand_on_the_shape_and_name_no_variable(shapes: Graph) -> None:
    """Jena takes one message of a query only, and fills in none of a shape's."""
    assert set(shapes.subjects(RDF.type, SH.SPARQLConstraint))
    for query in shapes.subjects(RDF.type, SH.SPARQLConstraint):
        assert not list(shapes.objects(query, SH.message)), query
    assert [str(m) for m in shapes.objects(None, SH.message) if "{" in m] == []


def test_every_class_that_data_can_have_is_covered_by_the_label_shape(
    shapes: Graph, terminology: Graph
) -> None:
    covered = set(shapes.objects(SGSH.LabelShape, SH.targetClass))
    for c in terminology.subjects(RDF.type, OWL.Class):
        if c in SG:
            ancestors = set(terminology.transitive_objects(c, RDFS.subClassOf))
            assert ancestors & covered, c


def test_a_thing_of_one_topmost_class_is_of_no_other(terminology: Graph) -> None:
    """A municipality that was also a name would pass for both."""
    above = {
        c: set(terminology.objects(c, RDFS.subClassOf))
        for c in terminology.subjects(RDF.type, OWL.Class)
    }
    topmost = {c for c, classes in above.items() if c in SG and not any(a in SG for a in classes)}
    members = terminology.objects(None, OWL.members)
    assert topmost in [set(terminology.items(several)) for several in members]


def test_the_shapes_are_valid_shacl(shapes: Graph) -> None:
    # not by meta_shacl=True, which gives up on nested lists at its default depth
    conforms, _, text = meta_validate(shapes, inference="none", max_validation_depth=40)
    assert conforms, text
