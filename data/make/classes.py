"""Write the statistical regions and classes of the units as dated relations, not as numbers."""

from __future__ import annotations

from .table import MODIFIED, SPLDATA, Table
from .turtle import Document, day, labels, ref, text, year
from .units import Row, Unit

_NORMAPS = "https://github.com/thohan88/nor-maps"
_ALONE = "remainder-own-region"
_GROUNDS = {
    "Restkommune, egen BA-region": _ALONE,
    "Utpendling > 8": "out-commuting-above-8",
    "Senterkommune": "centre-municipality",
}
_KINDS = {
    "labour-market": ("bo- og arbeidsmarkedsregion", "bu- og arbeidsmarknadsregion"),
    "economic": ("økonomisk region", "økonomisk region"),
}


def write_classes(table: Table) -> list[Document]:
    """Return the files of regions with their memberships, and that of centrality."""
    return [
        _labour_market_regions(table),
        _economic_regions(table, "2017"),
        _economic_regions(table, "2025"),
        _centrality(table),
    ]


def _labour_market_regions(table: Table) -> Document:
    document = Document(
        name="statistics/labour-market-regions-2020",
        heading="The labour-market regions (BA-regioner) of 2020 in which the cases or their "
        "successors lie.",
        title=(
            "Bo- og arbeidsmarkedsregioner 2020",
            "Bu- og arbeidsmarknadsregionar 2020",
            "Labour-market regions 2020",
        ),
        sources=[SPLDATA],
        modified=MODIFIED,
        description=(
            "Transportøkonomisk institutt, rapport 1713/2019, slik den er lagret i spldata. "
            "Inndelingen er fra 2020, senere enn studien.",
            "Transportøkonomisk institutt, rapport 1713/2019, slik han er lagra i spldata. "
            "Inndelinga er frå 2020, seinare enn studien.",
            "Institute of Transport Economics, report 1713/2019, as stored in spldata. The "
            "division is of 2020, later than the study.",
        ),
    )
    grounds = {u.slug: _GROUNDS[r["value"]] for u, r in table.of("ba_inclusion_ground")}
    _regions(document, "ba-2020", "2020", table.of("ba_region"), grounds)
    return document


def _economic_regions(table: Table, when: str) -> Document:
    document = Document(
        name=f"statistics/economic-regions-{when}",
        heading=f"The economic regions of {when} in which the cases or their successors lie.",
        title=(
            f"Økonomiske regioner {when}",
            f"Økonomiske regionar {when}",
            f"Economic regions {when}",
        ),
        sources=[_NORMAPS],
        modified=MODIFIED,
        description=(
            f"Inndelingen til Statistisk sentralbyrå, slik nor-maps {when} knytter den til "
            "kommunene.",
            f"Inndelinga til Statistisk sentralbyrå, slik nor-maps {when} knyter ho til kommunane.",
            f"Statistics Norway's division, as joined to the municipalities in nor-maps {when}.",
        ),
    )
    rows = table.of("ssb_economic_region", when)
    _regions(document, f"economic-{when}", when, rows, {})
    return document


def _regions(
    document: Document,
    prefix: str,
    when: str,
    rows: list[tuple[Unit, Row]],
    grounds: dict[str, str],
) -> None:
    """Add the regions that ``rows`` name, their codes, and the memberships."""
    kind = "labour-market" if prefix.startswith("ba-") else "economic"
    cls = "sg:LabourMarketRegion" if kind == "labour-market" else "sg:EconomicRegion"
    regions = dict(r["value"].split(" ", 1) for _, r in rows)
    nb, nn = _KINDS[kind]
    alone = {r["value"].split(" ", 1)[0] for u, r in rows if grounds.get(u.slug) == _ALONE}
    for code, full in sorted(regions.items()):
        name = full.split(" - ")[0]
        document.add(
            f"region/{prefix}-{code}",
            ("a", cls),
            (
                "rdfs:label",
                labels(
                    f"{name}, {nb} {when}",
                    f"{name}, {nn} {when}",
                    f"{name}, {kind} region {when}",
                ),
            ),
            ("sg:regionKind", ref(f"region-kind/{kind}-region")),
            # but for a unit that is a region by itself, only members that we tell about are here
            (
                "sg:memberListStatus",
                ref(f"member-list-status/{'complete' if code in alone else 'partial'}"),
            ),
            ("sg:referenceYear", year(when)),
            ("adms:identifier", ref(f"region-code/{prefix}-{code}")),
        )
        document.add(
            f"region-code/{prefix}-{code}",
            ("a", "sg:RegionCode"),
            ("rdfs:label", labels(f"{code} {name} ({when})")),
            ("skos:notation", text(code)),
            ("sg:referenceYear", year(when)),
        )
    for unit, row in rows:
        code, full = row["value"].split(" ", 1)
        name = full.split(" - ")[0]
        ground = grounds.get(unit.slug)
        document.add(
            f"membership/{unit.slug}-{prefix}-{code}",
            ("a", "sg:RegionMembership"),
            (
                "rdfs:label",
                labels(
                    f"{unit.name} i {name}, {nb} {when}",
                    f"{unit.name} i {name}, {nn} {when}",
                    f"{unit.name} in {name}, {kind} region {when}",
                ),
            ),
            ("sg:memberUnit", ref(f"municipality/{unit.slug}")),
            ("sg:territory", ref(f"region/{prefix}-{code}")),
            ("sg:referenceYear", year(when)),
            ("sg:inclusionGround", ref(f"inclusion-ground/{ground}") if ground else []),
            ("sg:confidence", ref("confidence/verified")),
        )


def _centrality(table: Table) -> Document:
    document = Document(
        name="statistics/centrality",
        heading="Centrality classes: the standard of 2008 (0 is least central) for the nine "
        "cases, and the later index (6 is least central) where it could be read.",
        title=("Sentralitet", "Sentralitet", "Centrality"),
        sources=["https://github.com/oystess/valg_analyser", "https://www.regjeringen.no/"],
        modified=MODIFIED,
        description=(
            "Klassene etter den eldre standarden er fra en fil av usikkert opphav og gjelder før "
            "2018; året er ikke oppgitt. De etter indeksen er fra vedleggene til regjeringens "
            "rapporter om regionale utviklingstrekk i 2023 og 2025; bare raden for ett fylke lot "
            "seg lese.",
            "Klassane etter den eldre standarden er frå ei fil av usikkert opphav og gjeld før "
            "2018; året er ikkje oppgjeve. Dei etter indeksen er frå vedlegga til rapportane frå "
            "regjeringa om regionale utviklingstrekk i 2023 og 2025; berre rada for eitt fylke "
            "lét seg lese.",
            "The classes of the older standard come from a file of unsure origin and hold before "
            "2018; their year is not stated. Those of the index are from the annexes of the "
            "government's reports on regional trends of 2023 and 2025; only the row of one "
            "county was readable.",
        ),
    )
    for unit, row in table.of("sentralitet_old_standard_0_to_3"):
        document.add(
            f"class-assignment/centrality-2008-{unit.slug}",
            ("a", "sg:ClassAssignment"),
            (
                "rdfs:label",
                labels(
                    f"{unit.name}: sentralitet {row['value']} (standard 2008)",
                    None,
                    f"{unit.name}: centrality {row['value']} (standard of 2008)",
                ),
            ),
            ("sg:assignedUnit", ref(f"municipality/{unit.slug}")),
            ("sg:assignedClass", ref(f"centrality/2008-{row['value']}")),
            ("sg:validThrough", day("2017-12-31")),
            ("sg:confidence", ref("confidence/single-source")),
        )
    for unit, row in table.of("sentralitetsindeks_class"):
        document.add(
            f"class-assignment/centrality-index-{row['year']}-{unit.slug}",
            ("a", "sg:ClassAssignment"),
            (
                "rdfs:label",
                labels(
                    f"{unit.name}: sentralitetsklasse {row['value']} ({row['year']})",
                    None,
                    f"{unit.name}: centrality class {row['value']} ({row['year']})",
                ),
            ),
            ("sg:assignedUnit", ref(f"municipality/{unit.slug}")),
            ("sg:assignedClass", ref(f"centrality/index-{row['value']}")),
            ("sg:referenceYear", year(row["year"])),
            ("sg:confidence", ref("confidence/verified")),
        )
    return document
