"""Constraints that pySHACL judges by what Python reads, judged here as the standards have it.

``sh:datatype`` by the forms of XSD (https://www.w3.org/TR/shacl/#DatatypeConstraintComponent),
``sh:pattern`` by SPARQL's REGEX, whose patterns are those of XPath
(https://www.w3.org/TR/shacl/#PatternConstraintComponent), ranges and ``sh:lessThan`` by SPARQL's
operators (https://www.w3.org/TR/shacl/#core-components-range). ``sh:sparql`` is judged by pySHACL,
of those things that ``screening`` leaves.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, cast

import pyoxigraph as ox
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.core.property_pair_constraints import (
    LessThanConstraintComponent,
    LessThanOrEqualsConstraintComponent,
)
from pyshacl.constraints.core.string_based_constraints import (
    PatternConstraintComponent,
    StringBasedConstraintBase,
)
from pyshacl.constraints.core.value_constraints import DatatypeConstraintComponent
from pyshacl.constraints.core.value_range_constraints import (
    MaxExclusiveConstraintComponent,
    MaxInclusiveConstraintComponent,
    MinExclusiveConstraintComponent,
    MinInclusiveConstraintComponent,
)
from pyshacl.constraints.sparql.sparql_based_constraints import SPARQLBasedConstraint
from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError
from rdflib import BNode, Literal, URIRef

from samgraf.build.rdflib_bridge import Bridge
from samgraf.build.validate.screening import THIS
from samgraf.datatypes import is_well_formed
from samgraf.sparql import xpath_regex
from samgraf.sparql.corrections.values import ORDERS
from samgraf.vocab import RDF, SH, XSD

_PATTERNS = "https://www.w3.org/TR/shacl/#PatternConstraintComponent"
_BACK, _STORE = Bridge(), ox.Store()
_FLAGS = {"s": re.S, "m": re.M, "i": re.I, "x": re.X}


class DatatypeByForm(DatatypeConstraintComponent):
    """Judge the literals of a datatype of XSD, or HTML, by their forms, others as pySHACL does."""

    def evaluate(
        self, executor: Any, target_graph: Any, focus_value_nodes: dict, _evaluation_path: list
    ) -> tuple[bool, list]:
        """Return whether all values are of the datatype, and the results for those that are not."""
        rule = self.datatype_rule
        # every text is HTML: https://www.w3.org/TR/rdf11-concepts/#section-html
        is_ours = str(rule).startswith(XSD) or str(rule) == RDF + "HTML"
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


class PatternByXPath(PatternConstraintComponent):
    """Judge patterns as SPARQL's REGEX does; by Python those that the store does not take."""

    def __init__(self, shape: Any) -> None:
        """Read the patterns of ``shape``; raise ConstraintLoadError where one is none."""
        # past the parent, which takes the patterns for Python's
        StringBasedConstraintBase.__init__(self, shape)
        self.string_rules = list(shape.objects(URIRef(SH + "pattern")))
        self.flags = next(iter(shape.objects(URIRef(SH + "flags"))), None)
        self.compiled_cache: dict[Any, Any] = {}
        flags = str(self.flags or "")
        for rule in self.string_rules:
            try:
                self.compiled_cache[rule] = _compiled(str(rule), flags)
            except (xpath_regex.BadPatternError, re.error) as error:
                told = f"sh:pattern {str(rule)!r} is no regular expression: {error}"
                raise ConstraintLoadError(told, _PATTERNS) from error

    def _evaluate_string_rule(
        self, r: Any, target_graph: Any, f_v_dict: dict
    ) -> tuple[bool, list[Any]]:
        pattern = self.compiled_cache[r]
        if not isinstance(pattern, xpath_regex.Pattern):
            return super()._evaluate_string_rule(r, target_graph, f_v_dict)
        texts = {
            value: self.value_node_to_string(value)
            for values in f_v_dict.values()
            for value in values
            if not isinstance(value, BNode)
        }
        matching = xpath_regex.matching(set(texts.values()), pattern)
        reports = [
            self.make_v_result(target_graph, focus, value_node=value)
            for focus, values in f_v_dict.items()
            for value in values
            if texts.get(value) not in matching
        ]
        return bool(reports), reports


def _compiled(pattern: str, flags: str) -> xpath_regex.Pattern | re.Pattern[str]:
    try:
        translated = xpath_regex.translated(pattern, flags)
        xpath_regex.matches_empty(translated)
    except xpath_regex.UnsupportedPatternError:
        modes = [_FLAGS[flag] for flag in flags if flag in _FLAGS]
        return re.compile(pattern, sum(modes))
    return translated


def _is_true(left: Any, sign: str, right: Any) -> bool:
    """Return whether ``left`` compared with ``right`` is true to SPARQL."""
    if not (isinstance(left, Literal) and isinstance(right, Literal)):
        return False
    terms = [_BACK.to_oxigraph(term) for term in (left, right)]
    if not all(map(is_well_formed, terms)):
        return False
    values = [term.value for term in (left, right)]
    if {*map(type, values)} <= {int, Decimal} or {*map(type, values)} == {bool}:
        return ORDERS[sign](*values)  # the store has integers of 64 bits, and no order of booleans
    return bool(_STORE.query(f"ASK {{ FILTER({terms[0]} {sign} {terms[1]}) }}"))


def _compared(component: Any, bounds: str, sign: str) -> Any:
    """Return ``component``, which compares values with ``bounds`` of its own, by ``_is_true``.

    With ``property_compare_set``, the bounds are what the focus node has of these properties.
    """

    def evaluate(
        self: Any, _executor: Any, target_graph: Any, focus_value_nodes: dict, _path: list
    ) -> tuple[bool, list]:
        given, reports = getattr(self, bounds), []
        is_pair = bounds == "property_compare_set"
        if any(isinstance(each, Literal) is is_pair for each in given):
            kind = "an IRI" if is_pair else "a literal"
            raise ReportableRuntimeError(f"{component.constraint_parameters()[0]} takes {kind}.")
        for focus, values in focus_value_nodes.items():
            others = (
                [o for p in given for o in target_graph.objects(focus, p)] if is_pair else given
            )
            reports += (
                self.make_v_result(target_graph, focus, value_node=value)
                for value in values
                for other in others
                if not _is_true(value, sign, other)
            )
        return not reports, reports

    return type(component.__name__, (component,), {"evaluate": evaluate})


_COMPARED = (
    _compared(MinExclusiveConstraintComponent, "min_vals", ">"),
    _compared(MinInclusiveConstraintComponent, "min_vals", ">="),
    _compared(MaxExclusiveConstraintComponent, "max_vals", "<"),
    _compared(MaxInclusiveConstraintComponent, "max_vals", "<="),
    _compared(LessThanConstraintComponent, "property_compare_set", "<"),
    _compared(LessThanOrEqualsConstraintComponent, "property_compare_set", "<="),
)


class ScreenedQueries(SPARQLBasedConstraint):
    """Ask a query of those things alone for which one query for all of them finds something."""

    def _evaluate_sparql_constraint(
        self, sparql_constraint: Any, target_graph: Any, f_v_dict: dict
    ) -> tuple[bool, list]:
        named = [focus for focus in f_v_dict if isinstance(focus, URIRef)]
        # a plain graph has no store beside it
        suspects = getattr(target_graph.impl, "suspects", None)
        if suspects is not None and len(named) > 1:
            bound, query = sparql_constraint.pre_bind_variables(named[0])
            query = sparql_constraint.apply_prefixes(query)
            if bound.keys() == {THIS} and (found := suspects(query, named)) is not None:
                left = found.union(focus for focus in f_v_dict if not isinstance(focus, URIRef))
                f_v_dict = {focus: v for focus, v in f_v_dict.items() if focus in left}
        return super()._evaluate_sparql_constraint(sparql_constraint, target_graph, f_v_dict)


def judge_by_standards() -> None:
    """Have pySHACL use the constraints of this module from now on."""
    known = cast("dict[Any, Any]", CONSTRAINT_PARAMETERS_MAP)
    known[URIRef(SH + "datatype")] = DatatypeByForm
    known[URIRef(SH + "pattern")] = PatternByXPath
    known[URIRef(SH + "sparql")] = ScreenedQueries
    known |= {c.constraint_parameters()[0]: c for c in _COMPARED}
