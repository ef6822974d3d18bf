"""The build runs each view: what is malformed or shows nothing is told with its file and a mend."""

import re

import pyoxigraph as ox
import pytest

from samgraf.build.content import Content, ContentErrors, load
from samgraf.build.pipeline import Run, run
from samgraf.build.views import check_view, read_views
from samgraf.errors import ContentError
from samgraf.progress import Silent

DATA = """
@prefix bee: <https://example.org/bees/ontology#> .
<urn:a> a bee:Hive . <urn:b> a bee:Hive ; bee:near <urn:m> .
"""
PREFIXES = {"bee": "https://example.org/bees/ontology#"}


@pytest.fixture
def store():
    made = ox.Store()
    made.load(input=DATA, format=ox.RdfFormat.TURTLE)
    return made


def view(root, query, on="home"):
    folder = root / "ontology" / "views"
    folder.mkdir(exist_ok=True, parents=True)
    (folder / "seen.rq").write_text(f"# en: Seen?\n# on: {on}\n{query}\n")
    (view,) = (v for v in read_views(Content(root), PREFIXES) if v.slug == "seen")
    return view


@pytest.mark.parametrize(
    ("query", "on", "rows"),
    [
        ("SELECT ?s { ?s a bee:Hive }", "home", 2),
        ("ASK { ?s a bee:Hive }", "home", 1),
        ("CONSTRUCT { ?s a bee:Place } WHERE { ?s a bee:Hive }", "home", 2),
        # the first hive is near nothing, the second has an answer: that is enough
        ("SELECT ?x { $this bee:near ?x }", "bee:Hive", 1),
    ],
)
def test_a_view_that_shows_something_passes(tmp_path, store, query, on, rows):
    assert check_view(store, view(tmp_path, query, on), PREFIXES) == rows


@pytest.mark.parametrize(
    ("query", "on", "told"),
    [
        ("SELECT ?s { ?s a bee:Wasp }", "home", "its answer is empty"),
        ("ASK { ?s a bee:Wasp }", "home", "its answer is empty"),
        ("SELECT ?s { ?s a }", "home", "malformed"),
        ("SELECT ?s { ?s nest:of ?t }", "home", "malformed"),
        ("SELECT ?s { ?s a ?t LIMIT", "bee:Hive", "malformed"),
        ("SELECT ?s { ?s ?p $this }", "home", r"uses \$this"),
        ("SELECT ?s { ?s ?p $that , $this }", "bee:Hive", r"uses \$that"),
        ("SELECT ?x { $this bee:feeds ?x }", "bee:Hive", r"on any .*Hive> \(tried: 2\)"),
        ("SELECT ?x { $this ?p ?x }", "bee:Nest", "there is none"),
    ],
)
def test_a_view_that_is_amiss_is_told_with_its_file_and_a_mend(tmp_path, store, query, on, told):
    with pytest.raises((ContentError, ContentErrors), match=told) as caught:
        check_view(store, view(tmp_path, query, on), PREFIXES)
    fault = str(caught.value)
    line = ":3" if told == "malformed" else ""
    assert fault.startswith(f"ontology/views/seen.rq{line}: ")
    assert re.search(r"(Correct|Name|Write) [^.]+", fault)


def test_a_place_of_a_sentence_that_is_no_column_is_told_with_its_line(tmp_path, store):
    text = "# view: lead\n# text-en: {name} has {honey}.\nSELECT ?name { BIND($this AS ?name) }"
    with pytest.raises(ContentError, match=r"\{honey\} is no column") as caught:
        check_view(store, view(tmp_path, text, "bee:Hive"), PREFIXES)
    assert str(caught.value) == (
        "ontology/views/seen.rq:4: The sentence in en is amiss: {honey} is no column. "
        "The columns are {name}. ontology/README.md tells how sentences are written."
    )


SPACES = ("https://example.org/bees/", "https://example.org/bees/ontology#")


@pytest.mark.parametrize(
    ("query", "missing"),
    [
        ("SELECT ?meadow { ?hive bee:near ?meadow }", []),  # as a class is called
        ("SELECT ?near { ?hive bee:near ?near }", []),  # as a property is called
        ("SELECT ?honey { ?hive bee:near ?honey }", []),  # as columns.ttl calls it
        ("SELECT ?who ?whoName ?wkt { ?x bee:near ?who }", ["who"]),
        ("SELECT ?wax { ?x bee:near ?wax }", ["wax"]),  # called something in Norwegian only
    ],
)
def test_a_column_that_is_called_nothing_is_told(tmp_path, store, query, missing):
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    for name, tag in [
        ("ontology#Meadow", "en"),
        ("ontology#near", "en"),
        ("column/honey", "en"),
        ("column/wax", "nb"),
    ]:
        thing = ox.NamedNode("https://example.org/bees/" + name)
        store.add(ox.Quad(thing, label, ox.Literal("x", language=tag)))
    found = view(tmp_path, query)
    assert check_view(store, found, PREFIXES) == 1  # who asks for no names gets no complaint
    try:
        check_view(store, found, PREFIXES, SPACES)
        told = []
    except ContentErrors as error:
        told = error.faults
    assert [fault.split("?")[1].split(" ")[0] for fault in told] == missing
    assert all("an rdfs:label, in 'ontology/views/columns.ttl'" in fault for fault in told)


def test_what_has_no_headings_needs_no_names(tmp_path, store):
    text = "# view: notice\nSELECT ?notice ?text { ?notice bee:near ?text }"
    assert check_view(store, view(tmp_path, text), PREFIXES, SPACES) == 1


def test_the_build_stops_at_a_view_that_shows_nothing(other):
    view(other, "SELECT ?hive { ?hive bee:downstreamOf ?hive }")
    with pytest.raises(ContentErrors, match="shows nothing"):
        run(Content(other), Run(Silent()))


def test_the_build_counts_the_views_that_it_has_run(other):
    before = len(Content(other).views())
    view(other, "SELECT ?meadow { ?hive bee:foragesOn ?meadow }")
    how = Run(Silent())
    assert len(run(Content(other), how).views) == before + 1
    assert "questions and views" in how.progress.times


def test_what_columns_are_called_stands_beside_the_views(other):
    folder = other / "ontology" / "views"
    folder.mkdir(exist_ok=True)
    (folder / "columns.ttl").write_text(
        "<https://example.org/bees/column/hive> "
        '<http://www.w3.org/2000/01/rdf-schema#label> "hive"@en .\n'
    )
    assert "ontology/views/columns.ttl" in {f.file.name for f in load(Content(other)).files}
