"""A wrong datum in the study's own data is refused, before anything is inferred from it."""

from __future__ import annotations

import shutil

import pytest

FACTORS = "data/study/factors.ttl"
CLAIMS = "data/study/claims.ttl"
CODES = "data/reference/municipality-codes.ttl"
#: what is planted: file, text, its replacement, what the message says
FAULTS = {
    "a factor both promoting and inhibiting": (
        FACTORS,
        "<factor/equal-votes> a sg:PromotingFactor ;",
        "<factor/equal-votes> a sg:PromotingFactor , sg:InhibitingFactor ;",
        ("data/study/factors.ttl:", "like stemmer", "factor/equal-votes"),
    ),
    "a claim without evidence": (
        CLAIMS,
        "    sg:governedBy <limitation/not-generalisable> ;\n    sg:hasEvidence <passage/S09> .",
        "    sg:governedBy <limitation/not-generalisable> .",
        ("data/study/claims.ttl:", "Like stemmer fremmer nytten", "sg:hasEvidence"),
    ),
    "an unknown term": (
        FACTORS,
        "sg:theme <theme/participation>",
        "sg:thema <theme/participation>",
        ("data/study/factors.ttl:", "does not define sg:thema", "Did you mean sg:theme?"),
    ),
    "a code of five digits": (
        CODES,
        'skos:notation "0830"',
        'skos:notation "08300"',
        ("data/reference/municipality-codes.ttl:", "08300"),
    ),
    "a broken file": (
        CLAIMS,
        "<claim/S02> a sg:Finding ;",
        "<claim/S02> a sg:Finding",
        ("data/study/claims.ttl:", "This is not valid Turtle"),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_refused_before_inference_and_nothing_is_built(call, root, tmp_path, name):
    content, out = tmp_path / "content", tmp_path / "out"
    for folder in ("ontology", "data"):
        shutil.copytree(root / folder, content / folder)
    file, old, new, says = FAULTS[name]
    text = (content / file).read_text("utf-8")
    assert text.count(old) == 1
    (content / file).write_text(text.replace(old, new), "utf-8")
    done = call("build", "--content", content, "--out", out)
    assert done.exit_code == 1
    for words in says:
        assert words in done.stderr
    assert "Traceback" not in done.output
    assert "reason …" not in done.stderr
    assert not out.exists()
