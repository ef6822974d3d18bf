"""Ask HermiT, a complete OWL 2 DL reasoner, for a second opinion on consistency.

HermiT takes an ontology as it is, and stops at data of datatypes that are not in OWL 2's map
(https://www.w3.org/TR/owl2-syntax/#Datatype_Maps). ``known`` leaves these values out. HermiT runs
within owlready2 (LGPL, a test extra), in a child process with a deadline.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, URIRef
from rdflib.term import Node

Triple = tuple[Node, Node, Node]

KNOWN_DATATYPES = frozenset(
    {OWL.real, OWL.rational, RDF.PlainLiteral, RDF.XMLLiteral, RDF.langString, RDFS.Literal}
    | {XSD.decimal, XSD.integer, XSD.nonNegativeInteger, XSD.nonPositiveInteger}
    | {XSD.positiveInteger, XSD.negativeInteger, XSD.long, XSD.int, XSD.short, XSD.byte}
    | {XSD.unsignedLong, XSD.unsignedInt, XSD.unsignedShort, XSD.unsignedByte}
    | {XSD.double, XSD.float, XSD.string, XSD.normalizedString, XSD.token, XSD.language}
    | {XSD.Name, XSD.NCName, XSD.NMTOKEN, XSD.boolean, XSD.hexBinary, XSD.base64Binary}
    | {XSD.anyURI, XSD.dateTime, XSD.dateTimeStamp}
)
DEADLINE = 240.0  # seconds; some ten times what the content takes on two cores


@dataclass(frozen=True)
class Verdict:
    """What HermiT found: consistency, and the classes that can have no member."""

    consistent: bool
    unsatisfiable: tuple[str, ...] = ()


def known(graph: Graph) -> tuple[Graph, list[Triple]]:
    """Return what HermiT can read of ``graph``, and the triples left out.

    These are values of datatypes that it does not know, and declarations of such datatypes. Raise
    ValueError where an axiom depends on one: to leave that out would weaken the opinion.
    """
    kept, left_out = Graph(), []
    declared = set(graph.subjects(RDF.type, RDFS.Datatype)) - KNOWN_DATATYPES
    for s, p, o in graph:
        is_value = isinstance(o, Literal) and o.datatype and o.datatype not in KNOWN_DATATYPES
        if is_value and p in (OWL.hasValue, RDF.first, OWL.targetValue):
            raise ValueError(f"an axiom depends on a literal that HermiT does not know: {o!r}")
        if o in declared or (isinstance(o, URIRef) and o in XSD and o not in KNOWN_DATATYPES):
            raise ValueError(f"an axiom depends on a datatype that HermiT does not know: {o}")
        if is_value or s in declared:
            left_out.append((s, p, o))
        else:
            kept.add((s, p, o))
    return kept, left_out


def consult(triples: Iterable[Triple], folder: Path, deadline: float = DEADLINE) -> Verdict:
    """Return HermiT's verdict on ``triples``, written to ``folder`` as N-Triples.

    Raise subprocess.TimeoutExpired past ``deadline`` (seconds), RuntimeError where HermiT fails.
    """
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    path = folder / "ontology.nt"
    graph.serialize(path, format="nt", encoding="utf-8")
    return consult_file(path, deadline)


def consult_file(path: Path, deadline: float = DEADLINE) -> Verdict:
    """Return HermiT's verdict on a file of N-Triples or RDF/XML, read as it is.

    Raise subprocess.TimeoutExpired past ``deadline`` (seconds), RuntimeError where HermiT fails.
    """
    command = [sys.executable, __file__, str(path)]
    # A session of its own, so that the deadline ends Java too.
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as child:
        try:
            out, err = child.communicate(timeout=deadline)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            raise
    if child.returncode:
        raise RuntimeError(f"HermiT gave no verdict:\n{err[-2000:]}")
    answer = json.loads(out.splitlines()[-1])
    return Verdict(answer["consistent"], tuple(answer["unsatisfiable"]))


def _main(path: Path) -> None:
    """Run HermiT on a file and print the verdict as one line of JSON (in the child)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # owlready2 warns of optional parts it does without
        import owlready2

    owlready2.reasoning.JAVA_MEMORY = 1500
    world = owlready2.World()
    world.get_ontology(path.as_uri()).load(only_local=True)
    answer = {"consistent": True, "unsatisfiable": []}
    try:
        owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        answer["consistent"] = False
    else:
        nothing = owlready2.Nothing
        found = {c.iri for c in world.inconsistent_classes() if c is not nothing}
        answer["unsatisfiable"] = sorted(found)
    print(json.dumps(answer))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
