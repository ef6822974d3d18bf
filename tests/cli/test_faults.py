"""Whatever is planted in a content is refused in words that a newcomer understands."""

from __future__ import annotations

import pytest

PLACES = "data/places.ttl"
#: name, file, (old, new) or text to append, what the message says
FAULTS = [
    ("unknown term", PLACES, ("bee:frames 10", "bee:framez 10"),
     ["data/places.ttl:15: The ontology does not define bee:framez.", "Did you mean bee:frames?"]),
    ("broken Turtle", PLACES, ("a bee:Hive ;", "a bee:Hive"),
     ["data/places.ttl:14: This is not valid Turtle"]),
    ("violation", PLACES, "beeid:h a bee:Hive ;\n  rdfs:label 'bar kube'@nb .\n",
     ["data/places.ttl:36: Feil: bar kube (beeid:h): En kube må hente fra en eng"]),
    ("contradiction", PLACES, "beeid:meadow-fen bee:foragesOn beeid:meadow-upper .\n",
     ["data/places.ttl:32: Contradiction (cax-dw): myra (beeid:meadow-fen)",
      "beeid:meadow-fen a bee:Hive; beeid:meadow-fen a bee:Meadow"]),
    ("two values of a functional property", PLACES, "beeid:hive-north bee:frames 11 .\n",
     ["data/places.ttl:15: Contradiction (prp-fp): nordkuben", '"10"', '"11"']),
    ("value of another datatype", PLACES, "beeid:hive-north\n  bee:frames 'many' .\n",
     ["data/places.ttl:37: Contradiction (dt-not-type): nordkuben", "Correct the value."]),
    ("literal that the store alters", PLACES, ("bee:frames 10", 'bee:frames "010"^^xsd:integer'),
     ["data/places.ttl:15: The store would turn", "Write \"10\""]),
    ("failing question", PLACES,
     ("bee:downstreamOf beeid:meadow-lower", "bee:near beeid:meadow-lower"),
     ["downstream.rq: Question downstream is not answered as ontology/questions/downstream.csv "
      "expects (meadow): 1 missing: https://example.org/bees/id/meadow-fen.",
      "Where a rightful new fact changes the answer, work it out by hand and change "
      "ontology/questions/downstream.csv; otherwise correct the data or the query."]),
    ("malformed query", "ontology/questions/forage.rq", ("SELECT", "SELECT DISTINKT"),
     ["ontology/questions/forage.rq:", "The query is malformed: 'DISTINKT' is not expected here; "
      "did you mean DISTINCT?"]),
    ("function that nobody has", "ontology/questions/downstream.rq",
     ("beeid:meadow-upper }", "beeid:meadow-upper FILTER(<urn:x:f>(?meadow)) }"),
     ["failed (at ontology/questions/downstream.rq): ", "urn:x:f"]),
    ("false claim to need inference", "ontology/questions/forage.rq",
     ("# en:", "# inference: required\n# en:"), ["yet it is answered without"]),
    ("dangling id", PLACES, ("bee:foragesOn beeid:meadow-fen", "bee:foragesOn beeid:meadow-fan"),
     ["data/places.ttl:21: Nothing describes beeid:meadow-fan. Did you mean beeid:meadow-fen?"]),
    ("outside the profile", "ontology/bees.ttl",
     "bee:near a owl:ReflexiveProperty . <https://example.org/bees/ontology> "
     "<https://w3id.org/samgraf/content#keeps> <https://w3id.org/samgraf/content#owl2rl> .\n",
     ["ontology/bees.ttl:77: Outside OWL 2 RL", "bee:near"]),
    ("malformed shape", "ontology/shapes/hive.ttl", ("sh:path bee:frames ;", ""),
     ["ontology/shapes/hive.ttl:17: The shape <https://example.org/bees/ontology#HiveShape-frames> "
      "cannot be used: ", "Correct the shape."]),
    ("malformed query of a shape", "ontology/shapes/hive.ttl",
     "bee:HiveShape sh:sparql [ sh:select 'SELECT $this { $this ?p' ] .\n",
     ["ontology/shapes/hive.ttl:6: The shape <https://example.org/bees/ontology#HiveShape> "]),
    ("misspelt term of SHACL", "ontology/shapes/hive.ttl", ("sh:minCount", "sh:mincount"),
     ["ontology/shapes/hive.ttl:12: SHACL does not define sh:mincount. Did you mean sh:minCount"]),
    ("empty answer", "ontology/questions/forage.csv", None,
     ["forage.csv: The expected answer is empty"]),
]  # fmt: skip


def damage(content, file, change):
    path = content / file
    text = path.read_text()
    if change is None:
        path.write_text(text.splitlines()[0] + "\n")
    elif isinstance(change, str):
        path.write_text(text + change)
    else:
        assert text.count(change[0]) >= 1
        path.write_text(text.replace(*change, 1))


@pytest.mark.parametrize(("name", "file", "change", "says"), FAULTS, ids=[f[0] for f in FAULTS])
def test_a_planted_fault_is_refused_and_nothing_is_written(call, other, tmp_path, name, file, change, says):  # fmt: skip # noqa: E501
    damage(other, file, change)
    done = call("build", "--content", other, "--out", tmp_path / "out", "--lang", "nb")
    assert done.exit_code == 1
    for words in says:
        assert words in done.stderr
    assert "Traceback" not in done.output
    assert done.stdout == ""
    assert [p.name for p in tmp_path.iterdir()] == ["other"]


def test_a_column_that_the_query_has_not_is_told_once(call, other):
    damage(other, "ontology/questions/downstream.csv", ("meadow", "field"))
    done = call("check", "--content", other)
    assert sum("field" in line for line in done.stderr.splitlines()) == 1


def test_a_violation_and_a_contradiction_are_told_together(call, other):
    damage(other, PLACES, "beeid:h a bee:Hive , bee:Meadow .\n")
    done = call("check", "--content", other, "--lang", "nb")
    assert done.exit_code == 1
    assert "Feil: beeid:h" in done.stderr
    assert "with inferred" not in done.stderr
    assert "Contradiction (cax-dw): beeid:h" in done.stderr


def test_a_result_that_inference_hides_is_a_fault(call, other):
    damage(other, "ontology/shapes/hive.ttl", """
bee:MeadowShape a sh:NodeShape ; sh:targetClass bee:Meadow ; sh:property [
  sh:path bee:feeds ; sh:minCount 1 ; sh:severity sh:Warning ; sh:message "feeds none"@en ] .
""")  # fmt: skip
    done = call("check", "--content", other, "--lang", "en")
    assert done.exit_code == 1
    assert "Inference hides this result" in done.stderr
    assert "feeds none" in done.stderr
