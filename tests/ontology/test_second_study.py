"""A second study fits beside the first: its files are added as ``ontology/README.md`` says.

The invented study of ``tests/fixtures/second-study`` and the template of ``ontology/examples`` go
into one copy of the real content, which is built once; the planted faults are asked of a few files.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pytest
from pyshacl import validate
from rdflib import RDF, SH, Graph, URIRef

from samgraf.build.content import find_content
from samgraf.build.evidence import check_texts
from samgraf.build.pipeline import BuildOutcome, Run, run
from samgraf.build.questions import Question, judge, read_questions
from samgraf.build.views import View, read_views
from samgraf.progress import Silent
from samgraf.release import open_release, read_manifest
from samgraf.sparql.binding import bind

ROOT = Path(__file__).parents[2]
FIXTURE = ROOT / "tests/fixtures/second-study"
TEMPLATE = ROOT / "ontology/examples/study-template"
TEXTS = (FIXTURE / "source.txt", TEMPLATE / "source.txt")
SG = "https://w3id.org/samgraf/ontology#"
ID = "https://w3id.org/samgraf/id/"
FIRST, SECOND = ID + "study/smakommuner-2017", ID + "study/harbour-2019"
TEMPLATE_STUDY = ID + "study/my-study"
DATASET = ox.NamedNode("http://rdfs.org/ns/void#Dataset")
OF_STUDY = ox.NamedNode(SG + "ofStudy")
LABELS = {
    ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label"),
    ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel"),
}
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

Row = dict[str, str]


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the real content with both studies added, and the answers that they change."""
    root = tmp_path_factory.mktemp("two-studies")
    for folder in ("ontology", "data"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copytree(FIXTURE / "data", root / "data", dirs_exist_ok=True)
    ignored = shutil.ignore_patterns("*.txt")
    shutil.copytree(TEMPLATE, root / "data" / "my-study", ignore=ignored)
    shutil.copytree(FIXTURE / "questions", root / "ontology/questions", dirs_exist_ok=True)
    return root


@pytest.fixture(scope="module")
def built(content: Path) -> tuple[BuildOutcome, Path]:
    """Return what the pipeline found, and the release; it raises where anything is refused."""
    out = content / "release"
    told = Run(Silent(), say=lambda _: None, check_texts=partial(check_texts, given=TEXTS))
    return run(find_content(content), told, out=out), out


@pytest.fixture(scope="module")
def store(built: tuple[BuildOutcome, Path]) -> ox.Store:
    return open_release(built[1])


@pytest.fixture(scope="module")
def study_of(store: ox.Store) -> dict[str, str]:
    """Return the study of each thing that is of one study alone."""
    quads = store.quads_for_pattern(None, OF_STUDY, None, ox.DefaultGraph())
    return {q.subject.value: q.object.value for q in quads}


def prefixes_of(release: Path) -> dict[str, str]:
    return read_manifest(release)["prefixes"]


def rows_of(store: ox.Store, query: str, prefixes: dict[str, str]) -> Iterator[Row]:
    """Yield the rows of an answer, unbound variables left out."""
    answer = store.query(query, prefixes=prefixes)
    names = [v.value for v in answer.variables]
    for solution in answer:
        yield {n: solution[n].value for n in names if solution[n] is not None}


def studies_in(row: Row, study_of: dict[str, str]) -> set[str]:
    return {study_of[value] for value in row.values() if value in study_of}


def questions_of(root: Path, scope: str) -> list[Question]:
    return [q for q in read_questions(find_content(root)) if (q.scope == "all") is (scope == "all")]


def views_of(root: Path, release: Path) -> list[View]:
    return read_views(find_content(root), prefixes_of(release))


@pytest.mark.slow
def test_the_content_with_both_is_accepted_with_no_violation_and_no_warning(built):
    outcome, _ = built
    assert outcome.findings == []
    assert {ID + "source-text/harbour-note", ID + "source-text/my-note"} <= set(
        outcome.texts.at_hand
    )


@pytest.mark.slow
def test_questions_about_one_study_are_answered_as_before(store, content):
    asked = questions_of(ROOT, "one")
    assert len(asked) > 25
    changed = {p.stem for p in (FIXTURE / "questions").iterdir()}
    assert not changed & {q.slug for q in asked}
    assert [v.tell() for q in asked if not (v := judge(store, q)).passed] == []


@pytest.mark.slow
def test_questions_about_all_are_answered_as_the_study_expects(store, content, study_of):
    asked = questions_of(content, "all")
    assert {p.stem for p in (FIXTURE / "questions").iterdir()} <= {q.slug for q in asked}
    assert [v.tell() for q in asked if not (v := judge(store, q)).passed] == []
    for question in asked:
        for row in rows_of(store, question.query, {}):
            assert studies_in(row, study_of) <= {row.get("study")}, (question.slug, row)


@pytest.mark.slow
def test_the_home_page_shows_the_first_study_alone(built, store, release):
    plain = open_release(release)
    shown = [v for v in views_of(ROOT, release) if v.on == "home"]
    assert len(shown) >= 4
    for view in shown:
        before = list(rows_of(plain, view.query, prefixes_of(release)))
        assert before, view.file
        assert list(rows_of(store, view.query, prefixes_of(built[1]))) == before, view.file


@pytest.mark.slow
def test_a_page_of_a_thing_shows_one_study_or_names_it_in_each_row(built, store, content, study_of):
    mixed, on_page = set(), set()
    for view in views_of(content, built[1]):
        if view.on in ("home", "map"):
            continue
        things: list[ox.NamedNode | None] = [None]
        if view.on not in ("about", "sources"):
            quads = store.quads_for_pattern(None, TYPE, ox.NamedNode(view.on), ox.DefaultGraph())
            things = sorted((q.subject for q in quads), key=str)
        for thing in things:
            query = bind(view.query, this=thing) if thing else view.query
            seen = set()
            for row in rows_of(store, query, prefixes_of(built[1])):
                found = studies_in(row, study_of)
                if view.on == "about" or (view.view == "notice" and "group" in row):
                    assert found == {row["group"]}, (view.file, row)
                    on_page |= found if view.on == "about" else set()
                elif view.view == "causal" and "group" in row:
                    assert study_of[row["claim"]] == row["group"], (view.file, row)
                elif "study" in row:
                    # an element is of the study that brought it, whoever speaks of it
                    claim = row.get("claim") or row.get("reading")
                    if claim is None:
                        # a lead or list tells of the thing itself
                        assert study_of.get(thing.value, row["study"]) == row["study"], view.file
                        assert found <= {row["study"]}, (view.file, row)
                        continue
                    assert study_of[claim] == row["study"], (view.file, row)
                    mixed |= {thing.value} if row["study"] == SECOND else set()
                elif view.on == "sources":
                    assert len(found) <= 1, row
                else:
                    seen |= found
            assert len(seen) <= 1, (view.file, thing, seen)
    # the test has shared things to look at, and several studies on one page
    assert {FIRST, SECOND} <= on_page
    assert {ID + "factor/external-participation", ID + "cost/follow-up-time"} <= mixed


def test_everything_that_a_study_brings_names_it():
    for folder, study in ((FIXTURE / "data/harbour-study", SECOND), (TEMPLATE, TEMPLATE_STUDY)):
        for path in folder.glob("*.ttl"):
            triples = list(ox.parse(path=path, format=ox.RdfFormat.TURTLE))
            said = {
                t.subject.value
                for t in triples
                if (t.predicate, t.object.value) == (OF_STUDY, study)
            }
            named = {t.subject.value for t in triples if t.predicate in LABELS} - {study}
            assert named, path
            assert named <= said, path
            described = {t.subject.value for t in triples if t.object == DATASET}
            assert described, path
            assert described <= said, path


def test_the_second_study_has_texts_in_its_two_languages_alone():
    texts = [
        t.object.language
        for path in (FIXTURE / "data/harbour-study").glob("*.ttl")
        for t in ox.parse(path=path, format=ox.RdfFormat.TURTLE)
        if isinstance(t.object, ox.Literal) and t.object.language
    ]
    assert set(texts) - {"no"} == {"nb", "en"}


#: what is changed in the claims of the second study: text, its replacement, the shape that finds it
CHANGES = {
    "a passage of the first study": (
        "sg:hasEvidence <passage/H2>",
        "sg:hasEvidence <passage/S06>",
        "SourceClaimShape-sourceOfStudy",
    ),
    "a limitation of the first study": (
        "one-place> ;\n    sg:hasEvidence <passage/H2>",
        "one-place> , <limitation/not-generalisable> ;\n    sg:hasEvidence <passage/H2>",
        "FindingShape-limitationOfStudy",
    ),
    "no English": (
        ' , "Help from the county may raise the benefit"@en',
        "",
        "TextShape-missing",
    ),
    "Nynorsk beside": (
        '"Help from the county may raise the benefit"@en',
        '"Help from the county may raise the benefit"@en , "Hjelp frå fylket"@nn',
        "TextShape-surplus",
    ),
    "nothing": ("<claim/H2>", "<claim/H2>", None),
}


@pytest.fixture(scope="module")
def shapes() -> Graph:
    graph = Graph()
    for name in ("claim", "label", "concept", "prefixes"):
        graph.parse(ROOT / f"ontology/shapes/{name}.ttl")
    return graph


@pytest.fixture(scope="module")
def world() -> Graph:
    """Return what the claims of the second study lean on."""
    names = [
        "ontology/samgraf.ttl",
        *(f"ontology/terms/{p.name}" for p in (ROOT / "ontology/terms").glob("*.ttl")),
        *(f"ontology/vocabularies/{n}.ttl" for n in ("certainties", "directions", "standings")),
        *(f"data/study/{n}.ttl" for n in ("study", "passages", "factors", "mechanism")),
        "data/reference/publications.ttl",
        *(f"tests/fixtures/second-study/data/harbour-study/{n}.ttl" for n in ("study", "passages")),
    ]
    graph = Graph()
    for name in names:
        graph.parse(ROOT / name)
    return graph


@pytest.mark.parametrize("change", CHANGES)
def test_a_claim_of_the_second_study_keeps_to_its_source_and_languages(change, shapes, world):
    old, new, shape = CHANGES[change]
    text = (FIXTURE / "data/harbour-study/claims.ttl").read_text("utf-8")
    assert len(re.findall(re.escape(old), text)) == 1
    data = world + Graph().parse(data=text.replace(old, new), format="turtle")
    focus = URIRef(ID + "claim/H2")
    _, report, _ = validate(data, shacl_graph=shapes, focus_nodes=[focus])
    found = {str(s).rsplit("/", 1)[1] for s in report.objects(None, SH.sourceShape)}
    assert found == ({shape} if shape else set())
    assert (focus, RDF.type, URIRef(SG + "FactorClaim")) in data


def test_the_guide_names_the_files_of_the_template():
    guide = (ROOT / "ontology/README.md").read_text("utf-8").split("## Add a study")[1]
    for path in TEMPLATE.iterdir():
        assert f"`{path.name}`" in guide
