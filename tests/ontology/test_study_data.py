"""What the study data must hold: each statement placed, each claim complete, nothing copied."""

import hashlib
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest

from samgraf.build.content import find_content, load
from samgraf.build.evidence.copies import copies

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "data" / "study"
SOURCE = ROOT.parent / "shared" / "source" / "distriktssenteret-summary.txt"

ID = "https://w3id.org/samgraf/id/"
SG = "https://w3id.org/samgraf/ontology#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
DESCRIPTION = "http://purl.org/dc/terms/description"
LANGUAGES = {"nb", "nn", "en"}

# The statements of the source in its order, from the reading of it: letters where one sentence
# says two things.
STATEMENTS = [
    f"S{number:02}{part}"
    for number in range(1, 38)
    for part in ({3: "ab", 20: "ab", 37: "ab"}.get(number) or [""])
]

WITHOUT_CLAIM = {
    "S01": "title",
    "S05": "lead-in",
    "S12": "lead-in",
    "S17": "heading",
    "S22": "heading",
    "S29": "heading",
}

# Certainty by the wording of the passage; all other claims are stated.
CERTAINTIES = {
    "possible": {"S03a", "S03b", "S23-2", "S25", "S26-2", "S27"},
    "presumed": {"S26"},
    "open": {"S28"},
}

# Standing, where it is not a finding.
STANDINGS = {
    "feeling": {"S18", "S27"},
    "wish": {"S20a"},
    "contrary-to-fact": {"S21"},
    "background": {"S20b"},
    "self-account": {"S04", *(f"S{n}" for n in range(30, 37)), "S37a", "S37b"},
}

# What no single passage carries → the passages from which the editors read it.
READINGS = {
    "pressure-and-reluctance": {"S18", "S19"},
    "reluctance-and-too-many": {"S19", "S26"},
    "equal-votes-and-skewed-power": {"S09", "S14"},
    "county-helps-and-presses": {"S06", "S18"},
    "trust-promotes-and-takes-time": {"S11", "S24"},
    "S28-as-stated": {"S28"},
    "S28-as-possible": {"S28"},
}

PREFIXES = f"""
PREFIX sg: <{SG}>
PREFIX id: <{ID}>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX spdx: <http://spdx.org/rdf/terms#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""

CLAIM = "VALUES ?class { sg:Finding sg:FactorClaim sg:MethodClaim sg:ContextClaim \
sg:AssessmentClaim } ?claim a ?class ."
FINDING = "VALUES ?class { sg:Finding sg:FactorClaim } ?claim a ?class ."


@pytest.fixture(scope="module")
def store() -> ox.Store:
    loaded = ox.Store()
    for path in sorted(STUDY.glob("*.ttl")):
        loaded.load(path=str(path), format=ox.RdfFormat.TURTLE)
    return loaded


@pytest.fixture(scope="module")
def source() -> str:
    if not SOURCE.exists():
        pytest.skip("the source text is no part of the project and no copy of it lies beside it")
    return SOURCE.read_bytes().decode("utf-8")


def rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    """Run a query and give each row as strings, things under our base shortened to kind/slug."""

    def plain(term: ox.NamedNode | ox.Literal | None) -> str:
        return "" if term is None else term.value.removeprefix(ID).removeprefix(SG)

    solutions = store.query(PREFIXES + query)
    return [tuple(plain(row[v]) for v in solutions.variables) for row in solutions]


def slugs(store: ox.Store, query: str) -> set[str]:
    """Run a query of one column and give the slugs of the things in it."""
    return {value.split("/", 1)[1] for (value,) in rows(store, query)}


def passages(store: ox.Store) -> list[tuple[int, int, str, str, str]]:
    """Give start, end, slug, checksum and text fragment of each passage, in order of position."""
    found = rows(
        store,
        """SELECT ?start ?end ?passage ?sum ?fragment {
            ?passage a sg:Passage ; spdx:checksum/spdx:checksumValue ?sum ;
                oa:hasSelector ?position , ?words .
            ?position oa:start ?start ; oa:end ?end .
            ?words a oa:FragmentSelector ; rdf:value ?fragment }""",
    )
    return sorted(
        (int(start), int(end), passage.removeprefix("passage/"), digest, fragment)
        for start, end, passage, digest, fragment in found
    )


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


# ---- Passages ----


def test_the_forty_statements_stand_in_source_order(store: ox.Store) -> None:
    assert len(STATEMENTS) == 40
    assert [passage for _, _, passage, _, _ in passages(store)] == STATEMENTS


def test_passages_do_not_overlap_and_lie_within_the_text(store: ox.Store) -> None:
    ((length,),) = rows(store, "SELECT ?n { ?text sg:lengthInCharacters ?n }")
    placed = passages(store)
    assert placed[0][0] == 0
    for (_, end, _, _, _), (start, _, _, _, _) in pairwise(placed):
        assert end < start
    assert all(start < end for start, end, *_ in placed)
    assert placed[-1][1] == int(length)


def test_checksums_are_of_sha_256_and_all_different(store: ox.Store) -> None:
    sums = rows(
        store,
        """SELECT ?sum { ?c a spdx:Checksum ; spdx:checksumValue ?sum ;
            spdx:algorithm spdx:checksumAlgorithm_sha256 }""",
    )
    assert len(sums) == len(set(sums)) == 41
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for (digest,) in sums)


def test_each_passage_carries_a_claim_or_says_why_not(store: ox.Store) -> None:
    status = dict(rows(store, "SELECT ?p ?s { ?p a sg:Passage ; sg:claimStatus ?s }"))
    claimed = {p for (p,) in rows(store, f"SELECT ?p {{ {CLAIM} ?claim sg:hasEvidence ?p }}")}
    for slug in STATEMENTS:
        passage = f"passage/{slug}"
        expected = WITHOUT_CLAIM.get(slug, "carries-claim")
        assert status[passage] == f"claim-status/{expected}"
        assert (passage in claimed) == (expected == "carries-claim"), slug


def test_each_passage_that_carries_a_claim_has_the_claim_of_its_name(store: ox.Store) -> None:
    named = {
        (claim.removeprefix("claim/"), passage.removeprefix("passage/"))
        for claim, passage in rows(
            store, f"SELECT ?claim ?p {{ {CLAIM} ?claim sg:hasEvidence ?p }}"
        )
    }
    assert {(s, s) for s in STATEMENTS if s not in WITHOUT_CLAIM} <= named
    own_passage = {claim for claim, passage in named if claim.split("-")[0] == passage}
    assert own_passage == {claim for claim, _ in named}


def test_each_claim_of_the_source_has_just_one_passage(store: ox.Store) -> None:
    counted = Counter(
        claim
        for claim, _ in rows(store, f"SELECT ?claim ?p {{ {CLAIM} ?claim sg:hasEvidence ?p }}")
    )
    assert len(counted) == 40
    assert set(counted.values()) == {1}


# ---- Passages against a copy of the source ----


def test_the_source_has_the_length_and_checksum_given(store: ox.Store, source: str) -> None:
    ((length, digest),) = rows(
        store,
        """SELECT ?n ?sum { ?text sg:lengthInCharacters ?n ;
            spdx:checksum/spdx:checksumValue ?sum }""",
    )
    assert int(length) == len(source)
    assert digest == hashlib.sha256(source.encode()).hexdigest()


def test_every_locator_finds_its_passage(store: ox.Store, source: str) -> None:
    for start, end, slug, digest, _ in passages(store):
        assert hashlib.sha256(source[start:end].encode()).hexdigest() == digest, slug


def test_nothing_but_space_and_signs_stands_between_passages(store: ox.Store, source: str) -> None:
    placed = passages(store)
    for (_, end, slug, _, _), (start, *_) in pairwise(placed):
        assert not words(source[end:start]), slug


def test_fragments_are_few_words_that_occur_once_in_the_source(
    store: ox.Store, source: str
) -> None:
    searched = source.casefold()
    for start, end, slug, _, fragment in passages(store):
        wanted = unquote(fragment.removeprefix(":~:text="))
        assert 3 <= len(wanted.split()) <= 6, slug
        assert wanted in source[start:end], slug
        assert searched.count(wanted.casefold()) == 1, slug


def test_fragments_hold_no_no_break_space_and_no_bare_sign(store: ox.Store) -> None:
    for *_, slug, _, fragment in passages(store):
        encoded = fragment.removeprefix(":~:text=")
        assert encoded != fragment, slug
        assert "\u00a0" not in unquote(encoded), slug
        # In a text directive a bare comma, ampersand or hyphen has a meaning of its own.
        assert re.fullmatch(r"(?:[\w.~]|%[0-9A-F]{2})+", encoded, re.ASCII), slug


def test_nothing_in_the_content_is_copied_from_the_source(source: str) -> None:
    assert [str(fault) for fault in copies(load(find_content(ROOT)), source)] == []


def test_slips_are_printed_so_in_their_passage_and_shorter_than_four_words(
    store: ox.Store, source: str
) -> None:
    place = {slug: source[start:end] for start, end, slug, _, _ in passages(store)}
    slips = rows(
        store,
        """SELECT ?p ?printed ?meant { ?slip a sg:LanguageSlip ; oa:hasTarget ?p ;
            sg:asPrinted ?printed . OPTIONAL { ?slip sg:presumablyMeant ?meant } }""",
    )
    assert sorted(p for p, _, _ in slips) == [
        f"passage/S{n}" for n in ("03a", "11", "12", "14", "28")
    ]
    assert [p for p, _, meant in slips if not meant] == ["passage/S28"]
    for passage, printed, meant in slips:
        assert printed in place[passage.removeprefix("passage/")]
        assert printed != meant
        assert len(printed.split()) < 4


# ---- Claims ----


@pytest.mark.parametrize(
    ("property_", "most"),
    [("hasEvidence", 1), ("certainty", 1), ("standing", 1), ("heldBy", 1), ("ofStudy", 1)],
)
def test_every_claim_is_complete(store: ox.Store, property_: str, most: int) -> None:
    claims = slugs(store, f"SELECT ?claim {{ {CLAIM} }}")
    given = Counter(
        claim.removeprefix("claim/")
        for claim, _ in rows(store, f"SELECT ?claim ?o {{ {CLAIM} ?claim sg:{property_} ?o }}")
    )
    assert set(given) == claims
    assert len(claims) == 40
    assert max(given.values()) == most


@pytest.mark.parametrize("property_", [LABEL, DESCRIPTION])
def test_every_claim_is_paraphrased_once_in_each_language(store: ox.Store, property_: str) -> None:
    solutions = store.query(
        f"{PREFIXES} SELECT ?claim ?text {{ {CLAIM} ?claim <{property_}> ?text }}"
    )
    tags: dict[str, list[str]] = {}
    for row in solutions:
        tags.setdefault(row["claim"].value, []).append(row["text"].language)
    assert len(tags) == 40
    assert all(sorted(found) == sorted(LANGUAGES) for found in tags.values())


def test_everything_has_one_label_in_each_language(store: ox.Store) -> None:
    things = {
        quad.subject
        for quad in store.quads_for_pattern(
            None, ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), None, None
        )
        if quad.subject.value.startswith(ID)
    }
    assert things
    for thing in things:
        labels = store.quads_for_pattern(thing, ox.NamedNode(LABEL), None, None)
        assert sorted(q.object.language for q in labels) == sorted(LANGUAGES), thing


@pytest.mark.parametrize("certainty", sorted(CERTAINTIES))
def test_certainty_is_that_of_the_passage(store: ox.Store, certainty: str) -> None:
    query = f"SELECT ?claim {{ {CLAIM} ?claim sg:certainty <{ID}certainty/{certainty}> }}"
    assert slugs(store, query) == CERTAINTIES[certainty]


def test_all_other_claims_are_stated(store: ox.Store) -> None:
    reserved = set().union(*CERTAINTIES.values())
    stated = slugs(store, f"SELECT ?claim {{ {CLAIM} ?claim sg:certainty <{ID}certainty/stated> }}")
    assert stated == slugs(store, f"SELECT ?claim {{ {CLAIM} }}") - reserved


def test_standing_is_that_of_the_passage_and_else_a_finding(store: ox.Store) -> None:
    found: dict[str, set[str]] = {}
    for claim, standing in rows(store, f"SELECT ?claim ?s {{ {CLAIM} ?claim sg:standing ?s }}"):
        found.setdefault(standing.removeprefix("standing/"), set()).add(
            claim.removeprefix("claim/")
        )
    others = found.pop("finding")
    assert found == STANDINGS
    assert others == slugs(store, f"SELECT ?claim {{ {CLAIM} }}") - set().union(*found.values())


def test_the_summary_speaks_for_itself_and_for_the_small_municipalities(store: ox.Store) -> None:
    held = rows(store, f"SELECT ?holder ?claim {{ {CLAIM} ?claim sg:heldBy ?holder }}")
    assert {holder for holder, _ in held} == {
        "actor/summary-writer",
        "actor-group/small-municipalities",
    }
    theirs = {claim for holder, claim in held if holder == "actor-group/small-municipalities"}
    assert theirs == {"claim/S18", "claim/S20a", "claim/S21"}


def test_the_limitation_is_of_each_finding_and_of_nothing_else(store: ox.Store) -> None:
    limited = rows(store, "SELECT ?claim { ?claim sg:subjectToLimitation ?limitation }")
    assert sorted(limited) == sorted(rows(store, f"SELECT ?claim {{ {FINDING} }}"))
    assert len(limited) == 29


# ---- Readings ----


def test_readings_are_of_the_editors_and_name_their_passages(store: ox.Store) -> None:
    found: dict[str, set[str]] = {}
    for reading, holder, passage in rows(
        store, "SELECT ?r ?who ?p { ?r a sg:Reading ; sg:heldBy ?who ; sg:readFrom ?p }"
    ):
        assert holder == "actor/editors"
        found.setdefault(reading.removeprefix("reading/"), set()).add(
            passage.removeprefix("passage/")
        )
    assert found == READINGS


def test_no_reading_passes_for_a_claim_of_the_source(store: ox.Store) -> None:
    query = "SELECT ?r ?p { ?r a sg:Reading ; ?p ?o FILTER(?p IN (%s)) }"
    of_sources = "sg:hasEvidence, sg:standing, sg:direction, sg:subjectToLimitation, sg:restates"
    assert rows(store, query % of_sources) == []
    elsewhere = f"""SELECT ?c {{ ?c sg:heldBy <{ID}actor/editors>
        FILTER NOT EXISTS {{ ?c a sg:Reading }} }}"""
    assert rows(store, elsewhere) == []


def test_an_open_claim_has_a_reading_for_each_way_to_understand_it(store: ox.Store) -> None:
    ways = rows(
        store,
        """SELECT ?claim ?certainty { ?reading sg:interprets ?claim ; sg:certainty ?certainty }
            ORDER BY ?certainty""",
    )
    assert ways == [
        ("claim/S28", "certainty/possible"),
        ("claim/S28", "certainty/stated"),
    ]


# ---- Claims that repeat others ----


def test_repeated_claims_say_how_they_differ_in_certainty(store: ox.Store) -> None:
    repeats = rows(
        store,
        """SELECT ?later ?how ?earlier { VALUES ?how { sg:restates sg:hedges sg:sharpens }
            ?later ?how ?earlier } ORDER BY ?later ?how""",
    )
    assert repeats == [
        ("claim/S23", "restates", "claim/S02"),
        ("claim/S23-2", "restates", "claim/S03a"),
        ("claim/S23-3", "sharpens", "claim/S03b"),
        ("claim/S23-4", "restates", "claim/S03b-2"),
    ]


def test_no_finding_is_tied_to_a_single_municipality(store: ox.Store) -> None:
    tied = rows(
        store,
        f"""SELECT ?claim ?thing {{ {CLAIM} ?claim sg:about|sg:cause|sg:effect|sg:heldBy ?thing
            FILTER(?class IN (sg:Finding, sg:FactorClaim))
            FILTER(REGEX(STR(?thing), "/id/(case|municipality|authority)/")) }}""",
    )
    assert tied == []


# ---- Factors and mechanism ----


@pytest.mark.parametrize(
    ("class_", "link", "direction", "number"),
    [
        ("PromotingFactor", "promotes", "promotes", 6),
        ("InhibitingFactor", "inhibits", "inhibits", 4),
    ],
)
def test_factors_agree_with_their_claims(
    store: ox.Store, class_: str, link: str, direction: str, number: int
) -> None:
    factors = slugs(store, f"SELECT ?f {{ ?f a sg:{class_} ; sg:theme ?theme }}")
    assert len(factors) == number
    linked = f"SELECT ?f {{ ?f sg:{link} <{ID}benefit/regional-collaboration> }}"
    assert slugs(store, linked) == factors
    claimed = rows(
        store,
        f"""SELECT ?f ?direction {{ ?claim a sg:FactorClaim ; sg:concernsFactor ?f ;
            sg:direction ?direction . ?f a sg:{class_} }}""",
    )
    assert sorted(claimed) == sorted((f"factor/{f}", f"direction/{direction}") for f in factors)


def test_four_pressures_of_which_one_is_felt_at_times(store: ox.Store) -> None:
    pressures = rows(
        store,
        """SELECT ?actor ?qualifier { ?p a sg:Pressure ; sg:exertedBy ?actor ;
            sg:exertedOn id:actor-group\\/small-municipalities
            OPTIONAL { ?p sg:qualifier ?qualifier } } ORDER BY ?actor""",
    )
    assert pressures == [
        ("actor-group/county-authorities", ""),
        ("actor-group/neighbouring-municipalities", ""),
        ("actor-group/own-business-community", "qualifier/at-times"),
        ("actor-group/state", ""),
    ]


def test_what_the_small_municipalities_feel_or_hold_is_told_as_theirs() -> None:
    """Pressure is felt, and what a wish would have made possible is what they believe."""
    words = {
        "nb": r"føler|følelse|kjenner|opplever|mener",
        "nn": r"kjenner|kjensle|opplever|meiner",
        "en": r"feel|felt|hold",
    }
    told = 0
    for path in sorted((ROOT / "ontology").glob("[qv]*/*.rq")):
        text = path.read_text("utf-8")
        query = re.sub(r"^#.*$", "", text, flags=re.MULTILINE)
        if not re.search(r"sg:(exertsPressure|exertedBy|wouldEnableUseOf)\b", query):
            continue
        for language, word in words.items():
            said = re.findall(rf"^# (?:text-|answer-)?{language}: (.*)", text, re.MULTILINE)
            assert re.search(word, " ".join(said)), (path.name, language)
            told += 1
    assert told >= 3 * len(words)


def test_every_link_rests_on_a_claim_with_one_passage(store: ox.Store) -> None:
    links = set(rows(store, "SELECT ?a ?b { ?a sg:leadsTo|sg:mayLeadTo ?b }"))
    claimed = rows(
        store,
        f"""SELECT ?a ?b ?claim ?p {{ {CLAIM} ?claim sg:cause ?a ; sg:effect ?b ;
            sg:hasEvidence ?p }}""",
    )
    assert len(links) == 10
    assert links == {(a, b) for a, b, _, _ in claimed}
    assert len({(a, b, claim) for a, b, claim, _ in claimed}) == len(claimed)


def test_a_link_is_certain_just_where_a_claim_states_it(store: ox.Store) -> None:
    certain = rows(store, "SELECT ?a ?b { ?a sg:leadsTo ?b }")
    stated = rows(
        store,
        f"""SELECT DISTINCT ?a ?b {{ {CLAIM} ?claim sg:cause ?a ; sg:effect ?b ;
            sg:certainty <{ID}certainty/stated> }}""",
    )
    assert len(certain) == 4
    assert sorted(certain) == sorted(stated)
    assert rows(store, "SELECT ?a ?b { ?a sg:leadsTo ?b ; sg:mayLeadTo ?b }") == []


def test_readings_make_no_link(store: ox.Store) -> None:
    read = rows(store, "SELECT ?a ?b { ?r a sg:Reading ; sg:cause ?a ; sg:effect ?b }")
    links = set(rows(store, "SELECT ?a ?b { ?a sg:leadsTo|sg:mayLeadTo ?b }"))
    assert len(read) == 5
    assert not links.intersection(read)


def test_pressure_ends_in_poorer_results_by_readings_only(store: ox.Store) -> None:
    by_claims = f"SELECT ?end {{ <{ID}pressure/from-state> (sg:leadsTo|sg:mayLeadTo)+ ?end }}"
    assert rows(store, by_claims) == []
    ends = slugs(store, f"SELECT ?end {{ <{ID}pressure/from-state> (^sg:cause/sg:effect)+ ?end }}")
    assert ends == {"reluctance-to-decline", "too-many-collaborations", "poorer-results"}
    assert rows(store, "SELECT ?x { ?x (^sg:cause/sg:effect)+ ?x }") == []


@pytest.mark.parametrize(
    "class_",
    [
        "Factor",
        "Benefit",
        "Detriment",
        "Cost",
        "Condition",
        "Pressure",
        "CollaborationActivity",
        "Resource",
        "Advantage",
        "Wish",
        "DecisionRule",
        "ResearchQuestion",
        "Case",
    ],
)
def test_whatever_the_study_speaks_of_is_spoken_of_in_a_claim(store: ox.Store, class_: str) -> None:
    classes = {"Factor": "sg:PromotingFactor sg:InhibitingFactor"}.get(class_, f"sg:{class_}")
    things = slugs(store, f"SELECT ?x {{ VALUES ?class {{ {classes} }} ?x a ?class }}")
    spoken_of = slugs(
        store,
        f"""SELECT ?x {{ VALUES ?class {{ {classes} }} ?x a ?class .
            ?claim sg:hasEvidence ?passage ;
                sg:about|sg:concernsFactor|sg:cause|sg:effect|sg:claimsScarce ?x }}""",
    )
    assert things
    assert spoken_of == things


# ---- The study, its cases and what does not agree ----


def test_nine_cases_in_five_regions_in_their_state_of_2017(store: ox.Store) -> None:
    cases = rows(
        store,
        """SELECT DISTINCT ?unit ?region { ?case a sg:Case ;
            sg:ofStudy id:study\\/smakommuner-2017 ; sg:caseUnit ?unit ; sg:caseRegion ?region ;
            sg:referenceYear "2017"^^xsd:gYear ; sg:hasEvidence ?listed , id:passage\\/S36 }""",
    )
    assert Counter(region for _, region in cases) == {
        "region/vest-telemark": 2,
        "region/namdal": 3,
        "region/rana": 1,
        "region/midt-troms": 2,
        "region/tromso": 1,
    }
    assert len({unit for unit, _ in cases}) == 9


def test_eight_and_nine_are_both_kept_and_said_to_disagree(store: ox.Store) -> None:
    stated = rows(
        store,
        """SELECT ?value ?where { ?note a sg:Contradiction ; sg:contradictoryItem ?figure .
            ?figure sg:figureValue ?value ; sg:statedIn ?where } ORDER BY ?value ?where""",
    )
    assert stated == [
        ("8", "publication/advice-article"),
        ("8", "publication/summary"),
        ("8", "publication/summary-long"),
        ("9", "publication/norce-2020-page"),
    ]


# ---- The files ----


@pytest.mark.parametrize("path", sorted(STUDY.glob("*.ttl")), ids=lambda path: path.name)
def test_each_file_opens_with_a_comment_and_describes_its_own_graph(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ")
    graph = f"https://w3id.org/samgraf/graph/study/{path.stem}"
    about = {
        quad.predicate.value.rsplit("/", 1)[1]
        for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)
        if quad.subject == ox.NamedNode(graph)
    }
    assert {"title", "source", "license", "modified"} <= about


def test_no_blank_node_is_used(store: ox.Store) -> None:
    for quad in store.quads_for_pattern(None, None, None, None):
        assert not isinstance(quad.subject, ox.BlankNode)
        assert not isinstance(quad.object, ox.BlankNode)
