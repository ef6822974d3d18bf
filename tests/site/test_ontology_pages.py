import html
import re

import pyoxigraph as ox
import pytest
from flask import g

from samgraf.engine.in_process_service import in_process_service
from samgraf.settings import Settings
from samgraf.site import create_app
from samgraf.vocab import DCT, OWL, RDF, RDFS, SKOS
from small_release import BASE, LINES, TYPE, A
from thing_release import write_things

HTML = {"Accept": "text/html"}
SG = "https://w3id.org/samgraf/ontology#"
DECLARATIONS = {
    RDFS + "Datatype",
    *(OWL + n for n in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")),
    OWL + "NamedIndividual",
}
TYPES = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}


def get(app, address, **headers):
    return app.test_client().get(address, headers=HTML | headers)


def text_of(markup):
    """Return what is to be read, with single spaces."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", markup))).strip()


def section(page, heading):
    """Return the section of a page that begins with the heading of this id."""
    return page.partition(f'id="{heading}"')[2].partition("</section>")[0]


def asked(app, address):
    with app.test_client() as client:
        assert client.get(address, headers=HTML).status_code == 200
        return g.asked


@pytest.mark.parametrize("address", ["/ontology", "/ontology/Claim", "/ontology/0.1.0"])
@pytest.mark.parametrize("suffix", TYPES)
def test_every_format_is_had_by_suffix_and_by_accept(study_app, address, suffix):
    by_suffix = get(study_app, f"{address}.{suffix}")
    by_accept = get(study_app, address, Accept=TYPES[suffix])
    assert by_suffix.mimetype == by_accept.mimetype == TYPES[suffix]
    assert by_suffix.data == by_accept.data != b""


def test_ontology_as_data_is_its_header_and_terms_of_all_its_files(study_app, root):
    triples = get(study_app, "/ontology.nt").text
    files = [root / "ontology/samgraf.ttl", *(root / "ontology/terms").glob("*.ttl")]
    stated = [q for file in files for q in ox.parse(path=file, format=ox.RdfFormat.TURTLE)]
    sent = list(ox.parse(input=triples, format=ox.RdfFormat.N_TRIPLES))
    # blank nodes have no names to compare
    there, said = (
        {q.triple for q in quads if not _blank(q.subject) and not _blank(q.object)}
        for quads in (sent, stated)
    )
    assert said <= there
    assert len(sent) - len(stated) == len(there - said)
    assert {t.object.value for t in there - said} <= DECLARATIONS
    assert "http://www.w3.org/ns/shacl#NodeShape" not in triples
    assert "subClassOf> <http://www.w3.org/ns/prov#Entity>" not in triples  # an alignment


@pytest.mark.parametrize("suffix", TYPES)
def test_ontology_as_data_declares_every_term_that_it_uses(study_app, root, suffix):
    format = ox.RdfFormat.from_extension(suffix)
    sent = list(ox.parse(input=get(study_app, f"/ontology.{suffix}").data, format=format))
    declared = {q.subject for q in sent if q.object.value in DECLARATIONS}
    used = {q.predicate for q in sent}
    foreign = {p for p in used if not p.value.startswith((OWL, RDF, RDFS))}
    assert foreign <= declared
    assert {ox.NamedNode(SKOS + "Concept"), ox.NamedNode(DCT + "title")} <= declared
    # what nothing here uses is declared elsewhere
    assert "http://www.w3.org/ns/oa#start" not in {d.value for d in declared}


def _blank(term):
    return isinstance(term, ox.BlankNode)


def test_term_as_data_has_its_class_expression_whole(study_app):
    triples = get(study_app, "/ontology/ProgrammeRegion.nt").text
    assert triples.count("owl#hasValue>") == 1
    assert triples.count("rdf-syntax-ns#first>") == 2


@pytest.mark.parametrize("address", ["/ontology", "/ontology/Claim", "/vocabularies"])
def test_page_that_is_known_is_not_sent_again(study_app, address):
    first = get(study_app, address)
    assert {"Accept", "Accept-Language"} <= {v.strip() for v in first.headers["Vary"].split(",")}
    assert first.headers["Cache-Control"] == "public, no-cache"
    again = get(study_app, address, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = get(study_app, address + "?lang=en", **{"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    assert 'rel="alternate"; type="text/turtle"' in first.headers["Link"]


def test_nothing_fits_is_406(study_app):
    assert get(study_app, "/ontology/Claim", Accept="image/png").status_code == 406


def test_version_iri_leads_to_the_ontology(study_app, bees_app):
    for app, version in ((study_app, "0.1.0"), (bees_app, "1.0.0")):
        assert 'class="tree' in get(app, f"/ontology/{version}").text
        assert get(app, f"/ontology/{version}9").status_code == 404


def test_every_term_has_an_anchor_and_a_link(bees_app):
    page = get(bees_app, "/ontology").text
    names = re.findall(r'<li id="([^"]+)">', page)
    assert len(names) == len(set(names))
    assert {"Place", "Hive", "WetMeadow", "foragesOn", "near", "frames"} <= set(names)
    for name in names:
        assert f'href="/ontology/{name}"' in page
        assert get(bees_app, f"/ontology/{name}").status_code == 200


def test_branches_and_filter_are_in_the_address(bees_app):
    closed, opened = get(bees_app, "/ontology").text, get(bees_app, "/ontology?open=Place").text
    assert "<details open" not in closed
    assert re.findall(r'<details open data-name="(\w+)"', opened) == ["Place"]
    found = get(bees_app, "/ontology?filter=v%C3%A5teng&lang=nb").text
    assert set(re.findall(r'<li id="([^"]+)">', found)) == {"Place", "Meadow", "WetMeadow"}
    assert found.count("<mark>") == 1
    assert "<details open" in get(bees_app, "/ontology?open=*").text


def test_filter_finds_terms_below_terms_of_others(study_app):
    found = get(study_app, "/ontology?filter=claim&lang=en").text
    assert {"Claim", "FactorClaim"} <= set(re.findall(r'<li id="([^"]+)">', found))


def test_filter_that_finds_nothing_says_so(bees_app):
    assert "«zzz»" in get(bees_app, "/ontology?filter=zzz&lang=nb").text


def test_number_of_queries_is_the_same_for_every_content_and_term(study_app, bees_app):
    assert asked(study_app, "/ontology") == asked(bees_app, "/ontology") <= 4
    terms = [asked(study_app, f"/ontology/{n}") for n in ("Claim", "theme", "ProgrammeRegion")]
    assert max(*terms, asked(bees_app, "/ontology/Hive")) <= 17


def test_unknown_term_is_404_with_terms_called_much_the_same(study_app):
    answer = get(study_app, "/ontology/Clam?lang=en")
    assert answer.status_code == 404
    assert 'href="/ontology/Claim?lang=en"' in answer.text
    assert (
        get(study_app, "/ontology/Clam", Accept="text/turtle").mimetype
        == "application/problem+json"
    )
    assert get(study_app, "/ontology/Clam.ttl", Accept="text/turtle").status_code == 404
    assert get(study_app, "/ontology/%00%3Cx").status_code == 404


def test_stated_and_inferred_are_told_apart(study_app):
    place = section(get(study_app, "/ontology/FactorClaim?lang=en").text, "place")
    supers = text_of(place.partition("Superclasses")[2].partition("</dd>")[0])
    assert supers.startswith("findingclaim inferred")


def groups_of(app, name):
    """Return the rows of the table of properties, by the heading that they stand under."""
    found = section(get(app, f"/ontology/{name}?lang=en").text, "properties")
    parts = re.split(r"<h3>|<summary>", found)[1:]
    return {
        text_of(re.split("</h3>|</summary>", part)[0]): [
            text_of(row) for row in re.split("<tr[^>]*>", part)[2:]
        ]
        for part in parts
    }


def test_how_things_are_shown_is_no_part_of_a_page_but_stands_in_its_data(study_app):
    page = get(study_app, "/ontology/Region?lang=en").text
    for said in ("plural label", "shown on", "target class", "Others that refer here"):
        assert said not in page
    data = get(study_app, "/ontology/Region.nt", Accept="*/*").text
    for name in ("display#pluralLabel", "display#on", "shacl#targetClass"):
        assert name in data


def test_inherited_properties_name_the_class_they_come_from(study_app):
    groups = groups_of(study_app, "FactorClaim")
    (held_by,) = [row for row in groups["Inherited from claim"] if "sg:heldBy" in row]
    assert held_by == "held by sg:heldByactorat least one value10"


def test_properties_come_from_the_ontology_the_rules_and_the_things(study_app):
    groups = groups_of(study_app, "Claim")
    own = groups["Stated on the class itself"]
    assert any(row.startswith("certainty sg:certainty") and row.endswith("47") for row in own)
    assert any("sg:qualifier" in row for row in own)  # of a shape alone
    used = next(rows for heading, rows in groups.items() if heading.startswith("Also used"))
    (evidence,) = [row for row in used if "sg:hasEvidence" in row]
    assert "passage by use" in evidence  # of things alone


@pytest.mark.parametrize("name", ["Claim", "Membership", "Municipality", "Actor"])
def test_sample_query_runs_and_shows_what_things_have(study_app, name):
    text = section(get(study_app, f"/ontology/{name}?lang=en").text, "properties")
    sample = html.unescape(
        re.search(r'<pre class="sample".*?<code>(.*?)</code>', text, re.DOTALL)[1]
    )
    service = study_app.extensions["samgraf"]
    rows = service.rows(sample)
    assert rows
    assert any(len(row) > 1 for row in rows)
    href = html.unescape(re.search(r'href="(/sparql\?[^"]*query=[^"]*)"', text)[1])
    assert get(study_app, href).status_code == 200


def test_model_drawn_by_hand_stands_for_the_diagram_and_is_told_in_words(study_app, bees_app):
    text = get(study_app, "/ontology?lang=nb").text
    assert '<a href="/ontology/model.svg"><img src="/ontology/model.svg"' in text
    assert "/ontology/diagram.json" not in text
    assert "/ontology/diagram.json" in get(bees_app, "/ontology").text
    assert 'lang="en">Claims, cases and limitations' in text
    answer = study_app.test_client().get("/ontology/model.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.text.startswith("<svg")
    assert "model.svg" not in get(bees_app, "/ontology").text
    assert bees_app.test_client().get("/ontology/model.svg").status_code == 404


def test_shape_is_told_in_plain_words(study_app):
    expected = {
        "en": "certainty: exactly one value, a concept of the vocabulary degrees of certainty",
        "nb": "sikkerhet: nøyaktig én verdi, et begrep i vokabularet sikkerhetsgrader",
        "nn": "sikkerheit: nøyaktig éin verdi, eit omgrep i vokabularet sikkerheitsgrader",
    }
    for lang, words in expected.items():
        assert words in text_of(
            section(get(study_app, f"/ontology/Claim?lang={lang}").text, "rules")
        )
    own = text_of(section(get(study_app, "/ontology/certainty?lang=en").text, "rules"))
    assert "claim · certainty: exactly one value" in own
    assert "limitation" not in own


def test_rule_of_a_class_above_names_it_and_a_warning_is_one(bees_app):
    rules = text_of(section(get(bees_app, "/ontology/Hive?lang=en").text, "rules"))
    assert "label: at least one value rule for place" in rules
    assert "Warning number of frames: whole number, at most 12" in rules


def test_class_expression_and_characteristics_are_told_in_words(study_app, bees_app):
    place = text_of(section(get(study_app, "/ontology/ProgrammeRegion?lang=en").text, "place"))
    assert "region and things whose region kind is programme region" in place
    near = text_of(section(get(bees_app, "/ontology/near?lang=en").text, "place"))
    assert "holds in both directions" in near
    assert "More specific properties forages on" in near
    inverse = text_of(section(get(bees_app, "/ontology/feeds?lang=en").text, "place"))
    assert "Inverse forages on" in inverse


def test_examples_and_counts_are_from_the_data(bees_app):
    uses = text_of(section(get(bees_app, "/ontology/Hive?lang=en").text, "uses"))
    assert "Instances of the class: 2." in uses
    assert "northern hive" in uses
    frames = text_of(section(get(bees_app, "/ontology/frames?lang=en").text, "uses"))
    assert "northern hive → 10" in frames


def test_questions_that_use_a_term_are_linked_by_token(study_app):
    page = get(study_app, "/ontology/claimStatus?lang=en").text
    asked = re.findall(r'href="(/questions/[\w-]+)\?', section(page, "asked"))
    assert asked == ["/questions/passages-without-claim"]
    # "claim" stands in many queries as part of longer names only
    assert 'id="asked"' not in get(study_app, "/ontology/Resource").text


def test_text_in_another_language_is_marked(study_app):
    page = get(study_app, "/ontology/Claim?lang=nn").text
    assert 'lang="en"><div>claim</div></td>' in page
    assert not re.search(r"<h1[^>]* lang=", page)


def test_term_that_is_gone_says_so_and_leads_on(study_app):
    page = get(study_app, "/ontology/modality?lang=en").text
    said = page.partition('class="told caution"')[2].partition("</p>")[0]
    assert text_of(said).endswith("certainty, standing.")
    assert 'href="/ontology/certainty?lang=en"' in said
    tree = get(study_app, "/ontology?open=*&lang=en").text
    assert 'id="modality"' not in tree


def test_message_of_a_rule_has_no_places_left_open(study_app):
    rules = text_of(section(get(study_app, "/ontology/Reading?lang=en").text, "rules"))
    assert "The value also holds a source claim" in rules
    assert "{" not in rules


def test_foreign_terms_are_tied_with_what_the_tie_is(study_app):
    ties = section(get(study_app, "/ontology/Claim?lang=en").text, "ties")
    assert 'href="https://schema.org/Claim"' in ties
    assert "Narrower than" in ties


def test_a_foreign_term_that_is_called_as_ours_tells_whose_it_is(study_app):
    page = get(study_app, "/ontology/Claim?lang=en").text
    place, ties = (text_of(section(page, part)) for part in ("place", "ties"))
    for shown in (place, ties):
        assert "claim schema:Claim" in shown
        assert "entity prov:Entity" in shown
    assert "sg:" not in place  # our own do without


def test_diagram_draws_from_the_nearest_class_that_is_shown(study_app):
    def edges(query):
        shown = get(study_app, "/ontology/diagram.json?lang=en" + query).json
        return {
            (e["source"].removeprefix(SG), e["target"].removeprefix(SG))
            for e in shown["edges"]
            if e["kind"] == "property"
        }

    assert ("CausalElement", "Actor") in edges("")
    assert ("Factor", "Actor") in edges("&open=CausalElement,Condition,Factor") | edges("&open=*")


def test_diagram_of_a_property_joins_its_domain_and_range(bees_app):
    shown = get(bees_app, "/ontology/diagram.json?term=foragesOn&lang=en").json
    assert [n["label"] for n in shown["nodes"]] == ["hive", "meadow"]
    assert [e["label"] for e in shown["edges"]] == ["forages on"]
    assert shown["name"] == "Diagram with 2 classes and 1 property"


def test_hostile_terms_are_text(app):
    page = app.test_client().get("/ontology/evil", headers=HTML).text
    assert "<script>alert" not in page
    assert 'href="javascript:' not in page
    missing = app.test_client().get("/ontology/%3Cscript%3E", headers=HTML)
    assert missing.status_code == 404
    assert "<script>" not in missing.text.replace('<script type="module"', "")
    assert app.test_client().get("/ontology", headers=HTML).status_code == 200


def test_no_id_stands_twice_whatever_the_terms_are_called(tmp_path):
    names = ("about", "content", "menu", "filter", "picture", "kind-class", "top-q", "class")
    ontology = f"{BASE}ontology#"
    lines = [(f"<{ontology}{n}>", TYPE, "<http://www.w3.org/2002/07/owl#Class>", A) for n in names]
    app = create_app(in_process_service(write_things(tmp_path, [*LINES, *lines]), Settings()))
    client, ids = app.test_client(), {}
    for path in ("/ontology", "/ontology/about"):
        page = client.get(path, headers={"Accept": "text/html"}).text
        ids[path] = re.findall(r'\bid="([^"]*)"', page)
        assert sorted(set(ids[path])) == sorted(ids[path]), path
    assert set(names) <= set(ids["/ontology"])


def test_class_expressions_are_told_in_words_on_either_side(tmp_path):
    ontology = f"{BASE}ontology#"
    herb, grows, garden = (f"<{ontology}{n}>" for n in ("Herb", "growsIn", "Garden"))
    lines = [
        *((name, TYPE, f"<{OWL}Class>", A) for name in (herb, garden)),
        (grows, TYPE, f"<{OWL}ObjectProperty>", A),
    ]
    for node, axiom in (
        ("_:right", (herb, f"<{RDFS}subClassOf>", "_:right", A)),
        ("_:left", ("_:left", f"<{RDFS}subClassOf>", herb, A)),
    ):
        value = f"<{OWL}{'someValuesFrom' if node == '_:right' else 'allValuesFrom'}>"
        lines += [axiom, (node, f"<{OWL}onProperty>", grows, A), (node, value, garden, A)]
    app = create_app(in_process_service(write_things(tmp_path, [*LINES, *lines]), Settings()))
    place = section(get(app, "/ontology/Herb?lang=en").text, "place")
    above, below = (
        text_of(place.partition(f"<dt>{title}</dt>")[2].partition("</dd>")[0])
        for title in ("Superclasses", "Subclasses")
    )
    assert "Garden" in above
    assert "Garden" in below
    assert above != below
