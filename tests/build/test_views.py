import shutil

import pytest

from samgraf.build.content import Content, ContentErrors, load
from samgraf.build.views import check_sentences, read_views, view_quads

PREFIXES = {"bee": "https://example.org/bees/ontology#"}
GOOD = """\
# en: Which hives?
# on: bee:Meadow
# view: map
# order: 3
SELECT ?hive { ?hive ?p $this }
"""


def written(root, text, name="hives"):
    folder = root / "ontology" / "views"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.rq").write_text(text)
    return Content(root)


def test_a_view_says_where_and_how_it_is_shown(other):
    (view,) = read_views(written(other, GOOD), PREFIXES)
    assert (view.slug, view.view, view.order) == ("hives", "map", 3)
    assert view.on == "https://example.org/bees/ontology#Meadow"
    assert view.texts == {"en": "Which hives?"}
    assert view.query.startswith("SELECT")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("# on: bee:Meadow\n", "", "does not say where"),
        ("bee:Meadow", "wasp:Nest", "does not say where"),
        ("order: 3", "order: first", "whole number"),
        ("# en: Which hives?\n", "", "question itself is missing"),
        ("SELECT ?hive { ?hive ?p $this }", "", "no query"),
        ("?hive ?p $this", "?hive bie:p $this", "hives.rq:5: .* the prefix bie: is not declared"),
        ("bee:Meadow", "home", r"uses \$this, which has no value"),
    ],
)
def test_a_view_that_is_amiss_is_told_with_its_file(other, old, new, told):
    with pytest.raises(ContentErrors, match=told) as caught:
        read_views(written(other, GOOD.replace(old, new)), PREFIXES)
    assert "ontology/views/hives.rq" in str(caught.value)


@pytest.mark.parametrize(("word", "path"), [("home", ""), ("map", "map")])
def test_a_page_named_by_a_word_stands_at_or_below_the_base(other, word, path):
    text = GOOD.replace("bee:Meadow", word).replace("$this", "?this")
    views = read_views(written(other, text), PREFIXES)
    header = load(Content(other)).header
    on = [q.object.value for q in view_quads(views, header) if q.predicate.value.endswith("#on")]
    assert on == [header.base + path]


def test_a_changed_view_is_another_content(other):
    before = Content(other).fingerprint()
    content = written(other, GOOD)
    after = content.fingerprint()
    (other / "ontology/views/hives.rq").write_text(GOOD + "# more\n")
    assert len({before, after, content.fingerprint()}) == 3


LEAD = """\
# en: In short
# nb: Kort sagt
# on: bee:Hive
# view: lead
# text-en: {name} stands[ in {meadow}].
# text-nb: {name} står[ i {meadow}].
# text-nb: [Nær {near}.]
SELECT ?name ?meadow ?near { BIND($this AS ?name) }
"""


def test_a_sentence_is_published_with_its_templates_by_language(other):
    views = read_views(written(other, LEAD), PREFIXES)
    check_sentences(views, ["en", "nb"])
    header = load(Content(other)).header
    texts = {
        (q.object.language, q.object.value)
        for q in view_quads(views, header)
        if q.predicate.value.endswith("display#text")
    }
    # a text goes on in a further line with the same key
    assert texts == {
        ("en", "{name} stands[ in {meadow}]."),
        ("nb", "{name} står[ i {meadow}]. [Nær {near}.]"),
    }


@pytest.mark.parametrize(
    ("old", "new", "told", "line"),
    [
        ("# text-en: {name} stands[ in {meadow}].\n", "", "no sentence in en", 1),
        ("# on: bee:Hive", "# on: home", "only on pages of things", 3),
        ("[ in {meadow}]", "[ in {meadow}", r"in en is amiss: A '\[' is not closed", 5),
        ("[Nær {near}.]", "Nær {near}.]", "in nb is amiss: A ']' closes nothing", 6),
    ],
)
def test_a_template_that_is_amiss_is_told_with_its_line(other, old, new, told, line):
    text = LEAD.replace(old, new)
    text = text.replace("$this", "?this") if "home" in new else text
    with pytest.raises(ContentErrors, match=told) as caught:
        check_sentences(read_views(written(other, text), PREFIXES), ["en"])
    assert f"ontology/views/hives.rq:{line}: " in str(caught.value)


def test_a_sentence_is_wanted_in_every_language_of_the_content(other):
    views = read_views(written(other, LEAD), PREFIXES)
    with pytest.raises(ContentErrors, match=r"no sentence in nn.*text-nn"):
        check_sentences(views, ["en", "nb", "nn"])
