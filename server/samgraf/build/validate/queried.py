"""A plain rdflib graph whose SPARQL constraints are answered by pyoxigraph.

pySHACL reads the graph as ever; only the queries of ``sh:sparql``, which rdflib evaluates up to a
hundred times slower, go to a store beside it. Their answers come back as the graph's own terms.
https://www.w3.org/TR/shacl/#sparql-constraints
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox
import rdflib
from rdflib.query import Result

from samgraf.build.content.bridge import Bridge


class QueriedGraph(rdflib.Graph):
    """Hold triples twice: for pySHACL's own look-ups and for its queries."""

    def __init__(self, triples: Iterable[ox.Triple], bridge: Bridge) -> None:
        """Fill both from ``triples``; ``bridge`` carries the terms."""
        super().__init__(bind_namespaces="none")
        triples = list(triples)
        bridge.fill(self, triples)
        self._bridge = bridge
        self._beside = ox.Store()
        self._beside.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)

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
        to, bindings = self._bridge.to_oxigraph, initBindings or {}
        try:
            answer = self._beside.query(
                query_object,
                substitutions={ox.Variable(str(k)): to(v) for k, v in bindings.items()},
            )
        except (SyntaxError, ValueError):
            # such as a variable that is bound beforehand but not selected
            return super().query(
                query_object, processor, result, initNs, initBindings, use_store_provided, **rest
            )
        if isinstance(answer, ox.QueryBoolean):
            told = Result("ASK")
            told.askAnswer = bool(answer)
            return told
        return self._solutions(answer)

    def _solutions(self, answer: ox.QuerySolutions) -> Result:
        names = [v.value for v in answer.variables]
        told = Result("SELECT")
        told.vars = [rdflib.Variable(n) for n in names]
        told.bindings = [
            {
                rdflib.Variable(n): self._bridge.to_rdflib(row[n])
                for n in names
                if row[n] is not None
            }
            for row in answer
        ]
        return told
