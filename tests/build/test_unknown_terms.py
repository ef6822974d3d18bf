import pytest

from samgraf.build.content import ContentErrors, check_terms, find_content, load


def faults(root):
    with pytest.raises(ContentErrors) as caught:
        check_terms(load(find_content(root)))
    return caught.value.faults


def append(path, text):
    with path.open("a") as file:
        file.write(text)


def test_the_fixture_is_whole(other):
    check_terms(load(find_content(other)))


def test_every_unknown_term_is_told_with_line_and_near_matches(other):
    append(other / "data" / "places.ttl", "beeid:x a bee:Meadw ;\n  bee:forageOn beeid:x .\n")
    found = faults(other)
    assert found == [
        "data/places.ttl:36: The ontology does not define bee:Meadw. "
        "Did you mean bee:Meadow or bee:WetMeadow?",
        "data/places.ttl:37: The ontology does not define bee:forageOn. "
        "Did you mean bee:foragesOn?",
    ]


def test_a_term_may_be_said_to_be_gone_but_not_be_used(other):
    away = "bee:roosts owl:deprecated true ; dct:isReplacedBy bee:foragesOn .\n"
    prefixes = "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    prefixes += "@prefix dct: <http://purl.org/dc/terms/> .\n"
    append(other / "data" / "places.ttl", prefixes + away)
    check_terms(load(find_content(other)))
    append(other / "data" / "places.ttl", "beeid:hive-north bee:roosts beeid:meadow-upper .\n")
    (told,) = faults(other)
    assert "does not define bee:roosts. It is deprecated: use bee:foragesOn." in told


def test_an_unknown_term_in_a_shape_is_told(other):
    append(other / "ontology" / "shapes" / "hive.ttl", "bee:HiveShape sh:targetClass bee:Hyve .")
    assert ["ontology/shapes/hive.ttl:" in f and "bee:Hyve" in f for f in faults(other)] == [True]


def test_an_unknown_term_in_a_question_is_told_but_not_one_in_a_string_or_comment(other):
    append(
        other / "ontology" / "questions" / "forage.rq",
        '# bee:inComment\nVALUES ?x { "bee:inString" bee:Nothere }\n',
    )
    assert faults(other) == [
        "ontology/questions/forage.rq:16: The ontology does not define bee:Nothere. "
        "Define it in 'ontology', or correct the spelling."
    ]


def test_a_thing_that_nothing_describes_is_told(other):
    append(other / "data" / "places.ttl", "beeid:hive-north bee:foragesOn beeid:meadow-uper .\n")
    assert faults(other) == [
        "data/places.ttl:36: Nothing describes beeid:meadow-uper. "
        "Did you mean beeid:meadow-upper or beeid:meadow-lower?"
    ]


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("beeid:meadow-fen bee:soil soil:clay .", "https://example.org/bees/soils/clay"),
        (
            "soil:peat <http://www.w3.org/2004/02/skos/core#inScheme> "
            "<https://example.org/bees/soil> .",
            "https://example.org/bees/soil",
        ),
    ],
)
def test_a_concept_or_scheme_that_nothing_describes_is_told(other, statement, missing):
    append(other / "data" / "places.ttl", statement + "\n")
    assert [f"Nothing describes <{missing}>" in f for f in faults(other)] == [True]


def test_faults_of_a_file_are_told_in_the_order_of_its_lines(other):
    place = other / "data" / "places.ttl"
    append(place, "beeid:x bee:zeta beeid:nothing ;\n  bee:alpha beeid:x .\n")
    places = [fault.partition(": ")[0] for fault in faults(other)]
    assert places == ["data/places.ttl:36", "data/places.ttl:36", "data/places.ttl:37"]
