"""Make synthetic releases of any size from an ontology: the same seed gives the same bytes.

    python tests/bench/generator.py --triples 100000 OUT

Every class gets instances, every property whose domain fits gets values; domains and ranges are
inherited along https://www.w3.org/TR/owl2-syntax/#Object_Subproperties. References stay near by,
so that paths are bounded as they are in real data. Each triple stands in exactly one graph.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

import pyoxigraph as ox

ONTOLOGY = sorted((Path(__file__).parents[2] / "ontology" / "terms").glob("*.ttl"))
BASE = "https://bench.example/"
GRAPHS = 4
NEAR = 60  # how far a reference reaches, in instances
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SYLLABLES = ("nord", "sør", "vest", "aust", "fjell", "dal", "vik", "nes", "land", "hei", "mo")


class Model:
    """Hold what an ontology says of its classes and properties, by IRI."""

    def __init__(self, files: Iterable[Path]):
        """Read the Turtle of ``files``."""
        self._store = ox.Store()
        for file in files:
            self._store.load(path=file, format=ox.RdfFormat.TURTLE)
        self.classes = sorted(self._instances("Class"))
        self.parents = {c: self._above(c, "subClassOf") & set(self.classes) for c in self.classes}
        self.properties = {
            # a class of another vocabulary has no instances here, so it rules out nothing
            p: (
                self._inherited(p, "domain") & set(self.classes),
                self._inherited(p, "range"),
                kind,
            )
            for kind in ("ObjectProperty", "DatatypeProperty")
            for p in sorted(self._instances(kind))
        }

    @property
    def triples(self) -> list[ox.Triple]:
        """Return the ontology itself."""
        dataset = ox.Dataset(self._store)
        # else the parser's names of blank nodes would differ from run to run
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return sorted((q.triple for q in dataset), key=str)

    def _instances(self, kind: str) -> set[str]:
        found = self._store.quads_for_pattern(None, None, ox.NamedNode(OWL + kind))
        return {q.subject.value for q in found if isinstance(q.subject, ox.NamedNode)}

    def _direct(self, subject: str, predicate: str) -> set[str]:
        node, name = ox.NamedNode(subject), ox.NamedNode(RDFS + predicate)
        found = self._store.quads_for_pattern(node, name, None)
        return {q.object.value for q in found if isinstance(q.object, ox.NamedNode)}

    def _above(self, subject: str, predicate: str) -> set[str]:
        above, new = {subject}, {subject}
        while new := {o for s in new for o in self._direct(s, predicate)} - above:
            above |= new
        return above

    def _inherited(self, name: str, predicate: str) -> set[str]:
        return {o for p in self._above(name, "subPropertyOf") for o in self._direct(p, predicate)}


def lines(model: Model, triples: int, seed: int) -> Iterator[tuple[str, int]]:
    """Yield at least ``triples`` N-Triples without their end, each with the number of its graph."""
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    fitting = {c: _properties_of(model, c) for c in model.classes}
    below: dict[str, list[int]] = defaultdict(list)
    for at, name in enumerate(model.classes):
        for parent in model.parents[name]:
            below[parent].append(at)
    written, number = 0, 0
    while written < triples:
        kind = model.classes[number % len(model.classes)]
        found = dict.fromkeys(_describe(model, random, number, kind, fitting[kind], below))
        graph = number // len(model.classes) % GRAPHS
        yield from ((line, graph) for line in found)
        written += len(found)
        number += 1


def _properties_of(model: Model, kind: str) -> list[tuple[str, set[str], str]]:
    return [
        (name, ranges, sort)
        for name, (domains, ranges, sort) in model.properties.items()
        if not domains or domains & model.parents[kind]
    ]


def _describe(
    model: Model,
    random: Random,
    number: int,
    kind: str,
    properties: list[tuple[str, set[str], str]],
    below: dict[str, list[int]],
) -> Iterator[str]:
    me = f"<{BASE}id/{number}>"
    for parent in sorted(model.parents[kind]):
        yield f"{me} {RDF_TYPE} <{parent}>"
    name = "".join(random.choices(SYLLABLES, k=3)).capitalize()
    for language in ("nb", "en"):
        yield f'{me} <{RDFS}label> "{name} {number}"@{language}'
    for predicate, ranges, sort in properties:
        # a property that says nothing of its domain is rarer on each thing
        if random.random() > (0.75 if model.properties[predicate][0] else 0.04):
            continue
        if sort == "DatatypeProperty":
            yield f"{me} <{predicate}> {_literal(random, next(iter(sorted(ranges)), ''), name)}"
            continue
        for _ in range(random.choice((1, 1, 2))):
            yield f"{me} <{predicate}> <{BASE}id/{_near(model, random, number, ranges, below)}>"


def _near(
    model: Model, random: Random, number: int, ranges: set[str], below: dict[str, list[int]]
) -> int:
    """Return the number of an instance of the range in this block or the one before."""
    size = len(model.classes)
    classes = next((below[r] for r in sorted(ranges) if below.get(r)), range(size))
    block = number // (size * NEAR) * NEAR + random.randrange(NEAR)
    return block * size + random.choice(classes)


def _literal(random: Random, datatype: str, text: str) -> str:
    year, day = random.randint(1970, 2026), f"{random.randint(1, 12):02}-{random.randint(1, 28):02}"
    match datatype.removeprefix(XSD):
        case "integer":
            return f'"{random.randint(0, 5_000_000)}"^^<{XSD}integer>'
        case "decimal":
            return f'"{random.randint(0, 999)}.{random.randint(1, 9)}"^^<{XSD}decimal>'
        case "boolean":
            return f'"{random.choice(("true", "false"))}"^^<{XSD}boolean>'
        case "gYear":
            return f'"{year}"^^<{XSD}gYear>'
        case "date":
            return f'"{year}-{day}"^^<{XSD}date>'
    return f'"{text}"'


def write_release(folder: Path, triples: int, *, seed: int = 1) -> Path:
    """Write a release of about ``triples`` triples into ``folder``, with the ontology in it."""
    model = Model(ONTOLOGY)
    folder.mkdir(parents=True, exist_ok=True)
    digest, counts = hashlib.sha256(), [0] * (GRAPHS + 1)
    with (folder / "quads.nq").open("wb") as file:
        for line, graph in _all(model, triples, seed):
            counts[graph] += 1
            data = f"{line} <{BASE}graph/{graph}> .\n".encode()
            digest.update(data)
            file.write(data)
    manifest = {
        "release": digest.hexdigest(),
        "base": BASE,
        "ontology": BASE + "ontology",
        "namespace": BASE + "id/",
        "prefix": "bench",
        "title": {"en": f"Synthetic data, {sum(counts)} triples"},
        "report_graph": BASE + "graph/report",
        "graphs": [{"iri": f"{BASE}graph/{g}", "quads": n} for g, n in enumerate(counts)],
        "questions": [],
        "prefixes": {},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    return folder


def _all(model: Model, triples: int, seed: int) -> Iterable[tuple[str, int]]:
    own = model.triples
    yield from ((str(t), GRAPHS) for t in own)
    yield from lines(model, triples - len(own), seed)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("out", type=Path)
    options.add_argument("--triples", type=int, required=True)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    write_release(chosen.out, chosen.triples, seed=chosen.seed)
