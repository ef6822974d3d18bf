"""A release written by hand: small, with a triple that stands in two graphs and hostile texts."""

import hashlib
import json
from pathlib import Path

BASE = "https://example.org/"
EX = BASE + "id/"
PREFIXES = {
    "ex": EX,
    "dct": "http://purl.org/dc/terms/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "unused": "http://unused.example/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
SH = "http://www.w3.org/ns/shacl#"
DCT = "http://purl.org/dc/terms/"
A, B, REPORT = BASE + "graph/a", BASE + "graph/b", BASE + "graph/report"
QUESTIONS = BASE + "graph/questions"
HOSTILE_LABEL = "<script>alert('x')</script>\\\" onload=alert(1) \u202eabc"
HOSTILE_IRIS = ("javascript:alert(1)", "data:text/html,x", "vbscript:x", "http://ok.example/?a'b")

LINES = [
    (f"<{EX}rose>", LABEL, '"rose"@en', A),
    (f"<{EX}rose>", LABEL, '"rose"@en', B),
    (f"<{EX}rose>", LABEL, '"nype"@nb', A),
    (f"<{EX}rose>", f"<{EX}petals>", '"5"^^<http://www.w3.org/2001/XMLSchema#integer>', A),
    (f"<{EX}rose>", TYPE, f"<{EX}Flower>", A),
    (f"<{EX}mint>", LABEL, '"mint, \\"true\\"\\nand wild"@en', B),
    (f"<{EX}mint>", TYPE, f"<{EX}Flower>", B),
    (f"<{EX}evil>", LABEL, f'"{HOSTILE_LABEL}"', B),
    *((f"<{EX}evil>", f"<{EX}link>", f"<{iri}>", B) for iri in HOSTILE_IRIS),
    (f"<{EX}odd>", f"<{EX}1>", '"\\u0001"', B),
    (f"<{BASE}ontology>", TYPE, "<http://www.w3.org/2002/07/owl#Ontology>", A),
    (f"<{BASE}ontology>", f"<{DCT}description>", '"About flowers."@en', A),
    (f"<{BASE}ontology>", f"<{DCT}description>", '"Om blomster."@nb', A),
    (f"<{EX}report>", LABEL, '"only in the report"', REPORT),
    (f"<{BASE}questions/01>", TYPE, f"<{SH}SPARQLSelectExecutable>", QUESTIONS),
    (f"<{BASE}questions/01>", f"<{DCT}identifier>", '"01"', QUESTIONS),
    (f"<{BASE}questions/01>", LABEL, '"Hvilke blomster finnes?"@nb', QUESTIONS),
    (f"<{BASE}questions/01>", LABEL, '"Which flowers are there?"@en', QUESTIONS),
    (
        f"<{BASE}questions/01>",
        f"<{SH}select>",
        '"SELECT ?flower WHERE { ?flower a ex:Flower } ORDER BY ?flower"',
        QUESTIONS,
    ),
    (f"<{BASE}questions/02>", TYPE, f"<{SH}SPARQLAskExecutable>", QUESTIONS),
    (f"<{BASE}questions/02>", f"<{DCT}identifier>", '"02"', QUESTIONS),
    (f"<{BASE}questions/02>", LABEL, '"Is mint <b>a flower</b>?"@en', QUESTIONS),
    (f"<{BASE}questions/02>", f"<{SH}ask>", '"ASK { ex:mint a ex:Flower }"', QUESTIONS),
]


def write_release(folder: Path, lines=LINES) -> Path:
    """Write the release into ``folder`` as the builder would."""
    quads = sorted(f"{s} {p} {o} <{g}> .\n" for s, p, o, g in lines)
    data = "".join(quads).encode()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "quads.nq").write_bytes(data)
    graphs = sorted({g for *_, g in lines})
    manifest = {
        "release": hashlib.sha256(data).hexdigest(),
        "base": BASE,
        "ontology": BASE + "ontology",
        "namespace": EX,
        "prefix": "ex",
        "title": {"nb": "Blomster & bier", "en": "Flowers & bees"},
        "report_graph": REPORT,
        "graphs": [{"iri": g, "quads": sum(line[3] == g for line in lines)} for g in graphs],
        "questions": [],
        "prefixes": PREFIXES,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return folder


def union_size(lines=LINES) -> int:
    """Return the number of triples in the default graph."""
    return len({line[:3] for line in lines if line[3] != REPORT})
