"""Write which municipalities were members of which programme region while the programme ran."""

from __future__ import annotations

from .turtle import Document, comments, labels, ref, year
from .units import Row, Unit, Units

#: Region slug to the name that the boundary file gives it.
REGIONS = {
    "midt-troms": "Midt-Troms",
    "namdal": "Region Namdal",
    "rana": "Ranaregionen",
    "tromso": "Tromsøregionen",
    "vest-telemark": "Vest-Telemark",
}
#: What English calls a region whose name ends in the Norwegian word for one.
ENGLISH = {"Ranaregionen": "the Rana region", "Tromsøregionen": "the Tromsø region"}
_REASONS = {
    "midt-troms": (
        "De åtte medlemmene i datidens regionråd. Ingen programside som er lest, lister dem.",
        "Dei åtte medlemmene i det dåverande regionrådet. Inga programside som er lesen, listar "
        "dei.",
        "The eight members of the regional council of the time. No programme page that was read "
        "lists them.",
    ),
    "vest-telemark": (
        "De seks medlemmene i regionrådet. At programregionen hadde de samme seks, er utledet.",
        "Dei seks medlemmene i regionrådet. At programregionen hadde dei same seks, er utleidd.",
        "The six members of the regional council. That the programme region had the same six is "
        "inferred.",
    ),
}
#: A day in the middle of the programme, by which a number is read.
_THEN = "2016-01-01"


def members(feature: dict, units: Units) -> list[Unit]:
    """Return the members of a region, from the numbers of 2018-2019 in its boundary feature."""
    numbers = feature["properties"]["members_2018_2019"]
    return sorted((units.at(n, "2019-01-01") for n in numbers), key=lambda u: u.slug)


def write_memberships(regions: dict[str, list[Unit]], periods: dict[str, Row]) -> Document:
    """Return the file of memberships; ``periods`` gives start and end of each region's part."""
    document = Document(
        name="reference/programme-memberships",
        heading="Which municipalities made up the five programme regions while "
        "Byregionprogrammet ran. Only units that existed then; from these memberships it "
        "follows that a municipality took part.",
        title=(
            "Medlemskap i programregionene",
            "Medlemskapar i programregionane",
            "Memberships in the programme regions",
        ),
        sources=[
            "https://distriktssenteret.no/artikkel/namsos-2/",
            "https://distriktssenteret.no/artikkel/rana/",
            "https://www.vt-radet.no/2015/10/16/hei-verden/",
            "https://www.torsken.kommune.no/?id=6112020",
            "https://www.tromso.kommune.no/regional-naeringsutvikling.346049.no.html",
        ],
        modified="2026-11-30",
        description=(
            "År så langt de er kjent: Et startår som mangler, er ukjent. Medlemslistene for "
            "Midt-Troms og Vest-Telemark er utledet av listene til regionrådene.",
            "År så langt dei er kjende: Eit startår som manglar, er ukjent. Medlemslistene for "
            "Midt-Troms og Vest-Telemark er utleidde av listene til regionråda.",
            "Years as far as known: a missing start year is unknown. The member lists of "
            "Midt-Troms and Vest-Telemark are inferred from those of their regional councils.",
        ),
    )
    for region, units in sorted(regions.items()):
        period = periods[region]
        # "2015 autumn" and "2018-07-01" are known to the year; "2014 or 2015" is not
        start = period["start"][:4] if " or " not in period["start"] else ""
        for unit in units:
            if unit.start > _THEN or (unit.end and unit.end < f"{period['end'][:4]}-12-31"):
                raise ValueError(f"{unit.slug} did not exist while {region} took part")
            name = REGIONS[region]
            document.add(
                f"membership/{unit.slug}-{region}",
                ("a", "sg:ProgrammePeriodMembership"),
                (
                    "rdfs:label",
                    labels(
                        f"{unit.name} i {name}",
                        None,
                        f"{unit.name} in {ENGLISH.get(name, name)}",
                    ),
                ),
                ("sg:memberUnit", ref(f"municipality/{unit.slug}")),
                ("sg:inProgrammeRegion", ref(f"region/{region}")),
                ("sg:startYear", year(start) if start else []),
                ("sg:endYear", year(period["end"][:4])),
                ("sg:confidence", ref(_confidence(region))),
                ("rdfs:comment", comments(_REASONS[region]) if region in _REASONS else []),
            )
    return document


def _confidence(region: str) -> str:
    return "confidence/inferred" if region in _REASONS else "confidence/verified"
