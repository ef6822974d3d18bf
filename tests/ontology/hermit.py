"""Ask HermiT, a complete OWL 2 DL reasoner, for a second opinion on consistency.

HermiT knows the datatypes of https://www.w3.org/TR/owl2-syntax/#Datatype_Maps and stops at any
other, so it is given a projection without them; what that leaves out is counted. It runs within
owlready2 (LGPL, a test extra), in a child process with a deadline.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import warnings
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from rdflib import OWL, RDF, RDFS, Graph, Literal, URIRef
from rdflib.term import Node

from samgraf.build.profile import terms_that_are

Triple = tuple[Node, Node, Node]

RL_DATATYPES = frozenset(map(URIRef, terms_that_are("Usable") - terms_that_are("Extra")))
KNOWN_DATATYPES = RL_DATATYPES | {OWL.real, OWL.rational}
DATA_FILLERS = (OWL.someValuesFrom, OWL.allValuesFrom, OWL.onDataRange)
DEADLINE = 240.0  # seconds; some ten times what the content takes on two cores


@dataclass
class Projection:
    """What HermiT is given, and what it is not: triples left out, counted by kind."""

    graph: Graph = field(default_factory=Graph)
    removed: list[Triple] = field(default_factory=list)
    widened: list[Triple] = field(default_factory=list)

    def counts(self) -> Counter[str]:
        """Return how many triples were left out or widened, by kind."""
        found = Counter(f"widened {_local(o)}" for _, _, o in self.widened)
        for _, predicate, value in self.removed:
            if isinstance(value, Literal):
                found[f"literal {_local(value.datatype)}"] += 1
            else:
                found[f"{_local(predicate)} {_local(value)}"] += 1
        return found


@dataclass(frozen=True)
class Verdict:
    """What HermiT found: consistency, and the classes that can have no member."""

    consistent: bool
    unsatisfiable: tuple[str, ...] = ()


def project(graph: Graph) -> Projection:
    """Return a graph without the literals and data ranges that HermiT does not know.

    A restriction on such a datatype is kept and widened to rdfs:Literal. Raise ValueError where
    an axiom of another form depends on one, since leaving it out would weaken the opinion.
    """
    result = Projection()
    unknown = {
        node
        for node in graph.all_nodes()
        if isinstance(node, URIRef) and _is_unknown_datatype(graph, node)
    }
    for triple in graph:
        s, p, o = triple
        if isinstance(o, Literal) and o.datatype and o.datatype not in KNOWN_DATATYPES:
            if p in (OWL.hasValue, RDF.first, OWL.targetValue):
                raise ValueError(f"an axiom depends on a literal that HermiT does not know: {o!r}")
            result.removed.append(triple)
        elif o in unknown and p in DATA_FILLERS:
            result.widened.append(triple)
            result.graph.add((s, p, RDFS.Literal))
        elif p == OWL.imports or (p in (RDFS.range, RDF.type) and {s, o} & unknown):
            result.removed.append(triple)
        elif o in unknown and p in (RDF.first, OWL.equivalentClass):
            raise ValueError(f"an axiom depends on a datatype that HermiT does not know: {o}")
        else:
            result.graph.add(triple)
    return result


def _is_unknown_datatype(graph: Graph, node: URIRef) -> bool:
    if node in KNOWN_DATATYPES:
        return False
    defined = (node, OWL.equivalentClass, None) in graph
    declared = (node, RDF.type, RDFS.Datatype) in graph
    return (declared and not defined) or node.startswith("http://www.w3.org/2001/XMLSchema#")


def consult(triples: Iterable[Triple], folder: Path, deadline: float = DEADLINE) -> Verdict:
    """Return HermiT's verdict on a projection, written to ``folder`` as N-Triples.

    Raise subprocess.TimeoutExpired past ``deadline`` (seconds), RuntimeError where HermiT fails.
    """
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    path = folder / "projection.nt"
    graph.serialize(path, format="nt", encoding="utf-8")
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


def _local(iri: Node | None) -> str:
    return str(iri).replace("#", "/").rpartition("/")[2]


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
