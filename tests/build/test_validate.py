import pyoxigraph as ox
import pytest

from samgraf.build.content import find_content, load
from samgraf.build.content.layout import DESCRIBED
from samgraf.build.validate import (
    VIOLATION,
    WARNING,
    halves,
    report_quads,
    shapes_of,
    tell,
    validate,
    vanished,
)
from samgraf.errors import ContentError
from samgraf.vocab import SH

BASE = "https://example.org/bees/"
NS = BASE + "ontology#"
PREFIXES = f"""
@prefix : <urn:x:> .
@prefix bee: <{NS}> .
@prefix beeid: <{BASE}id/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def triples(turtle):
    quads = ox.parse(input=PREFIXES + turtle, format=ox.RdfFormat.TURTLE)
    return [ox.Triple(q.subject, q.predicate, q.object) for q in quads]


@pytest.fixture
def loaded(other):
    with (other / "data" / "places.ttl").open("a") as file:
        file.write('beeid:hive-new a bee:Hive ;\n  rdfs:label "nykuben"@nb .\n')
    return load(find_content(other))


def findings(loaded):
    return validate(loaded.triples(DESCRIBED), shapes_of(loaded))


def test_a_violation_and_a_warning_are_found_with_all_their_parts(loaded):
    warning, violation = sorted(findings(loaded), key=lambda f: f.severity, reverse=True)
    assert (warning.severity, violation.severity) == (WARNING, VIOLATION)
    assert violation.focus == ox.NamedNode(BASE + "id/hive-new")
    assert violation.path == f"<{NS}foragesOn>"
    assert violation.value is None
    assert violation.component.endswith("#MinCountConstraintComponent")
    assert violation.named == NS + "HiveShape-foragesOn"
    assert warning.value.value == "14"
    assert dict(warning.messages).keys() == {"nb", "nn", "en"}


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("nb", "Feil: nykuben (beeid:hive-new): En kube må hente fra en eng: oppgi bee:foragesOn."),
        ("nn", "Feil: nykuben (beeid:hive-new): Ein kube må hente frå ei eng:"),
        ("en", "Violation: nykuben (beeid:hive-new): A hive must forage on a meadow:"),
    ],
)
def test_a_finding_is_told_in_the_readers_language_with_its_place(loaded, lang, sentence):
    violation = next(f for f in findings(loaded) if f.severity == VIOLATION)
    line = tell(violation, loaded, lang)
    assert line.startswith("data/places.ttl:36: " + sentence)
    assert line.endswith("bee:foragesOn, bee:HiveShape-foragesOn]")


def test_the_subclass_hierarchy_counts_for_targets(loaded):
    shapes = triples(
        ":s a sh:NodeShape ; sh:targetClass bee:Meadow ; sh:nodeKind sh:Literal ; sh:message 'm' ."
    )
    found = {f.focus.value for f in validate(loaded.triples(DESCRIBED), shapes)}
    assert found == {BASE + f"id/meadow-{n}" for n in ("upper", "lower", "fen")}


def test_the_halves_together_find_what_the_whole_finds(loaded):
    extra = triples(
        "[] a sh:NodeShape ; sh:targetClass bee:Place ; sh:node :inner ."
        " :inner a sh:NodeShape ; sh:property [ sh:path bee:none ; sh:minCount 1 ] ."
        " bee:Meadow a owl:Class , sh:NodeShape ; sh:property :p . :p sh:path bee:soil ;"
        " sh:hasValue :sand ."
    )
    shapes, data = shapes_of(loaded) + extra, loaded.triples(DESCRIBED)
    whole = validate(data, shapes)
    parts = [validate(data, part) for part in halves(shapes)]
    assert len(parts) == 2
    assert all(parts)
    assert len(whole) == sum(map(len, parts)) == 11
    assert {f.key() for f in whole} == {f.key() for part in parts for f in part}


def test_eased_shapes_find_what_the_shapes_as_written_find(loaded, monkeypatch):
    extra = triples(
        """:hives a sh:NodeShape ; sh:targetClass bee:Hive ; sh:targetSubjectsOf bee:soil ;
          sh:property :p , [ sh:path bee:frames ; sh:maxInclusive 9 ; sh:severity sh:Info ] .
        :p sh:path bee:none ; sh:minCount 1 .
        :meadows a sh:NodeShape ; sh:targetClass bee:Meadow ; sh:property :p .
        :off a sh:NodeShape ; sh:targetClass bee:Hive ; sh:deactivated true ; sh:property :q .
        :q sh:path bee:never ; sh:minCount 1 .
        :closed a sh:NodeShape ; sh:targetClass bee:Hive ; sh:closed true ;
          sh:ignoredProperties ( rdf:type ) ; sh:property [ sh:path bee:frames ] .
        :siblings a sh:NodeShape ; sh:targetClass bee:Hive ;
          sh:property [ sh:path rdf:type ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ;
            sh:qualifiedValueShapesDisjoint true ; sh:qualifiedMinCount 1 ] ,
          [ sh:path rdf:type ; sh:qualifiedValueShape [ sh:nodeKind sh:BlankNodeOrIRI ] ;
            sh:qualifiedMaxCount 1 ] .
        :around a sh:NodeShape ; sh:targetSubjectsOf bee:frames ; sh:node :inner .
        :inner a sh:NodeShape ; sh:targetClass bee:Place ; sh:property :r .
        :r sh:path bee:nothing ; sh:minCount 1 .
        bee:Meadow a owl:Class , sh:NodeShape ; sh:targetClass bee:Hive ; sh:property :s .
        :s sh:path bee:soil ; sh:hasValue :sand .
        :asked a sh:NodeShape ; sh:targetClass bee:Hive ; sh:sparql [ sh:message "m" ; sh:select
          '''SELECT $this ?value { $this ?value ?any . # a remark
             FILTER(ISIRI(?any)
               || STRLEN("# ") = 1)
          }''' ] , [ sh:message "n" ; sh:select '''SELECT $this ?value {
             $this <https://example.org/bees/ontology#frames>
                ?value }''' ] ."""
    )
    shapes, data = shapes_of(loaded) + extra, loaded.triples(DESCRIBED)
    ours = validate(data, shapes)
    monkeypatch.setattr("samgraf.build.validate.run.eased", list)
    theirs = validate(data, shapes)
    assert [f.key() for f in ours] == [f.key() for f in theirs]
    assert {f.path for f in ours} >= {
        f"<{NS}{name}>" for name in ("none", "frames", "nothing", "soil")
    }
    assert [f for f in ours if f.component.endswith("SPARQLConstraintComponent")]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("[ sh:inversePath bee:feeds ]", f"^<{NS}feeds>"),
        ("( bee:foragesOn bee:soil )", f"<{NS}foragesOn>/<{NS}soil>"),
        ("[ sh:alternativePath ( bee:a bee:b ) ]", f"<{NS}a>|<{NS}b>"),
        ("[ sh:inversePath ( bee:a bee:b ) ]", f"^(<{NS}a>/<{NS}b>)"),
        ("[ sh:zeroOrMorePath bee:a ]", f"<{NS}a>*"),
    ],
)
def test_a_path_is_shown_in_the_notation_of_sparql(path, text):
    shapes = triples(
        f":s a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:path {path} ; sh:minCount 2 ] ."
    )
    assert [f.path for f in validate(triples(":a bee:x :b ."), shapes)] == [text]


def test_an_unnamed_shape_is_known_by_the_named_one_around_it():
    shapes = triples(
        ":s a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:path :p ; sh:minCount 1 ] ."
    )
    (finding,) = validate(triples(":a :q :b ."), shapes)
    assert finding.named == "urn:x:s"
    assert isinstance(finding.shape, ox.BlankNode)


def test_sparql_constraints_use_declared_prefixes_and_keep_the_language_of_messages(loaded):
    shapes = shapes_of(loaded) + triples(
        """:s a sh:NodeShape ; sh:targetClass bee:WetMeadow ; sh:sparql [
          sh:prefixes <https://example.org/bees/ontology> ;
          sh:message '{?value} is wet'@en , 'våt: {?value}'@nb ;
          sh:select 'SELECT $this ?value { $this a bee:WetMeadow ; bee:downstreamOf ?value }' ] ."""
    )
    found = validate(loaded.triples(DESCRIBED), shapes)
    (finding,) = [f for f in found if f.focus.value == BASE + "id/meadow-fen"]
    assert dict(finding.messages) == {
        "en": "https://example.org/bees/id/meadow-lower is wet",
        "nb": "våt: https://example.org/bees/id/meadow-lower",
    }


def test_a_malformed_shape_is_a_fault_of_the_content():
    shapes = triples(":s a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:minCount 1 ] .")
    with pytest.raises(ContentError, match="shape"):
        validate(triples(":a :q :b ."), shapes)


def test_a_finding_that_inference_takes_away_is_noticed():
    shapes = triples(":s a sh:NodeShape ; sh:targetNode :a ; sh:property :q . :q sh:path :p ;"
                     " sh:minCount 1 .")  # fmt: skip
    before = validate(triples(":a :q :b ."), shapes)
    after = validate(triples(":a :q :b ; :p :c ."), shapes)
    assert (len(before), after) == (1, [])
    assert vanished(before, after) == before
    assert vanished(before, before) == []


def test_the_report_names_its_nodes_by_what_they_say(loaded):
    found = findings(loaded)
    quads = list(report_quads(found, BASE))
    assert quads == list(report_quads(reversed(found), BASE))
    assert {q.graph_name.value for q in quads} == {BASE + "graph/report"}
    assert all(q.subject.value.startswith(BASE + "report/") for q in quads)
    results = [q for q in quads if q.predicate.value.endswith("#result")]
    assert len(results) == len(found) == 2
    conforms = [q.object.value for q in quads if q.predicate.value.endswith("#conforms")]
    assert conforms == ["false"]


@pytest.mark.parametrize(
    "body",
    [
        "$this bee:soil ?value",
        "$this bee:downstreamOf+ ?value",
        "$this a bee:Meadow FILTER NOT EXISTS { $this bee:downstreamOf ?any }",
        "OPTIONAL { ?value bee:foragesOn $this } FILTER(BOUND(?value))",
        "{ SELECT $this ?value (COUNT(?m) AS ?n) { $this bee:soil ?value . ?m bee:soil ?value }"
        " GROUP BY $this ?value } FILTER(?n > 1)",
        "{ $this bee:soil ?value } UNION { ?value bee:frames 10 }",
        "?value bee:frames ?n . ?other bee:frames ?m FILTER(?n < ?m)",
        '$this rdfs:label ?value FILTER(LANG(?value) = \\"nb\\")',
    ],
)
def test_queries_of_shapes_are_answered_as_rdflib_answers_them(loaded, body, monkeypatch):
    from rdflib import Graph

    from samgraf.build.validate.run import QueriedGraph

    shapes = shapes_of(loaded) + triples(
        f""":s a sh:NodeShape ; sh:targetClass bee:Meadow ; sh:sparql [
          sh:prefixes <{BASE}ontology> , :more ; sh:message "m" ;
          sh:select "SELECT $this ?value {{ {body} }}" ] .
        :more sh:declare [ sh:prefix "rdfs" ;
          sh:namespace "http://www.w3.org/2000/01/rdf-schema#"^^xsd:anyURI ] ."""
    )
    by_rdflib, plain = [], Graph.query
    monkeypatch.setattr(Graph, "query", lambda *a, **k: by_rdflib.append(a) or plain(*a, **k))
    ours = validate(loaded.triples(DESCRIBED), shapes)
    assert not by_rdflib
    monkeypatch.setattr(QueriedGraph, "query", Graph.query)
    theirs = validate(loaded.triples(DESCRIBED), shapes)
    assert by_rdflib
    assert [f.key() for f in ours] == [f.key() for f in theirs]
    assert [f for f in ours if f.component.endswith("SPARQLConstraintComponent")]


@pytest.mark.parametrize(
    "body",
    [
        "BIND($this AS ?that) FILTER(?that = :a)",
        "{ FILTER(BOUND($this)) } $this :p 1",
        "{ { FILTER($this = :a) } FILTER(bound( $this )) } FILTER(true)",
    ],
)
def test_a_variable_is_bound_beforehand_wherever_it_stands(body):
    given = triples(
        f"""<urn:x> sh:declare [ sh:prefix "" ; sh:namespace "urn:x:"^^xsd:anyURI ] . :a :p 1 .
        :s a sh:NodeShape ; sh:targetNode :a , :b ; sh:sparql [ sh:prefixes <urn:x> ;
          sh:select "SELECT $this {{ {body} }}" ] ."""
    )
    assert [f.focus.value for f in validate(given, given)] == ["urn:x:a"]


def test_prefixes_are_those_of_imported_ontologies_too():
    given = triples(
        """:one owl:imports :two . :two owl:imports :one , :three . :a :p 1 .
        :three sh:declare [ sh:prefix "x" ; sh:namespace "urn:x:"^^xsd:anyURI ] .
        :s a sh:NodeShape ; sh:targetNode :a ; sh:sparql [ sh:prefixes :one ;
          sh:select "SELECT $this ?value { $this x:p ?value }" ] ."""
    )
    assert [f.value.value for f in validate(given, given)] == ["1"]


def test_a_constraint_component_of_ones_own_binds_its_parameters():
    given = triples(
        """@prefix x: <https://x.example/> .
        x:AtMost a sh:ConstraintComponent ; sh:parameter [ sh:path x:most ] ;
          sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER($value <= $most) }" ] .
        :s a sh:PropertyShape ; sh:targetNode :a , :b ; sh:path :p ; x:most 2 .
        :a :p 1 , 3 . :b :p 1 , 2 ."""
    )
    assert [(f.focus.value, f.component) for f in validate(given, given)] == [
        ("urn:x:a", "https://x.example/AtMost")
    ]


@pytest.mark.parametrize(
    ("pattern", "flags", "values", "violating"),
    [
        (r"^\p{L}+$", "", ["abc", "\u00e9", "1"], ["1"]),
        (r"^\i\c*$", "", ["a:b", "1a"], ["1a"]),
        ("^[a-z-[aeiou]]$", "", ["b", "a"], ["a"]),
        ("^abc$", "", ["abc", "abc\n"], ["abc\n"]),
        ("^a.c$", "", ["a\nc", "abc"], ["a\nc"]),
        ("^a.c$", "s", ["a\nc"], []),
        ("a.c", "q", ["a.c", "abc"], ["abc"]),
        ("a b", "x", ["ab", "a b"], ["a b"]),
        ("^ABC$", "i", ["abc"], []),
        (r"^(a)\1$", "", ["aa", "ab"], ["ab"]),
        ("", "", ["", "a"], []),
    ],
)
def test_a_pattern_is_one_of_xpath_as_in_sparql(pattern, flags, values, violating):
    shape, of = ox.NamedNode("urn:x:s"), [ox.Literal(value) for value in values]
    given = triples(":s sh:targetNode :a ; sh:path :p .")
    given.append(ox.Triple(shape, ox.NamedNode(SH + "pattern"), ox.Literal(pattern)))
    if flags:
        given.append(ox.Triple(shape, ox.NamedNode(SH + "flags"), ox.Literal(flags)))
    given += [ox.Triple(ox.NamedNode("urn:x:a"), ox.NamedNode("urn:x:p"), v) for v in of]
    given += triples(":s a sh:PropertyShape .")
    assert sorted(f.value.value for f in validate(given, given)) == violating


@pytest.mark.parametrize(
    ("constraint", "values", "violating"),
    [
        ('sh:minInclusive "-0044"^^xsd:gYear', '"-0045"^^xsd:gYear, "0000"^^xsd:gYear', "-0045"),
        ('sh:maxInclusive "9999"^^xsd:gYear', '"12000"^^xsd:gYear, "2000"^^xsd:gYear', "12000"),
        ('sh:minExclusive "0001-01-01"^^xsd:date', '"-0001-01-01"^^xsd:date', "-0001-01-01"),
        ('sh:maxExclusive "12000-01-02"^^xsd:date', '"12000-01-01"^^xsd:date', ""),
        ('sh:minInclusive "2000-01"^^xsd:gYearMonth', '"1999-12"^^xsd:gYearMonth', "1999-12"),
        (
            'sh:maxInclusive "2000-01-02T00:00:00"^^xsd:dateTime',
            '"2000-01-01T24:00:00"^^xsd:dateTime',
            "",
        ),
        (
            'sh:maxInclusive "2000-01-01T00:00:00Z"^^xsd:dateTime',
            '"2000-01-01T00:00:00"^^xsd:dateTime',
            "2000-01-01T00:00:00",
        ),
        (
            'sh:maxInclusive "2000-01-03T00:00:00Z"^^xsd:dateTime',
            '"2000-01-01T00:00:00"^^xsd:dateTime',
            "",
        ),
        ('sh:minInclusive "P1D"^^xsd:dayTimeDuration', '"PT25H"^^xsd:dayTimeDuration', ""),
        (
            "sh:minInclusive 1",
            '2, 1.0, 1e0, 0.5, "2", "300"^^xsd:byte, :x, true',
            "0.5 2 300 true urn:x:x",
        ),
        ("sh:minInclusive 99999999999999999999", "99999999999999999998", "99999999999999999998"),
        ("sh:minExclusive false", "true, false", "false"),
        ("sh:lessThan :q", '1, "1", "2000"^^xsd:gYear, :x', "1 2000 urn:x:x"),
        ("sh:lessThanOrEquals :q", "2, 2.5", "2.5"),
    ],
)
def test_ranges_are_those_of_sparql(constraint, values, violating):
    given = triples(
        f":s a sh:PropertyShape ; sh:targetNode :a ; sh:path :p ; {constraint} .\n"
        f":a :p {values} ; :q 2 . :b :q [] ."
    )
    found = sorted(f.value.value for f in validate(given, given))
    assert " ".join(found) == violating


def test_every_text_is_html():
    given = triples(
        ":s a sh:PropertyShape ; sh:targetNode :a ; sh:path :p ; sh:datatype rdf:HTML ."
    )
    given += triples(':a :p "<b"^^rdf:HTML , "a & b"^^rdf:HTML , "c" .')
    assert [f.value.value for f in validate(given, given)] == ["c"]


def test_a_blank_node_is_less_than_nothing():
    given = triples(":s a sh:PropertyShape ; sh:targetNode :a ; sh:path :p ; sh:lessThan :q .")
    assert len(validate(given + triples(":a :p [] ; :q 1 ."), given)) == 1
    assert len(validate(given + triples(":a :p 1 ; :q [] ."), given)) == 1


@pytest.mark.parametrize(
    ("constraint", "told"),
    [
        ('sh:path :p ; sh:pattern "("', "has a [(] without its [)]"),
        ('sh:path :p ; sh:pattern "a" ; sh:flags "z"', "'z' is no flag"),
        ('sh:path :p ; sh:sparql [ sh:select "SELEC" ]', "SELEC"),
        ("sh:path :p ; sh:minInclusive :x", "minInclusive takes a literal"),
        ("sh:path :p ; sh:lessThan 1", "lessThan takes an IRI"),
        ('sh:path :p ; sh:sparql [ sh:select "SELECT $this { $this nope:p ?x }" ]', "nope"),
    ],
)
def test_a_shape_that_cannot_be_used_is_told_with_the_reason(constraint, told):
    given = triples(f":s a sh:PropertyShape ; sh:targetNode :a ; {constraint} . :a :p 1 .")
    with pytest.raises(
        ContentError, match=f"The shape <urn:x:s> cannot be used: .*{told}"
    ) as caught:
        validate(given, given)
    assert caught.value.mend == "Correct the shape."
