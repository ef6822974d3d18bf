"""The competency questions on the real release: answered, and able to fail.

Each has a mutation in ``mutations/``: one triple put in or taken out that makes it fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest

from samgraf.build.content import find_content
from samgraf.build.questions import Question, ask, judge, read_questions
from samgraf.release import open_release, read_manifest

ROOT = Path(__file__).parents[2]
MUTATIONS = Path(__file__).parent / "mutations"
QUESTIONS = read_questions(find_content(ROOT))
VIEWS = {"table", "bar", "map", "causal"}
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

# What the questions must be about → terms that one and the same question must use for it.
COVERAGE = {
    "promoting factors": "sg:PromotingFactor sg:promotes sg:FactorClaim",
    "inhibiting factors": "sg:InhibitingFactor sg:inhibits sg:FactorClaim",
    "factors by theme": "sg:theme skos:broader",
    "counterparts": "sg:Reading sg:contrasts sg:readFrom",
    "cases by region": "sg:Case sg:caseUnit sg:caseRegion",
    "participants of both programmes": "sg:takesPartIn programme:byregionprogrammet "
    "programme:smakommuneprogrammet",
    "roles of the informants": "sg:informantRole",
    "who presses, with what reservation": "sg:exertsPressure sg:qualifier",
    "the chain to poorer results": "sg:Pressure sg:cause sg:effect sg:Reading sg:weakerThan",
    "what collaboration leads to": "sg:mayLeadToEventually sg:cause sg:effect sg:weakerThan",
    "actors that help and press": "sg:involvedIn sg:exertsPressure",
    "claims by certainty": "sg:certainty sg:standing COUNT",
    "every claim": "sg:Claim sg:certainty sg:standing sg:heldBy sg:direction sg:hasEvidence",
    "who holds the claims": "sg:heldBy sg:SourceClaim sg:Reading COUNT",
    "readings": "sg:Reading sg:readFrom",
    "restatements": "sg:restates sg:hedges sg:sharpens",
    "costs and what they tie up": "sg:Cost sg:tiesUp sg:cause sg:claimsScarce",
    "wishes": "sg:wishedBy sg:wishesFor sg:wishedToRaise sg:exemplifiedBy sg:wouldEnableUseOf",
    "the limitation": "sg:Limitation sg:states sg:subjectToLimitation",
    "contradictions": "sg:Contradiction sg:contradictoryItem",
    "figures about the programmes": "sg:StatedFigure sg:figureOf sg:figureValue",
    "figures that differ": "sg:figureOf sg:figureKind sg:figureValue sg:statedIn",
    "evidence with locator": "sg:evidencedBy oa:start oa:end spdx:checksumValue",
    "units that are no more": "sg:FormerUnit dct:isReplacedBy",
    "codes at dates": "sg:MunicipalityNumber skos:notation sg:validFrom sg:validThrough",
    "county then and now": "sg:CountyMembership sg:validFrom sg:validThrough",
    "study regions and official regions": "region-kind:economic-region "
    "region-kind:labour-market-region sg:caseRegion",
    "population over time": "sg:population sg:observedYear",
    "Sámi and Kven names": "sg:nameOf sg:nameText sg:validFrom",
    "publications about a programme": "sg:aboutProgramme",
    "the decision rule": "sg:concernsDecisionRule",
    "boundaries and area": "geo:hasGeometry sg:totalArea",
    "participation through a region": "sg:hasParticipant sg:memberInProgrammePeriod sg:confidence",
    "members of the regions": "sg:ProgrammePeriodMembership sg:memberListStatus COUNT",
    "units formed by merger": "sg:Merger sg:resultingUnit sg:takesPartIn",
    "passages without a claim": "sg:claimStatus sg:hasEvidence",
    "claims in tension": "sg:Reading sg:tensionBetween",
    "a threatened advantage": "sg:threatens sg:exampleOf sg:certainty",
    "municipalities studied": "sg:studiesMunicipality",
    "identity in Wikidata": "schema:sameAs",
    "slips of language": "sg:LanguageSlip sg:asPrinted",
}
DATES = ("2017-12-31", "2018-01-01", "2019-12-31", "2020-01-01", "2023-12-31", "2024-01-01")

every_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.slug)


@pytest.fixture(scope="module")
def store(release: Path) -> ox.Store:
    """Open the release once; tests that change the store put it back."""
    return open_release(release)


@pytest.fixture(scope="module")
def asserted(release: Path, store: ox.Store) -> ox.Store:
    """Return what the files say, in their graphs and as their union, without what is inferred."""
    bare = ox.Store()
    for graph in read_manifest(release)["graphs"]:
        if graph["file"]:
            name = ox.NamedNode(graph["iri"])
            quads = store.quads_for_pattern(None, None, None, name)
            bare.extend(
                one for q in quads for one in (q, ox.Quad(q.subject, q.predicate, q.object))
            )
    assert len(bare) > 0
    return bare


def mutation_of(question: Question) -> str:
    return (MUTATIONS / f"{question.slug}.ru").read_text("utf-8")


def quads_of(update: str) -> list[ox.Quad]:
    """Return the quads that an ``INSERT DATA`` or ``DELETE DATA`` names."""
    empty = ox.Store()
    empty.update(re.sub(r"\bDELETE\s+DATA\b", "INSERT DATA", update))
    return list(empty)


@contextmanager
def mutated(store: ox.Store, update: str) -> Iterator[None]:
    (quad,) = quads_of(update)
    before = quad in store
    store.update(update)
    try:
        yield
    finally:
        (store.add if before else store.remove)(quad)


def names_in(text: str) -> set[str]:
    """Return the IRIs that a query or update names in full or by its own prefixes."""
    prefixes = dict(re.findall(r"PREFIX\s+([\w-]*):\s*<([^<>\s]*)>", text))
    body = re.sub(r"PREFIX[^\n]*|#[^\n]*|\"[^\"\n]*\"", " ", text)
    short = re.findall(r"(?<![\w:?-])([a-z][\w-]*):([\w-]+)", re.sub(r"<[^<>\s]*>", " ", body))
    full = re.findall(r"<([^<>\s]+)>", body)
    return {*full, *(prefixes[prefix] + local for prefix, local in short)}


def test_there_are_enough_questions() -> None:
    assert len(QUESTIONS) >= 26
    assert sum(q.needs_inference for q in QUESTIONS) >= 12


def test_no_name_is_a_number() -> None:
    assert not [q.slug for q in QUESTIONS if q.slug[0].isdigit()]


def test_the_numbers_that_questions_had_still_lead_to_them() -> None:
    formerly = [name for q in QUESTIONS for name in q.formerly]
    assert {f"{n:02}" for n in range(1, 41)} <= set(formerly)


def test_each_mutation_belongs_to_a_question() -> None:
    found = {path.stem for path in MUTATIONS.iterdir()}
    assert found == {q.slug for q in QUESTIONS}


@pytest.mark.parametrize("subject", COVERAGE)
def test_a_question_covers(subject: str) -> None:
    terms = COVERAGE[subject].split()
    assert any(all(re.search(rf"{re.escape(t)}\b", q.query) for t in terms) for q in QUESTIONS)


def test_a_question_asks_on_both_sides_of_each_reform() -> None:
    assert any(all(f'"{date}"' in q.query for date in DATES) for q in QUESTIONS)


@every_question
def test_question_about_one_study_asks_for_it(question: Question) -> None:
    if question.scope != "all":
        assert question.scope in question.query


@every_question
def test_question_stands_in_three_languages(question: Question) -> None:
    assert set(question.texts) == {"nb", "nn", "en"}
    assert all(text.endswith("?") for text in question.texts.values())
    assert len(set(question.texts.values())) == 3


@every_question
def test_hints_are_known(question: Question) -> None:
    assert set(question.hints) <= {
        "answer-en",
        "answer-nb",
        "answer-nn",
        "featured",
        "formerly",
        "inference",
        "order",
        "scope",
        "topic",
        "view",
    }
    assert question.hints.get("view", "table") in VIEWS
    assert question.hints.get("inference", "required") == "required"
    assert question.hints.get("featured", "yes") == "yes"
    assert question.topic
    assert question.scope
    assert question.order


@every_question
def test_the_answer_is_said_in_words_in_each_language(question: Question) -> None:
    assert set(question.sentences) == {"nb", "nn", "en"}
    for sentence in question.sentences.values():
        # figures are the answer's, not the author's
        assert not re.search(r"\d", re.sub(r"\{only \w+!?=[^:]+", "", sentence.source))


@every_question
def test_query_names_its_columns_and_order(question: Question) -> None:
    assert re.search(r"SELECT (DISTINCT )?[?(]", question.query)
    assert "ORDER BY" in question.query


@every_question
def test_expected_answer_is_not_empty_and_has_no_row_twice(question: Question) -> None:
    assert question.rows
    assert len(set(question.rows)) == len(question.rows)


@every_question
def test_question_is_answered_as_expected(question: Question, store: ox.Store) -> None:
    verdict = judge(store, question)
    assert verdict.passed, verdict.tell()
    assert ask(store, question)[0] == question.columns


@every_question
def test_only_an_inferring_question_fails_on_what_is_asserted(
    question: Question, asserted: ox.Store
) -> None:
    assert judge(asserted, question).passed is not question.needs_inference


@every_question
def test_mutation_makes_the_question_fail(question: Question, store: ox.Store) -> None:
    update = mutation_of(question)
    size = len(store)
    with mutated(store, update):
        assert abs(len(store) - size) == 1
        assert not judge(store, question).passed
    assert judge(store, question).passed
    assert len(store) == size


@every_question
def test_all_that_is_named_is_described(question: Question, release: Path, store: ox.Store) -> None:
    manifest = read_manifest(release)
    named = names_in(question.query) | names_in(mutation_of(question))
    named |= {cell for row in question.rows for cell in row}
    graphs = {graph["iri"] for graph in manifest["graphs"]}
    ours = {name for name in named - graphs if name.startswith(manifest["base"])}
    assert ours
    types = {name: list(store.quads_for_pattern(ox.NamedNode(name), TYPE, None)) for name in ours}
    assert not [name for name, found in types.items() if not found]
