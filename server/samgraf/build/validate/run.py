"""Run pySHACL on a plain rdflib graph, without network and scripts.

pySHACL reads the graph as ever; only the queries of ``sh:sparql``, which rdflib evaluates up to a
hundred times slower, go to a pyoxigraph store beside it.
https://www.w3.org/TR/shacl/#validation
"""

from __future__ import annotations

import re
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any, cast

import pyoxigraph as ox
import rdflib
from rdflib.query import Result
from rdflib.term import Node

from samgraf.build.content.layout import FileKind
from samgraf.build.content.load import Loaded
from samgraf.build.offline import require_local
from samgraf.build.rdf import Subject, value_of
from samgraf.build.rdflib_bridge import Bridge
from samgraf.build.validate.report import Finding
from samgraf.build.validate.screening import suspects
from samgraf.errors import ContentError, SamgrafError
from samgraf.vocab import OWL, RDF, RDFS, SH

#: Where something is described, by its IRI: a file and a line.
Places = Callable[[str], tuple[str, int | None] | None]
_TYPE = RDF + "type"
_TARGETS = {SH + n for n in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")}
#: What makes a node shape, or a property shape beside others, more than the sum of its parts.
_KEEP_TOGETHER = {SH + n for n in ("deactivated", "closed", "qualifiedValueShapesDisjoint")}
_CLASSES = {OWL + "Class", RDFS + "Class"}
#: What SHACL fills into the message of a query: the value of a variable.
_TO_FILL_IN = re.compile(r"\{[?$](\w+)\}")


def shapes_of(loaded: Loaded) -> list[ox.Triple]:
    """Return the triples of the shapes files and the prefixes that the ontology declares."""
    shapes = loaded.triples({FileKind.SHAPES})
    ontology = loaded.triples({FileKind.ONTOLOGY})
    declared = {t.object for t in ontology if t.predicate.value == SH + "declare"}
    shapes += [t for t in ontology if t.predicate.value == SH + "declare" or t.subject in declared]
    return shapes


def halves(shapes: list[ox.Triple]) -> list[list[ox.Triple]]:
    """Return the shapes graph in two copies, each with the targets of some shapes only.

    All shapes stand in each copy, since a shape may refer to any other; what has no target there
    finds nothing there. (pySHACL's ``use_shapes`` would drop the shapes referred to.)
    """
    node_shapes = {
        t.subject
        for t in shapes
        if t.predicate.value == _TYPE and value_of(t.object) == SH + "NodeShape"
    }

    def aims(t: ox.Triple) -> bool:
        if t.predicate.value == _TYPE:  # an implicit class target
            return value_of(t.object) in _CLASSES and t.subject in node_shapes
        return t.predicate.value in _TARGETS

    targeted = sorted({t.subject for t in shapes if aims(t)}, key=str)
    if len(targeted) < 2:
        return [shapes]
    owner = {subject: i % 2 for i, subject in enumerate(targeted)}
    return [[t for t in shapes if not aims(t) or owner[t.subject] == i] for i in range(2)]


def eased(shapes: list[ox.Triple]) -> list[ox.Triple]:
    """Return shapes that find the same, with less work for pySHACL.

    It looks at the property shapes of a node shape anew for each thing, but at a property shape
    with targets of its own once for all things: so those that only a target leads to are given the
    targets; not those of a closed shape or of siblings that are to be disjoint, which are judged
    together (https://www.w3.org/TR/shacl/#ClosedConstraintComponent,
    https://www.w3.org/TR/shacl/#QualifiedValueShapeConstraintComponent).
    """
    pointed_at = {t.object for t in shapes}
    types = (t for t in shapes if t.predicate.value == _TYPE)
    classes = {t.subject for t in types if value_of(t.object) in _CLASSES}
    targets: dict[object, list[ox.Triple]] = {}
    for t in shapes:
        if t.predicate.value in _TARGETS:
            targets.setdefault(t.subject, []).append(t)
    fixed = {t.subject for t in shapes if t.predicate.value in _KEEP_TOGETHER}
    fixed |= {
        t.subject for t in shapes if t.predicate.value == SH + "property" and t.object in fixed
    }
    movable = targets.keys() - pointed_at - classes - fixed
    easier: dict[ox.Triple, None] = {}
    for t in shapes:
        if t.predicate.value == SH + "property" and t.subject in movable:
            for target in targets[t.subject]:
                easier[ox.Triple(cast("Subject", t.object), target.predicate, target.object)] = None
        else:
            easier[t] = None
    return list(easier)


def _imported_prefixes(shapes: list[ox.Triple]) -> list[ox.Triple]:
    """Return sh:prefixes of all that is imported: https://www.w3.org/TR/shacl/#sparql-prefixes."""
    imports = [(t.subject, t.object) for t in shapes if t.predicate.value == OWL + "imports"]
    found = [t for t in shapes if t.predicate.value == SH + "prefixes"]
    for t in found if imports else ():  # grows meanwhile
        for importing, imported in imports:
            more = ox.Triple(t.subject, t.predicate, imported)
            if importing == t.object and more not in found:
                found.append(more)
    return found


def validate(
    data: Iterable[ox.Triple], shapes: Iterable[ox.Triple], place: Places = lambda iri: None
) -> list[Finding]:
    """Return what ``shapes`` find in ``data``, sorted.

    Raise ContentError where the shapes themselves are malformed, with the ``place`` of the shape.
    """
    # imported here: half a second that commands without validation need not pay
    import pyshacl

    from samgraf.build.validate.components import judge_by_standards

    judge_by_standards()
    shapes = list(shapes)
    if not shapes:
        return []
    bridge = Bridge()
    written = eased(shapes) + _imported_prefixes(shapes)
    data_graph, shapes_graph = QueriedGraph(data, bridge), bridge.graph(written)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdflib's own deprecations, raised inside pySHACL
        try:
            _, report, text = pyshacl.validate(
                data_graph,
                shacl_graph=shapes_graph,
                inference="none",
                advanced=False,
                js=False,
                do_owl_imports=False,
                meta_shacl=False,
                inplace=True,
            )
        except (SamgrafError, RecursionError, MemoryError):
            raise  # told by the stage
        except Exception as error:
            # of its own, or of rdflib, which reads the queries of shapes
            reason = " ".join(str(error).split()).rstrip(".")
            named = _named(bridge.to_oxigraph(_shape_at(error)), _parents(shapes))
            what = f"The shape <{named}>" if named else "A shape"
            raise ContentError(
                f"{what} cannot be used: {reason}.",
                *(place(named) or ("ontology/shapes", None)),
                "Correct the shape.",
            ) from error
    if not hasattr(report, "triples"):
        raise ContentError(f"The shapes cannot be used: {text}", "ontology/shapes")
    found = _findings(report, bridge, shapes)
    return sorted(dict.fromkeys(found), key=Finding.key)


def _shape_at(error: Exception) -> Node:
    """Return the shape that pySHACL was at when it raised ``error``, which does not say."""
    from pyshacl import ShapesGraph
    from pyshacl.shape import Shape

    known = [frame.f_locals for frame, _ in traceback.walk_tb(error.__traceback__)]
    shapes = [at.node for names in known if isinstance(at := names.get("self"), Shape)]
    # before there are shapes, it goes through their nodes
    nodes = [names.get("s") for names in known if isinstance(names.get("self"), ShapesGraph)]
    found = [node for node in (*nodes, *shapes) if isinstance(node, rdflib.URIRef | rdflib.BNode)]
    return found[-1] if found else rdflib.BNode()


def _findings(report: rdflib.Graph, bridge: Bridge, shapes: list[ox.Triple]) -> Iterator[Finding]:
    from pyshacl import ShapesGraph
    from pyshacl.helper.path_helper import shacl_path_to_sparql_path as path_text
    from rdflib import URIRef

    parents, written_paths = _parents(shapes), ShapesGraph(report)
    messages: dict[object, list[ox.Literal]] = {}
    for t in shapes:
        if t.predicate.value == SH + "message":
            messages.setdefault(t.subject, []).append(cast("ox.Literal", t.object))

    def one(node: Node, name: str) -> Any:
        return report.value(node, URIRef(SH + name))

    back = bridge.to_oxigraph
    for node in report.objects(None, URIRef(SH + "result")):
        focus, path = back(one(node, "focusNode")), one(node, "resultPath")
        value = None if (found := one(node, "value")) is None else back(found)
        shape = back(one(node, "sourceShape"))
        shown = (back(m) for m in report.objects(node, URIRef(SH + "resultMessage")))
        constraint = one(node, "sourceConstraint")
        written = messages.get(back(constraint)) if constraint is not None else None
        yield Finding(
            severity=str(one(node, "resultSeverity")),
            focus=focus,
            path="" if path is None else path_text(written_paths, path).replace(" ", ""),
            value=value,
            component=str(one(node, "sourceConstraintComponent")),
            shape=shape,
            named=_named(shape, parents),
            messages=_messages(shown, written or messages.get(shape, []), focus, value),
        )


def _messages(
    shown: Iterable[ox.Literal], written: list[ox.Literal], focus: object, value: object
) -> tuple[tuple[str, str], ...]:
    """Return (language, text) of the messages of a result, sorted.

    They are taken as written, with thing and value filled in, since pySHACL drops the language of
    some. Where other variables are to be filled in, they are those that pySHACL has ``shown``.
    https://www.w3.org/TR/shacl/#sparql-constraints-variables
    """
    given = {"this": value_of(focus)} | ({} if value is None else {"value": value_of(value)})
    if any(name not in given for m in written for name in _TO_FILL_IN.findall(m.value)):
        written = []
    filled = [
        (m.language or "", _TO_FILL_IN.sub(lambda match: given[match[1]], m.value)) for m in written
    ]
    return tuple(sorted(filled or [(m.language or "", m.value) for m in shown]))


def _parents(shapes: Iterable[ox.Triple]) -> dict[object, object]:
    """Return for each blank node of the shapes graph one node that points at it."""
    return {t.object: t.subject for t in shapes if isinstance(t.object, ox.BlankNode)}


def _named(shape: object, parents: dict[object, object]) -> str:
    seen = set()
    while isinstance(shape, ox.BlankNode) and shape in parents and shape not in seen:
        seen.add(shape)
        shape = parents[shape]
    return shape.value if isinstance(shape, ox.NamedNode) else ""


#: Where pyoxigraph does not find that a variable is bound beforehand.
_UNREACHED = r"(?i)\b(?:BOUND|BIND)\s*\(\s*[?$](?:%s)\s*(?:\)|AS\b)"


@lru_cache  # one query is asked for each thing
def _is_reached(query: str, names: tuple[str, ...]) -> bool:
    """Return whether pyoxigraph finds in ``query`` that the variables ``names`` are bound."""
    return re.search(_UNREACHED % "|".join(names), query) is None


class QueriedGraph(rdflib.Graph):
    """A graph with a store beside it that answers its queries, once there are any."""

    def __init__(self, triples: Iterable[ox.Triple], bridge: Bridge) -> None:
        """Fill both from ``triples``; ``bridge`` carries the terms."""
        super().__init__(bind_namespaces="none")
        self._triples = list(triples)
        bridge.fill(self, self._triples)
        self._bridge = bridge
        self._local: set[Any] = set()

    @cached_property
    def _beside(self) -> ox.Store:
        store = ox.Store()
        store.bulk_extend(ox.Quad(*t) for t in self._triples)
        return store

    def query(
        self,
        query_object: Any,
        processor: Any = "sparql",
        result: Any = "sparql",
        initNs: Mapping[str, Any] | None = None,
        initBindings: Mapping[str, Any] | None = None,
        use_store_provided: bool = True,
        **rest: Any,
    ) -> Result:
        """Return the answer of pyoxigraph, or of rdflib to what pyoxigraph cannot take."""
        # neither of the two engines may open a connection; one query is asked for each thing
        if query_object not in self._local:
            require_local(str(query_object), "ontology/shapes")
            self._local.add(query_object)
        to = self._bridge.to_oxigraph
        bindings = initBindings or {}
        try:
            if not _is_reached(str(query_object), tuple(map(str, bindings))):
                raise ValueError
            answer = self._beside.query(
                query_object,
                substitutions={ox.Variable(str(k)): to(v) for k, v in bindings.items()},
            )
        except (SyntaxError, ValueError, RuntimeError):
            # such as a variable that is bound beforehand but not selected
            return super().query(
                query_object, processor, result, initNs, initBindings, use_store_provided, **rest
            )
        if isinstance(answer, ox.QueryBoolean):
            answered = Result("ASK")
            answered.askAnswer = bool(answer)
            return answered
        return self._solutions(cast("ox.QuerySolutions", answer))

    def suspects(self, query: str, things: Iterable[Node]) -> set[Node] | None:
        """Return those of ``things`` that ``query`` may find fault with; see ``screening``."""
        require_local(query, "ontology/shapes")
        found = suspects(self._beside, query, map(self._bridge.to_oxigraph, things))
        return None if found is None else set(map(self._bridge.to_rdflib, found))

    def _solutions(self, answer: ox.QuerySolutions) -> Result:
        names = [v.value for v in answer.variables]
        answered = Result("SELECT")
        answered.vars = [rdflib.Variable(n) for n in names]
        answered.bindings = [
            {
                rdflib.Variable(n): self._bridge.to_rdflib(row[n])
                for n in names
                if row[n] is not None
            }
            for row in answer
        ]
        return answered
