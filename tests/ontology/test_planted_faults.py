"""A wrong datum in the study's own data is refused and told at the line where it stands.

All faults are planted at once, so that none may hide another.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from click.testing import Result

PROGRAMMES = "data/reference/programmes.ttl"
PUBLICATIONS = "data/reference/publications.ttl"
UNITS = "data/reference/municipalities.ttl"
CODES = "data/reference/municipality-codes.ttl"
MEMBERS = "data/reference/programme-memberships.ttl"
ORGANISATIONS = "data/reference/organisations.ttl"
COMMUTING = "data/statistics/commuting-2020.ttl"
POPULATION = "data/statistics/population.ttl"
STUDY = "data/study/study.ttl"
CLAIMS = "data/study/claims.ttl"
FACTORS = "data/study/factors.ttl"
PASSAGES = "data/study/passages.ttl"


class Fault(NamedTuple):
    """What is planted, a pattern that ends on the line where it then stands, and words told.

    The first ``old`` after ``after`` becomes ``new``.
    """

    file: str
    after: str
    old: str
    new: str
    stands: str
    words: tuple[str, ...]


def value(file: str, after: str, old: str, new: str, *words: str) -> Fault:
    """Return a fault that stands where the new text is."""
    return Fault(file, after, old, new, re.escape(after) + r"(?s:.*?)" + re.escape(new), words)


def observed(name: str, number: int) -> str:
    unit, year = name.rsplit("-", 1)
    return (
        f"\n<observation/population-{name}-again> a qb:Observation ;\n"
        f"    qb:dataSet <data-set/population> ;\n"
        f"    sg:observedUnit <municipality/{unit}> ;\n"
        f'    sg:observedYear "{year}"^^xsd:gYear ;\n'
        f"    sg:population {number} .\n"
    )


def twice(name: str) -> Fault:
    """Return a second population of a unit in a year."""
    start = f"<observation/population-{name}> a"
    new = observed(name, 900).lstrip() + "\n" + start
    stands = rf"population-{name}-again>(?s:.*?)sg:observedYear"
    return Fault(POPULATION, "", start, new, stands, ("Feil: ", f"population-{name}-again"))


S02_DOUBLED = """<claim/S02-again> a sg:Finding ;
    rdfs:label "Samarbeid i regionen slår begge veier"@nb , "Samarbeid i regionen slår begge vegar"@nn ,
        "Collaborating in the region cuts both ways"@en ;
    dct:description "For en liten kommune har samarbeid i regionen både en gevinstside og en kostnadsside."@nb ,
        "For ein liten kommune har samarbeid i regionen både ei gevinstside og ei kostnadsside."@nn ,
        "For a small municipality, collaborating in the region brings both gains and costs."@en ;
    sg:ofStudy <study/smakommuner-2017> ;
    sg:about <activity/regional-collaboration> ;
    sg:direction <direction/two-edged> ;
    sg:certainty <certainty/stated> ;
    sg:standing <standing/finding> ;
    sg:heldBy <actor/summary-writer> ;
    sg:subjectToLimitation <limitation/not-generalisable> ;
    sg:hasEvidence <passage/S02> .

<claim/S03a> a sg:Finding ;"""  # noqa: E501

NEW_MEMBER = """<membership/balsfjord-midt-troms> a sg:ProgrammePeriodMembership ;
    rdfs:label "Balsfjord i Midt-Troms"@nb , "Balsfjord i Midt-Troms"@nn , "Balsfjord in Midt-Troms"@en ;
    sg:memberUnit <municipality/balsfjord> ;
    sg:inProgrammeRegion <region/midt-troms> .

<membership/lenvik-midt-troms> a"""  # noqa: E501

#: Every fault is one that a careful editor can make.
FAULTS = {
    # told when the files are read
    "a broken file": Fault(
        CLAIMS, "", "<claim/S02> a sg:Finding ;", "<claim/S02> a sg:Finding",
        r"<claim/S02> a sg:Finding\n    r", ("This is not valid Turtle",)),
    "an unknown term": value(
        FACTORS, "<factor/obvious-gain>", "sg:theme", "sg:thema", "Did you mean sg:theme?"),
    "a misspelt IRI of what a claim is about": value(
        CLAIMS, "<claim/S02>", "<activity/regional-collaboration>",
        "<activity/regional-colaboration>", "Did you mean"),
    "a figure stated in a misspelt publication": value(
        PROGRAMMES, "<figure/byregion-funding>", "<publication/byregionprogrammet-page>",
        "<publication/byregionprogramet-page>", "publication:byregionprogramet-page"),
    "a misspelt web address of a publication": value(
        PROGRAMMES, "<figure/smakommune-municipalities>", "<publication/smakommuneprogrammet-page>",
        "<https://distriktssenteret.no/smakomuneprogrammet/>", "sg:statedIn"),
    "a file without its sources": Fault(
        FACTORS, "", "    dct:source <https://distriktssenteret.no/litteratur/"
        "smakommuners-nytte-regionalt-samarbeid-naeringsutvikling/> ;\n", "",
        r"<https://w3id.org/samgraf/graph/study/factors> a", ("dct:source",)),
    # told by the shapes
    "a factor both promoting and inhibiting": value(
        FACTORS, "<factor/equal-votes> a", "sg:PromotingFactor ;",
        "sg:PromotingFactor , sg:InhibitingFactor ;", "Feil: ", "factor:equal-votes"),
    "a claim without evidence": Fault(
        CLAIMS, "<claim/S09>", " ;\n    sg:hasEvidence <passage/S09> .", " .",
        "<claim/S09> a sg:FactorClaim", ("Feil: Lik stemmevekt fremmer nytten", "sg:hasEvidence")),
    "a code of five digits": value(
        CODES, "", 'skos:notation "0830"', 'skos:notation "08300"', "Feil: ", "08300"),
    "a number told in two ways, of a municipality in the study": value(
        CODES, "", 'skos:notation "5040"', 'skos:notation "5041"', "Feil: ", "5041"),
    "a number told in two ways, of another municipality": value(
        CODES, "", 'skos:notation "1933"', 'skos:notation "1934"', "Feil: ", "1934"),
    "an organisation number with two digits swapped": value(
        CODES, "", 'skos:notation "964964343"', 'skos:notation "964964334"',
        "Feil: ", "Kontrollsifferet", "964964334"),
    "an ISBN with a wrong digit": value(
        PUBLICATIONS, "", '"9788249009237"', '"9788249009238"', "Feil: ", "9788249009238"),
    "a direction that the effect denies": value(
        CLAIMS, "<claim/S03a>", "<direction/promotes>", "<direction/inhibits>",
        "Feil: ", "claim:S03a", "direction:inhibits"),
    "a limitation without its nynorsk text": Fault(
        STUDY, "<limitation/not-generalisable> a",
        '        "Studien viser forhold som har noko å seie for nytten, men rekk ikkje langt nok '
        'til klare slutningar om småkommunar generelt."@nn ,\n', "",
        r"<limitation/not-generalisable> a(?s:.*?)dct:description",
        ("Feil: ", "dct:description", "“nn”")),
    "a claim entered twice": Fault(
        CLAIMS, "", "<claim/S03a> a sg:Finding ;", S02_DOUBLED,
        "<claim/S02-again>(?s:.*?)dct:description", ("Feil: ", "claim:S02-again")),
    "a share of commuters as a fraction": value(
        COMMUTING, "", "sg:commutingToCentre 9.97", "sg:commutingToCentre 0.0997",
        "Feil: ", "0.0997"),
    "a unit that ended and has no successor": Fault(
        UNITS, "<municipality/fosnes> a", "    dct:isReplacedBy <municipality/namsos-5007> ;\n", "",
        r"<municipality/fosnes> a(?s:.*?)sg:validThrough", ("Feil: Fosnes", "dct:isReplacedBy")),
    "a second population, of a municipality in the study": twice("berg-2017"),
    "a second population, of another municipality": twice("lenvik-2017"),
    "a member without confidence": Fault(
        MEMBERS, "<membership/dyroy-midt-troms>", "    sg:confidence <confidence/inferred> ;\n", "",
        "<membership/dyroy-midt-troms> a", ("Feil: ", "sg:confidence")),
    # one without a year alone has those of its region, and is no fault
    "a new member without year or confidence": Fault(
        MEMBERS, "", "<membership/lenvik-midt-troms> a", NEW_MEMBER,
        "<membership/balsfjord-midt-troms> a", ("Feil: ", "sg:confidence")),
    "a finding held by those who wish": value(
        CLAIMS, "<claim/S03b>", "<actor/summary-writer>", "<actor-group/small-municipalities>",
        "Feil: ", "claim:S03b"),
    "the Wikidata item of another place": value(
        UNITS, "<municipality/namdalseid> a", "entity/Q502193", "entity/Q502194",
        "Feil: Namdalseid", "Q502193"),
    "a passage that begins within another": value(
        PASSAGES, "<selector/S06-position>", "oa:start 491", "oa:start 480",
        "passage:S06", "480"),
    # told by the questions
    "a possible claim made certain": value(
        CLAIMS, "<claim/S27>", "<certainty/possible>", "<certainty/stated>",
        "every-claim.csv", "claim/S27"),
    "a feeling held by another": value(
        CLAIMS, "<claim/S18>", "<actor-group/small-municipalities>", "<actor/summary-writer>",
        "every-claim.csv", "claim/S18"),
    "funding a tenth of what it was": value(
        PROGRAMMES, "<figure/byregion-funding>", "87000000", "8700000",
        "programme-figures.csv", "8700000"),
    "a wrong Wikidata item that no extract has": value(
        UNITS, "<municipality/balsfjord> a", "entity/Q486717", "entity/Q486718",
        "wikidata-items.csv", "Q486718"),
}  # fmt: skip

#: What the content alone cannot show, and why.
UNKNOWABLE = {
    "the source's own sentence as a paraphrase": "the source is not copied into the content, only "
    "pointed into: told where its text is at hand (check --text, tests/build)",
    "a passage off by one": "between most passages lie characters that belong to none, and the "
    "checksum is that of the words, which only the text has: told where it is at hand",
    "a wrong number that is possible, with its answer": "a population a little off, or funding of "
    "another size changed in the expected answer as well, is what another source would say",
}


def planted(root: Path, content: Path, faults: Iterable[Fault]) -> None:
    """Write the content anew, with ``faults`` in it."""
    faults = list(faults)
    for file in {f.file for f in FAULTS.values()}:
        text = (root / file).read_text("utf-8")
        for fault in faults:
            if fault.file == file:
                at = text.index(fault.old, text.index(fault.after))
                text = text[:at] + fault.new + text[at + len(fault.old) :]
        (content / file).write_text(text, "utf-8")


def is_told(fault: Fault, content: Path, told: str) -> bool:
    """Say whether one line names where the fault stands and what it is."""
    text = (content / fault.file).read_text("utf-8")
    match = re.search(fault.stands, text)
    assert match, fault
    place = re.compile(rf"{re.escape(fault.file)}:{text.count(chr(10), 0, match.end()) + 1}\b")
    return any(
        place.search(line) and all(word in line for word in fault.words)
        for line in told.splitlines()
    )


def left_after_mending(
    faults: dict[str, Fault], root: Path, tmp_path: Path, call: Callable[..., Result]
) -> tuple[dict[str, Fault], int]:
    """Build, mend all faults that are told, and again while any is told.

    Return those that never were, and the number of builds.
    """
    content, out = tmp_path / "content", tmp_path / "out"
    for folder in ("ontology", "data"):
        shutil.copytree(root / folder, content / folder)
    left, builds = dict(faults), 0
    while left:
        planted(root, content, left.values())
        done = call("build", "--content", content, "--out", out, "--lang", "nb")
        builds += 1
        assert "Traceback" not in done.output
        assert (done.exit_code, out.exists()) in ((1, False), (0, True))
        mended = [n for n, f in left.items() if done.exit_code and is_told(f, content, done.stderr)]
        if not mended:
            break
        left = {name: fault for name, fault in left.items() if name not in mended}
    return left, builds


def test_each_fault_is_refused_at_the_line_where_it_stands(call, root, tmp_path):
    left, builds = left_after_mending(FAULTS, root, tmp_path, call)
    assert list(left) == []
    # what one stage finds it tells at once: syntax, terms, shapes, questions
    assert builds <= 5
