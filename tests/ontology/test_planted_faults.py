"""A wrong datum in the study's own data is refused, before anything is inferred from it."""

from __future__ import annotations

import re
import shutil

import pytest

PROGRAMMES = "data/reference/programmes.ttl"
PUBLICATIONS = "data/reference/publications.ttl"
FACTORS = "data/study/factors.ttl"
CLAIMS = "data/study/claims.ttl"
CODES = "data/reference/municipality-codes.ttl"
UNITS = "data/reference/municipalities.ttl"
#: what is planted: file, text, its replacement, a pattern that ends on the line where the fault
#: then stands, and what the message says beside
FAULTS = {
    "a factor both promoting and inhibiting": (
        FACTORS,
        "<factor/equal-votes> a sg:PromotingFactor ;",
        "<factor/equal-votes> a sg:PromotingFactor , sg:InhibitingFactor ;",
        "<factor/equal-votes> a sg:PromotingFactor , sg:InhibitingFactor ;",
        ("Feil: like stemmer", "factor/equal-votes"),
    ),
    "a claim without evidence": (
        CLAIMS,
        "    sg:governedBy <limitation/not-generalisable> ;\n    sg:hasEvidence <passage/S09> .",
        "    sg:governedBy <limitation/not-generalisable> .",
        "<claim/S09> a sg:FactorClaim ;",
        ("Feil: Like stemmer fremmer nytten", "sg:hasEvidence"),
    ),
    "an unknown term": (
        FACTORS,
        "sg:theme <theme/participation>",
        "sg:thema <theme/participation>",
        "    sg:thema <theme/participation>",
        ("does not define sg:thema", "Did you mean sg:theme?"),
    ),
    "a code of five digits": (
        CODES,
        'skos:notation "0830"',
        'skos:notation "08300"',
        'skos:notation "08300"',
        ("Feil: ", "08300"),
    ),
    "a unit that ended and has no successor": (
        UNITS,
        "dct:isReplacedBy <municipality/namsos-5007> ;\n    sg:hasAuthority <authority/fosnes>",
        "sg:hasAuthority <authority/fosnes>",
        r"<municipality/fosnes> a (?:.*\n)+?    sg:validThrough",
        ("Feil: Fosnes", "dct:isReplacedBy"),
    ),
    "a number told in two ways": (
        CODES,
        'skos:notation "1933"',
        'skos:notation "1934"',
        ("data/reference/municipality-codes.ttl:", ": Feil: ", "1934"),
    ),
    "an organisation number with two digits swapped": (
        CODES,
        'skos:notation "964964343"',
        'skos:notation "964964334"',
        ("data/reference/municipality-codes.ttl:", ": Feil: ", "Kontrollsifferet", "964964334"),
    ),
    "an ISBN with a wrong digit": (
        PUBLICATIONS,
        '"9788249009237"',
        '"9788249009238"',
        ("data/reference/publications.ttl:", ": Feil: ", "9788249009238"),
    ),
    "a figure stated nowhere known": (
        PROGRAMMES,
        "sg:statedIn <publication/nibr-2016>",
        "sg:statedIn <publication/nibr-2061>",
        ("data/reference/programmes.ttl:", "publication/nibr-2061"),
    ),
    "a broken file": (
        CLAIMS,
        "<claim/S02> a sg:Finding ;",
        "<claim/S02> a sg:Finding",
        r"<claim/S02> a sg:Finding\n    r",
        ("This is not valid Turtle",),
    ),
}


#: The faults that are planted together: what the shapes find, they tell all at once, and to ask
#: them takes long. Each must be told in a line of its own, as an error: one is enough to refuse.
PLANTINGS = (
    (
        "a factor both promoting and inhibiting",
        "a claim without evidence",
        "a code of five digits",
        "a unit that ended and has no successor",
    ),
    ("a figure stated nowhere known",),
    ("an unknown term",),
    ("a broken file",),
)


def line_of(path, pattern):
    text = path.read_text("utf-8")
    (match,) = re.finditer(pattern, text)
    return text.count("\n", 0, match.end()) + 1


def test_every_fault_is_planted():
    assert sorted(name for names in PLANTINGS for name in names) == sorted(FAULTS)


@pytest.mark.parametrize("names", PLANTINGS, ids=" + ".join)
def test_fault_is_refused_before_inference_and_nothing_is_built(call, root, tmp_path, names):
    content, out = tmp_path / "content", tmp_path / "out"
    for folder in ("ontology", "data"):
        shutil.copytree(root / folder, content / folder)
    for file, old, new, _, _ in map(FAULTS.get, names):
        text = (content / file).read_text("utf-8")
        assert text.count(old) == 1
        (content / file).write_text(text.replace(old, new), "utf-8")
    done = call("build", "--content", content, "--out", out)
    assert done.exit_code == 1
    for name in names:
        file, _, _, stands, words = FAULTS[name]
        words = (f"{file}:{line_of(content / file, stands)}: ", *words)
        assert any(all(word in line for word in words) for line in done.stderr.splitlines()), name
    assert "Traceback" not in done.output
    assert "reason …" not in done.stderr
    assert not out.exists()
