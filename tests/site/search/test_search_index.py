"""The index and what it finds, on a graph that the tests write."""

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samgraf.engine.in_process import InProcessEngine
from samgraf.engine.local import LocalEngine
from samgraf.limits import SEARCH_ROWS
from samgraf.settings import Settings
from samgraf.site.search.build import build, narrowest
from samgraf.site.search.index import Index, Search
from samgraf.sparql.service import Service

PREFIXES = """
@prefix d: <https://w3id.org/samgraf/display#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix e: <http://e.example/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
GRAPH = (
    PREFIXES
    + """
e:River rdfs:subClassOf e:Water . e:Brook rdfs:subClassOf e:River, e:Water .
e:Mark d:search "last" . e:Secret d:search "never" .
e:nick d:search "name" . e:spoken rdfs:subPropertyOf skos:altLabel . e:motto a rdfs:Resource .

e:glomma a e:River, e:Water ; rdfs:label "Glåma"@nb, "Glåma"@nn, "the Glomma"@en ;
  skos:definition "Ei lang elv som renner mot sjøen."@nn, "A long river."@en, "Den lange elva."@nb .
e:vorma a e:River, e:Water ; rdfs:label "Vorma"@nb ; dct:description "Renner ut i Glåma."@nb .
e:tana a e:River, e:Water ; rdfs:label "Tanaelva"@nb ; skos:altLabel "Deatnu"@se, "Tenojoki"@fkv ;
  e:nick "Storelva" ; e:spoken "Tana" ; e:motto "hemmelig ordspråk" .
e:far a e:Brook, e:River, e:Water ; rdfs:label "far"@nb . e:får a e:Brook ; rdfs:label "får"@nb .
e:mark a e:Mark ; rdfs:label "Vorma: merke"@nb . e:mark2 a e:Mark ; rdfs:label "Vorma nr. 2"@nb .
e:hid a e:Secret ; rdfs:label "Glåma hemmelig"@nb . _:b rdfs:label "Glåma uten navn"@nb .
e:old rdfs:label "Glåma"@nb ; owl:deprecated true ; dct:isReplacedBy e:glomma .
e:long a e:Water ; rdfs:label "Vannet"@nb ; rdfs:comment "FILL langt borte et ord FILL"@nb .
"""
).replace("FILL", "fyll " * 200)


def index_of(folder, turtle, rows=SEARCH_ROWS):
    store = ox.Store()
    store.load(turtle.encode(), ox.RdfFormat.TURTLE)
    engine = InProcessEngine(LocalEngine(store, {}))
    service = Service(engine, {"release": "r", "prefixes": {}}, Settings())
    path = folder / "index.sqlite"
    build(path, service.rows, "r", rows)
    return Index(path)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    made = index_of(tmp_path_factory.mktemp("index"), GRAPH)
    yield made
    made.close()


def names(found):
    return [hit.iri.removeprefix("http://e.example/") for hit in found.hits]


def search(index, text, language="nb", **more):
    return index.search(Search(text, language, **more))


def test_what_is_called_just_so_comes_first_and_texts_last(index):
    assert names(search(index, "Glåma")) == ["glomma", "vorma"]
    assert names(search(index, "vorma")) == ["vorma", "mark", "mark2"]


def test_forms_of_a_word_are_found_in_their_language(index):
    assert names(search(index, "elv")) == names(search(index, "elven")) == ["glomma"]
    assert names(search(index, "rivers", "en")) == ["glomma"]


def test_other_languages_are_found_and_told(index):
    found = search(index, "river", "nb")
    assert names(found) == ["glomma"]
    assert found.hits[0].snippet.language == "en"


def test_the_readers_language_decides_which_text_is_shown(index):
    for language, text in (("nb", "Den lange elva."), ("nn", "Ei lang elv som renner mot sjøen.")):
        assert search(index, "lang elv", language).hits[0].snippet.text == text


def test_sami_letters_and_kinds_of_name_are_found(index):
    for text in ("Deatnu", "deatnu", "tenojoki", "storelva", "Tana"):
        assert names(search(index, text)) == ["tana"], text
    assert names(search(index, "ordspråk")) == []


def test_what_has_become_another_thing_is_found_as_that_alone(index):
    assert "old" not in names(search(index, "Glåma"))


def test_a_letter_is_never_taken_for_another_that_was_typed(index):
    assert names(search(index, "får")) == ["får"]
    assert names(search(index, "far")) == [
        "far",
        "får",
    ]  # typed without the letter, the exact first
    assert names(search(index, "glama")) == names(search(index, "glaama")) == ["glomma", "vorma"]


def test_the_last_word_may_be_only_begun(index):
    assert names(search(index, "tanae")) == ["tana"]
    assert sorted(names(search(index, "elv tanae", "nn"))) == ["glomma", "tana"]
    assert names(search(index, "ta elv", "nn")) == ["glomma"]  # some words, but not begun ones


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("航线", ["a"]),
        ("8812", ["a"]),
        ("図書", ["b"]),
        ("書図", []),
        ("がっこう", ["school"]),
        ("valid", ["d"]),
        ("isvalidfrom", ["d"]),
        ("AR-7", ["ar7"]),
        ("C++", ["cpp"]),
        ("walnut", ["w"]),
        ("Juglans", ["w"]),
        ("Tammerfors", ["tampere"]),
        ("Manse", ["tampere"]),
        ("Tamperee", ["tampere"]),
    ],
)
def test_parts_of_words_and_every_kind_of_label_are_found(other_scripts, text, found):
    assert names(search(other_scripts, text)) == found


@pytest.fixture(scope="module")
def other_scripts(tmp_path_factory):
    made = index_of(
        tmp_path_factory.mktemp("scripts"),
        PREFIXES
        + """@prefix xl: <http://www.w3.org/2008/05/skos-xl#> .
        e:a skos:prefLabel "国内航线8812"@zh . e:b skos:prefLabel "国立国会図書館"@ja .
        e:school skos:prefLabel "しょうがっこう"@ja . e:d skos:prefLabel "isValidFrom"@en .
        e:ar7 skos:prefLabel "AR-7"@en . e:cpp skos:prefLabel "C++"@en .
        e:w xl:prefLabel [ xl:literalForm "walnut tree"@en ] ; xl:altLabel e:other .
        e:other xl:literalForm "Juglans"@la .
        e:tampere skos:prefLabel "Tampereen kaupunki"@fi ; skos:hiddenLabel "Tamperee"@fi ;
          skos:altLabel "Tammerfors"@sv , "Manse" .""",
    )
    yield made
    made.close()


def test_things_that_the_content_hides_or_puts_last(index):
    assert "hid" not in names(search(index, "hemmelig"))
    assert names(search(index, "merke")) == ["mark"]


def test_facets_count_the_narrowest_classes_and_wider_ones_narrow_too(index):
    found = search(index, "glama far tana vorma")
    assert not found.all_words
    counts = {iri.removeprefix("http://e.example/"): count for iri, count in found.facets}
    assert counts == {"River": 3, "Brook": 2, "Mark": 2}
    narrowed = search(index, "vorma", kind="http://e.example/Water")
    assert (names(narrowed), narrowed.total) == (["vorma"], 1)
    assert {iri for iri, _ in narrowed.facets} == {
        "http://e.example/River",
        "http://e.example/Mark",
    }
    assert search(index, "vorma", kind="http://e.example/nothing").total == 0


def test_pages_follow_one_another(index):
    whole = names(search(index, "glama far tana vorma"))
    parts = [names(search(index, "glama far tana vorma", page=p, size=3)) for p in (1, 2, 3, 4)]
    assert [name for part in parts[:3] for name in part] == whole
    assert parts[3] == parts[2], "there is no later page than the last"


def test_other_spellings_are_offered(index):
    found = search(index, "Tanaelfa", exact=True)
    assert (found.total, found.corrections, found.mended) == (0, ["tanaelva"], "")
    assert search(index, "vorma Tanaelfa").corrections == ["vorma tanaelva"]


def test_a_snippet_shows_the_words(index):
    shown = search(index, "langt ord").hits[0].snippet
    assert len(shown.text) < 240
    assert shown.text.startswith("…")
    assert shown.text.endswith("…")
    assert [text for text, marked in shown.pieces() if marked] == ["langt", "ord"]


def test_suggestions_are_names_that_begin_so(index):
    assert [h.iri for h in index.suggest("gl", "nb")] == ["http://e.example/glomma"]
    assert index.suggest("renner", "nb") == []
    assert index.suggest("", "nb") == []


SYNTAX = ['"', "NEAR(a b)", "a AND", "OR", "NOT", "*", "vorma*", "^vorma", "label:vorma", "{a}:b"]
SYNTAX += ["(", ")", "-vorma", "+", "\0", "vo\0rma", "\u202evorma", "a" * 10_000, "'; DROP TABLE"]
SYNTAX += ["x " * 5_000, "vorma) OR (elv", 'vorma" OR "elv', "½", "\u0301", "ȷ", "𝕍orma", "ๆ"]


@pytest.mark.parametrize("text", SYNTAX)
def test_what_looks_like_syntax_is_text(index, text):
    search(index, text)
    index.suggest(text, "nb")


def test_operators_are_words(index):
    assert names(search(index, "vorma NOT elv")) != names(search(index, "vorma"))
    assert names(search(index, '"vorma"')) == names(search(index, "vorma"))
    assert names(search(index, "𝕍orma")) == names(search(index, "vorma"))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), st.sampled_from(("nb", "nn", "en")))
def test_any_text_is_answered(index, text, language):
    found = search(index, text, language)
    assert len(found.hits) <= found.total
    for hit in found.hits:
        for snippet in (hit.label, hit.snippet):
            assert snippet is None or "".join(t for t, _ in snippet.pieces()) == snippet.text


def test_many_words_are_cut(index):
    found = search(index, " ".join(f"w{n}" for n in range(100)))
    assert found.cut
    assert len(found.words) == 24


@pytest.mark.parametrize("rows", [2, 3, 7])
def test_the_size_of_the_parts_makes_no_difference(tmp_path, index, rows):
    other = index_of(tmp_path, GRAPH, rows)
    for text in ("glåma", "vorma", "tana", "far"):
        assert names(search(other, text)) == names(search(index, text))
    other.close()


def test_narrowest_keeps_classes_that_are_the_same():
    above = {"a": {"b", "c"}, "b": {"c", "a"}, "c": set()}
    assert narrowest({"a", "b", "c"}, above) == {"a", "b"}
