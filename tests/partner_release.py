"""The small release with partners, and with queries that need them; and a client that pretends."""

from __future__ import annotations

import json
import time
from pathlib import Path

from samgraf.engine.in_process_service import in_process_service
from samgraf.federation.bind_join import Federation
from samgraf.federation.partner_channel import LastContact, PartnerState
from samgraf.federation.results import PartnerReply
from samgraf.release.partner import partners_of
from samgraf.settings import Settings
from samgraf.sparql.federated.faults import Fault, PartnerError
from samgraf.sparql.federated.last import LastRuns, key_of
from samgraf.sparql.service import Service
from small_release import BASE, DCT, EX, LABEL, LINES, PREFIXES, SH, TYPE, write_release

FEDERATION = "https://w3id.org/samgraf/federation#"
PARTNER = BASE + "id/partner/"
PARTNERS, FEDERATED = BASE + "graph/partners", BASE + "graph/federated"
MIRROR = BASE + "graph/mirrors/herbarium"
NOW = time.time()

#: Which flowers the partner's data know by a number, and one query that needs two partners.
HEIGHTS = """SELECT ?flower ?height WHERE {
  ?flower a ex:Flower ; rdfs:label ?label FILTER(LANG(?label) = "en")
  SERVICE partner:herbarium { ?plant rdfs:label ?label ; ex:height ?height }
}"""
BOTH = "SELECT * { SERVICE partner:herbarium { ?s ?p ?o } SERVICE <seeds> { ?o ?q ?r } }"


def _partner(name, titles, *more):
    iri = f"<{PARTNER}{name}>"
    yield iri, TYPE, f"<{FEDERATION}Partner>", PARTNERS
    yield iri, f"<{DCT}identifier>", f'"{name}"', PARTNERS
    for title in titles:
        yield iri, f"<{DCT}title>", title, PARTNERS
    endpoint = f"<https://{name}.example/sparql>"
    yield iri, "<http://www.w3.org/ns/dcat#endpointURL>", endpoint, PARTNERS
    yield from ((iri, f"<{p}>", o, PARTNERS) for p, o in more)


def _example(name, query, needs, *labels):
    iri = f"<{BASE}federated/{name}>"
    yield iri, TYPE, f"<{SH}SPARQLSelectExecutable>", FEDERATED
    yield iri, f"<{DCT}identifier>", f'"{name}"', FEDERATED
    yield iri, f"<{SH}select>", json.dumps(query), FEDERATED
    yield from ((iri, LABEL, label, FEDERATED) for label in labels)
    yield from ((iri, f"<{FEDERATION}needs>", f"<{PARTNER}{n}>", FEDERATED) for n in needs)


JOIN = f"<{PARTNER}herbarium/join/name>"
ALL = [
    *LINES,
    *_partner(
        "herbarium",
        ('"Herbariet"@nb', '"The herbarium"@en'),
        (DCT + "description", '"Pressed flowers, <b>dried</b>."@en'),
        ("http://xmlns.com/foaf/0.1/homepage", "<https://herbarium.example/>"),
        (FEDERATION + "dataLicence", "<https://creativecommons.org/publicdomain/zero/1.0/>"),
        (FEDERATION + "joinsOn", JOIN),
    ),
    (JOIN, TYPE, f"<{FEDERATION}Join>", PARTNERS),
    (JOIN, LABEL, '"the name of the flower"@en', PARTNERS),
    (JOIN, f"<{FEDERATION}byProperty>", LABEL, PARTNERS),
    *_partner(
        "seeds",
        ('"<script>alert(1)</script>"@en',),
        ("http://xmlns.com/foaf/0.1/homepage", "<javascript:alert(1)>"),
    ),
    *_example(
        "heights", HEIGHTS, ["herbarium"], '"Hvor høye er de?"@nb', '"How high are they?"@en'
    ),
    *_example("both", BOTH, ["herbarium", "seeds"], '"What do both know?"@en'),
]


def write_partners(folder: Path) -> Path:
    """Write the release into ``folder``."""
    write_release(folder, ALL)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    titles = {
        "herbarium": {"nb": "Herbariet", "en": "The herbarium"},
        "seeds": {"en": "<script>alert(1)</script>"},
    }
    manifest["partners"] = [
        {
            "name": name,
            "iri": PARTNER + name,
            "endpoint": f"https://{name}.example/sparql",
            "titles": titles[name],
        }
        for name in titles
    ]
    manifest["partners"][0]["mirror"] = {"graph": MIRROR, "date": "2026-10-12"}
    manifest["federated"] = [key_of(HEIGHTS), key_of(BOTH)]
    manifest["prefixes"] = {**PREFIXES, "partner": PARTNER, "federation": FEDERATION}
    path.write_text(json.dumps(manifest), "utf-8")
    return folder


class Pretending:
    """A client that never opens a connection: one partner knows heights, the other is too slow."""

    def __init__(self):
        self.asked: list[tuple[str, str]] = []
        self.away = False

    def use(self, partners):
        """Take part as the client that asks partners."""

    async def ask(self, partner, query, seconds, max_rows, *, last_good=False):
        """Return some heights; raise PartnerError for the other partner."""
        self.asked.append((partner.name, query))
        if partner.name == "seeds":
            raise PartnerError(Fault.TIMEOUT, "The partner seeds did not answer within 15 s.")
        if "height" in query:
            row = (f"<{PARTNER}r1>", '"rose"@en', '"30"')
            return PartnerReply(("plant", "label", "height"), [row], at=NOW, size=812)
        row = (f"<{EX}rose>", LABEL, '"rose"@en')
        return PartnerReply(("s", "p", "o"), [row], at=NOW, size=300)

    def states(self):
        """Return what the real one would."""
        if self.away:
            return []
        last = LastContact(NOW, seconds=0.25, rows=1)
        failed = LastContact(NOW, "timeout", seconds=0.25)
        return [
            PartnerState("herbarium", last, cached=4),
            PartnerState("seeds", failed, paused=41.2),
        ]


def partner_service(folder: Path, client: Pretending | None, **settings: object) -> Service:
    """Return a service over the release in ``folder``, which asks partners through ``client``."""
    service = in_process_service(folder, Settings(**settings))
    service.last_runs = LastRuns(service.manifest["federated"])
    if client is not None:
        partners = partners_of(service.manifest)
        service.federation = Federation(service.engine, client, partners, service.base)
    return service
