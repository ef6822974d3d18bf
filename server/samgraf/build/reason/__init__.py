"""Infer what follows: the OWL 2 RL closure, and the contradictions in it.

https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""

from samgraf.build.reason.closure import Closure, closure

__all__ = ["Closure", "closure"]
