"""``sh:datatype`` by the forms of the standard: pySHACL takes what rdflib can read.

https://www.w3.org/TR/shacl/#DatatypeConstraintComponent
"""

from __future__ import annotations

from typing import Any, cast

import pyoxigraph as ox
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.core.value_constraints import DatatypeConstraintComponent
from rdflib import Literal, URIRef

from samgraf.build.datatypes import is_well_formed
from samgraf.vocab import SH, XSD


class DatatypeByForm(DatatypeConstraintComponent):
    """Judge the literals of a datatype of XSD by their forms, all else as pySHACL does."""

    def evaluate(
        self, executor: Any, target_graph: Any, focus_value_nodes: dict, _evaluation_path: list
    ) -> tuple[bool, list]:
        """Return whether all values are of the datatype, and the results for those that are not."""
        rule = self.datatype_rule
        is_ours = str(rule).startswith(XSD)
        others: dict[Any, list] = {}
        reports: list = []
        for focus, values in focus_value_nodes.items():
            others[focus] = []
            for value in values:
                if not (is_ours and isinstance(value, Literal) and value.datatype == rule):
                    others[focus].append(value)
                elif not is_well_formed(ox.Literal(value, datatype=ox.NamedNode(str(rule)))):
                    reports.append(self.make_v_result(target_graph, focus, value_node=value))
        _, more = super().evaluate(executor, target_graph, others, _evaluation_path)
        reports += more
        return not reports, reports


def judge_by_form() -> None:
    """Have pySHACL use ``DatatypeByForm`` from now on."""
    cast("dict[Any, Any]", CONSTRAINT_PARAMETERS_MAP)[URIRef(SH + "datatype")] = DatatypeByForm
