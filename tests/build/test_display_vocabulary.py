import pyoxigraph as ox
import pytest

from samgraf.build.content import Content, ContentErrors, check_terms, load
from samgraf.build.content.vocabulary import own_vocabulary
from samgraf.build.views import check_display, read_views, view_quads
from samgraf.release import open_release

LANGUAGES = {"nb", "nn", "en"}
RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
DISPLAY = "https://w3id.org/samgraf/display#"


def changed(other, old, new):
    path = other / "ontology" / "display.ttl"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return load(Content(other))


def test_the_displays_that_we_have_name_what_there_is(other, root):
    for folder in (other, root):
        check_display(load(Content(folder)))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("bee:frames bee:foragesOn )", "bee:frames bee:foragesAt )", "bee:foragesAt"),
        ("oa:start oa:end )", "oa:start oa:stop )", "property oa:stop"),
        ("classLensDomain oa:TextPositionSelector", "classLensDomain oa:Position", "class oa:Pos"),
        ("fresnel:showProperties ( oa:start", "fresnel:showProps ( oa:start", "showProps"),
        ("fresnel:purpose display:inPlace", "fresnel:purpose display:inline", "display#inline"),
        ("fresnel:showProperties ( oa:start oa:end )", "fresnel:showProperties oa:start", "a list"),
        (
            "classLensDomain oa:TextPositionSelector",
            'classLensDomain "oa:Text"',
            "is a text, where",
        ),
        ("( oa:start oa:end )", '( "oa:start" )', "where a property is asked for"),
    ],
)
def test_a_term_that_nobody_knows_is_told_with_file_and_line(other, old, new, told):
    loaded = changed(other, old, new)
    checks = (check_terms, check_display)
    told_of = [str(fault) for check in checks for fault in faults_of(check, loaded)]
    text = (other / "ontology" / "display.ttl").read_text("utf-8")
    line = text[: text.index(new)].count("\n") + 1
    assert len(told_of) == 1
    assert all(told in fault for fault in told_of)
    assert all(f"ontology/display.ttl:{line}:" in fault for fault in told_of)


def faults_of(check, loaded):
    try:
        check(loaded)
    except ContentErrors as errors:
        return [errors]
    return []


def test_every_term_of_ours_is_named_and_defined_in_the_languages():
    triples = [q.triple for q in own_vocabulary("samgraf.build.views", "https://example.org/")]
    labels = {}
    for t in triples:
        if t.predicate.value == RDFS_LABEL:
            labels.setdefault(t.subject.value, []).append(t.object.language)
    for subject in {t.subject.value for t in triples}:
        if subject.startswith("https://example.org/") or subject == DISPLAY.rstrip("#"):
            continue
        assert sorted(labels[subject]) == sorted(LANGUAGES), subject
    ours = {t.subject.value for t in triples if t.subject.value.startswith(DISPLAY)}
    defined = {t.subject.value for t in triples if t.predicate.value.endswith("core#definition")}
    assert ours <= defined
    assert len(ours) > 6


def test_the_vocabulary_is_published_in_a_graph_of_its_own(other_release):

    store = open_release(other_release)
    graph = ox.NamedNode("https://example.org/bees/graph/vocabulary")
    assert list(store.quads_for_pattern(ox.NamedNode(DISPLAY + "inPlace"), None, None, graph))


def test_a_view_can_stand_on_the_page_of_sources(other):

    folder = other / "ontology" / "views"
    folder.mkdir(exist_ok=True)
    text = "# en: What is drawn?\n# on: sources\nSELECT ?place ?item { ?item ?p ?place }\n"
    (folder / "drawn.rq").write_text(text)
    header = load(Content(other)).header
    views = read_views(Content(other), header.prefixes)
    drawn = [q for q in view_quads(views, header) if q.subject.value.endswith("view/drawn")]
    on = [q.object.value for q in drawn if q.predicate.value.endswith("#on")]
    assert on == [header.base + "sources"]
