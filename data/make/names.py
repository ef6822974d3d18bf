"""Write the official names, each with the days on which it holds.

A Sámi or Kven name has two forms, since those languages have cases: the place bears the nominative
(Omasvuotna), the organisation the genitive with the word for municipality (Omasvuona suohkan). The
first is a name of the territory, the second one of its authority.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .turtle import Document, comments, day, labels, ref, text, year
from .units import Row, Unit

_SSB = "https://www.ssb.no/offentlig-sektor/kommunekatalog/flerspraklige-fylkes-og-kommunenavn"
_GOVERNMENT = "https://www.regjeringen.no/no/"
_STORFJORD = (
    _GOVERNMENT + "dokumentarkiv/regjeringen-solberg/aktuelt-regjeringen-solberg/kmd/nyheterKMD/"
    "2014/Storfjord-kommune--samisk-og-kvensk-navn-pa-kommunen-/id752498/"
)
_ROYRVIK = _GOVERNMENT + "aktuelt/Royrvik-kommune--samisk-navn-pa-kommunen-/id762544/"
_RANA = _GOVERNMENT + "aktuelt/samiske-namn-pa-gratangen-levanger-rana-og-sorfold/id3025929/"
_LYNGEN = "https://www.ruijan-kaiku.no/kvensk-kommunenavn-offisielt-godkjent"

#: What a language is called in nb, nn and en, by the tag of a name.
LANGUAGES = {
    "no": ("norsk", "norsk", "Norwegian"),
    "se": ("nordsamisk", "nordsamisk", "Northern Sámi"),
    "sma": ("sørsamisk", "sørsamisk", "Southern Sámi"),
    "fkv": ("kvensk", "kvensk", "Kven"),
    "mul": ("flerspråklig", "fleirspråkleg", "multilingual"),
}


@dataclass(frozen=True)
class Adopted:
    """A name in Sámi or Kven: of the place, of the authority ("" if not read), since when."""

    unit: str
    tag: str
    place: str
    authority: str
    since: str  # YYYY-MM-DD, or YYYY where the day is not known
    remark: tuple[str, str, str]
    confidence: str = "verified"


_IN_2014 = (
    "Godkjent av Kongen i statsråd 7. mars 2014. I SSBs inndeling står navnet fra 2015.",
    "Godkjent av Kongen i statsråd 7. mars 2014. I inndelinga til SSB står namnet frå 2015.",
    "Approved by the King in Council on 7 March 2014. Statistics Norway's classification has the "
    "name from 2015.",
)
_IN_NAMSOS = (
    "Dagen er den som SSBs inndeling har. Vedtaket er ikke lest, og lister fra 2019 og 2020 er "
    "ikke enige om navnet.",
    "Dagen er den som inndelinga til SSB har. Vedtaket er ikkje lese, og lister frå 2019 og 2020 "
    "er ikkje samde om namnet.",
    "The day is the one in Statistics Norway's classification. The decision was not read, and "
    "lists of 2019 and 2020 do not agree on the name.",
)
_IN_LYNGEN = (
    "Godkjent av Kongen i statsråd 29. august ifølge avisa Ruijan Kaiku. Året er utledet: "
    "kommunestyret vedtok navnet i 2024, og SSBs liste for 2026 har det.",
    "Godkjent av Kongen i statsråd 29. august ifølgje avisa Ruijan Kaiku. Året er utleidd: "
    "kommunestyret vedtok namnet i 2024, og lista til SSB for 2026 har det.",
    "Approved by the King in Council on 29 August, according to the newspaper Ruijan Kaiku. The "
    "year is inferred: the municipal council adopted the name in 2024, and Statistics Norway's "
    "list for 2026 has it.",
)
ADOPTED = (
    Adopted("lyngen", "se", "Ivgu", "Ivgu suohkan", "2025", _IN_LYNGEN, "inferred"),
    Adopted("lyngen", "fkv", "Yykeä", "Yykeän kunta", "2025", _IN_LYNGEN, "inferred"),
    Adopted("namsos-1703", "sma", "Nåavmesjenjaelmie", "", "2019-01-01", _IN_NAMSOS),
    Adopted(
        "namsos-5007",
        "sma",
        "Nåavmesjenjaelmie",
        "",
        "2020-01-01",
        (
            "Fra kommunen ble til, ifølge SSBs inndeling.",
            "Frå kommunen blei til, ifølgje inndelinga til SSB.",
            "Since the municipality was formed, according to Statistics Norway's classification.",
        ),
    ),
    Adopted(
        "rana",
        "sma",
        "Raane",
        "Raanen tjïelte",
        "2024-02-16",
        (
            "Vedtatt i statsråd denne dagen. I SSBs inndeling står navnet fra 1. januar 2024.",
            "Vedteke i statsråd denne dagen. I inndelinga til SSB står namnet frå 1. januar 2024.",
            "Adopted in Council on this day. Statistics Norway's classification has the name from "
            "1 January 2024.",
        ),
    ),
    Adopted(
        "royrvik",
        "sma",
        "Raarvihke",
        "Raarvihken tjïelte",
        "2014",
        (
            "Innført i 2014 ifølge SSBs oversikt; dagen er ikke lest. I inndelingen står navnet "
            "fra 2015.",
            "Innført i 2014 ifølgje oversynet til SSB; dagen er ikkje lesen. I inndelinga står "
            "namnet frå 2015.",
            "Introduced in 2014 according to Statistics Norway's list; the day was not read. "
            "Their classification has the name from 2015.",
        ),
    ),
    Adopted("storfjord", "se", "Omasvuotna", "Omasvuona suohkan", "2014-03-07", _IN_2014),
    Adopted("storfjord", "fkv", "Omasvuono", "Omasvuonon kunta", "2014-03-07", _IN_2014),
)


def adopted(unit: str) -> list[tuple[str, str]]:
    """Return (language tag, name of the place) of each Sámi or Kven name of a unit."""
    return [(a.tag, a.place) for a in ADOPTED if a.unit == unit]


def write_names(units: list[Unit], counties: dict[str, Row], klass: str) -> Document:
    """Return the file of names; ``klass`` is the address of the statistical classifications."""
    document = Document(
        name="reference/names",
        heading="The official names of municipalities and counties, and those of their "
        "authorities in Sámi and Kven, with the days on which they hold (both included). Where the "
        "first day is missing it is unknown; where the last day is missing the name still holds.",
        title=("Navn med tid", "Namn med tid", "Names and when they held"),
        sources=[klass + "131", klass + "104", _SSB, _STORFJORD, _ROYRVIK, _RANA, _LYNGEN],
        modified="2026-11-28",
        description=(
            "Norske navn fra SSB Klass 131 og 104. Samiske og kvenske navn med dagen de ble "
            "godkjent i statsråd, der den er lest. Steder bærer nominativformen, organisasjonene "
            "genitivformen med ordet for kommune. Et fylkesnavn med deler på flere språk er "
            "merket mul, siden kilden ikke skiller delene.",
            "Norske namn frå SSB Klass 131 og 104. Samiske og kvenske namn med dagen dei blei "
            "godkjende i statsråd, der han er lesen. Stader ber nominativforma, organisasjonane "
            "genitivforma med ordet for kommune. Eit fylkesnamn med delar på fleire språk er "
            "merkt mul, sidan kjelda ikkje skil delane.",
            "Norwegian names from SSB Klass 131 and 104. Sámi and Kven names with the day on "
            "which the King in Council approved them, where it was read. Places bear the "
            "nominative form, organisations the genitive with the word for municipality. A county "
            "name with parts in several languages is tagged mul, since the source does not tell "
            "the parts apart.",
        ),
    )
    for unit in units:
        _add(
            document, f"municipality/{unit.slug}", unit.name, "no", unit.name, unit.start, unit.end
        )
    document.section("Sámi and Kven names of places")
    ends = {u.slug: u.end for u in units}
    called = {u.slug: u.name for u in units}
    for a in ADOPTED:
        _add(document, f"municipality/{a.unit}", a.place, a.tag, called[a.unit], a.since,
             ends[a.unit], a)  # fmt: skip
    document.section("Sámi and Kven names of authorities")
    for a in (a for a in ADOPTED if a.authority):
        _add(document, f"authority/{a.unit}", a.authority, a.tag, f"{called[a.unit]} kommune",
             a.since, ends[a.unit], a)  # fmt: skip
    document.section("Counties")
    for key, row in sorted(counties.items()):
        name, joined = row["name"], row["official_multilingual_name"]
        end = row["valid_to"]
        _add(document, f"county/{key}", name, "no", name, row["valid_from"], end)
        if joined != name:
            # the source gives one name to the whole life of the county and no day
            _add(document, f"county/{key}", joined, "mul", name, "", end)
    return document


def _add(
    document: Document,
    bearer: str,
    name: str,
    tag: str,
    known_as: str,
    since: str,
    until: str,
    told: Adopted | None = None,
) -> None:
    nb, nn, en = LANGUAGES[tag]
    kind, _, slug = bearer.partition("/")
    key = f"authority-{slug}" if kind == "authority" else slug
    label: Iterable[str] = labels(
        f"{name} ({nb} navn på {known_as})",
        f"{name} ({nn} namn på {known_as})",
        f"{name} ({en} name of {known_as})",
    )
    document.add(
        f"name/{'county-' if kind == 'county' else ''}{key}-{tag}",
        ("a", "sg:Name"),
        ("rdfs:label", label),
        ("sg:nameText", text(name, tag)),
        ("sg:nameOf", ref(bearer)),
        ("sg:startYear", year(since) if len(since) == 4 else []),
        ("sg:validFrom", day(since) if len(since) == 10 else []),
        ("sg:validThrough", day(until) if until else []),
        ("sg:confidence", ref(f"confidence/{told.confidence if told else 'verified'}")),
        ("rdfs:comment", comments(told.remark) if told else []),
    )
