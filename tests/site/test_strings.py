"""The words of the interface: each is there in every language, and shown somewhere."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

import samgraf
from samgraf.site.language import LANGUAGES, catalogue, interface_text, plain_text

PACKAGE = Path(samgraf.__file__).parent
KINDS = {".py", ".html", ".js", ".xml"}
#: Keys that are put together of one of these and a name that the data or the code give.
COMPOSED = (
    "accessibility_shortcoming_",
    "accessibility_tried_",
    "copy_left_out_",
    "copy_refuses_",
    "standard_differs_",
    "standard_example_",
    "standard_refuses_",
    "changes_what_",
    "datasets_group_",
    "datasets_number_",
    "editor_js_",
    "map_left_out_",
    "ontology_kind_",
    "ontology_kinds_",
    "ontology_language_",
    "partners_fault_",
    "partners_figure_",
    "partners_outcome_",
    "questions_form_",
    "short_",
    "sources_place_",
    "status_severity_",
    "status_stage_",
    "things_tongue_",
)
#: What is put behind a key where there is one of something.
ONE = "_one"


def sources(folder):
    return "\n".join(
        path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.suffix in KINDS and "vendor" not in path.parts
    )


def test_every_text_of_the_interface_is_shown_somewhere():
    words = set(re.findall(r"[\w-]+", sources(PACKAGE)))
    unused = [
        key
        for key in catalogue()[LANGUAGES[0]]
        if not {key, key.removesuffix(ONE)} & words and not key.startswith(COMPOSED)
    ]
    assert unused == []


def test_every_beginning_of_a_key_is_one_in_the_sources():
    text = sources(PACKAGE)
    assert [start for start in COMPOSED if not re.search(rf"""["'`]{start}["'`{{$]""", text)] == []
    keys = catalogue()[LANGUAGES[0]]
    assert [start for start in COMPOSED if not any(k.startswith(start) for k in keys)] == []


def test_every_text_is_there_in_every_language():
    keys = {language: set(catalogue()[language]) for language in LANGUAGES}
    assert all(keys[language] == keys[LANGUAGES[0]] for language in LANGUAGES)
    assert all(all(catalogue()[language].values()) for language in LANGUAGES)


def test_every_text_is_well_formed_mark_up():
    """Templates take them as mark-up: a bare < or & would be one by chance."""
    for language in LANGUAGES:
        for key, text in catalogue()[language].items():
            try:
                ElementTree.fromstring(f"<p>{text}</p>")  # noqa: S314 - our own
            except ElementTree.ParseError as error:
                raise AssertionError(f"{language} {key}: {error}") from None


def test_what_is_counted_is_told_in_the_singular_where_it_is_one():
    links = plain_text("en", "view_causal", things="1", links="2")
    assert links == "1 thing and 2 links between them"
    assert interface_text("nb", "partners_figure_rows", count="1") == "1 rad"
    assert interface_text("nb", "partners_figure_rows", count="12 345") == "12 345 rader"
    with pytest.raises(KeyError):
        interface_text("nb", "partners_figure_rows")
    assert "&lt;1&gt;" in interface_text("nb", "search_none", query="<1>")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_behind_a_number_has_a_form_for_one(language):
    counted = re.compile(r"(\w*) ?\{(?:count|rows|links|things|nodes|edges|classes)\} (\w+)")
    of_many = {"av", "of", "alle", "all", "første", "first"}  # behind them stand more than one
    # the same for one and many, or of the sentence
    same = {"avledet", "mangler", "manglar", "prefiks", "spørsmål", "svar", "tegn", "teikn", "ting"}
    same |= {"treff", "utsagn", "are", "at", "below", "more", "ms", "om", "s", "som", "that", "til"}
    same |= {"under"}
    texts = catalogue()[language]
    single = [
        f"{key}: {before} … {word}"
        for key, text in texts.items()
        for before, word in counted.findall(text)
        if before.lower() not in of_many and word not in same and f"{key}{ONE}" not in texts
    ]
    assert single == []
